# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine ``utility``: the vendor's Migration Utility, played by another client, migrates whom it is given."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support.organisation import NAMES, group_id, small_organisation, user_id
from support.playbook import PlaybookRun, login, run_playbook
from support.simulator import Simulator

UTILITY_GROUP = group_id(20)
NUMBERS = {"carla": "2065550103", "david": "2065550104", "frank": "2065550106"}


def organisation() -> dict[str, Any]:
    """The small organisation with an empty group for the utility; its log says that the utility wrote to anna."""
    content = small_organisation()
    group = {"id": UTILITY_GROUP, "displayName": "MFA utility users", "members": []}
    content["groups"].append({**group, "groupTypes": [], "securityEnabled": True})
    return content


def export() -> dict[str, Any]:
    """What the server knows: frank has nothing but an app, elena is no user of it."""

    def user(name: str, number: str | None = None, **more: Any) -> dict[str, Any]:
        phone = {"phone": {"country_code": "1", "number": number}} if number else {}
        return {"username": f"{name}@contoso.example", **phone, **more}

    return {
        "format": "entra.mfa/export-v1",
        "users": [
            user("anna", "2065550100"),
            user("bruno", "2065550101"),
            user("carla", NUMBERS["carla"], mobile_apps=[{"name": "Pixel"}]),
            user("david", NUMBERS["david"]),
            user("frank", mobile_apps=[{"name": "Old phone"}]),
        ],
    }


@contextmanager
def utility(simulator: Simulator, *names: str) -> Iterator[None]:
    """The vendor's utility at work: it gives these users a telephone as soon as they stand in its group."""
    ended = threading.Event()
    client = Simulator.graph
    token = simulator.token("utility")
    left = {user_id(name): NUMBERS[name] for name in names}

    def work() -> None:
        while not ended.wait(0.2):
            members = client(simulator, "GET", f"v1.0/groups/{UTILITY_GROUP}/members", token=token).json()["value"]
            for member in members:
                number = left.pop(member["id"], None)
                if number is not None:
                    body = {"phoneType": "mobile", "phoneNumber": f"+1 {number}"}
                    path = f"v1.0/users/{member['id']}/authentication/phoneMethods"
                    client(simulator, "POST", path, body, token=token).raise_for_status()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(tmp_path / "simulator", organisation()) as running:
        running.control("POST", "/settings", {"report_limit": 1000})
        yield running


def play(simulator: Simulator, folder: Path, playbook: str = "migrate", *arguments: str, **more: Any) -> PlaybookRun:
    """Run a playbook for the batch."""
    folder.mkdir(exist_ok=True)
    (folder / "export.json").write_text(json.dumps(export()), encoding="utf-8")
    variables = {
        "entra_mfa_graph_options": login(simulator.ready),
        "entra_mfa_rollout_access_token": simulator.ready["delegated"]["hybrid_admin"]["access_token"],
        "entra_mfa_batches": [{"name": "one", "group": "MFA migration batch 1", "rollout_group": "MFA rollout"}],
        "entra_mfa_export": str(folder / "export.json"),
        "entra_mfa_record_dir": str(folder / "records"),
        "entra_mfa_engine": "utility",
        "entra_mfa_utility_group": "MFA utility users",
        "entra_mfa_utility_timeout": 5,
        "entra_mfa_utility_poll_interval": 1,
        **more,
    }
    return run_playbook(folder, f"entra.mfa.{playbook}", variables=variables, arguments=arguments)


def report(folder: Path) -> dict[str, tuple[str, str | None]]:
    """Status and reason of each user."""
    lines = (folder / "records/report-one.jsonl").read_text(encoding="utf-8").splitlines()
    users = [json.loads(line) for line in lines]
    return {user["upn"].partition("@")[0]: (user["status"], user["reason"]) for user in users}


def members(simulator: Simulator, group: str) -> set[str]:
    """The names of the users in a group."""
    groups: list[Mapping[str, Any]] = simulator.control("GET", "/state")["groups"]
    ids = next(found["members"] for found in groups if found["id"] == group)
    return {name for name in NAMES if user_id(name) in ids}


def test_users_are_handed_over_and_waited_for(simulator: Simulator, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with utility(simulator, "carla", "frank"):
        late = play(simulator, folder)

    assert late.returncode == 2, late.output
    assert "Not migrated within 5 seconds: david@contoso.example." in late.output
    assert members(simulator, UTILITY_GROUP) == {"anna", "bruno", "carla", "david", "frank"}
    assert report(folder) == {
        "anna": ("unchanged", "seen_in_audit_log"),
        "bruno": ("unchanged", None),
        "carla": ("migrated", None),
        "david": ("failed", "not_migrated_by_utility"),
        "elena": ("skipped", "not_in_mfa_server"),
        "frank": ("migrated", "seen_in_audit_log"),
    }
    record = json.loads((folder / "records/batch-one.json").read_text(encoding="utf-8"))
    assert (record["summary"]["migrated"], record["summary"]["failed"]) == (2, 1)

    with utility(simulator, "david"):
        done = play(simulator, folder, entra_mfa_utility_timeout=60)
    assert done.returncode == 0, done.output
    assert report(folder)["david"][0] in {"unchanged", "migrated"}

    before = simulator.applied_writes()
    again = play(simulator, folder)
    assert again.returncode == 0, again.output
    assert "changed=0" in again.output
    assert simulator.applied_writes() == before

    rollout = play(simulator, folder, "rollout")
    assert rollout.returncode == 0, rollout.output
    assert members(simulator, group_id(6)) == {"anna", "bruno", "carla", "david", "frank"}


def test_check_mode_hands_nobody_over(simulator: Simulator, tmp_path: Path) -> None:
    folder = tmp_path / "run"

    run = play(simulator, folder, "migrate", "--check", entra_mfa_utility_timeout=600)

    assert run.returncode == 0, run.output
    assert simulator.applied_writes() == 0
    assert {path.name for path in (folder / "records").iterdir()} == {
        "report-one-check.jsonl",
        "utility-one-check.jsonl",
    }


def test_methods_alone_count_where_the_log_may_not_be_read(simulator: Simulator, tmp_path: Path) -> None:
    state = simulator.control("GET", "/state")
    role = next(app for app in state["apps"] if app["displayName"] == "MFA migration")["appRoles"]
    assert "AuditLog.Read.All" in role
    simulator.control("POST", "/faults", [{"kind": "status", "status": 403, "match": {"path": "/auditLogs/"}}])
    folder = tmp_path / "run"
    with utility(simulator, "carla", "david", "frank"):
        run = play(simulator, folder)

    assert run.returncode == 2, run.output
    assert "Only the methods of the users count" in run.output
    assert {name for name, (status, _reason) in report(folder).items() if status == "failed"} == {"anna", "frank"}


def test_the_group_of_the_utility_is_asked_for(simulator: Simulator, tmp_path: Path) -> None:
    run = play(simulator, tmp_path / "run", entra_mfa_utility_group=None)

    assert run.returncode == 2
    assert "entra_mfa_utility_group is not set" in run.output
    assert simulator.applied_writes() == 0
