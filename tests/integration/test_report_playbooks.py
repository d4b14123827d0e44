# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks of report and announcements, run on the records of a migration that is under way."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from support import migration_records as records
from support.playbook import PlaybookRun, run_playbook


class Migration:
    """The records of a migration, and where the playbooks write."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.records = records.write_records(folder / "records")

    def play(self, playbook: str, *arguments: str, **variables: Any) -> PlaybookRun:
        """Run a playbook of the collection."""
        common = {"entra_mfa_record_dir": str(self.records), "entra_mfa_batches": records.BATCHES}
        return run_playbook(
            self.folder / "run", f"entra.mfa.{playbook}", variables={**common, **variables}, arguments=arguments
        )

    def files(self) -> dict[str, bytes]:
        """What stands beside the records now, by path."""
        found = [path for name in ("report", "announcements") for path in (self.records / name).glob("*")]
        return {str(path.relative_to(self.records)): path.read_bytes() for path in found}


@pytest.fixture(scope="module")
def migration(tmp_path_factory: pytest.TempPathFactory) -> Migration:
    return Migration(tmp_path_factory.mktemp("migration"))


def test_report(migration: Migration) -> None:
    check = migration.play("report", "--check")
    assert check.returncode == 0, check.output
    assert migration.files() == {}

    first = migration.play("report")
    written = migration.files()
    again = migration.play("report")

    for run in (first, again):
        assert run.returncode == 0, run.output
        assert "Migrating: 68 of 105 users have their methods in Entra." in run.output
        assert "Next: Migrate batch plant" in run.output
    assert " changed=1 " in first.output
    assert " changed=0 " in again.output
    assert migration.files() == written
    assert sorted(written) == [f"report/report{end}" for end in ("-batches.csv", "-users.csv", ".html", ".json")]
    for name in written:
        assert stat.S_IMODE((migration.records / name).stat().st_mode) == 0o600
    assert json.loads(written["report/report.json"])["totals"]["users"] == 105
    rows = list(csv.DictReader(written["report/report-users.csv"].decode().splitlines()))
    assert len(rows) == 80
    assert [row["upn"] for row in rows if row["upn"][:1] in "=+-@"] == []
    page = written["report/report.html"].decode()
    assert "<script" not in page
    assert "49@contoso.example" not in page  # {{ 7 * 7 }} in a name stays what it is


def test_announcements(migration: Migration) -> None:
    people = migration.folder / "people.csv"
    people.write_text(
        "userPrincipalName,displayName,mail\nuser100@contoso.example,Anna,anna@contoso.example\n", "utf-8"
    )
    variables = {
        "entra_mfa_batch": "sales",
        "entra_mfa_announcement_date": "Monday, 2 March",
        "entra_mfa_announcement_people": str(people),
        "entra_mfa_announcement_organization": "Contoso & Sons",
    }
    check = migration.play("announce", "--check", **variables)
    assert check.returncode == 0, check.output
    first = migration.play("announce", **variables)

    assert first.returncode == 0, first.output
    folder = migration.records / "announcements"
    assert sorted(path.name for path in folder.iterdir()) == [
        "ready-sales.html",
        "ready-sales.txt",
        "recipients-sales.csv",
        "register-sales.html",
        "register-sales.txt",
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    rows = list(csv.DictReader((folder / "recipients-sales.csv").read_text("utf-8").splitlines()))
    assert [row["message"] for row in rows].count("register") == 13
    assert [row["message"] for row in rows].count("ready") == 18
    assert rows[0]["mail"] == "anna@contoso.example"
    assert "Contoso &amp; Sons" in (folder / "ready-sales.html").read_text("utf-8")


def test_batch_that_nobody_knows_is_refused(migration: Migration) -> None:
    unknown = migration.play("announce", entra_mfa_batch="west")
    waiting = migration.play("announce", entra_mfa_batch="plant")
    none = migration.play("announce", entra_mfa_batches=[])

    assert [run.returncode for run in (unknown, waiting, none)] == [2, 2, 2]
    assert "west is not in entra_mfa_batches (pilot, sales, plant)" in " ".join(unknown.output.split())
    assert "says who is in batch plant; run the migrate playbook" in " ".join(waiting.output.split())
    assert "entra_mfa_batches is empty" in " ".join(none.output.split())


def test_template_of_ones_own(tmp_path: Path) -> None:
    migration = Migration(tmp_path)
    template = tmp_path / "own.j2"
    template.write_text("{{ report.tenant }}: {{ report.totals.reached }}", encoding="utf-8")

    run = migration.play("report", entra_mfa_report_template=str(template))

    assert run.returncode == 0, run.output
    assert migration.files()["report/report.html"] == b"Contoso &amp; Sons: 68"
