# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Temporary Access Passes: made in batches, kept in a file, never returned."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ANNA, BEN = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2))
POLICY = "policies/authenticationMethodsPolicy"
GROUP = "7a0e5a4c-6a0e-4a50-9d0e-0a3f3f1f4a10"
EVERYBODY = [{"targetType": "group", "id": "all_users"}]
FORBIDDEN = {"error": {"code": "Authorization_RequestDenied", "message": "Insufficient privileges."}}
CUT_OFF = {"error": {"code": "GatewayTimeout", "message": "No answer in time."}}
CODE = "Wx$7Qz!k"

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "passes.json"


@pytest.fixture
def report(tmp_path: Path) -> str:
    """A report in which Anna and Ben have to register again."""
    path = tmp_path / "report.jsonl"
    users = [(ANNA, "anna", True), ("id-cleo", "cleo", False), (BEN, "ben", True)]
    lines = [json.dumps({"id": item, "upn": name, "needs_registration": needs}) for item, name, needs in users]
    path.write_text("\n".join(lines))
    return str(path)


def expect_policy(graph: Any, state: str = "enabled", exclude: tuple[str, ...] = (), **settings: Any) -> None:
    excluded = [{"targetType": "group", "id": item} for item in exclude]
    found = {"id": "TemporaryAccessPass", "state": state, "includeTargets": EVERYBODY, "excludeTargets": excluded}
    graph.expect("GET", POLICY, {"authenticationMethodConfigurations": [found | settings]})


def path(item: str) -> str:
    return f"users/{item}/authentication/temporaryAccessPassMethods"


def access_pass(usable: bool = True, reason: str = "EnabledByPolicy", **more: Any) -> dict[str, Any]:
    shown = {"id": "id-pass", "isUsable": usable, "methodUsabilityReason": reason, "lifetimeInMinutes": 60}
    return {**shown, "startDateTime": "2024-05-01T08:00:00Z", "isUsableOnce": False, **more}


def expect_read(graph: Any, *found: tuple[str, list[dict[str, Any]]]) -> None:
    graph.expect_batch([(path(item), 200, {"value": passes}) for item, passes in found])


def expect_created(graph: Any, *items: str, body: dict[str, Any] | None = None) -> None:
    made = access_pass(temporaryAccessPass=CODE)
    graph.expect_batch([(path(item), 201, made) for item in items], method="POST", body=body or {})


def statuses(result: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    return [(user["upn"], user["status"], user["reason"]) for user in result["users"]]


def test_passes_are_in_the_file_and_nowhere_else(graph: Any, run: Run, output: Path, report: str) -> None:
    body = {"lifetimeInMinutes": 60, "isUsableOnce": True, "startDateTime": "2024-05-01T08:00:00Z"}
    expect_policy(graph, minimumLifetimeInMinutes=60, maximumLifetimeInMinutes=480)
    expect_read(graph, (ANNA, []), (BEN, [access_pass(usable=False, reason="Expired")]))
    expect_created(graph, ANNA, BEN, body=body)

    options = {"lifetime_in_minutes": 60, "is_usable_once": True, "start_date_time": "2024-05-01T08:00:00Z"}
    result = run({"from_report": report, "output_path": str(output), **options}, diff=True)

    assert statuses(result) == [("anna", "created", None), ("ben", "created", None)]
    assert result["summary"]["created"] == 2
    assert result["output_path"] == str(output)
    assert result["diff"] == {"before": {"with_a_pass": []}, "after": {"with_a_pass": ["anna", "ben"]}}
    assert result["users"][0]["lifetime_in_minutes"] == 60
    assert CODE not in json.dumps(result)
    kept = json.loads(output.read_text())
    assert [(entry["id"], entry["temporary_access_pass"]) for entry in kept] == [(ANNA, CODE), (BEN, CODE)]


@pytest.mark.parametrize("reason", ["EnabledByPolicy", "NotYetValid"])
def test_user_who_has_a_pass_is_left_alone(graph: Any, run: Run, output: Path, report: str, reason: str) -> None:
    expect_policy(graph)
    expect_read(graph, *((item, [access_pass(reason == "EnabledByPolicy", reason)]) for item in (ANNA, BEN)))

    result = run({"from_report": report, "output_path": str(output)})

    assert not result["changed"]
    assert {status for _upn, status, _reason in statuses(result)} == {"unchanged"}
    assert result["output_path"] is None
    assert not output.exists()


def test_replace_makes_a_new_pass(graph: Any, run: Run, output: Path, report: str) -> None:
    expect_policy(graph)
    expect_read(graph, (ANNA, [access_pass()]), (BEN, []))
    expect_created(graph, ANNA, BEN)

    result = run({"from_report": report, "output_path": str(output), "replace": True})

    assert [status for _upn, status, _reason in statuses(result)] == ["replaced", "created"]
    assert result["diff"]["before"] == {"with_a_pass": ["anna"]}


def test_check_mode_tells_the_same_and_writes_nothing(graph: Any, run: Run, output: Path, report: str) -> None:
    expect_policy(graph)
    expect_read(graph, (ANNA, [access_pass()]), (BEN, []))

    result = run({"from_report": report, "output_path": str(output), "replace": True}, check=True)

    assert result["changed"]
    assert [status for _upn, status, _reason in statuses(result)] == ["replaced", "created"]
    assert result["output_path"] is None
    assert not output.exists()


def test_user_whom_the_policy_excludes_is_skipped(graph: Any, run: Run, output: Path, report: str) -> None:
    expect_policy(graph, exclude=(GROUP,))
    graph.expect(
        "GET",
        f"groups/{GROUP}/transitiveMembers/microsoft.graph.user",
        {"value": [{"id": ANNA}]},
        params={"$count": "true", "$select": "id", "$top": "999"},
    )
    expect_read(graph, (BEN, []))
    expect_created(graph, BEN)

    result = run({"from_report": report, "output_path": str(output)})

    assert statuses(result) == [("anna", "skipped", "not_allowed"), ("ben", "created", None)]
    assert "failed" not in result


def test_pass_after_an_unknown_outcome_is_made_anew(graph: Any, run: Run, output: Path, report: str) -> None:
    expect_policy(graph)
    expect_read(graph, (ANNA, []), (BEN, []))
    answers = [(path(ANNA), 504, CUT_OFF), (path(BEN), 201, access_pass(temporaryAccessPass=CODE))]
    graph.expect_batch(answers, method="POST", body={})
    expect_created(graph, ANNA)

    result = run({"from_report": report, "output_path": str(output)})

    assert result["summary"]["created"] == 2
    assert len(json.loads(output.read_text())) == 2


def test_user_who_is_refused_fails_the_task_after_the_others(graph: Any, run: Run, output: Path, report: str) -> None:
    expect_policy(graph)
    expect_read(graph, (ANNA, []), (BEN, []))
    answers = [(path(ANNA), 403, FORBIDDEN), (path(BEN), 201, access_pass(temporaryAccessPass=CODE))]
    graph.expect_batch(answers, method="POST", body={})

    result = run({"from_report": report, "output_path": str(output)})

    assert result["failed"]
    assert result["msg"].startswith("1 of 2 users failed; the first is anna (Authorization_RequestDenied: Insufficient")
    assert [status for _upn, status, _reason in statuses(result)] == ["failed", "created"]
    assert len(json.loads(output.read_text())) == 1


def test_refusal_of_everybody_is_one_error(graph: Any, run: Run, output: Path, report: str) -> None:
    expect_policy(graph)
    graph.expect_batch([(path(item), 403, FORBIDDEN) for item in (ANNA, BEN)])

    result = run({"from_report": report, "output_path": str(output)})

    assert result["error"]["status"] == 403
    assert "UserAuthMethod-TAP.Read.All" in result["error"]["hint"]


def test_absent_deletes_any_pass_and_a_pass_that_is_gone_counts(graph: Any, run: Run, report: str) -> None:
    expect_read(graph, (ANNA, [access_pass(usable=False, reason="Expired")]), (BEN, []))
    graph.expect_batch([(f"{path(ANNA)}/id-pass", 404, FORBIDDEN)], method="DELETE")

    result = run({"from_report": report, "state": "absent"}, diff=True)

    assert statuses(result) == [("anna", "deleted", None), ("ben", "unchanged", None)]
    assert result["diff"]["before"] == {"with_a_pass": ["anna"]}


def test_absent_in_check_mode_deletes_nothing(graph: Any, run: Run, report: str) -> None:
    expect_read(graph, (ANNA, [access_pass()]), (BEN, []))

    result = run({"from_report": report, "state": "absent"}, check=True)

    assert (result["changed"], result["summary"]["deleted"]) == (True, 1)


@pytest.mark.parametrize(
    ("policy", "options", "message"),
    [
        ({"state": "disabled"}, {}, "enable it with the module authentication_methods_policy"),
        (
            {"minimumLifetimeInMinutes": 60, "maximumLifetimeInMinutes": 480},
            {"lifetime_in_minutes": 30},
            "must be from 60 to 480 by the authentication methods policy",
        ),
        ({"isUsableOnce": True}, {"is_usable_once": False}, "allows one-time passes only"),
        ({}, {"lifetime_in_minutes": 9}, "lifetime_in_minutes must be from 10 to 43200, not 9."),
        ({}, {"start_date_time": "2024-05-01T08:00:00"}, "with its zone"),
    ],
)
def test_wish_that_cannot_be_met_is_told_in_one_sentence(
    graph: Any, run: Run, output: Path, report: str, policy: dict[str, Any], options: dict[str, Any], message: str
) -> None:
    expect_policy(graph, **policy)

    result = run({"from_report": report, "output_path": str(output), **options})

    assert result["failed"]
    assert message in result["msg"]


@pytest.mark.usefixtures("graph")
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"users": ["anna"]}, "output_path"),
        ({"output_path": "x"}, "one of the following is required: users, from_report"),
    ],
)
def test_options_that_are_missing_are_named(run: Run, options: dict[str, Any], message: str) -> None:
    assert message in run(options)["msg"]
