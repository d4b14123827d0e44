# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One budget of writes for several processes, kept in a small SQLite file that they share."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError
from ansible_collections.entra.mfa.plugins.module_utils.graph.write_limits import WriteBudget
from ansible_collections.entra.mfa.plugins.module_utils.processes import ProcessName, is_alive, this_process

LEASE_SECONDS = 300.0
"""How long a run of another machine may stay silent before its open writes count as answered."""

_BUSY_SECONDS = 60
_POLL_SECONDS = 0.05
_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS open_writes (
        run_id TEXT PRIMARY KEY, host TEXT NOT NULL, pid INTEGER NOT NULL, process_started TEXT NOT NULL,
        seen_at REAL NOT NULL, count INTEGER NOT NULL
    ) WITHOUT ROWID""",
    "CREATE TABLE IF NOT EXISTS answered (moment REAL NOT NULL, count INTEGER NOT NULL)",
    "CREATE INDEX IF NOT EXISTS answered_moment ON answered (moment)",
)


@dataclass(frozen=True, slots=True)
class Taken:
    """Room for ``count`` writes; when there is none, ``wait`` is the seconds until it is worth asking again."""

    count: int
    wait: float = 0.0


class SharedBudget:
    """The writes of all processes that share a file. Safe for many threads.

    A write weighs on the budget from before it is sent until the budget's seconds after its answer came, as in
    ``WriteWindow``. The open writes of a process that was killed count as answered when that is noticed. All processes
    are meant to have the same budget; each judges by its own. Every method raises InputError when the file cannot be
    used.

    The clock is read while the file is held. A time from before the wait for it would make writes that others settled
    meanwhile seem to lie ahead, and older than they are.
    """

    def __init__(self, path: Path, budget: WriteBudget, clock: Callable[[], float] = time.time) -> None:
        """Open the file, made with mode 0600 when there is none.

        Args:
            clock: seconds since the epoch, which processes have in common.
        """
        self._path = path
        self._budget = budget
        self._clock = clock
        self._process = this_process()
        self._run_id = uuid4().hex
        self._lock = threading.Lock()
        with self._problems_told():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._connection = sqlite3.connect(
                path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
        with self._problems_told():
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
        with self._transaction() as cursor:
            for statement in _SCHEMA:
                cursor.execute(statement)

    def take(self, wanted: int, at_least: int) -> Taken:
        """Room for up to ``wanted`` writes, or none while fewer than ``at_least`` fit.

        Each that is taken must be given to ``settle``. The whole budget is enough for any ``at_least``.
        """
        with self._transaction() as cursor:
            now = self._clock()
            self._close_dead_runs(cursor, now)
            cursor.execute("DELETE FROM answered WHERE moment <= ?", (now - self._budget.seconds,))
            # After the machine's clock was set back a moment may lie ahead, and would stay for too long.
            cursor.execute("UPDATE answered SET moment = ?1 WHERE moment > ?1", (now,))
            answered, oldest = cursor.execute("SELECT TOTAL(count), MIN(moment) FROM answered").fetchone()
            (still_open,) = cursor.execute("SELECT TOTAL(count) FROM open_writes").fetchone()
            free = self._budget.writes - int(answered + still_open)
            if free < min(at_least, self._budget.writes):
                return Taken(0, self._wait(oldest, now))
            count = min(wanted, free)
            cursor.execute(
                "INSERT INTO open_writes VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (run_id) DO UPDATE SET count = count + excluded.count, seen_at = excluded.seen_at",
                (self._run_id, self._process.host, self._process.pid, self._process.started, now, count),
            )
            return Taken(count)

    def settle(self, count: int) -> None:
        """The answer to taken writes came, or will not come any more."""
        with self._transaction() as cursor:
            now = self._clock()
            cursor.execute("INSERT INTO answered VALUES (?, ?)", (now, count))
            cursor.execute(
                "UPDATE open_writes SET count = count - ?, seen_at = ? WHERE run_id = ?", (count, now, self._run_id)
            )
            cursor.execute("DELETE FROM open_writes WHERE run_id = ? AND count <= 0", (self._run_id,))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _wait(self, oldest: float | None, now: float) -> float:
        """Seconds until the oldest answered write leaves; open ones may be closed by others at any time."""
        return _POLL_SECONDS if oldest is None else max(0.0, oldest + self._budget.seconds - now)

    def _close_dead_runs(self, cursor: sqlite3.Cursor, now: float) -> None:
        others = cursor.execute("SELECT * FROM open_writes WHERE run_id <> ?", (self._run_id,)).fetchall()
        for run_id, host, pid, started, seen_at, count in others:
            alive = is_alive(ProcessName(host, pid, started))
            if alive is None:
                alive = now - seen_at < LEASE_SECONDS
            if not alive:
                cursor.execute("INSERT INTO answered VALUES (?, ?)", (now, count))
                cursor.execute("DELETE FROM open_writes WHERE run_id = ?", (run_id,))

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Cursor]:
        with self._lock, self._problems_told(), self._connection:
            cursor = self._connection.cursor()
            cursor.execute("BEGIN IMMEDIATE")
            yield cursor

    @contextmanager
    def _problems_told(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise InputError(
                f"The write budget cannot be shared through {self._path}: {error};"
                " free space or delete the file, then run again."
            ) from None
