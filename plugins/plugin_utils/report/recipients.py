# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The users of a batch to whom an announcement goes."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TextIO

from ansible_collections.entra.mfa.plugins.plugin_utils.report.csv_files import yes_or_no
from ansible_collections.entra.mfa.plugins.plugin_utils.report.errors import ReportInputError
from ansible_collections.entra.mfa.plugins.plugin_utils.report.record_files import RecordFolder
from ansible_collections.entra.mfa.plugins.plugin_utils.report.table import Table
from ansible_collections.entra.mfa.plugins.plugin_utils.report.user_lines import UserLine, read_users

COLUMNS = ("upn", "display_name", "mail", "needs_registration", "message")
READY, REGISTER = "ready", "register"
"""The messages: for those who are ready, and for those who register first."""


class Person(NamedTuple):
    """What a directory says about a user; empty where it says nothing."""

    display_name: str = ""
    mail: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many recipients there are, and how many of them get which message."""

    ready: int
    register: int
    from_plan: bool

    @property
    def all(self) -> int:
        """All recipients."""
        return self.ready + self.register


def users_path(folder: RecordFolder, batch: str) -> tuple[Path, bool]:
    """The file with the users of a batch, and whether it is only a plan.

    The report of the migration counts most, then that of its check mode. Raises ReportInputError when there is none.
    """
    if Path(batch).name != batch:
        raise ReportInputError(f"The batch {batch!r} has a name that no file can have; name it otherwise.")
    report = folder.users_file(batch)
    if report is not None:
        return report, False
    plan = folder.users_file(f"{batch}-check")
    if plan is not None:
        return plan, True
    raise ReportInputError(
        f"Nothing in {folder.path} says who is in batch {batch}; run the migrate playbook, with --check for a plan."
    )


def recipients(path: Path) -> Iterator[UserLine]:
    """The users who move: those whose methods are in Entra, and those who register first."""
    return (line for line in read_users(path) if line.status in ("migrated", "unchanged") or line.needs_registration)


def write_recipients(file: TextIO, path: Path, people: dict[str, Person], *, from_plan: bool) -> Counts:
    """Write one row for each recipient; returns how many there are."""
    table = Table(file, COLUMNS)
    counts = {READY: 0, REGISTER: 0}
    for line in recipients(path):
        message = REGISTER if line.needs_registration else READY
        counts[message] += 1
        person = people.get(line.upn.casefold(), Person())
        table.row((line.upn, person.display_name, person.mail, yes_or_no(line.needs_registration), message))
    return Counts(counts[READY], counts[REGISTER], from_plan)


def read_people(path: Path, wanted: Collection[str]) -> dict[str, Person]:
    """Names and mail addresses of the wanted users (case ignored) from a CSV file, as the Entra admin center gives it.

    Columns: ``userPrincipalName``, ``displayName``, ``mail``. Raises ReportInputError that names what is missing.
    """
    keys = {upn.casefold() for upn in wanted}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            columns = {name.strip().casefold(): name for name in rows.fieldnames or ()}
            missing = [name for name in ("userPrincipalName", "displayName", "mail") if name.casefold() not in columns]
            if missing:
                raise ReportInputError(
                    f"{path} has no column {', '.join(missing)}; give the list that the Entra admin center downloads."
                )
            upn, name, mail = (columns[column] for column in ("userprincipalname", "displayname", "mail"))
            return {
                row[upn].casefold(): Person(row[name] or "", row[mail] or "")
                for row in rows
                if row[upn] and row[upn].casefold() in keys
            }
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ReportInputError(f"{path} cannot be read as CSV ({error}); save it as UTF-8 with commas.") from None
