# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells another process how far a run is, through a small file."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

FILE_NAME = "progress.json"
INTERVAL = 1.0
"""Least seconds between two entries."""


class ProgressFile:
    """Keeps ``{"done", "failed", "total", "seconds"}`` in ``progress.json`` of a folder, always replaced whole.

    A file that cannot be written is left alone: progress is a comfort, never a reason to stop.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = folder / FILE_NAME
        self._clock = clock
        self._started = clock()
        self._last: float | None = None

    def __call__(self, *, done: int, failed: int, total: int) -> None:
        """Note the state, at most once a second until the end."""
        now = self._clock()
        if self._last is not None and done < total and now - self._last < INTERVAL:
            return
        self._last = now
        entry = {"done": done, "failed": failed, "total": total, "seconds": round(now - self._started, 1)}
        partial = self._path.with_name(f"{self._path.name}.part")
        try:
            partial.write_text(json.dumps(entry), encoding="utf-8")
            os.replace(partial, self._path)
        except OSError:
            return
