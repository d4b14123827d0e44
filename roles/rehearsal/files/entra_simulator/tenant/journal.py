# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The request log that the control API shows. It holds no bodies, no query strings and no secrets."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from entra_simulator.tenant.messages import Request


@dataclass(frozen=True, slots=True)
class Entry:
    """One request. ``write``: it asked for a change; ``applied``: the change was made; ``fault``: what disturbed it."""

    n: int
    method: str
    path: str
    version: str
    status: int
    write: bool
    applied: bool
    app_id: str | None
    batch: bool
    user_agent: str
    fault: str | None = None


class Journal:
    """All requests since the start, counted from 1."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def add(
        self,
        request: Request,
        status: int,
        *,
        applied: bool,
        app_id: str | None,
        write: bool | None = None,
        fault: str | None = None,
    ) -> None:
        """Note a request; a status of 0 stands for a connection that was cut."""
        self._entries.append(
            Entry(
                n=len(self._entries) + 1,
                method=request.method,
                path=request.path,
                version=request.version,
                status=status,
                write=request.write if write is None else write,
                applied=applied,
                app_id=app_id,
                batch=request.batch,
                user_agent=request.headers.get("user-agent", ""),
                fault=fault,
            )
        )

    def since(self, number: int) -> list[dict[str, Any]]:
        """The entries with a number above ``number``."""
        return [asdict(entry) for entry in self._entries[max(number, 0) :]]

    def requests(self) -> int:
        """How many requests came since the start, items of batches and their envelopes counted each."""
        return len(self._entries)

    def applied_writes(self) -> int:
        """How many changes were made since the start."""
        return sum(entry.applied for entry in self._entries)
