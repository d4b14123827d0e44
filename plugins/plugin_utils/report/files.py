# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the files of a report and of an announcement."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TextIO

from ansible_collections.entra.mfa.plugins.plugin_utils.report.csv_files import UserTable, write_batches
from ansible_collections.entra.mfa.plugins.plugin_utils.report.model import Report, Request, build
from ansible_collections.entra.mfa.plugins.plugin_utils.report.output import Output
from ansible_collections.entra.mfa.plugins.plugin_utils.report.page import render
from ansible_collections.entra.mfa.plugins.plugin_utils.report.recipients import (
    Counts,
    Person,
    read_people,
    recipients,
    users_path,
    write_recipients,
)
from ansible_collections.entra.mfa.plugins.plugin_utils.report.record_files import RecordFolder

PAGE, DATA, USERS, BATCHES = "report.html", "report.json", "report-users.csv", "report-batches.csv"


def write_report(request: Request, template: Path, output: Output) -> dict[str, Any]:
    """Write page, data and tables; returns their paths and the parts of the report that fit a task's result."""
    found: list[Report] = []

    def fill(file: TextIO) -> None:
        found.append(build(request, UserTable(file).add))

    users = output.write(USERS, fill)
    (report,) = found
    page = render(template, report.content)
    data = json.dumps(report.content, indent=2, ensure_ascii=False) + "\n"
    files = {
        "html": output.write(PAGE, lambda file: file.write(page)),
        "json": output.write(DATA, lambda file: file.write(data)),
        "users_csv": users,
        "batches_csv": output.write(BATCHES, lambda file: write_batches(file, report.batches)),
    }
    short = ("headline", "next_steps", "totals", "data_as_of")
    return {"files": {name: str(path) for name, path in files.items()}, **{key: report.content[key] for key in short}}


def write_recipients_of(records: Path, batch: str, people_file: Path | None, output: Output) -> dict[str, Any]:
    """Write the recipients of a batch; returns the path and how many there are."""
    path, from_plan = users_path(RecordFolder(records), batch)
    people: dict[str, Person] = {}
    if people_file is not None:
        people = read_people(people_file, {line.upn for line in recipients(path)})
    found: list[Counts] = []
    target = output.write(
        f"recipients-{batch}.csv",
        lambda file: found.append(write_recipients(file, path, people, from_plan=from_plan)),
    )
    (counts,) = found
    return {
        "files": {"recipients_csv": str(target)},
        "recipients": {"all": counts.all, "ready": counts.ready, "register": counts.register},
        "from_plan": counts.from_plan,
    }
