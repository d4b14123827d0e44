# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom a report says to register again, and who is done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.migration.report import ReportError
from ansible_collections.entra.mfa.plugins.module_utils.migration.report_reading import (
    users_of_status,
    users_to_register,
)


def line(name: str, needs: Any) -> str:
    return json.dumps({"id": name.upper(), "upn": f"{name}@x", "needs_registration": needs})


def test_users_who_need_to_register_are_read_in_order(tmp_path: Path) -> None:
    path = tmp_path / "report.jsonl"
    path.write_text("\n".join([line("cleo", True), "", line("ben", False), line("anna", True)]))
    assert users_to_register(str(path)) == [("cleo", "cleo@x"), ("anna", "anna@x")]


@pytest.mark.parametrize("bad", ["{", "[]", "1", '{"id": "x", "upn": "x"}', '{"needs_registration": true}'])
def test_line_that_is_no_user_is_named(tmp_path: Path, bad: str) -> None:
    path = tmp_path / "report.jsonl"
    path.write_text(f"{line('anna', True)}\n{bad}\n")
    with pytest.raises(ReportError, match=r"^Line 2 of the report"):
        users_to_register(str(path))


def test_report_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="does not exist"):
        users_to_register(str(tmp_path / "none"))
    with pytest.raises(ReportError, match="cannot be read as text"):
        users_to_register(str(tmp_path))


def test_users_of_a_status_are_read(tmp_path: Path) -> None:
    path = tmp_path / "report.jsonl"
    statuses = {"anna": "unchanged", "ben": "failed", "cleo": "unchanged"}
    lines = [json.dumps({"id": name, "upn": f"{name}@x", "status": status}) for name, status in statuses.items()]
    path.write_text("\n".join(lines))
    assert [user.id for user in users_of_status(str(path), "unchanged")] == ["anna", "cleo"]
