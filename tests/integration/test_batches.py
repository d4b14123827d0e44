# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks over the hosts of the inventory plugin: batches side by side, one after the other, or one of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.organisation import small_organisation
from support.playbook import PlaybookRun, login, run_playbook
from support.simulator import Simulator

pytestmark = pytest.mark.xdist_group("batches")

BATCHES = [{"name": name, "group": f"MFA migration batch {number}"} for number, name in enumerate(("pilot", "rest"), 1)]
ELENA = "elena@contoso.example"
EXPORT = {
    "format": "entra.mfa/export-v1",
    "users": [
        {"username": "anna@contoso.example", "phone": {"country_code": "1", "number": "2065550120"}},
        {"username": ELENA, "phone": {"country_code": "1", "number": "2065550121"}},
    ],
}


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """A tenant for all tests."""
    with Simulator(tmp_path_factory.mktemp("simulator"), small_organisation()) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the export and the inventory of the batches."""
    (tmp_path / "export.json").write_text(json.dumps(EXPORT), encoding="utf-8")
    inventory = {"plugin": "entra.mfa.batches", "batches": BATCHES}
    (tmp_path / "batches.yml").write_text(json.dumps(inventory), encoding="utf-8")
    return tmp_path


def play(folder: Path, simulator: Simulator, name: str, *arguments: str, **variables: Any) -> PlaybookRun:
    """Run a playbook with the inventory of the batches, which nothing else names."""
    login_and_paths = {
        "entra_mfa_graph_options": login(simulator.ready),
        "entra_mfa_export": str(folder / "export.json"),
        "entra_mfa_record_dir": str(folder / "records"),
    }
    return run_playbook(
        folder, name, variables={**login_and_paths, **variables}, arguments=["-i", "batches.yml", *arguments]
    )


def migrations(run: PlaybookRun) -> list[tuple[str, str]]:
    """Host and status of each batch that was migrated, in the order in which they ended."""
    return [(done.host, done.status) for done in run.results if done.task.endswith("Write the methods of the users")]


def lines_by_user(report: Path) -> dict[str, dict[str, Any]]:
    """The lines of a report."""
    return {user["upn"]: user for user in map(json.loads, report.read_text(encoding="utf-8").splitlines())}


def records(folder: Path) -> set[str]:
    """The records that a run has left, without the ledger's own files."""
    return {path.name for path in (folder / "records").iterdir() if not path.name.startswith("ledger")}


def test_batches_are_migrated_side_by_side_and_synchronised_one_after_the_other(
    simulator: Simulator, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANSIBLE_SHOW_CUSTOM_STATS", "1")

    first = play(folder, simulator, "entra.mfa.migrate")
    seen = len(simulator.log())
    again = play(folder, simulator, "entra.mfa.sync", entra_mfa_serial=1)

    assert first.returncode == 0, first.output
    assert sorted(migrations(first)) == [("pilot", "ok"), ("rest", "ok")]
    assert records(folder) == {"batch-pilot.json", "batch-rest.json", "report-pilot.jsonl", "report-rest.jsonl"}
    stats = json.loads(first.output.partition("CUSTOM STATS: ")[2].partition("RUN: ")[2])
    assert set(stats["entra_mfa_summaries"]) == {"pilot", "rest"}
    assert again.returncode == 0, again.output
    assert migrations(again) == [("pilot", "ok"), ("rest", "ok")]
    assert again.output.count(" 0 changed, ") == len(BATCHES)
    assert not any(entry["applied"] for entry in simulator.log(seen))


def test_one_batch_is_migrated_by_its_own_host_and_some_of_its_users_again(simulator: Simulator, folder: Path) -> None:
    """A run of some users leaves the others in the report, and the summary of the whole batch in the record."""
    report, record = folder / "records/report-pilot.jsonl", folder / "records/batch-pilot.json"

    named = play(folder, simulator, "entra.mfa.migrate", entra_mfa_batch="pilot")
    whole = lines_by_user(report)
    summary = json.loads(record.read_text(encoding="utf-8"))["summary"]
    (folder / "export.json").write_text(json.dumps(EXPORT).replace("2065550121", "2065550122"), encoding="utf-8")
    some = play(folder, simulator, "entra.mfa.migrate", entra_mfa_batch="pilot", entra_mfa_users=[ELENA])

    assert named.returncode == 0, named.output
    assert migrations(named) == [("pilot", "ok")]
    assert records(folder) == {"batch-pilot.json", "report-pilot.jsonl"}
    assert some.returncode == 0, some.output
    assert len(whole) > 1
    merged = lines_by_user(report)
    assert merged.pop(ELENA)["status"] == "migrated"
    assert merged == {upn: line for upn, line in whole.items() if upn != ELENA}
    written = json.loads(record.read_text(encoding="utf-8"))
    assert written["summary"] == summary
    assert (written["narrowed"]["users"], written["narrowed"]["summary"]["targeted"]) == ([ELENA], 1)


@pytest.mark.parametrize(
    ("chosen", "hosts"), [({}, {"pilot", "rest"}), ({"entra_mfa_hosts": "localhost"}, {"localhost"})]
)
def test_batch_that_is_not_defined_is_refused_by_every_host(
    simulator: Simulator, folder: Path, chosen: dict[str, str], hosts: set[str]
) -> None:
    run = play(folder, simulator, "entra.mfa.migrate", entra_mfa_batch="pilto", **chosen)

    assert run.returncode != 0
    assert {failure.host for failure in run.failures} == hosts
    assert {failure.result["msg"] for failure in run.failures} == {
        "entra_mfa_batch is pilto, but entra_mfa_batches names pilot, rest."
    }
