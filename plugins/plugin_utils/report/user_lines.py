# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the users of a batch, one JSON object a line, without keeping them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from ansible_collections.entra.mfa.plugins.plugin_utils.report.errors import ReportInputError
from ansible_collections.entra.mfa.plugins.plugin_utils.report.wording import BITS, STATUSES

Line = TypeVar("Line")


class UserLine(NamedTuple):
    """What a migration, or its plan, says about one user."""

    id: str
    upn: str
    status: str
    reason: str | None
    matched_by: str | None
    needs_registration: bool
    actions: tuple[tuple[str, str, str | None], ...]
    default_before: str | None
    default_after: str | None


class UserView(NamedTuple):
    """What the assess phase saw of a user: the kinds in the record, those that stood in Entra, the default method.

    Kinds are bits of ``BITS``.
    """

    id: str
    recorded: int
    stood: int
    default: str | None


def read_users(path: Path) -> Iterator[UserLine]:
    """The users of the report of a migration in its order; raises ReportInputError for a line that is none."""
    return _read(path, _user, "migration")


def read_views(path: Path) -> Iterator[UserView]:
    """The users of the report of the assess phase; raises ReportInputError for a line that is none."""
    return _read(path, _view, "assessment")


def _read(path: Path, make: Callable[[dict[str, Any]], Line], kind: str) -> Iterator[Line]:
    try:
        with path.open(encoding="utf-8") as lines:
            for number, text in enumerate(lines, 1):
                if text.strip():
                    yield _made(path, number, text, make, kind)
    except (OSError, UnicodeDecodeError):
        raise ReportInputError(f"{path} cannot be read as text; run the {kind} of this batch again.") from None


def _made(path: Path, number: int, text: str, make: Callable[[dict[str, Any]], Line], kind: str) -> Line:
    try:
        return make(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ReportInputError(
            f"Line {number} of {path} is no user of the {kind}; run the {kind} of this batch again."
        ) from None


def _user(entry: dict[str, Any]) -> UserLine:
    default: Mapping[str, Any] = entry.get("default_method") or {}
    return UserLine(
        str(entry["id"]).lower(),
        str(entry["upn"]),
        _status(entry["status"]),
        entry.get("reason"),
        entry.get("matched_by"),
        bool(entry.get("needs_registration")),
        tuple((action["target"], action["action"], action.get("reason")) for action in entry.get("actions") or ()),
        default.get("before"),
        default.get("after"),
    )


def _view(entry: dict[str, Any]) -> UserView:
    recorded = stood = 0
    for method in entry["methods"]:
        bit = BITS.get(method["target"], 0)
        recorded |= bit
        stood |= bit if method["stands"] else 0
    return UserView(str(entry["id"]).lower(), recorded, stood, (entry.get("entra") or {}).get("default_method"))


def _status(status: str) -> str:
    if status not in STATUSES:
        raise ValueError(status)
    return status
