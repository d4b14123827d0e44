# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both sides of users, and the coverage of a group: what is asked in which order, and what is returned."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

GROUP_ID, POLICY_GROUP = "7a0e5a4c-6a0e-4a50-9d0e-0a3f3f1f4a10", "8b0e5a4c-6a0e-4a50-9d0e-0a3f3f1f4a10"
ANNA, BEN = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2))
PROPERTIES = "id,userPrincipalName,onPremisesSecurityIdentifier,accountEnabled"
GROUP_PROPERTIES = {"$select": "id,displayName,groupTypes,securityEnabled,membershipRule,onPremisesSyncEnabled"}
POLICY = "policies/authenticationMethodsPolicy"
EVERYBODY = [{"targetType": "group", "id": "all_users"}]
MOBILE = {
    "@odata.type": "#microsoft.graph.phoneAuthenticationMethod",
    "phoneType": "mobile",
    "phoneNumber": "+1 2065550100",
}

Run = Callable[..., dict[str, Any]]


def user(object_id: str, name: str) -> dict[str, Any]:
    return {"id": object_id, "userPrincipalName": f"{name}@contoso.example", "accountEnabled": True}


def expect_named(graph: Any, *found: tuple[str, str]) -> None:
    graph.expect_batch([(f"users/{name}?$select={PROPERTIES}", 200, user(item, name)) for item, name in found])


def expect_group(graph: Any, *users: dict[str, Any], group: str = GROUP_ID, select: str = PROPERTIES) -> None:
    graph.expect(
        "GET",
        f"groups/{group}/transitiveMembers/microsoft.graph.user",
        {"value": list(users)},
        params={"$count": "true", "$select": select, "$top": "999"},
        headers={"ConsistencyLevel": "eventual"},
    )


def expect_policy(graph: Any, exclude: tuple[str, ...] = ()) -> None:
    excluded = [{"targetType": "group", "id": item} for item in exclude]
    sms = {"id": "Sms", "state": "enabled", "includeTargets": EVERYBODY, "excludeTargets": excluded}
    body = {"policyMigrationState": "migrationComplete", "authenticationMethodConfigurations": [sms]}
    graph.expect("GET", f"{POLICY}/authenticationMethodConfigurations/hardwareOath", {}, status=404, version="beta")
    graph.expect("GET", POLICY, body)


def expect_methods(graph: Any, *found: tuple[str, list[dict[str, Any]]]) -> None:
    answers = [(f"users/{item}/authentication/methods", 200, {"value": methods}) for item, methods in found]
    graph.expect_batch(answers, version="beta")


def expect_defaults(graph: Any, *found: tuple[str, str | None], status: int = 200) -> None:
    answers = [
        (
            f"users/{item}/authentication/signInPreferences",
            status,
            {
                "userPreferredMethodForSecondaryAuthentication": method,
                "isSystemPreferredAuthenticationMethodEnabled": True,
                "systemPreferredAuthenticationMethod": "sms",
            },
        )
        for item, method in found
    ]
    graph.expect_batch(answers, version="beta")


def test_named_user_is_compared_with_the_record(graph: Any, run: Run, tmp_path: Path) -> None:
    export = tmp_path / "export.json"
    record = {"username": "anna@contoso.example", "phone": {"country_code": "1", "number": "2065550100"}, "shade": 1}
    export.write_text(json.dumps({"format": "entra.mfa/export-v1", "users": [record]}))
    expect_named(graph, (ANNA, "anna"))
    expect_policy(graph)
    expect_methods(graph, (ANNA, [MOBILE]))
    expect_defaults(graph, (ANNA, "sms"))

    options = {"users": ["anna"], "export_path": str(export), "query": "users[].methods[].stands"}
    result = run(options, check=True)

    (anna,) = result["users"]
    assert anna["methods"] == [{"target": "mobile", "stands": True, "reason": None}]
    assert (anna["entra"]["default_method"], anna["entra"]["system_preferred_method"]) == ("sms", "sms")
    assert anna["mfa"]["phone_only"] is True
    assert result["query_result"] == [True]
    assert result["coverage"]["records"]["complete"] == 1
    assert result["policy_migration_state"] == "migrationComplete"
    assert not result["changed"]
    assert "users[].shade" in str(result["warnings"])
    assert "2065550100" not in json.dumps(result)


def test_group_is_counted_with_the_groups_of_the_policy(graph: Any, run: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.jsonl"
    graph.expect("GET", f"groups/{GROUP_ID}", {"id": GROUP_ID, "displayName": "Batch"}, params=GROUP_PROPERTIES)
    expect_group(graph, user(ANNA, "anna"), user(BEN, "ben"), user(ANNA, "anna"))
    expect_policy(graph, exclude=(POLICY_GROUP,))
    expect_group(graph, {"id": BEN}, group=POLICY_GROUP, select="id")
    expect_methods(graph, (ANNA, [MOBILE]), (BEN, [MOBILE]))
    expect_defaults(graph, (ANNA, None), (BEN, None))

    result = run({"group": GROUP_ID, "report_path": str(report)})

    assert result["coverage"]["capable"]["users"] == ["anna@contoso.example"]
    assert result["coverage"]["incapable"]["users"] == [{"upn": "ben@contoso.example", "reason": "not_allowed"}]
    assert result["coverage"]["records"]["matched"] == 0
    lines = [json.loads(line) for line in report.read_text().splitlines()]
    assert [{key: line[key] for key in user} for line, user in zip(lines, result["users"], strict=True)] == result[
        "users"
    ]
    assert {(line["status"], len(line["actions"])) for line in lines} == {("skipped", 0)}
    assert stat.S_IMODE(report.stat().st_mode) == 0o600


def test_members_of_a_group_that_the_policy_names_are_read_once(graph: Any, run: Run) -> None:
    graph.expect("GET", f"groups/{GROUP_ID}", {"id": GROUP_ID, "displayName": "Batch"}, params=GROUP_PROPERTIES)
    expect_group(graph, user(ANNA, "anna"))
    expect_policy(graph, exclude=(GROUP_ID.upper(),))
    expect_methods(graph, (ANNA, [MOBILE]))
    expect_defaults(graph, (ANNA, None))

    assert run({"group": GROUP_ID})["coverage"]["incapable"]["reasons"] == {"not_allowed": 1}


def test_group_is_counted_and_named_users_are_shown(graph: Any, run: Run) -> None:
    expect_named(graph, (BEN, "ben"))
    graph.expect("GET", f"groups/{GROUP_ID}", {"id": GROUP_ID, "displayName": "Batch"}, params=GROUP_PROPERTIES)
    expect_group(graph, user(ANNA, "anna"))
    expect_policy(graph)
    expect_methods(graph, (BEN, []), (ANNA, []))

    result = run({"group": GROUP_ID, "users": ["ben"]})

    assert [item["upn"] for item in result["users"]] == ["ben@contoso.example"]
    assert [item["upn"] for item in result["coverage"]["incapable"]["users"]] == ["anna@contoso.example"]


def test_empty_group_counts_nobody(graph: Any, run: Run) -> None:
    expect_named(graph, (BEN, "ben"))
    graph.expect("GET", f"groups/{GROUP_ID}", {"id": GROUP_ID, "displayName": "Batch"}, params=GROUP_PROPERTIES)
    expect_group(graph)
    expect_policy(graph)
    expect_methods(graph, (BEN, []))

    assert run({"group": GROUP_ID, "users": ["ben"]})["coverage"]["total"] == 0


def test_defaults_that_may_not_be_read_are_left_out_with_a_warning(graph: Any, run: Run) -> None:
    expect_named(graph, (ANNA, "anna"))
    expect_policy(graph)
    expect_methods(graph, (ANNA, [MOBILE]))
    expect_defaults(graph, (ANNA, None), status=403)

    result = run({"users": ["anna"]})

    assert result["users"][0]["mfa"]["capable"] is True
    assert "Default methods are left out" in str(result["warnings"])


def test_long_lists_are_cut_and_the_report_is_whole(
    graph: Any, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = "ansible_collections.entra.mfa.plugins.modules.user_methods_info.CHARACTERS_OF_USERS"
    monkeypatch.setattr(module, 1000)
    report = tmp_path / "report.jsonl"
    expect_named(graph, (ANNA, "anna"), (BEN, "ben"))
    expect_policy(graph)
    expect_methods(graph, (ANNA, []), (BEN, []))

    result = run({"users": ["anna", "ben"], "report_path": str(report)})

    assert (len(result["users"]), result["users_omitted"]) == (1, 1)
    assert len(report.read_text().splitlines()) == 2


@pytest.mark.usefixtures("graph")
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "one of the following is required: users, group"),
        ({"users": []}, "users is an empty list"),
        ({"users": ["anna"], "query": "users[?"}, "query is not a JMESPath expression"),
        ({"users": ["anna"], "export_path": "/nowhere"}, "does not exist"),
        ({"users": ["anna"], "export_match_field": "phone"}, "export_match_field must be"),
    ],
)
def test_bad_input_is_an_error_before_anything_is_read(run: Run, options: dict[str, Any], message: str) -> None:
    result = run(options)

    assert result["failed"]
    assert message in result["msg"]
