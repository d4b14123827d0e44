# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ledger: what was migrated, what was written, and who is at work right now.

A SQLite file that several batches share. It holds keyed fingerprints, object ids and method names; no telephone number
and no secret. A write is entered before it is sent and closed after its answer, so that a run that is killed at any
point can be continued, and taken back, by another.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from uuid import uuid4

from ansible_collections.entra.mfa.plugins.module_utils.migration.ledger_file import (
    LedgerError,
    open_for_reading,
    open_for_writing,
)
from ansible_collections.entra.mfa.plugins.module_utils.processes import (
    ProcessName,
    is_alive,
    this_process,
)

LEASE_SECONDS = 900.0
"""How long a run of another machine may stay silent before its users are free again."""

State = Literal["planned", "done", "refused", "undone"]


@dataclass(frozen=True, slots=True)
class DoneUser:
    """A user who needs nothing more as long as the fingerprint stays the same."""

    fingerprint: bytes
    needs_registration: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One write: on what (``object`` is a phone type, a serial number or ``default``), and what was there before.

    ``value`` is the fingerprint of what was written, ``previous`` the name of the previous default method.
    """

    user_id: str
    target: str
    kind: str
    object: str
    value: bytes | None = None
    previous: str | None = None


class Ledger:
    """An open ledger. Safe for many threads; every method is one transaction, and raises LedgerError when it fails."""

    def __init__(self, path: str | Path, tenant_id: str, *, read_only: bool = False) -> None:
        """Open the file, made with mode 0600 when there is none.

        ``read_only`` opens a file that exists and never changes it; only ``key``, ``done_users`` and ``changes_of`` may
        be used then. Raises LedgerError when the file is no ledger, of a newer format, or of another tenant.
        """
        opened = open_for_reading(Path(path), tenant_id) if read_only else open_for_writing(Path(path), tenant_id)
        self._connection, self.key = opened
        self._lock = threading.Lock()
        self._run_id = uuid4().hex

    def done_users(self) -> Mapping[str, DoneUser]:
        """The users that earlier runs completed."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT user_id, fingerprint, needs_registration FROM users WHERE status = 'done'"
            )
            return {user_id: DoneUser(fingerprint, bool(flag)) for user_id, fingerprint, flag in rows}

    def acquire(self, user_ids: Collection[str]) -> None:
        """Claim users for this run; raises LedgerError while another living run holds one of them."""
        process = this_process()
        with self._transaction() as cursor:
            self._drop_dead_runs(cursor)
            cursor.execute(
                "INSERT INTO runs VALUES (?, ?, ?, ?, ?)",
                (self._run_id, process.host, process.pid, process.started, time.time()),
            )
            cursor.executemany(
                "INSERT OR IGNORE INTO leases VALUES (?, ?)", ((user_id, self._run_id) for user_id in user_ids)
            )
            (held,) = cursor.execute("SELECT COUNT(*) FROM leases WHERE run_id = ?", (self._run_id,)).fetchone()
            if held < len(user_ids):
                raise LedgerError(_held_by_others(cursor, self._run_id, user_ids))

    def release(self) -> None:
        """Give the users of this run back."""
        with self._transaction() as cursor:
            _forget_run(cursor, self._run_id)

    def begin(self, fingerprints: Mapping[str, bytes]) -> None:
        """Note that these users are being worked on: they are not done until ``finish`` says so."""
        self._write_users((user_id, value, "started", 0) for user_id, value in fingerprints.items())

    def finish(self, users: Mapping[str, DoneUser]) -> None:
        """Note that these users need nothing more."""
        self._write_users(
            (user_id, user.fingerprint, "done", int(user.needs_registration)) for user_id, user in users.items()
        )

    def forget(self, user_ids: Iterable[str]) -> None:
        """Note that these users are to be looked at again by the next run."""
        with self._transaction() as cursor:
            cursor.executemany("DELETE FROM users WHERE user_id = ?", ((user_id,) for user_id in user_ids))

    def plan(self, changes: Sequence[Change]) -> list[int]:
        """Enter writes that are about to be sent; returns their numbers."""
        with self._transaction() as cursor:
            return [_insert_change(cursor, self._run_id, change) for change in changes]

    def close_changes(self, states: Mapping[int, State]) -> None:
        """Enter what became of writes; one whose outcome is not known stays planned."""
        now = time.time()
        with self._transaction() as cursor:
            cursor.executemany(
                "UPDATE changes SET state = ?, updated_at = ? WHERE id = ?",
                ((state, now, number) for number, state in states.items()),
            )
            cursor.execute("UPDATE runs SET seen_at = ? WHERE run_id = ?", (now, self._run_id))

    def changes_of(self, user_ids: Collection[str]) -> dict[str, list[Change]]:
        """The writes that stand, or may stand, for these users, in the order they were sent."""
        found: dict[str, list[Change]] = {}
        with self._lock:
            for user_id in user_ids:
                rows = self._connection.execute(
                    "SELECT user_id, target, kind, object, value, previous FROM changes"
                    " WHERE user_id = ? AND state IN ('planned', 'done') ORDER BY id",
                    (user_id,),
                ).fetchall()
                if rows:
                    found[user_id] = [Change(*row) for row in rows]
        return found

    def recent_changes_of(self, user_ids: Collection[str], seconds: float) -> dict[str, list[tuple[Change, State]]]:
        """The writes of the last ``seconds`` for these users, with what became of each."""
        since = time.time() - seconds
        found: dict[str, list[tuple[Change, State]]] = {}
        with self._lock:
            for user_id in user_ids:
                rows = self._connection.execute(
                    "SELECT user_id, target, kind, object, value, state FROM changes"
                    " WHERE user_id = ? AND updated_at >= ? ORDER BY id",
                    (user_id, since),
                ).fetchall()
                if rows:
                    found[user_id] = [(Change(*row[:5]), row[5]) for row in rows]
        return found

    def mark_undone(self, user_id: str, objects: Collection[tuple[str, str]]) -> None:
        """Note that what was written to these (target, object) pairs of a user has been taken back."""
        with self._transaction() as cursor:
            cursor.executemany(
                "UPDATE changes SET state = 'undone', updated_at = ? WHERE user_id = ? AND target = ? AND object = ?",
                ((time.time(), user_id, target, name) for target, name in objects),
            )

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Cursor]:
        with self._lock:
            try:
                with self._connection:
                    cursor = self._connection.cursor()
                    cursor.execute("BEGIN IMMEDIATE")
                    yield cursor
            except sqlite3.Error as error:
                raise LedgerError(
                    f"The ledger cannot be written: {error}; free space or wait, then run again."
                ) from None

    def _write_users(self, rows: Iterable[tuple[str, bytes, str, int]]) -> None:
        now = time.time()
        with self._transaction() as cursor:
            cursor.executemany(
                "INSERT OR REPLACE INTO users VALUES (?, ?, ?, ?, ?, ?)",
                ((*row, self._run_id, now) for row in rows),
            )

    def _drop_dead_runs(self, cursor: sqlite3.Cursor) -> None:
        for run_id, host, pid, started, seen_at in cursor.execute("SELECT * FROM runs").fetchall():
            alive = is_alive(ProcessName(host, pid, started))
            if alive is None:
                alive = time.time() - seen_at < LEASE_SECONDS
            if not alive:
                _forget_run(cursor, run_id)


def open_ledger(path: str | None, tenant_id: str, *, read_only: bool) -> Ledger | None:
    """The ledger at this path; None without a path, and for reading where there is no file yet."""
    if path is None or (read_only and not Path(path).exists()):
        return None
    return Ledger(path, tenant_id, read_only=read_only)


def _insert_change(cursor: sqlite3.Cursor, run_id: str, change: Change) -> int:
    cursor.execute(
        "INSERT INTO changes (user_id, run_id, target, kind, object, value, previous, state, updated_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 'planned', ?)",
        (
            change.user_id,
            run_id,
            change.target,
            change.kind,
            change.object,
            change.value,
            change.previous,
            time.time(),
        ),
    )
    return cursor.lastrowid or 0


def _forget_run(cursor: sqlite3.Cursor, run_id: str) -> None:
    cursor.execute("DELETE FROM leases WHERE run_id = ?", (run_id,))
    cursor.execute("DELETE FROM runs WHERE run_id = ?", (run_id,))


def _held_by_others(cursor: sqlite3.Cursor, run_id: str, user_ids: Collection[str]) -> str:
    wanted = set(user_ids)
    rows = cursor.execute(
        "SELECT user_id, host, pid FROM leases JOIN runs USING (run_id) WHERE run_id <> ?", (run_id,)
    ).fetchall()
    held = [(host, pid) for user_id, host, pid in rows if user_id in wanted]
    host, pid = held[0]
    return (
        f"Another run (process {pid} on {host}) is working on {len(held)} of these users;"
        " wait until it has ended, then start again."
    )
