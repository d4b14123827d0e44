# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows how far a module is while it runs."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FILE_NAME = "progress.json"
INTERVAL = 5.0
"""Seconds between two lines."""


@contextmanager
def shown(folder: Path, show: Callable[[str], None], interval: float = INTERVAL) -> Iterator[None]:
    """Show a line every few seconds while the body runs, from ``progress.json`` that another process keeps in a folder.

    A run that is shorter than the interval shows nothing, and an entry that has not changed is not shown again.
    """
    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(folder / FILE_NAME, show, interval, ended), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def line(entry: dict[str, Any]) -> str:
    """One line about an entry ``{"done", "failed", "total", "seconds"}``."""
    done, total, seconds = entry["done"], entry["total"], entry["seconds"]
    parts = [f"{done} of {total} users", f"{entry['failed']} failed"]
    if done and seconds:
        rate = done / seconds
        parts += [f"{rate:.1f} users a second", f"about {_duration((total - done) / rate)} left"]
    return ", ".join(parts)


def _watch(path: Path, show: Callable[[str], None], interval: float, ended: threading.Event) -> None:
    last = None
    while not ended.wait(interval):
        try:
            entry = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if entry != last:
            show(line(entry))
            last = entry


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
