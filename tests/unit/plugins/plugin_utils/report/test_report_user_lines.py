# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports of users are read line by line; a line that is no user is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.entra.mfa.plugins.plugin_utils.report.errors import ReportInputError
from ansible_collections.entra.mfa.plugins.plugin_utils.report.user_lines import read_users, read_views
from ansible_collections.entra.mfa.plugins.plugin_utils.report.wording import BITS
from ansible_collections.entra.mfa.tests.support.migration_records import line, user_id, view, write_lines


def test_users_are_read_as_the_migration_writes_them(tmp_path: Path) -> None:
    write_lines(
        tmp_path,
        "report.jsonl",
        [line(1, "migrated", actions=[("mobile", "create", "promoted")], default=(None, "sms"))],
    )

    (found,) = read_users(tmp_path / "report.jsonl")

    assert found.id == user_id(1)
    assert found.actions == (("mobile", "create", "promoted"),)
    assert (found.default_before, found.default_after) == (None, "sms")


def test_views_are_read_as_the_assessment_writes_them(tmp_path: Path) -> None:
    seen = view(1, {"mobile": True, "hardwareOath": False, "defaultMethod": True}, "sms")
    write_lines(tmp_path, "assess.jsonl", [seen])

    (found,) = read_views(tmp_path / "assess.jsonl")

    assert found == (user_id(1), BITS["mobile"] | BITS["hardwareOath"], BITS["mobile"], "sms")


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "[]",
        '{"id": "1"}',
        '{"id": "1", "upn": "a", "status": "lost"}',
        '{"id": "1", "upn": "a", "status": "failed", "actions": [1]}',
    ],
)
def test_a_line_that_is_no_user_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "report.jsonl"
    write_lines(tmp_path, path.name, [line(1, "migrated")])
    path.write_text(path.read_text("utf-8") + "\n" + text + "\n", encoding="utf-8")

    with pytest.raises(ReportInputError, match=r"Line 3 of .* is no user of the migration"):
        list(read_users(path))


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReportInputError, match=r"gone\.jsonl cannot be read"):
        list(read_users(tmp_path / "gone.jsonl"))
