# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report file."""

from __future__ import annotations

import json
import stat
from contextlib import suppress
from pathlib import Path

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.migration.report import ReportError, open_report
from ansible_collections.entra.mfa.plugins.module_utils.migration.results import UserResult

ANNA = UserResult("1", "anna@contoso.example", "migrated")
BEN = UserResult("2", "ben@contoso.example", "unchanged")


def lines(path: Path) -> list[str]:
    return [json.loads(line)["upn"] for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_user_is_one_line_for_the_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "report.jsonl"
    with open_report(str(path)) as report:
        report.add(ANNA)
        report.add(BEN)
    assert lines(path) == ["anna@contoso.example", "ben@contoso.example"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_report_replaces_an_older_one_and_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "report.jsonl"
    path.write_text("old")
    path.chmod(0o644)
    with open_report(str(path)) as report:
        report.add(ANNA)
    assert lines(path) == ["anna@contoso.example"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_report_of_a_broken_run_holds_the_users_so_far(tmp_path: Path) -> None:
    path = tmp_path / "report.jsonl"
    with suppress(KeyError), open_report(str(path)) as report:
        report.add(ANNA)
        raise KeyError
    assert lines(path) == ["anna@contoso.example"]


def test_users_who_do_not_come_again_stay_in_a_merged_report(tmp_path: Path) -> None:
    path = tmp_path / "report.jsonl"
    with open_report(str(path), merge=True) as report:
        report.add(UserResult("1", "anna@contoso.example", "failed"))
        report.add(BEN)
    with suppress(KeyError), open_report(str(path), merge=True) as report:
        report.add(ANNA)
        raise KeyError

    users = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(user["id"], user["status"]) for user in users] == [("1", "migrated"), ("2", "unchanged")]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("content", ['{"upn": "x"}', "[]", "half a li"])
def test_something_else_is_not_merged_and_stays(tmp_path: Path, content: str) -> None:
    path = tmp_path / "report.jsonl"
    path.write_text(f'{{"id": "1"}}\n{content}\n', encoding="utf-8")

    with pytest.raises(ReportError, match="Line 2 of the report"), open_report(str(path), merge=True):
        pass
    assert path.read_text(encoding="utf-8").endswith(f"{content}\n")


def test_left_over_of_a_killed_run_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "report.jsonl"
    (tmp_path / ".report.jsonl.part").write_text("half a li")
    with open_report(str(path)) as report:
        report.add(ANNA)
    assert lines(path) == ["anna@contoso.example"]


def test_no_path_is_no_report(tmp_path: Path) -> None:
    with open_report(None) as report:
        report.add(ANNA)
    assert list(tmp_path.iterdir()) == []


def test_path_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ReportError, match="cannot be written"), open_report(str(tmp_path / "file" / "report")):
        pass
