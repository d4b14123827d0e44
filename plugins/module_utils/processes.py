# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is running: tells whether the process that holds something in a file is still alive."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ProcessName:
    """A process of one machine; ``started`` tells it from a later process with the same number."""

    host: str
    pid: int
    started: str


def this_process() -> ProcessName:
    """The process that asks."""
    return ProcessName(platform.node(), os.getpid(), _start_of(os.getpid()))


def is_alive(process: ProcessName) -> bool | None:
    """Whether a process runs; None when it belongs to another machine, where nobody here can tell."""
    if process.host != platform.node():
        return None
    try:
        os.kill(process.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return _start_of(process.pid) == process.started


def _start_of(pid: int) -> str:
    """When a process began, in the kernel's ticks since boot; empty where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # The name in brackets may hold spaces; the start time is the 20th field behind it.
    return fields.rpartition(")")[2].split()[19]
