# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's utility as engine: what is asked at each look, and what is returned of those who are left."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.entra.mfa.tests.support.audits import methods, record

ANNA, BEN = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2))
PROPERTIES = "id,userPrincipalName,onPremisesSecurityIdentifier"
AUDITS = "auditLogs/directoryAudits"
POLICY = "policies/authenticationMethodsPolicy"
BEGIN = "2026-03-01T00:00:00Z"
FORBIDDEN = {"error": {"code": "Authorization_RequestDenied", "message": "Insufficient privileges."}}
MOBILE = {
    "@odata.type": "#microsoft.graph.phoneAuthenticationMethod",
    "phoneType": "mobile",
    "phoneNumber": "+1 2065550100",
}

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def graph(graph_in_any_order: Any) -> Any:
    """The policy is read while the first users are looked at."""
    return graph_in_any_order


def expect_users(graph: Any, *found: tuple[str, str]) -> None:
    answers = [
        (
            f"users/{name}@contoso.example?$select={PROPERTIES}",
            200,
            {"id": item, "userPrincipalName": f"{name}@contoso.example"},
        )
        for item, name in found
    ]
    graph.expect_batch(answers)


def expect_log(graph: Any, *users: tuple[str, str], status: int = 200) -> None:
    entries = [
        record(item, f"{name}@contoso.example", BEGIN, StrongAuthenticationMethod=([], methods(0)))
        for item, name in users
    ]
    params = {
        "$filter": f"activityDateTime ge {BEGIN} and initiatedBy/app/displayName eq 'Azure MFA Management'",
        "$orderby": "activityDateTime",
        "$top": "999",
    }
    graph.expect("GET", AUDITS, {"value": entries} if status == 200 else FORBIDDEN, status=status, params=params)


def expect_rules(graph: Any) -> None:
    everybody = [{"targetType": "group", "id": "all_users"}]
    sms = {"id": "Sms", "state": "enabled", "includeTargets": everybody, "excludeTargets": []}
    body = {"policyMigrationState": "migrationComplete", "authenticationMethodConfigurations": [sms]}
    graph.expect("GET", f"{POLICY}/authenticationMethodConfigurations/hardwareOath", {}, status=404, version="beta")
    graph.expect("GET", POLICY, body)


def expect_methods(graph: Any, *found: tuple[str, list[dict[str, Any]]]) -> None:
    graph.expect_batch(
        [(f"users/{item}/authentication/methods", 200, {"value": value}) for item, value in found], version="beta"
    )


def expect_defaults(graph: Any, *users: str) -> None:
    body = {"userPreferredMethodForSecondaryAuthentication": "sms"}
    graph.expect_batch(
        [(f"users/{item}/authentication/signInPreferences", 200, body) for item in users], version="beta"
    )


@pytest.fixture
def options(tmp_path: Path) -> dict[str, Any]:
    phone = {"country_code": "1", "number": "2065550100"}
    users = [{"username": f"{name}@contoso.example", "phone": phone} for name in ("anna", "ben")]
    path = tmp_path / "export.json"
    path.write_text(json.dumps({"format": "entra.mfa/export-v1", "users": users}))
    return {
        "users": ["anna@contoso.example", "ben@contoso.example"],
        "export_path": str(path),
        "since": "2026-03-01",
        "fail_on": "none",
    }


def test_users_are_looked_at_until_the_time_is_over(
    graph: Any, run: Run, options: dict[str, Any], tmp_path: Path, pauses: list[float]
) -> None:
    report = tmp_path / "report.jsonl"
    expect_users(graph, (ANNA, "anna"), (BEN, "ben"))
    expect_log(graph)
    expect_rules(graph)
    expect_methods(graph, (ANNA, [MOBILE]), (BEN, []))
    expect_defaults(graph, ANNA)

    result = run({**options, "report_path": str(report)})

    assert result["summary"]["unchanged"] == 1
    assert [(user["upn"], user["reason"]) for user in result["users"]] == [
        ("ben@contoso.example", "not_migrated_by_utility")
    ]
    assert [json.loads(line)["status"] for line in report.read_text().splitlines()] == ["unchanged", "failed"]
    assert not result["changed"]
    assert sum(pauses) == 0


def test_a_record_in_the_log_is_enough_and_an_earlier_report_tells_who_is_new(
    graph: Any, run: Run, options: dict[str, Any], tmp_path: Path
) -> None:
    report = tmp_path / "report.jsonl"
    earlier = [{"id": ANNA, "upn": "anna", "status": "unchanged"}, {"id": BEN, "upn": "ben", "status": "failed"}]
    report.write_text("\n".join(map(json.dumps, earlier)))
    expect_users(graph, (ANNA, "anna"), (BEN, "ben"))
    expect_log(graph, (ANNA, "anna"), (BEN, "ben"))
    expect_rules(graph)
    expect_methods(graph, (ANNA, [MOBILE]), (BEN, []))
    expect_defaults(graph, ANNA)

    result = run({**options, "wait": 60, "compare_with": str(report), "report_path": str(report)})

    assert (result["summary"]["unchanged"], result["summary"]["migrated"]) == (1, 1)
    assert result["users"][0]["reason"] == "seen_in_audit_log"


def test_a_log_that_may_not_be_read_is_a_warning(graph: Any, run: Run, options: dict[str, Any]) -> None:
    expect_users(graph, (ANNA, "anna"), (BEN, "ben"))
    expect_log(graph, status=403)
    expect_rules(graph)
    expect_methods(graph, (ANNA, [MOBILE]), (BEN, [MOBILE]))
    expect_defaults(graph, ANNA, BEN)

    result = run({**options, "fail_on": "any"})

    assert result["summary"]["unchanged"] == 2
    assert "Only the methods of the users count" in str(result["warnings"])


def test_check_mode_foretells_and_does_not_fail(graph: Any, run: Run, options: dict[str, Any]) -> None:
    expect_users(graph, (ANNA, "anna"), (BEN, "ben"))
    expect_log(graph)
    expect_rules(graph)
    expect_methods(graph, (ANNA, []), (BEN, []))

    result = run({**options, "wait": 3600, "fail_on": "any"}, check=True)

    assert result["summary"]["migrated"] == 2
    assert [user["actions"][0]["action"] for user in result["users"]] == ["create", "create"]


@pytest.mark.usefixtures("graph")
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"users": None}, "one of the following is required: group, users"),
        ({"users": []}, "users is an empty list"),
        ({"since": "soon"}, "since must be a date or time"),
        ({"wait": -1}, "wait must be at least 0"),
        ({"poll_interval": 0}, "poll_interval at least 1"),
        ({"fail_on": "most"}, "fail_on must be"),
        ({"export_match_field": "phone"}, "export_match_field must be"),
        ({"export_path": "/nowhere"}, "does not exist"),
    ],
)
def test_bad_input_asks_nothing(run: Run, options: dict[str, Any], changes: dict[str, Any], message: str) -> None:
    result = run({name: value for name, value in {**options, **changes}.items() if value is not None})

    assert result["failed"]
    assert message in result["msg"]
