# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many writes may be sent: a limit that somebody told, and one that the service's answers show. Pure."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, replace

from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError

_UNLIMITED = 10**9
_MEMORY_SECONDS = 300.0
_LEAST_GROWTH = 0.005
_MOST_GROWTH = 0.64


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


class WriteWindow:
    """A sliding window over writes, exact from the service's side.

    A write weighs on the window from before it is sent until ``seconds`` after its answer came. The service counts
    it somewhere in between, so no window of that length on its side ever holds more than the budget.
    """

    def __init__(self, budget: WriteBudget) -> None:
        self.budget = budget
        self._in_flight = 0
        self._answered: deque[tuple[float, int]] = deque()
        self._answered_count = 0

    def free(self, now: float) -> int:
        """Writes that may be sent now."""
        while self._answered and self._answered[0][0] + self.budget.seconds <= now:
            self._answered_count -= self._answered.popleft()[1]
        return self.budget.writes - self._in_flight - self._answered_count

    def start(self, count: int) -> None:
        """Count writes in, before they are sent."""
        self._in_flight += count

    def finish(self, count: int, now: float) -> None:
        """Their answer came, or will not come any more."""
        self._in_flight -= count
        self._answered.append((now, count))
        self._answered_count += count

    def forget(self, count: int) -> None:
        """Of the writes that were answered last, so many did not count."""
        while count > 0 and self._answered:
            moment, answered = self._answered.pop()
            taken = min(count, answered)
            count -= taken
            self._answered_count -= taken
            if answered > taken:
                self._answered.append((moment, answered - taken))

    def answered(self) -> tuple[int, float] | None:
        """How many answered writes are in the window, and when the first of them was answered."""
        return (self._answered_count, self._answered[0][0]) if self._answered else None

    def seconds_to_next(self, now: float) -> float | None:
        """Seconds until a write leaves the window; None when that hangs on an answer that is still to come."""
        return max(0.0, self._answered[0][0] + self.budget.seconds - now) if self._answered else None


class LearnedLimit:
    """A limit on writes that nobody has told, as the answers 429 show it.

    When the service refuses most of a request, no write is sent until the time that it names. What was accepted from
    the start until then is the first estimate of the limit. From then on the estimate is corrected: by the writes that
    were too many; by the time for which nearly all are refused; and upwards after each span of time in which it was
    used to the end and nothing was refused, by half a percent and then by twice as much each time.
    """

    def __init__(self) -> None:
        self._window = WriteWindow(WriteBudget(_UNLIMITED, _MEMORY_SECONDS))
        self._held_until: float | None = None
        self._began = 0.0
        self._accepted = 0
        self._refused = 0
        self._exhausted = False
        self._growth = _LEAST_GROWTH

    @property
    def budget(self) -> WriteBudget:
        """The estimate, beyond all measure before the first refusal."""
        return self._window.budget

    @property
    def _is_known(self) -> bool:
        return self._window.budget.writes < _UNLIMITED

    def free(self, now: float) -> int:
        """Writes that may be sent now."""
        if self._held_until is not None:
            if now < self._held_until:
                return 0
            self._learn(now)
        elif self._is_known and now >= self._began + self._window.budget.seconds:
            self._correct(now)
        free = self._window.free(now)
        self._exhausted = self._exhausted or free <= 0
        return free

    def seconds_held(self, now: float) -> float:
        """Seconds for which no write may be sent, even where room was taken for it before."""
        return 0.0 if self._held_until is None else max(0.0, self._held_until - now)

    def start(self, count: int) -> None:
        """Count writes in, before they are sent."""
        self._window.start(count)

    def finish(self, count: int, now: float) -> None:
        """Their answer came, or will not come any more."""
        self._window.finish(count, now)
        self._accepted += count

    def refuse(self, count: int, sent: int, wait: float, now: float) -> None:
        """Of ``sent`` writes in one finished request ``count`` were answered 429 and shall wait so many seconds."""
        if not self._is_known:
            self._window.forget(count)
        self._accepted -= count
        self._refused += count
        if 2 * count >= sent:
            self._held_until = max(self._held_until or 0.0, now + wait)

    def seconds_to_next(self, now: float) -> float | None:
        """Seconds until more may be sent; None when that hangs on an answer that is still to come."""
        if self._held_until is not None:
            return max(0.0, self._held_until - now)
        return self._window.seconds_to_next(now)

    def _learn(self, now: float) -> None:
        """The time that the service named is over."""
        self._held_until = None
        budget, answered = self._window.budget, self._window.answered()
        if self._is_known and self._accepted >= self._refused:
            self._correct(now)
            return
        if self._is_known:
            self._window.budget = replace(budget, seconds=budget.seconds + now - self._began)
        elif answered is not None:
            self._window.budget = WriteBudget(answered[0], now - answered[1])
        self._growth = _LEAST_GROWTH
        self._begin(now)

    def _correct(self, now: float) -> None:
        """A span of time is over in which the estimate was tried."""
        writes = self._window.budget.writes
        if self._refused:
            writes = max(1, writes - self._refused)
            self._growth = _LEAST_GROWTH
        elif self._exhausted:
            writes += max(1, int(writes * self._growth))
            self._growth = min(_MOST_GROWTH, 2 * self._growth)
        self._window.budget = replace(self._window.budget, writes=writes)
        self._begin(now)

    def _begin(self, now: float) -> None:
        self._began = now
        self._accepted = self._refused = 0
        self._exhausted = False
