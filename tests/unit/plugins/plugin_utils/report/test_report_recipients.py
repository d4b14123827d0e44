# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""To whom an announcement goes, and what is known of them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from ansible_collections.entra.mfa.plugins.plugin_utils.report import recipients
from ansible_collections.entra.mfa.plugins.plugin_utils.report.errors import ReportInputError
from ansible_collections.entra.mfa.plugins.plugin_utils.report.record_files import RecordFolder
from ansible_collections.entra.mfa.tests.support.migration_records import line, write_lines

USERS = [
    line(1, "migrated"),
    line(2, "unchanged", needs_registration=True),
    line(3, "skipped", "needs_registration", needs_registration=True),
    line(4, "skipped", "not_in_mfa_server"),
    line(5, "failed", "ambiguous_match"),
]
PEOPLE = (
    "\ufeffid,UserPrincipalName,displayName,mail,accountEnabled\n"
    "1,USER1@contoso.example,=Anna,anna@contoso.example,True\n"
    "9,other@contoso.example,O,,True\n"
)


def test_users_who_move_are_listed_with_their_message(tmp_path: Path) -> None:
    write_lines(tmp_path, "report-pilot.jsonl", USERS)
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    path, from_plan = recipients.users_path(RecordFolder(tmp_path), "pilot")
    people = recipients.read_people(tmp_path / "people.csv", ["user1@contoso.example"])
    file = io.StringIO()

    counts = recipients.write_recipients(file, path, people, from_plan=from_plan)

    assert counts == recipients.Counts(ready=1, register=2, from_plan=False)
    assert list(people) == ["user1@contoso.example"]
    assert file.getvalue().splitlines() == [
        "upn,display_name,mail,needs_registration,message",
        "user1@contoso.example,'=Anna,anna@contoso.example,no,ready",
        "user2@contoso.example,,,yes,register",
        "user3@contoso.example,,,yes,register",
    ]


def test_plan_serves_before_the_migration(tmp_path: Path) -> None:
    write_lines(tmp_path, "report-pilot-check.jsonl", USERS)
    assert recipients.users_path(RecordFolder(tmp_path), "pilot") == (tmp_path / "report-pilot-check.jsonl", True)

    write_lines(tmp_path, "report-pilot.jsonl", USERS)
    assert recipients.users_path(RecordFolder(tmp_path), "pilot") == (tmp_path / "report-pilot.jsonl", False)


@pytest.mark.parametrize(
    ("batch", "message"), [("sales", "run the migrate playbook"), ("../x", "that no file can have")]
)
def test_batch_without_users_is_named(tmp_path: Path, batch: str, message: str) -> None:
    with pytest.raises(ReportInputError, match=message):
        recipients.users_path(RecordFolder(tmp_path), batch)


def test_people_without_a_column_are_named(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("upn,mail\n", encoding="utf-8")

    with pytest.raises(ReportInputError, match="has no column userPrincipalName, displayName"):
        recipients.read_people(tmp_path / "people.csv", [])
