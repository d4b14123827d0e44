# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An event source for ansible-rulebook: a file has changed and is complete."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from typing import Any

DOCUMENTATION = r"""
---
short_description: Tell that a file has changed and is complete
description:
  - Looks at a file now and then and sends an event when it has changed, but not before it has rested for a while, so
    that a file is not read while it is being written. It works on network shares too, where the system tells of no
    changes.
  - The first event comes at the start, when the file is there, as it may have changed while nobody looked.
  - The event is C(export_file) with C(path), C(size) (bytes) and C(changed_at) (UTC).
options:
  path:
    description: The file. It need not exist yet.
    type: str
    required: true
  interval:
    description: Seconds between two looks.
    type: float
    default: 5
  settle:
    description:
      - Seconds for which a changed file must stay the same before the event is sent.
      - V(0) suits a file that is written under another name and then renamed.
    type: float
    default: 10
  at_start:
    description: Whether an event is sent at the start for a file that is there.
    type: bool
    default: true
"""

EXAMPLES = r"""
- entra.mfa.export_file:
    path: /srv/mfa/export.json
    settle: 30
"""

Seen = tuple[int, int, int]
"""What tells one state of a file from the next: inode, size in bytes, time of change in nanoseconds."""


async def main(queue: asyncio.Queue[Any], args: dict[str, Any]) -> None:
    """Watch until the task is cancelled; raises ValueError with one sentence for options that cannot be used."""
    path = args.get("path")
    if not isinstance(path, str) or not path:
        raise ValueError("export_file needs path, the file to watch.")
    interval, settle = _seconds(args, "interval", 5), _seconds(args, "settle", 10)
    if interval == 0:
        raise ValueError("interval of export_file must be more than 0 seconds.")
    told = None if args.get("at_start", True) else await asyncio.to_thread(_look, path)
    while True:
        seen = await _rested(path, told, settle)
        if seen is not None:
            told = seen
            await queue.put({"export_file": _event(path, seen)})
        await asyncio.sleep(interval)


async def _rested(path: str, told: Seen | None, settle: float) -> Seen | None:
    """The state of a file that differs from the one that was told and stays as it is; else None."""
    seen = await asyncio.to_thread(_look, path)
    if seen is None or seen == told:
        return None
    await asyncio.sleep(settle)
    return seen if await asyncio.to_thread(_look, path) == seen else None


def _look(path: str) -> Seen | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _event(path: str, seen: Seen) -> dict[str, Any]:
    _inode, size, changed = seen
    moment = datetime.fromtimestamp(changed / 1e9, UTC)
    return {"path": path, "size": size, "changed_at": moment.isoformat(timespec="seconds").replace("+00:00", "Z")}


def _seconds(args: dict[str, Any], name: str, default: float) -> float:
    value = args.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError(f"{name} of export_file must be a number of seconds, not {value!r}.")
    return float(value)
