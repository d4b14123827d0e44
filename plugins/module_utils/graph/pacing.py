# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast to call: an adaptive number of requests in flight, and a budget of writes.

The windows are pure state; ``Pacer`` makes them safe for many threads and does the waiting.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ansible_collections.entra.mfa.plugins.module_utils.graph.shared_budget import SharedBudget
from ansible_collections.entra.mfa.plugins.module_utils.graph.write_limits import (
    LearnedLimit,
    WriteBudget,
    WriteWindow,
)


class Clock(Protocol):
    """Time as the Graph layer sees it; tests hand in their own."""

    def now(self) -> float:
        """Seconds that only grow."""

    def sleep(self, seconds: float) -> None:
        """Wait."""

    def wait(self, condition: threading.Condition, seconds: float | None) -> None:
        """Wait for a notification, at most so many seconds."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        """Seconds that only grow."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    def wait(self, condition: threading.Condition, seconds: float | None) -> None:
        """Wait for a notification, at most so many seconds."""
        condition.wait(seconds)


REPORT_BUDGET = WriteBudget(5, 10.0)
"""Requests to logs and reports that the service answers; they are reads, and rationed like writes."""


FIRST_REQUESTS = 8
"""So many requests may be in flight before the first answer: the default maximum, which any tenant bears."""


class ConcurrencyWindow:
    """How many requests may be in flight: one more after each answer, half after a 429.

    After the first 429 it takes a full round of answers for one more. Answers to requests that were sent before the
    last halving say nothing new, so one burst of 429 halves once.
    """

    def __init__(self, maximum: int) -> None:
        self.maximum = maximum
        self.limit = min(maximum, FIRST_REQUESTS)
        self.in_flight = 0
        self._answers = 0
        self._round = 0

    def room(self) -> int:
        """How many more requests may start now."""
        return max(0, self.limit - self.in_flight)

    def start(self) -> int:
        """Count a request in; the number returned belongs to it."""
        self.in_flight += 1
        return self._round

    def finish(self, started_in: int, *, throttled: bool) -> None:
        """Count a request out."""
        self.in_flight -= 1
        if started_in != self._round:
            return
        if throttled:
            self.limit = max(1, self.limit // 2)
            self._answers = 0
            self._round += 1
            return
        self._answers += 1
        enough = self.limit if self._round else 1
        if self._answers >= enough and self.limit < self.maximum:
            self.limit += 1
            self._answers = 0


class Pacer:
    """The limits of one client, for all its threads."""

    def __init__(self, concurrency: int, budget: WriteBudget | None, clock: Clock) -> None:
        self._clock = clock
        self._budget = budget
        self._shared: SharedBudget | None = None
        self._slots = ConcurrencyWindow(concurrency)
        self._learned = LearnedLimit()
        self._windows: list[WriteWindow | LearnedLimit] = [self._learned]
        if budget is not None:
            self._windows.append(WriteWindow(budget))
        lock = threading.Lock()
        self._changed = threading.Condition(lock)
        self._room = threading.Condition(lock)
        self._turn = threading.Lock()

    @property
    def limit(self) -> int:
        """How many requests may be in flight at present."""
        return self._slots.limit

    def share(self, path: Path) -> None:
        """From now on keep to the budget together with all processes that share this file; before the first write."""
        if self._budget is not None:
            self._shared = SharedBudget(path, self._budget)

    def close(self) -> None:
        """Close the shared file."""
        if self._shared is not None:
            self._shared.close()

    def reserve(self, wanted: int, at_least: int | None = None) -> int:
        """Take room for writes, waiting until there is some.

        Args:
            wanted: writes that are to be sent.
            at_least: go on as soon as so many fit; all by default.

        Returns:
            How many were taken, from ``at_least`` to ``wanted``. Each must be given to ``settle``.
        """
        if wanted == 0:
            return 0
        least = wanted if at_least is None else at_least
        with self._turn, self._changed:
            while not (taken := self._room_for(wanted, least)):
                pass
            for window in self._windows:
                window.start(taken)
            return taken

    def _room_for(self, wanted: int, at_least: int) -> int:
        """Wait until the own windows have room; how many of these writes the other processes then leave room for."""
        while (full := self._full_window(at_least)) is not None:
            self._clock.wait(self._changed, full.seconds_to_next(self._clock.now()))
        now = self._clock.now()
        free = min(wanted, *(window.free(now) for window in self._windows))
        if self._shared is None:
            return free
        taken = self._shared.take(free, min(at_least, free))
        if not taken.count:
            self._clock.wait(self._changed, taken.wait)
        return taken.count

    def _full_window(self, needed: int) -> WriteWindow | LearnedLimit | None:
        """A window without room for so many writes, or for as many as it ever has."""
        now = self._clock.now()
        return next((found for found in self._windows if found.free(now) < min(needed, found.budget.writes)), None)

    def settle(self, count: int) -> None:
        """The answer to reserved writes came, or will not come any more."""
        if count == 0:
            return
        with self._changed:
            for window in self._windows:
                window.finish(count, self._clock.now())
            self._changed.notify_all()
        if self._shared is not None:
            self._shared.settle(count)

    def refuse(self, count: int, sent: int, wait: float | None) -> None:
        """Of ``sent`` settled writes of one request ``count`` were answered 429, perhaps with the seconds to wait."""
        if wait is None or count == 0:
            return
        with self._changed:
            self._learned.refuse(count, sent, wait, self._clock.now())

    @contextmanager
    def slot(self, *, writes: bool = False) -> Iterator[Flight]:
        """Hold one of the places in flight, for writes or only for reads.

        Mark the ``Flight`` when its answer was a 429.
        """
        with self._changed:
            while (held := self._seconds_held(writes)) or not self._slots.room():
                if held:
                    self._room.notify()
                self._clock.wait(self._changed if held else self._room, held or None)
            started_in = self._slots.start()
        flight = Flight()
        try:
            yield flight
        finally:
            with self._changed:
                self._slots.finish(started_in, throttled=flight.throttled)
                self._room.notify(self._slots.room())

    def _seconds_held(self, writes: bool) -> float:
        return self._learned.seconds_held(self._clock.now()) if writes else 0.0


@dataclass(slots=True)
class Flight:
    """One request in flight."""

    throttled: bool = False
