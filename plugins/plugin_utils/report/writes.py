# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the ledger says was written: for whom, of which kind, when."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ansible_collections.entra.mfa.plugins.plugin_utils.report.wording import BITS

_DAY = 86400
_NEW = ("create", "assign")


@dataclass(slots=True)
class WrittenUser:
    """The kinds that were added and changed for a user, the default method, and when the last of it was written.

    Kinds are bits of ``BITS``. ``default_before`` counts only where ``default_written``.
    """

    added: int = 0
    changed: int = 0
    default_written: bool = False
    default_before: str | None = None
    first: float = 0.0
    last: float = 0.0


@dataclass(slots=True)
class Writes:
    """The users of a ledger by id, and how many of them were written to first on each day (UTC)."""

    users: dict[str, WrittenUser] = field(default_factory=dict)
    taken_back: int = 0

    def per_day(self) -> Counter[str]:
        """How many users got their first method on which day."""
        days = Counter(int(user.first // _DAY) for user in self.users.values())
        return Counter({datetime.fromtimestamp(day * _DAY, UTC).strftime("%Y-%m-%d"): days[day] for day in days})


def read_writes(path: Path) -> Writes | None:
    """Read a ledger without ever changing it; None where there is none, or a file that is none."""
    if not path.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return _read(connection)
    except sqlite3.Error:
        return None


def _read(connection: sqlite3.Connection) -> Writes:
    found = Writes()
    rows = connection.execute(
        "SELECT user_id, target, kind, previous, updated_at FROM changes WHERE state = 'done' ORDER BY id"
    )
    for user_id, target, kind, previous, time in rows:
        user = found.users.get(user_id.lower())
        if user is None:
            user = found.users[user_id.lower()] = WrittenUser(first=time)
        user.last = max(user.last, time)
        if target == "defaultMethod":
            if not user.default_written:
                user.default_written, user.default_before = True, previous
        elif kind in _NEW:
            user.added |= BITS.get(target, 0)
        else:
            user.changed |= BITS.get(target, 0)
    (found.taken_back,) = connection.execute(
        "SELECT COUNT(DISTINCT user_id) FROM changes WHERE state = 'undone'"
    ).fetchone()
    return found
