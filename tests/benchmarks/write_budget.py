# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of the service's write limit a run uses, told of it and not told, and how often it is refused.

The tenant takes 400 writes in any ten seconds. A run begins with an empty window, so its first 400 writes cost no time;
all the others wait for their turn, and they are what is measured. They fill a whole number of windows.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.figures import Figure, tell

USERS = 2000
WRITES, SECONDS = 400, 10.0
_SAMPLE_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Pace:
    """``used`` is the part of the limit that was written, ``throttled`` the answers 429 for each applied write."""

    used: float
    throttled: float
    refusals: int


def figures(folder: Path) -> Iterator[Figure]:
    """Measure."""
    told = _run(folder / "told", f"{WRITES}/{SECONDS:.0f}s")
    yield Figure("write limit told: part of it used", told.used, ">=", 0.95)
    yield Figure("write limit told: answers 429", told.refusals, "<=", 0)
    alone = _run(folder / "alone", "none")
    tell(f"      not told: {alone.refusals} answers 429")
    yield Figure("write limit not told: part of it used", alone.used, ">=", 0.75)
    yield Figure("write limit not told: answers 429 for each write", alone.throttled, "<", 0.05)


def _run(folder: Path, budget: str) -> Pace:
    with Bench(folder, USERS, write_limit=WRITES, write_window=SECONDS) as bench, ThreadPoolExecutor(1) as pool:
        run = pool.submit(bench.migrate, write_budget=budget)
        first = last = time.monotonic()
        written = 0
        while not run.done():
            now_written = bench.simulator.control("GET", "/statistics")["applied_writes"]
            if now_written > written:
                last = time.monotonic()
                first = last if written == 0 else first
                written = now_written
            time.sleep(_SAMPLE_SECONDS)
        run.result()
        log = bench.simulator.log()
    applied = sum(entry["applied"] for entry in log)
    refusals = sum(entry["status"] == 429 for entry in log)
    if applied != 2 * USERS:
        raise RuntimeError(f"{applied} writes were made for {USERS} users.")
    return Pace((applied - WRITES) / (WRITES / SECONDS) / (last - first), refusals / applied, refusals)
