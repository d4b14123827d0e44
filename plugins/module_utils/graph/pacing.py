# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast to call: an adaptive number of requests in flight, and a budget of writes.

The two windows are pure state; ``Pacer`` makes them safe for many threads and does the waiting.
"""

from __future__ import annotations

import re
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError


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


@dataclass(frozen=True, slots=True)
class WriteBudget:
    """At most ``writes`` in any ``seconds``."""

    writes: int
    seconds: float

    @classmethod
    def parse(cls, text: str) -> WriteBudget | None:
        """``3000/150s`` as a budget; ``none`` as None.

        Raises:
            InputError: any other text.
        """
        if text.strip().lower() == "none":
            return None
        found = re.fullmatch(r"(\d+)/(\d+(?:\.\d+)?)s", text.strip())
        if not found or int(found[1]) < 1 or float(found[2]) <= 0:
            raise InputError(f"write_budget must be none, or writes per seconds such as 3000/150s, not {text!r}.")
        return cls(int(found[1]), float(found[2]))


class ConcurrencyWindow:
    """How many requests may be in flight: one more after each full round of answers, half after a 429.

    Answers to requests that were sent before the last halving say nothing new, so one burst of 429 halves once.
    """

    def __init__(self, maximum: int) -> None:
        self.maximum = maximum
        self.limit = max(1, (maximum + 1) // 2)
        self.in_flight = 0
        self._answers = 0
        self._round = 0

    def has_room(self) -> bool:
        """Whether one more request may start now."""
        return self.in_flight < self.limit

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
        else:
            self._answers += 1
            if self._answers >= self.limit and self.limit < self.maximum:
                self.limit += 1
                self._answers = 0


class WriteWindow:
    """A sliding window over writes, exact from the service's side.

    A write weighs on the window from before it is sent until ``seconds`` after its answer came. The service counts
    it somewhere in between, so no window of that length on its side ever holds more than the budget.
    """

    def __init__(self, budget: WriteBudget) -> None:
        self._budget = budget
        self._in_flight = 0
        self._answered: deque[tuple[float, int]] = deque()
        self._answered_count = 0

    def free(self, now: float) -> int:
        """Writes that may be sent now."""
        while self._answered and self._answered[0][0] <= now:
            self._answered_count -= self._answered.popleft()[1]
        return self._budget.writes - self._in_flight - self._answered_count

    def start(self, count: int) -> None:
        """Count writes in, before they are sent."""
        self._in_flight += count

    def finish(self, count: int, now: float) -> None:
        """Their answer came, or will not come any more."""
        self._in_flight -= count
        self._answered.append((now + self._budget.seconds, count))
        self._answered_count += count

    def seconds_to_next(self, now: float) -> float | None:
        """Seconds until a write leaves the window; None when that hangs on an answer that is still to come."""
        return max(0.0, self._answered[0][0] - now) if self._answered else None


class Pacer:
    """The limits of one client, for all its threads."""

    def __init__(self, concurrency: int, budget: WriteBudget | None, clock: Clock) -> None:
        self._clock = clock
        self._budget = budget
        self._slots = ConcurrencyWindow(concurrency)
        self._writes = WriteWindow(budget) if budget else None
        self._changed = threading.Condition()
        self._turn = threading.Lock()

    @property
    def limit(self) -> int:
        """How many requests may be in flight at present."""
        return self._slots.limit

    def reserve(self, wanted: int, at_least: int | None = None) -> int:
        """Take room for writes, waiting until there is some.

        Args:
            wanted: writes that are to be sent.
            at_least: go on as soon as so many fit; all by default.

        Returns:
            How many were taken, from ``at_least`` to ``wanted``. Each must be given to ``settle``.
        """
        if self._writes is None or self._budget is None or wanted == 0:
            return wanted
        needed = min(wanted if at_least is None else at_least, self._budget.writes)
        with self._turn, self._changed:
            while (free := self._writes.free(self._clock.now())) < needed:
                self._clock.wait(self._changed, self._writes.seconds_to_next(self._clock.now()))
            taken = min(wanted, free)
            self._writes.start(taken)
            return taken

    def settle(self, count: int) -> None:
        """The answer to reserved writes came, or will not come any more."""
        if self._writes is None or count == 0:
            return
        with self._changed:
            self._writes.finish(count, self._clock.now())
            self._changed.notify_all()

    @contextmanager
    def slot(self) -> Iterator[Flight]:
        """Hold one of the places in flight; mark the ``Flight`` when its answer was a 429."""
        with self._changed:
            while not self._slots.has_room():
                self._clock.wait(self._changed, None)
            started_in = self._slots.start()
        flight = Flight()
        try:
            yield flight
        finally:
            with self._changed:
                self._slots.finish(started_in, throttled=flight.throttled)
                self._changed.notify_all()


@dataclass(slots=True)
class Flight:
    """One request in flight."""

    throttled: bool = False
