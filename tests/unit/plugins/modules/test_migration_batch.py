# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module around the engine: options, files, what it asks in which order, what it returns."""

from __future__ import annotations

import json
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

GROUP_ID = "7a0e5a4c-6a0e-4a50-9d0e-0a3f3f1f4a10"
ANNA, BEN, CLEO = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
GROUP_PROPERTIES = {"$select": "id,displayName,groupTypes,securityEnabled,membershipRule,onPremisesSyncEnabled"}
POLICY = "policies/authenticationMethodsPolicy"
EVERYBODY = [{"targetType": "group", "id": "all_users"}]

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def graph(graph_in_any_order: Any) -> Any:
    """The policy is read while the first users are looked at."""
    return graph_in_any_order


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """An export with a record for Anna, a broken one for Ben, and none for Cleo."""
    path = tmp_path / "export.json"
    anna = {
        "username": "anna@contoso.example",
        "default_method": "text_message",
        "phone": {"country_code": "1", "number": "2065550100"},
        "mobile_apps": [{"name": "Phone"}],
        "colour": "red",
    }
    users = [anna, {"username": "ben@contoso.example", "enabled": "yes"}]
    path.write_text(json.dumps({"format": "entra.mfa/export-v1", "users": users}))
    return path


def user(object_id: str, name: str) -> dict[str, Any]:
    return {"id": object_id, "userPrincipalName": f"{name}@contoso.example"}


def expect_members(graph: Any, *users: dict[str, Any], select: str = "") -> None:
    properties = "id,userPrincipalName,onPremisesSecurityIdentifier" + select
    graph.expect("GET", f"groups/{GROUP_ID}", {"id": GROUP_ID, "displayName": "Batch"}, params=GROUP_PROPERTIES)
    graph.expect(
        "GET",
        f"groups/{GROUP_ID}/transitiveMembers/microsoft.graph.user",
        {"value": list(users)},
        params={"$count": "true", "$select": properties, "$top": "999"},
        headers={"ConsistencyLevel": "eventual"},
    )


def expect_policy(graph: Any) -> None:
    configurations = [{"id": "Sms", "state": "enabled", "includeTargets": EVERYBODY}]
    graph.expect(
        "GET", f"{POLICY}/authenticationMethodConfigurations/hardwareOath", {"id": "HardwareOath"}, version="beta"
    )
    graph.expect("GET", POLICY, {"authenticationMethodConfigurations": configurations})


def test_check_mode_plans_and_reports(run: Run, graph: Any, export: Path, tmp_path: Path) -> None:
    content = json.loads(export.read_text())
    content["users"].insert(0, {"username": "dora", "shade": "dark"})
    export.write_text(json.dumps(content))
    expect_members(graph, user(ANNA, "Anna"), user(BEN, "ben"), user(CLEO, "cleo"))
    expect_policy(graph)
    graph.expect_batch([(f"users/{ANNA}/authentication/methods", 200, {"value": []})], version="beta")
    report, ledger = tmp_path / "report.jsonl", tmp_path / "ledger"
    options = {"group": GROUP_ID, "export_path": str(export), "report_path": str(report), "ledger_path": str(ledger)}
    result = run({**options, "fail_on": "none"}, check=True, diff=True)
    assert result["changed"] is True
    counts = {name: value for name, value in result["summary"].items() if name != "seconds"}
    assert counts == {
        "targeted": 3,
        "matched": 2,
        "migrated": 1,
        "unchanged": 0,
        "skipped": 1,
        "failed": 1,
        "needs_registration": 1,
        "http_requests": 5,
        "throttled": 0,
    }
    by_name = {item["upn"]: item for item in result["users"]}
    assert by_name["Anna@contoso.example"] == {
        "id": ANNA,
        "upn": "Anna@contoso.example",
        "matched_by": "upn",
        "status": "migrated",
        "reason": None,
        "needs_registration": True,
        "actions": [
            {"target": "mobile", "action": "create", "reason": None},
            {"target": "mobileApp", "action": "skip", "reason": "needs_registration"},
            {"target": "defaultMethod", "action": "create", "reason": None},
        ],
        "default_method": {"before": None, "after": "sms"},
    }
    assert by_name["ben@contoso.example"]["reason"] == "invalid_record: enabled must be true or false"
    assert by_name["cleo@contoso.example"]["reason"] == "not_in_mfa_server"
    assert result["diff"]["after"]["Anna@contoso.example"]["mobile"] == "•••• 00"
    unknown, broken = map(str, result["warnings"])
    assert "users[].colour, users[].shade." in unknown
    assert "record 3 (ben@contoso.example): enabled must be true or false." in broken
    assert len(report.read_text().splitlines()) == 3
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    assert not ledger.exists()
    assert "2065550100" not in json.dumps(result) + report.read_text()


def test_failed_users_fail_the_task_and_the_result_is_whole(run: Run, graph: Any, export: Path) -> None:
    expect_members(graph, user(BEN, "ben"))
    result = run({"group": GROUP_ID, "export_path": str(export)}, check=True)
    assert result["failed"] is True
    assert result["msg"] == (
        "1 of 1 users failed, which fail_on=any does not accept; the first is ben@contoso.example"
        " (invalid_record: enabled must be true or false)."
    )
    assert (result["changed"], result["summary"]["failed"], result["users_omitted"]) == (False, 1, 0)


def test_match_attribute_is_read_with_the_members(run: Run, graph: Any, export: Path) -> None:
    expect_members(graph, user(CLEO, "cleo"), select=",onPremisesSamAccountName,onPremisesDomainName")
    options = {"group": GROUP_ID, "export_path": str(export), "match_attribute": "onPremisesSamAccountName"}
    assert run(options)["summary"]["skipped"] == 1


def test_users_narrow_the_group(run: Run, graph: Any, export: Path) -> None:
    expect_members(graph, user(ANNA, "anna"), user(CLEO, "cleo"))
    result = run({"group": GROUP_ID, "users": ["CLEO@contoso.example"], "export_path": str(export)})
    assert [item["upn"] for item in result["users"]] == ["cleo@contoso.example"]


def test_user_outside_the_group_is_an_error(run: Run, graph: Any, export: Path) -> None:
    expect_members(graph, user(ANNA, "anna"))
    result = run({"group": GROUP_ID, "users": ["dora@contoso.example"], "export_path": str(export)})
    assert result["msg"] == "The group has no member dora@contoso.example; give object ids or user principal names."


def test_users_without_a_group_are_read_by_name(run: Run, graph: Any, export: Path) -> None:
    path = "users/cleo@contoso.example?$select=id,userPrincipalName,onPremisesSecurityIdentifier"
    graph.expect_batch([(path, 200, user(CLEO, "cleo"))])
    assert run({"users": ["cleo@contoso.example"], "export_path": str(export)})["summary"]["targeted"] == 1


def test_refused_read_shows_the_five_facts(run: Run, graph: Any, export: Path) -> None:
    expect_members(graph, user(ANNA, "anna"))
    expect_policy(graph)
    refused = {"error": {"code": "Authorization_RequestDenied", "message": "Insufficient privileges."}}
    graph.expect_batch([(f"users/{ANNA}/authentication/methods", 403, refused)], version="beta")
    result = run({"group": GROUP_ID, "export_path": str(export)})
    assert result["error"]["code"] == "Authorization_RequestDenied"
    assert "UserAuthenticationMethod" in result["error"]["hint"]
    assert "traceback" not in json.dumps(result).lower()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "one of the following is required: group, users"),
        ({"group": "x", "users": []}, "users is an empty list"),
        ({"group": "x", "fail_on": "some"}, "fail_on must be any, none or a percentage"),
        ({"group": "x", "export_match_field": "upn"}, "export_match_field must be username or attributes.NAME"),
        ({"group": "x", "match_attribute": "displayName"}, "value of match_attribute must be one of"),
        ({"group": "x", "state": "undone"}, "ledger_path"),
        ({"group": "x", "export_path": "/nowhere/export.json"}, "The export /nowhere/export.json does not exist"),
    ],
)
def test_bad_input_is_one_sentence_and_no_request(
    run: Run, graph: Any, export: Path, options: dict[str, Any], message: str
) -> None:
    result = run({"export_path": str(export), **options})
    assert result["failed"] is True
    assert message in result["msg"]
    assert "exception" not in result


def test_broken_export_is_refused_before_any_request(run: Run, graph: Any, export: Path) -> None:
    export.write_text("{")
    assert "is not JSON" in run({"group": GROUP_ID, "export_path": str(export)})["msg"]


def test_newer_ledger_is_refused_before_any_request(run: Run, graph: Any, export: Path, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    with sqlite3.connect(ledger) as connection:
        connection.execute("PRAGMA user_version = 99")
    result = run({"group": GROUP_ID, "export_path": str(export), "ledger_path": str(ledger)})
    assert "has format 99" in result["msg"]


def test_nothing_to_take_back(run: Run, graph: Any, export: Path, tmp_path: Path) -> None:
    expect_members(graph, user(ANNA, "anna"))
    options = {"group": GROUP_ID, "export_path": str(export), "ledger_path": str(tmp_path / "ledger")}
    result = run({**options, "state": "undone"})
    assert (result["changed"], result["summary"]["unchanged"]) == (False, 1)
