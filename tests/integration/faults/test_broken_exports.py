# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports with broken records, and exports that break off."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from support.crowd import crowd_export
from support.migration_run import Migration

Begin = Callable[..., Migration]


def test_broken_records_are_listed_and_the_others_are_migrated(begin: Begin, tmp_path: Path) -> None:
    migration = begin(200)
    export, report = crowd_export(200), tmp_path / "report.jsonl"
    for number in (50, 150):
        export["users"][number]["phone"] = "2065550100"
    Path(migration.options["export_path"]).write_text(json.dumps(export), encoding="utf-8")

    result = migration.run(report_path=str(report), fail_on="1%")

    counts = {name: result["summary"][name] for name in ("targeted", "migrated", "failed")}
    assert counts == {"targeted": 200, "migrated": 198, "failed": 2}
    lines = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    assert [(line["upn"], line["reason"]) for line in lines if line["status"] == "failed"] == [
        (f"user{number}@contoso.example", "invalid_record: phone must be an object") for number in (50, 150)
    ]
    assert "2 records that cannot be used" in str(result["warnings"])


def test_truncated_export_is_refused_before_anything_is_asked(begin: Begin) -> None:
    migration = begin(20)
    path = Path(migration.options["export_path"])
    path.write_bytes(path.read_bytes()[:-100])

    result = migration.run()

    assert result["failed"] is True
    assert result["msg"].startswith(f"The export {path} is not JSON: ")
    assert migration.simulator.log() == []
