# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the report of a migration: who has to register the Authenticator app again, and who is done."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ansible_collections.entra.mfa.plugins.module_utils.migration.report import ReportError


class ReportedUser(NamedTuple):
    """A user of a report."""

    id: str
    upn: str


def users_to_register(path: str) -> list[ReportedUser]:
    """The users of a JSON Lines report who need to register again, in its order.

    Raises ReportError that names the line which is no user of such a report.
    """
    return _users(path, lambda entry: bool(entry["needs_registration"]))


def users_of_status(path: str, status: str) -> list[ReportedUser]:
    """The users of a JSON Lines report with a status such as ``unchanged``; raises as `users_to_register` does."""
    return _users(path, lambda entry: bool(entry["status"] == status))


def users_reached(path: str) -> list[ReportedUser]:
    """The users of a JSON Lines report whose methods are in Entra; raises as `users_to_register` does."""
    return _users(path, lambda entry: entry["status"] in ("migrated", "unchanged"))


def entries(path: str) -> Iterator[dict[str, Any]]:
    """The users of a JSON Lines report, one by one, whatever its size.

    Raises ReportError when there is no such file, or a line is no user.
    """
    try:
        with Path(path).open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _entry(path, number, line)
    except FileNotFoundError:
        raise ReportError(
            f"The report {path} does not exist; give the report_path of a migration_batch task."
        ) from None
    except (OSError, UnicodeDecodeError):
        raise ReportError(f"The report {path} cannot be read as text; give the report_path of a migration.") from None


def _users(path: str, wanted: Callable[[Mapping[str, Any]], bool]) -> list[ReportedUser]:
    users = []
    for number, entry in enumerate(entries(path), 1):
        try:
            if wanted(entry):
                users.append(ReportedUser(str(entry["id"]).lower(), str(entry["upn"])))
        except KeyError:
            raise _no_user(path, number) from None
    return users


def _entry(path: str, number: int, line: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError:
        raise _no_user(path, number) from None
    if not isinstance(entry, dict) or not {"id", "upn"} <= entry.keys():
        raise _no_user(path, number)
    return entry


def _no_user(path: str, number: int) -> ReportError:
    return ReportError(
        f"Line {number} of the report {path} is no user of a migration; give the report_path of a migration."
    )
