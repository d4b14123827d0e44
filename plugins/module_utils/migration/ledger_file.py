# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file behind the ledger: its tables, who may read it, and the checks before it is used."""

from __future__ import annotations

import os
import secrets
import sqlite3
from pathlib import Path

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError

FORMAT = 1

_BUSY_SECONDS = 60
_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE users (
    user_id TEXT PRIMARY KEY, fingerprint BLOB NOT NULL, status TEXT NOT NULL,
    needs_registration INTEGER NOT NULL DEFAULT 0, run_id TEXT NOT NULL, updated_at REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE changes (
    id INTEGER PRIMARY KEY, user_id TEXT NOT NULL, run_id TEXT NOT NULL, target TEXT NOT NULL, kind TEXT NOT NULL,
    object TEXT NOT NULL, value BLOB, previous TEXT, state TEXT NOT NULL, updated_at REAL NOT NULL
);
CREATE INDEX changes_of_user ON changes (user_id);
CREATE TABLE runs (
    run_id TEXT PRIMARY KEY, host TEXT NOT NULL, pid INTEGER NOT NULL, process_started TEXT NOT NULL,
    seen_at REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE leases (user_id TEXT PRIMARY KEY, run_id TEXT NOT NULL) WITHOUT ROWID;
"""


class LedgerError(UnusableInputError):
    """The ledger cannot be used; the text is one sentence that names the file, the reason and the remedy."""


def open_for_writing(path: Path, tenant_id: str) -> tuple[sqlite3.Connection, bytes]:
    """Open the file, made with mode 0600 when there is none; returns it with the key of its fingerprints.

    Raises LedgerError when the file is no ledger, of a newer format, or of another tenant.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)
    except OSError as error:
        raise LedgerError(f"The ledger {path} cannot be opened: {error.strerror}.") from None
    return _open(path, f"{path.absolute().as_uri()}?mode=rw", tenant_id, create=True)


def open_for_reading(path: Path, tenant_id: str) -> tuple[sqlite3.Connection, bytes]:
    """Open a file that exists, without ever changing it. Raises as ``open_for_writing`` does."""
    return _open(path, f"{path.absolute().as_uri()}?mode=ro", tenant_id, create=False)


def _open(path: Path, uri: str, tenant_id: str, *, create: bool) -> tuple[sqlite3.Connection, bytes]:
    connection = sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        if create:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            _create_tables(connection, tenant_id)
        key = _checked_key(connection, path, tenant_id)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise LedgerError(f"The ledger {path} is no ledger of this collection ({error}); name another file.") from None
    except LedgerError:
        connection.close()
        raise
    return connection, key


def _create_tables(connection: sqlite3.Connection, tenant_id: str) -> None:
    connection.execute("BEGIN IMMEDIATE")
    (tables,) = connection.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if tables == 0 and version == 0:
        for statement in _SCHEMA.split(";"):
            connection.execute(statement)
        connection.execute("INSERT INTO meta VALUES ('tenant_id', ?)", (tenant_id.lower(),))
        connection.execute("INSERT INTO meta VALUES ('key', ?)", (secrets.token_bytes(32),))
        connection.execute(f"PRAGMA user_version = {FORMAT}")
    connection.execute("COMMIT")


def _checked_key(connection: sqlite3.Connection, path: Path, tenant_id: str) -> bytes:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > FORMAT:
        raise LedgerError(
            f"The ledger {path} has format {version}, and this release knows formats up to {FORMAT};"
            " use the release that wrote it, or name another file."
        )
    meta = dict(connection.execute("SELECT name, value FROM meta"))
    if meta["tenant_id"] != tenant_id.lower():
        raise LedgerError(f"The ledger {path} belongs to the tenant {meta['tenant_id']}; name another file.")
    key: bytes = meta["key"]
    return key
