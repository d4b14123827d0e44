# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as a whole, from records of a migration at every point of its way."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.plugin_utils.report.errors import ReportInputError
from ansible_collections.entra.mfa.plugins.plugin_utils.report.model import Request, build
from ansible_collections.entra.mfa.tests.support import migration_records as records


def content(folder: Path, **options: Any) -> dict[str, Any]:
    """The report of a folder."""
    return build(Request(folder, **options), lambda _batch, _line: None).content


def batch(report: dict[str, Any], name: str) -> dict[str, Any]:
    """One batch of a report."""
    (found,) = (entry for entry in report["batches"] if entry["name"] == name)
    return found


def gate(report: dict[str, Any], name: str) -> dict[str, Any]:
    """One gate of a report."""
    (found,) = (entry for entry in report["gates"] if entry["name"] == name)
    return found


def phases(report: dict[str, Any]) -> dict[str, str]:
    """The states of the phases."""
    return {phase["name"]: phase["state"] for phase in report["phases"]}


def commands(report: dict[str, Any]) -> list[str]:
    """What comes next, in its order."""
    return [step["command"].removeprefix("ansible-playbook entra.mfa.") for step in report["next_steps"]]


def test_empty_folder(tmp_path: Path) -> None:
    report = content(tmp_path / "none")

    assert report["headline"]["state"] == "not_started"
    assert set(phases(report).values()) == {"to_do"}
    assert commands(report) == ["assess", "prepare", "migrate"]
    assert report["data_as_of"] is None
    assert {entry["state"] for entry in report["gates"]} == {"red"}


def test_migration_under_way(tmp_path: Path) -> None:
    report = content(records.write_records(tmp_path), batches=records.BATCHES)

    assert report["headline"] == {
        "state": "migrating",
        "text": "Migrating: 68 of 105 users have their methods in Entra.",
        "tone": "bad",
    }
    assert report["tenant"] == "Contoso & Sons"
    assert report["data_as_of"] == "2026-03-05T09:00:00Z"
    assert commands(report)[0] == "migrate -e entra_mfa_batch=plant"
    assert commands(report)[1:] == ["migrate", "announce", "rollout -e entra_mfa_batch=sales"]
    assert phases(report) == {
        "assess": "done",
        "prepare": "done",
        "migrate": "partly",
        "rollout": "partly",
        "finalize": "to_do",
        "verify": "to_do",
        "decommission": "to_do",
    }
    assert [entry["name"] for entry in report["batches"]] == ["pilot", "sales", "plant"]
    assert [entry["state"] for entry in report["batches"]] == ["done", "partly", "waiting"]
    assert [entry["rolled_out"] for entry in report["batches"]] == [True, False, False]
    for entry in [*report["batches"], report["totals"]]:
        parts = ("migrated", "unchanged", "skipped", "failed", "waiting")
        assert entry["users"] == sum(entry[part] for part in parts)
        assert entry["to_cover"] == entry["users"] - entry["left_alone"]
    sales = batch(report, "sales")
    assert (sales["reached"], sales["failed"], sales["skipped"], sales["left_alone"]) == (30, 7, 3, 1)
    assert (sales["needs_registration"], sales["registering"]) == (13, 12)


def test_methods_before_and_after(tmp_path: Path) -> None:
    report = content(records.write_records(tmp_path))
    kinds = {
        kind["target"]: (kind["in_mfa_server"], kind["before"], kind["after"]) for kind in report["methods"]["kinds"]
    }

    assert kinds["mobile"] == (50, 8, 50)
    assert kinds["hardwareOath"] == (18, 0, 18)
    assert kinds["mobileApp"] == (13, 0, 0)


def test_a_later_run_without_changes_says_the_same_of_the_methods(tmp_path: Path) -> None:
    before = content(records.write_records(tmp_path))["methods"]["kinds"][0]
    later = [records.line(n, "unchanged") for n in range(38)]
    records.write_lines(tmp_path, "report-pilot.jsonl", later)

    after = content(tmp_path)["methods"]["kinds"][0]

    assert (after["before"], after["after"]) == (before["before"], before["after"])


def test_reasons_come_with_a_remedy_and_failures_first(tmp_path: Path) -> None:
    report = content(records.write_records(tmp_path))

    assert [(row["reason"], row["users"]) for row in report["reasons"]][:2] == [
        ("ambiguous_match", 5),
        ("Request_BadRequest", 1),
    ]
    assert all(row["title"] and row["remedy"] for row in report["reasons"])
    assert [(row["target"], row["reason"], row["methods"]) for row in report["left_out"]] == [
        ("mobileApp", "needs_registration", 12)
    ]


def test_lists_name_no_more_users_than_wanted(tmp_path: Path) -> None:
    report = content(records.write_records(tmp_path), most_users=3)
    failed = report["users"][0]

    assert failed["title"] == "Failed"
    assert (failed["count"], len(failed["users"]), failed["omitted"]) == (7, 3, 4)


def test_gates_before_the_finalize_phase_are_forecasts(tmp_path: Path) -> None:
    folder = records.write_records(tmp_path)
    report = content(folder, batches=records.BATCHES)

    assert {entry["name"]: entry["state"] for entry in report["gates"]} == {
        "backup": "green",
        "coverage": "red",
        "dependencies": "red",
        "rollout": "red",
    }
    assert not any(entry["judged"] for entry in report["gates"])
    assert gate(report, "dependencies")["detail"] == "Not declared moved: radius."
    assert gate(report, "rollout")["detail"] == "Not rolled out: sales, plant."
    assert gate(content(folder, dependencies_moved=["radius"]), "dependencies")["state"] == "green"

    (folder / "PhoneFactor.pfdata").unlink()
    assert gate(content(folder), "backup")["state"] == "red"


def test_refused_finalize_phase_says_which_gate_is_red(tmp_path: Path) -> None:
    folder = records.write_records(tmp_path)
    missing = "coverage: users whose methods of the MFA Server are not all in Entra: 3"
    records.write_json(folder, "finalize.json", records.finalization(flipped=False, coverage=missing))

    report = content(folder)

    assert gate(report, "coverage") == {
        "name": "coverage",
        "title": "Every user has their methods",
        "state": "red",
        "judged": True,
        "detail": "users whose methods of the MFA Server are not all in Entra: 3",
        "remedy": "Migrate them, help them register, or name them in entra_mfa_accepted_users.",
    }
    assert gate(report, "backup")["state"] == "green"
    assert phases(report)["finalize"] == "partly"
    assert report["domains"][0]["red_gates"] == ["coverage"]
    assert report["headline"]["state"] == "migrating"


def routed(folder: Path) -> Path:
    """A migration of which every batch is routed."""
    records.write_records(folder)
    records.write_batch(folder, "sales", [records.line(n, "migrated") for n in range(100, 140)])
    records.write_batch(folder, "plant", [records.line(n, "migrated") for n in range(200, 225)])
    records.write_json(folder, "rollout.json", {**records.ROLLOUT, "batches": ["pilot", "sales", "plant"]})
    return folder


def test_all_batches_routed(tmp_path: Path) -> None:
    folder = routed(tmp_path)

    waiting = content(folder)
    ready = content(folder, dependencies_moved=["radius"])

    assert waiting["headline"]["state"] == "gates"
    assert waiting["next_steps"][0]["title"] == "Turn the gates green"
    assert ready["headline"]["state"] == "ready_to_finalize"
    assert commands(ready) == ["finalize"]


def test_finalized_then_verified_then_decommissioned(tmp_path: Path) -> None:
    folder = routed(tmp_path)
    records.write_json(
        folder, "finalize.json", records.finalization(dependencies="dependencies: not declared moved: radius")
    )
    finalized = content(folder)
    records.write_json(folder, "verify.json", {"verdict": "verified", "recorded_at": "2026-03-08T10:00:00Z"})
    verified = content(folder)
    records.write_json(folder, "decommission-mfa01.json", {"server": "mfa01", "removed": ["user_portal", "server"]})
    finished = content(folder)

    assert finalized["headline"]["state"] == "finalized"
    assert "Gates were overridden: dependencies." in finalized["headline"]["text"]
    assert gate(finalized, "dependencies")["state"] == "overridden"
    assert gate(finalized, "coverage")["state"] == "green"
    assert finalized["domains"][0]["effective_by"] == "2026-03-07T10:00:00Z"
    assert (finalized["domains"][0]["before"], finalized["domains"][0]["now"]) == (None, "rejectMfaByFederatedIdp")
    assert commands(finalized) == ["verify", "decommission"]
    assert verified["headline"]["state"] == "verified"
    assert commands(verified) == ["decommission"]
    assert finished["headline"]["state"] == "finished"
    assert commands(finished) == []


def test_rollback_after_the_flip(tmp_path: Path) -> None:
    folder = routed(tmp_path)
    flip = records.finalization()
    records.write_json(folder, "finalize.json", flip)
    behaviors = {"contoso.example": "enforceMfaByFederatedIdp"}
    records.write_json(folder, "rollback.json", {"domains": flip["domains"], "behaviors": behaviors})
    rollout = {**records.ROLLOUT, "policy": {"isEnabled": False}}
    records.write_json(folder, "rollout.json", rollout)
    back = content(folder)
    later = {**flip["domains"]["contoso.example"], "effective_by": "2026-04-01T10:00:00Z"}
    records.write_json(folder, "finalize.json", {**flip, "domains": {"contoso.example": later}})
    forward = content(folder)

    assert back["headline"]["state"] == "rolled_back"
    found = phases(back)
    assert (found["rollout"], found["finalize"], found["rollback"]) == ("taken_back", "taken_back", "done")
    assert commands(back) == ["", "rollout"]
    domain = back["domains"][0]
    assert (domain["finalized"], domain["before"], domain["now"]) == (False, None, "enforceMfaByFederatedIdp")
    assert not any(entry["rolled_out"] for entry in back["batches"])
    assert forward["headline"]["state"] == "finalized"
    assert forward["domains"][0]["finalized"]


def test_staged_rollout_that_was_switched_off_routes_nobody(tmp_path: Path) -> None:
    folder = routed(tmp_path)
    rollout = {**records.ROLLOUT, "policy": {"isEnabled": False}, "batches": ["pilot", "sales", "plant"]}
    records.write_json(folder, "rollout.json", rollout)

    report = content(folder)

    assert phases(report)["rollout"] == "taken_back"
    assert gate(report, "rollout")["detail"] == "The Staged Rollout policy is switched off."
    assert commands(report) == ["rollout"]


def test_assessment_is_shown_before_anything_else_has_run(tmp_path: Path) -> None:
    records.write_json(tmp_path, "assess.json", {**records.assessment(), "verdict": "not_ready"})

    report = content(tmp_path)

    assert report["headline"] == {"state": "assessed", "text": "Not ready: nothing was changed yet.", "tone": "bad"}
    assert report["next_steps"][0]["title"] == "Cure what stands in the way and assess again"
    assert report["assessment"]["findings"][0]["count"] == 1
    assert report["assessment"]["capability"] == {"users": 105, "now": 36, "after": 114, "phone_only_after": 90}
    assert report["totals"]["waiting"] == 105


def test_record_without_the_users_gives_its_own_figures(tmp_path: Path) -> None:
    summary = {"targeted": 5, "migrated": 3, "unchanged": 0, "skipped": 1, "failed": 1, "needs_registration": 2}
    records.write_json(tmp_path, "batch-pilot.json", {"name": "pilot", "group": "g", "summary": summary})

    report = content(tmp_path)

    assert (report["totals"]["users"], report["totals"]["reached"]) == (5, 3)
    assert report["unlisted_batches"] == ["pilot"]


def test_time_without_recorded_at_is_that_of_the_file(tmp_path: Path) -> None:
    records.write_json(tmp_path, "rollout.json", {"policy": {}, "batches": []})
    os.utime(tmp_path / "rollout.json", (1772700000, 1772700000))

    assert content(tmp_path)["data_as_of"] == "2026-03-05T08:40:00Z"


def test_days_without_a_user_are_counted_too(tmp_path: Path) -> None:
    records.write_ledger(tmp_path / "ledger.sqlite", [(1, "mobile", "create"), (2, "mobile", "create")])
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as connection:
        connection.execute("UPDATE changes SET updated_at = 1772700000")
        connection.execute("UPDATE changes SET updated_at = 1772959200 WHERE user_id = ?", (records.user_id(2),))
        connection.commit()

    assert [(day["date"], day["users"]) for day in content(tmp_path)["days"]] == [
        ("2026-03-05", 1),
        ("2026-03-06", 0),
        ("2026-03-07", 0),
        ("2026-03-08", 1),
    ]


def test_batch_name_in_a_command_is_quoted(tmp_path: Path) -> None:
    report = content(tmp_path, batches=[{"name": "a; rm -rf x"}])

    assert commands(report)[-1] == "migrate -e 'entra_mfa_batch=a; rm -rf x'"


@pytest.mark.parametrize(("name", "text"), [("prepare.json", "[]"), ("rollout.json", "{"), ("batch-a.json", "\x00")])
def test_file_that_is_no_record_is_named(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")

    with pytest.raises(ReportInputError, match=name):
        content(tmp_path)


def test_batch_with_a_name_that_leaves_the_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReportInputError, match="that no file can have"):
        content(tmp_path, batches=[{"name": "../elsewhere"}])


def test_same_records_give_the_same_report(tmp_path: Path) -> None:
    folder = records.write_records(tmp_path)

    assert json.dumps(content(folder)) == json.dumps(content(folder))


@pytest.mark.parametrize(
    ("verdict", "tone"), [("verified", "good"), ("inconclusive", "warning"), ("not_verified", "bad")]
)
def test_verdict_of_the_verification_is_the_headline(tmp_path: Path, verdict: str, tone: str) -> None:
    folder = routed(tmp_path)
    records.write_json(folder, "finalize.json", records.finalization())
    seen = {"verdict": verdict, "since": "2026-03-07T10:00:00Z", "sign_ins": {"cloud": 120, "federated": 3}}
    records.write_json(
        folder, "verify.json", {"verdict": verdict, "findings": [], "domains": {"contoso.example": seen}}
    )

    report = content(folder)

    assert (report["headline"]["state"], report["headline"]["tone"]) == (verdict, tone)
    assert report["verification"]["sign_ins"] == [
        {"name": "contoso.example", "verdict": verdict, "since": "2026-03-07T10:00:00Z", "cloud": 120, "federated": 3}
    ]
    assert commands(report) == (["decommission"] if verdict == "verified" else ["verify"])


def test_batch_between_two_waves_is_not_all_the_way(tmp_path: Path) -> None:
    folder = routed(tmp_path)
    waves = {"wave": 1, "of": 2, "reached": 20, "total": 40, "next_at": "2026-03-06T10:00:00Z"}
    rollout = {**records.ROLLOUT, "batches": ["pilot", "sales", "plant"], "progress": {"sales": waves}}
    records.write_json(folder, "rollout.json", rollout)

    report = content(folder)

    assert (batch(report, "sales")["routed"], batch(report, "sales")["to_route"]) == (20, 40)
    assert phases(report)["rollout"] == "partly"
    assert report["headline"]["text"] == "Migrated, and 2 of 3 batches are routed to Entra."
    assert commands(report) == ["rollout -e entra_mfa_batch=sales"]
    assert "The next may begin on 6 March 2026, 10:00 UTC." in report["next_steps"][0]["why"]
