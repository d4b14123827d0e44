# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When to send a request again, and after how long. Pure."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

NO_ANSWER = 0
"""Status of a request whose connection was cut or never stood."""

_LONGEST_BACKOFF = 30.0
_SERVER_FAULT_REPEATS = 3


@dataclass(frozen=True, slots=True)
class Repeat:
    """Send it again after ``wait`` seconds; ``counts`` says whether that uses up one of the repeats."""

    wait: float
    counts: bool


@dataclass(frozen=True, slots=True)
class RepeatPolicy:
    """The rules of Graph's throttling guidance.

    A 429 that names its time is waited out and never counts. 429 without a time, 503 and, for reads, 504 and cut
    connections are repeated with growing, jittered waits. 500 and 502 are repeated a few times, and only for reads.
    A write that may have been applied is never repeated here.

    Attributes:
        limit: most repeats that count.
        jitter: a number in [0, 1), drawn anew for each wait.
    """

    limit: int
    jitter: Callable[[], float] = field(default=random.random, repr=False)

    def after(self, status: int, retry_after: float | None, repeats: int, *, write: bool) -> Repeat | None:
        """What to do after an answer.

        Args:
            status: HTTP status, or ``NO_ANSWER``.
            retry_after: seconds the service asks for, or None.
            repeats: repeats so far that counted.
            write: whether the request changes something.

        Returns:
            None when the answer is final.
        """
        if status == 429 and retry_after:
            return Repeat(retry_after, counts=False)
        if status in {429, 503}:
            limit = self.limit
        elif write:
            return None
        elif status in {504, NO_ANSWER}:
            limit = self.limit
        elif status in {500, 502}:
            limit = min(self.limit, _SERVER_FAULT_REPEATS)
        else:
            return None
        return Repeat(retry_after or self.backoff(repeats), counts=True) if repeats < limit else None

    def before_sending(self, repeats: int) -> Repeat | None:
        """What to do when no connection could be made, so that the request, even a write, was never sent."""
        return Repeat(self.backoff(repeats), counts=True) if repeats < min(self.limit, _SERVER_FAULT_REPEATS) else None

    def backoff(self, repeats: int) -> float:
        """Seconds to wait: 0.5, 1, 2 … up to 30, each shortened by up to a half at random."""
        return min(_LONGEST_BACKOFF, 0.5 * 2.0**repeats) * (0.5 + self.jitter() / 2)


def retry_after_of(headers: Mapping[str, str]) -> float | None:
    """The seconds that a ``Retry-After`` header asks for, or None. Names are compared without case.

    A date is measured against the answer's own ``Date``, so that a wrong local clock does not matter.
    """
    named = {name.lower(): value for name, value in headers.items()}
    text = str(named.get("retry-after", "")).strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(text) - parsedate_to_datetime(named["date"])).total_seconds()
        except (KeyError, TypeError, ValueError):
            return None
    return seconds if 0 < seconds < float("inf") else None
