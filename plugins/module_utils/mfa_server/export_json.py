# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads an export file (format ``entra.mfa/export-v1``).

The file is decoded user by user, so that a large organisation is never in memory as plain dictionaries. A broken file
stops the run; a broken record does not.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from sys import intern
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.export_schema import EXPORT, FORMAT, USER
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.json_stream import JsonCursor
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import (
    BrokenRecord,
    Export,
    MobileApp,
    OathToken,
    Phone,
    Record,
)
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.schema_check import compile_check

_VAULT_HEADER = b"$ANSIBLE_VAULT;"
_FRAME = {
    **EXPORT,
    "properties": {name: schema for name, schema in EXPORT["properties"].items() if name != "users"},
    "required": ["format"],
}


class ExportError(UnusableInputError):
    """The export file cannot be used at all; the text is one sentence that names file, reason and remedy."""


def read_export(path: str | Path, *, name: str | None = None) -> Export:
    """Read an export file; ``name`` is what errors call it instead of its path.

    Raises ExportError when it is missing, empty, encrypted, not JSON, of another format or without users.
    """
    named = name or str(path)
    text = _text_of(Path(path), named)
    unknown: set[str] = set()
    users = _Users(unknown)
    frame: dict[str, Any] = {}
    try:
        _read_frame(JsonCursor(text), frame, users.add)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ExportError(f"The export {named} is not JSON: {error.msg} at {where}; export again.") from None
    except RecursionError:
        raise ExportError(f"The export {named} is nested too deeply to be an export of users.") from None
    _check_frame(named, frame, unknown)
    return Export(tuple(users.records), tuple(users.broken), tuple(sorted(unknown)))


def _text_of(path: Path, name: str) -> str:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ExportError(f"The export {name} does not exist; give the path of a file on the controller.") from None
    except OSError as error:
        raise ExportError(f"The export {name} cannot be read: {error.strerror}.") from None
    if not content.strip():
        raise ExportError(f"The export {name} is empty ({len(content)} bytes); export the users again.")
    if content.startswith(_VAULT_HEADER):
        raise ExportError(f"The export {name} is encrypted with Ansible Vault; give the play its Vault password.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ExportError(f"The export {name} is not UTF-8 text; export the users again.") from None


def _read_frame(cursor: JsonCursor, frame: dict[str, Any], add_user: Callable[[Any], None]) -> None:
    for name in cursor.members():
        if name == "users" and cursor.next_character() == "[":
            frame["users"] = []
            for user in cursor.elements():
                add_user(user)
        else:
            frame[name] = cursor.value()
    cursor.end()


def _check_frame(name: str, frame: dict[str, Any], unknown: set[str]) -> None:
    if frame.get("format") != FORMAT:
        raise ExportError(f"The export {name} is of another format; its field format must be '{FORMAT}'.")
    users = frame.pop("users", None)
    if not isinstance(users, list):
        raise ExportError(f"The export {name} has no users; its field users must be a list.")
    problem = compile_check(_FRAME, unknown)(frame)
    if problem is not None:
        raise ExportError(f"The export {name} cannot be used: {problem}.")


class _Users:
    """Collects the users of a file as they are decoded."""

    def __init__(self, unknown: set[str]) -> None:
        self.records: list[Record] = []
        self.broken: list[BrokenRecord] = []
        self._check = compile_check(USER, unknown, "users[]")

    def add(self, user: Any) -> None:
        problem = self._check(user)
        if problem is None:
            self.records.append(_record(user))
        else:
            position = len(self.records) + len(self.broken) + 1
            self.broken.append(_broken(user, position, str(problem) if problem.path else f"user {problem}"))


def _broken(user: Any, position: int, problem: str) -> BrokenRecord:
    names = user if isinstance(user, dict) else {}
    username, upn, sid = (_name(names, key) for key in ("username", "upn", "sid"))
    return BrokenRecord(position, problem, username, upn, sid)


def _name(user: Mapping[str, Any], key: str) -> str | None:
    value = user.get(key)
    return value if isinstance(value, str) and value else None


def _record(user: Mapping[str, Any]) -> Record:
    token = user.get("oath_token")
    return Record(
        username=user["username"],
        upn=user.get("upn"),
        sid=user.get("sid"),
        attributes={intern(name): value for name, value in (user.get("attributes") or {}).items() if value},
        enabled=user.get("enabled") is not False,
        language=_shared(user.get("language")),
        default_method=_shared(user.get("default_method")),
        pin_modes=tuple(map(intern, user.get("pin_modes") or ())),
        phone=_phone(user.get("phone")),
        backup_phone=_phone(user.get("backup_phone")),
        mobile_apps=tuple(map(_mobile_app, user.get("mobile_apps") or ())),
        oath_token=None if token is None else _oath_token(token),
        changed_at=user.get("changed_at"),
    )


def _phone(phone: Mapping[str, Any] | None) -> Phone | None:
    """A phone without a number is no phone."""
    if not phone or not (phone.get("number") or "").strip():
        return None
    return Phone(_shared(phone.get("country_code")), phone["number"], phone.get("extension") or None)


def _mobile_app(app: Mapping[str, Any]) -> MobileApp:
    return MobileApp(
        app.get("name") or None, app.get("secret") or None, app.get("device_token") or None, app.get("registered_at")
    )


def _oath_token(token: Mapping[str, Any]) -> OathToken:
    return OathToken(
        serial=token.get("serial") or None,
        secret=token.get("secret") or None,
        interval=token.get("interval") or 30,
        hash=intern(token.get("hash") or "sha1"),
        manufacturer=_shared(token.get("manufacturer")) or None,
        model=_shared(token.get("model")) or None,
    )


def _shared(text: str | None) -> str | None:
    """The same object for texts that many users have in common."""
    return None if text is None else intern(text)
