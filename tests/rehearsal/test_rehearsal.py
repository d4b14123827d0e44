# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole rehearsal, as loud as Ansible gets: it ends well, leaves no process, and tells no secret."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from entra_simulator.sample import build

pytestmark = pytest.mark.xdist_group("rehearsal")

SEED = 7
STEPS = 16


@dataclass(frozen=True)
class Run:
    """A finished rehearsal: its exit code, its output and the folder that it left."""

    code: int
    output: str
    folder: Path


def rehearse(folder: Path, *arguments: str) -> Run:
    """Run the playbook ``entra.mfa.rehearse``."""
    variables = ["-e", f"entra_mfa_rehearsal_dir={folder}", "-e", f"entra_mfa_rehearsal_seed={SEED}"]
    finished = subprocess.run(
        [sys.executable, "-m", "ansible", "playbook", "entra.mfa.rehearse", *arguments, *variables],
        cwd=folder.parent,
        env={
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": str(Path(sys.prefix) / "collections"),
            "ANSIBLE_HOME": str(folder.parent / "ansible"),
            "ANSIBLE_NOCOLOR": "1",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return Run(finished.returncode, finished.stdout + finished.stderr, folder)


def simulators_of(folder: Path) -> list[str]:
    """Return the command lines of processes that name the folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in command:
            found.append(command)
    return found


@pytest.fixture(scope="module")
def loud(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A rehearsal with ``-vvvv``."""
    return rehearse(tmp_path_factory.mktemp("loud") / "rehearsal", "-vvvv")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The sample that the rehearsal works on."""
    return build(tmp_path_factory.mktemp("sample"), SEED)


@pytest.fixture(scope="module")
def secrets(sample: dict[str, Any]) -> dict[str, set[str]]:
    """Everything of the sample that nobody may read: kind to values."""
    export = json.loads(Path(sample["export_path"]).read_text(encoding="utf-8"))
    found: dict[str, set[str]] = {
        "OATH secret": set(),
        "client secret": set(),
        "phone number": set(),
        "device token": set(),
    }
    for kind, value in _confidential([export, sample["organisation"]]):
        found[kind].add(value)
    return found


def _confidential(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        if isinstance(value.get("secret"), str):
            yield ("client secret" if "appRoles" in value else "OATH secret"), value["secret"]
        if isinstance(value.get("secretKey"), str):
            yield "OATH secret", value["secretKey"]
        if isinstance(value.get("device_token"), str):
            yield "device token", value["device_token"]
        if isinstance(value.get("number"), str):
            yield "phone number", value["number"]
        if isinstance(value.get("phoneNumber"), str):
            yield "phone number", value["phoneNumber"].partition(" ")[2].partition("x")[0]
        for item in value.values():
            yield from _confidential(item)
    elif isinstance(value, list):
        for item in value:
            yield from _confidential(item)


def test_rehearsal_ends_well_and_shows_a_table(loud: Run, sample: dict[str, Any]) -> None:
    assert loud.code == 0, re.findall(r"^\[ERROR\].*", loud.output, re.MULTILINE)
    for batch in sample["batches"]:
        total = sample["expectations"]["batches"][batch["group"]]
        row = (
            batch["name"],
            total["targeted"],
            total["migrated"] + total["unchanged"],
            total["skipped"],
            total["failed"],
        )
        assert re.search(" +".join(map(str, row)), loud.output), row
    assert f"Records and reports: {loud.folder}/migration-record" in loud.output
    assert len(list((loud.folder / "logs").glob("*.log"))) == STEPS


def test_no_process_is_left(loud: Run) -> None:
    assert simulators_of(loud.folder) == []
    assert not (loud.folder / "simulator" / "ready.json").exists()


def test_nothing_that_is_said_or_written_tells_a_secret(loud: Run, secrets: dict[str, set[str]]) -> None:
    texts = {"output": loud.output}
    for part in ("logs", "migration-record"):
        for path in (loud.folder / part).rglob("*"):
            if path.is_file() and path.suffix != ".pfdata":
                texts[str(path.relative_to(loud.folder))] = path.read_bytes().decode("latin-1")
    told = [
        (name, kind)
        for name, text in texts.items()
        for kind, values in secrets.items()
        if any(value in text for value in values if len(value) >= 6)
    ]

    assert all(len(values) > 2 for values in secrets.values())
    assert told == []


def test_every_user_ends_as_the_rules_say(loud: Run, sample: dict[str, Any]) -> None:
    """The report of a batch is of its last run: of the only one for the batches 2 and 3."""
    expected = sample["expectations"]["users"]
    wrong = {}
    for batch in ("batch2", "batch3"):
        lines = (loud.folder / "migration-record" / f"report-{batch}.jsonl").read_text(encoding="utf-8").splitlines()
        for user in map(json.loads, lines):
            found = {key: _comparable(key, user[key]) for key in expected[user["upn"]]}
            wanted = {key: _comparable(key, value) for key, value in expected[user["upn"]].items()}
            if found != wanted:
                wrong[user["upn"]] = (wanted, found)

    assert wrong == {}


def _comparable(key: str, value: Any) -> Any:
    """Actions have no order, and a reason goes on after a colon with what was wrong."""
    if key == "actions":
        return sorted((action["target"], action["action"], action["reason"] or "") for action in value)
    return value.partition(":")[0] if key == "reason" and value else value


def test_verify_sees_entra_do_the_mfa_and_the_report_says_so(loud: Run, sample: dict[str, Any]) -> None:
    """Both look at the finished migration, before it is taken back."""
    records = loud.folder / "migration-record"
    verified = json.loads((records / "verify.json").read_text(encoding="utf-8"))
    report = json.loads((records / "report/report.json").read_text(encoding="utf-8"))
    page = (records / "report/report.html").read_text(encoding="utf-8")
    totals = [sample["expectations"]["batches"][batch["group"]] for batch in sample["batches"]]

    assert {name: domain["verdict"] for name, domain in verified["domains"].items()} == {
        "contoso.example": "verified",
        "fabrikam.example": "verified",
    }
    assert sum(domain["sign_ins"]["cloud"] for domain in verified["domains"].values()) > 200
    assert report["headline"]["state"] == "verified"
    assert report["totals"]["users"] == sum(total["targeted"] for total in totals)
    assert report["totals"]["failed"] == sum(total["failed"] for total in totals)
    assert "the logs show that Entra does the MFA" in page


def test_records_and_reports_are_for_their_owner_only(loud: Run) -> None:
    records = loud.folder / "migration-record"
    open_files = [path.name for path in records.rglob("*") if path.is_file() and path.stat().st_mode & 0o077]

    assert {"prepare.json", "rollout.json", "finalize.json", "batch-batch1.json"} <= {
        path.name for path in records.iterdir()
    }
    assert open_files == []
    assert records.stat().st_mode & 0o077 == 0


def test_failing_start_ends_the_rehearsal_with_its_reason(tmp_path: Path) -> None:
    export = tmp_path / "export.json"
    export.write_text('{"format": "entra.mfa/export-v1", "users": []}', encoding="utf-8")

    run = rehearse(tmp_path / "rehearsal", "-e", f"entra_mfa_export={export}")

    assert run.code != 0
    assert "has no users" in run.output
    assert simulators_of(run.folder) == []
