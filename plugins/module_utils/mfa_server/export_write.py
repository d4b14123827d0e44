# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes an export file: one user a line, for the owner only, in the place of the old one only if it differs."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.export_schema import FORMAT
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import MobileApp, OathToken, Phone, Record

_MODE = 0o600
_FOOT = b"\n]}\n"
_USERS = ', "users": ['


def user_as_json(record: Record) -> dict[str, Any]:
    """The record as the export holds it, without fields that say nothing."""
    user: dict[str, Any] = {
        "username": record.username,
        "upn": record.upn,
        "sid": record.sid,
        "attributes": dict(record.attributes),
        "enabled": None if record.enabled else False,
        "language": record.language,
        "default_method": record.default_method,
        "pin_modes": list(record.pin_modes),
        "phone": _phone(record.phone),
        "backup_phone": _phone(record.backup_phone),
        "mobile_apps": [_mobile_app(app) for app in record.mobile_apps],
        "oath_token": _oath_token(record.oath_token),
        "changed_at": record.changed_at,
    }
    return {name: value for name, value in user.items() if value is False or value}


def _phone(phone: Phone | None) -> dict[str, str] | None:
    if phone is None:
        return None
    return _without_empty({"country_code": phone.country_code, "number": phone.number, "extension": phone.extension})


def _mobile_app(app: MobileApp) -> dict[str, Any]:
    return _without_empty(
        {
            "name": app.name,
            "secret": app.secret,
            "device_token": app.device_token,
            "registered_at": app.registered_at,
        }
    )


def _oath_token(token: OathToken | None) -> dict[str, Any] | None:
    if token is None:
        return None
    return _without_empty(
        {
            "serial": token.serial,
            "secret": token.secret,
            "interval": token.interval,
            "hash": token.hash,
            "manufacturer": token.manufacturer,
            "model": token.model,
        }
    )


def _without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


class ExportWriter:
    """Takes users one by one and compares them with the file that is there.

    With ``dry_run`` nothing is written. Nothing of the old file is touched before ``finish``.
    """

    def __init__(self, path: str | Path, server: Mapping[str, str] | None, *, dry_run: bool = False) -> None:
        self._path = Path(path)
        self._part = self._path.parent / f".{self._path.name}.part"
        self._frame = {"format": FORMAT, **({"server": dict(server)} if server else {})}
        self._dry_run = dry_run
        self._new: BinaryIO | None = None
        self._old: BinaryIO | None = None
        self._same = False
        self._separator = b"\n"
        self.users = 0
        self.oath_tokens = 0

    def __enter__(self) -> ExportWriter:
        """Open both files; raises UnusableInputError when that is not possible."""
        try:
            with self._told():
                self._open()
        except UnusableInputError:
            self.close()
            raise
        return self

    def _open(self) -> None:
        if self._path.is_dir():
            raise UnusableInputError(f"The export {self._path} cannot be written: it is a folder.")
        if self._path.exists():
            self._old = self._path.open("rb")
            self._same = self._head_is_the_same(self._old.readline())
            self._same = self._same and stat.S_IMODE(os.fstat(self._old.fileno()).st_mode) == _MODE
        if self._dry_run:
            return
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._part.unlink(missing_ok=True)
        self._new = os.fdopen(os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE), "wb", 1 << 20)
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        frame = json.dumps({"format": FORMAT, "exported_at": now, **self._frame})
        self._new.write(f"{frame[:-1]}{_USERS}".encode())

    def _head_is_the_same(self, line: bytes) -> bool:
        """Whether the file begins as this one will, apart from the time."""
        try:
            frame = json.loads(line.decode() + "]}")
        except ValueError:
            return False
        del frame["users"]
        return bool(frame.pop("exported_at", None)) and frame == self._frame

    def add(self, record: Record) -> None:
        """Take one user."""
        line = json.dumps(user_as_json(record)).encode()
        if self._same and self._old is not None:
            # All lines but the last end with a comma; the line end before the first one was read with the head.
            old = self._old.readline().rstrip(b"\n")
            self._same = old.removesuffix(b",") == line
        if self._new is not None:
            with self._told():
                self._new.write(self._separator + line)
        self._separator = b",\n"
        self.users += 1
        if record.oath_token is not None and record.oath_token.secret:
            self.oath_tokens += 1

    def finish(self) -> bool:
        """Put the new file into the place of the old one if it differs; returns whether it does."""
        if self._same and self._old is not None:
            self._same = self._old.read(len(_FOOT)) == _FOOT[1:]
        if self._new is not None and not self._same:
            with self._told():
                self._new.write(_FOOT)
                self._new.flush()
                os.fsync(self._new.fileno())
                self._part.replace(self._path)
        return not self._same

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell in one sentence why the file cannot be written."""
        try:
            yield
        except OSError as error:
            raise UnusableInputError(f"The export {self._path} cannot be written: {error.strerror}.") from None

    def close(self) -> None:
        """Close both files and leave no half-written one."""
        for stream in (self._new, self._old):
            if stream is not None:
                stream.close()
        if self._new is not None:
            self._part.unlink(missing_ok=True)

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Close what is open."""
        self.close()
