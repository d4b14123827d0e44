# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the ledger says was written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from ansible_collections.entra.mfa.plugins.plugin_utils.report.wording import BITS
from ansible_collections.entra.mfa.plugins.plugin_utils.report.writes import read_writes
from ansible_collections.entra.mfa.tests.support.migration_records import user_id, write_ledger


def test_kinds_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    changes = [
        (1, "mobile", "create"),
        (1, "office", "update"),
        (1, "hardwareOath", "assign"),
        (1, "defaultMethod", "create"),
        (2, "mobile", "create"),
    ]
    write_ledger(path, changes, undone=[2])

    found = read_writes(path)

    assert found is not None
    assert set(found.users) == {user_id(1)}
    user = found.users[user_id(1)]
    assert user.added == BITS["mobile"] | BITS["hardwareOath"]
    assert user.changed == BITS["office"]
    assert user.default_written
    assert found.taken_back == 1


def test_users_are_counted_on_the_day_of_their_first_method(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    write_ledger(
        path, [(1, "mobile", "create"), (1, "office", "create"), (2, "mobile", "create"), (3, "mobile", "create")]
    )
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE changes SET updated_at = 1767225599")  # 2025-12-31T23:59:59Z
        connection.execute(
            "UPDATE changes SET updated_at = 1767225600 WHERE target = 'office' OR user_id = ?", (user_id(3),)
        )
        connection.commit()

    found = read_writes(path)

    assert found is not None
    assert found.per_day() == {"2025-12-31": 2, "2026-01-01": 1}


def test_no_ledger_and_a_file_that_is_none(tmp_path: Path) -> None:
    assert read_writes(tmp_path / "none.sqlite") is None
    (tmp_path / "text.sqlite").write_text("no database " * 100, encoding="utf-8")
    assert read_writes(tmp_path / "text.sqlite") is None
