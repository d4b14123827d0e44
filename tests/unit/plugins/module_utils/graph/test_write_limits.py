# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits on writes: the exact window of a budget, and the limit that is learned from answers 429."""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Callable

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError
from ansible_collections.entra.mfa.plugins.module_utils.graph.write_limits import (
    LearnedLimit,
    WriteBudget,
    WriteWindow,
)
from hypothesis import given
from hypothesis import strategies as st


def test_budget_is_parsed() -> None:
    assert WriteBudget.parse("3000/150s") == WriteBudget(3000, 150.0)
    assert WriteBudget.parse(" 5/0.5s ") == WriteBudget(5, 0.5)
    assert WriteBudget.parse("none") is None


@pytest.mark.parametrize("text", ["", "3000", "3000/150", "0/150s", "10/0s", "-1/3s", "fast"])
def test_other_budgets_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="write_budget"):
        WriteBudget.parse(text)


steps = st.lists(
    st.tuples(
        st.integers(min_value=0, max_value=30),  # writes wanted
        st.integers(min_value=0, max_value=20),  # seconds until the service sees them
        st.integers(min_value=0, max_value=20),  # seconds from there to the answer
        st.integers(min_value=0, max_value=40),  # seconds until the next step
    ),
    min_size=1,
    max_size=40,
)


@given(writes=st.integers(min_value=1, max_value=25), seconds=st.integers(min_value=1, max_value=60), plan=steps)
def test_no_window_on_the_services_side_holds_more_than_the_budget(
    writes: int, seconds: int, plan: list[tuple[int, int, int, int]]
) -> None:
    """Requests overlap: each is seen by the service some time between its start and its answer."""
    window = WriteWindow(WriteBudget(writes, float(seconds)))
    now = 0
    open_requests: list[tuple[int, int]] = []
    arrivals: list[int] = []
    for wanted, to_service, to_answer, pause in plan:
        for end, count in sorted(one for one in open_requests if one[0] <= now):
            open_requests.remove((end, count))
            window.finish(count, float(end))
        taken = min(wanted, window.free(float(now)))
        assert taken >= 0
        window.start(taken)
        arrivals += [now + to_service] * taken
        if taken:
            open_requests.append((now + to_service + to_answer, taken))
        now += pause
    arrivals.sort()
    for first, later in zip(arrivals, arrivals[writes:], strict=False):
        assert later - first >= seconds


@given(
    writes=st.integers(min_value=1, max_value=50), taken=st.lists(st.integers(min_value=1, max_value=50), max_size=20)
)
def test_budget_is_used_to_the_end(writes: int, taken: list[int]) -> None:
    window = WriteWindow(WriteBudget(writes, 10.0))
    sent = 0
    for wanted in taken:
        count = min(wanted, window.free(0.0))
        window.start(count)
        window.finish(count, 0.0)
        sent += count
    assert sent == min(writes, sum(taken))
    assert window.free(0.0) == writes - sent
    assert window.free(10.0) == writes


def test_window_slides_instead_of_refilling() -> None:
    window = WriteWindow(WriteBudget(3, 10.0))
    for moment in (0.0, 4.0, 8.0):
        window.start(1)
        window.finish(1, moment)
    assert [window.free(moment) for moment in (9.0, 10.0, 13.9, 14.0, 18.0)] == [0, 1, 1, 2, 3]
    assert window.seconds_to_next(18.0) is None


def test_write_in_flight_weighs_on_the_window_until_its_answer_is_old() -> None:
    window = WriteWindow(WriteBudget(1, 10.0))
    window.start(1)
    assert window.free(100.0) == 0
    assert window.seconds_to_next(100.0) is None
    window.finish(1, 100.0)
    assert window.free(109.9) == 0
    assert window.free(110.0) == 1


class Service:
    """Takes so many writes in any span of time, and tells the others how long to wait."""

    def __init__(self, writes: int, seconds: float, wait: Callable[[float], float] = math.ceil) -> None:
        self.writes = writes
        self.seconds = seconds
        self._wait = wait
        self._taken: deque[tuple[float, int]] = deque()
        self.applied = 0
        self.refused = 0

    def ask(self, count: int, now: float) -> tuple[int, float]:
        """How many of these writes are refused, and for how long."""
        while self._taken and self._taken[0][0] <= now - self.seconds:
            self._taken.popleft()
        accepted = min(count, self.writes - sum(taken for _moment, taken in self._taken))
        if accepted:
            self._taken.append((now, accepted))
        self.applied += accepted
        self.refused += count - accepted
        return count - accepted, self._wait(self._taken[0][0] + self.seconds - now)


def drive(limit: LearnedLimit, service: Service, begin: float, end: float) -> None:
    """Eight requests of twenty writes in flight, each answered after 50 ms, as long as the limit lets them."""
    events: list[tuple[float, int, tuple[int, int, float] | None]] = [(begin, number, None) for number in range(8)]
    number = len(events)
    while events:
        now, _number, answer = heapq.heappop(events)
        if answer is not None:
            sent, refused, wait = answer
            limit.finish(sent, now)
            if refused:
                limit.refuse(refused, sent, wait, now)
        if now >= end:
            continue
        count = min(20, limit.free(now))
        number += 1
        if count > 0:
            limit.start(count)
            heapq.heappush(events, (now + 0.05, number, (count, *service.ask(count, now + 0.025))))
        else:
            heapq.heappush(events, (now + max(limit.seconds_to_next(now) or 0.0, 0.001), number, None))


def test_without_refusals_nothing_is_limited() -> None:
    limit, service = LearnedLimit(), Service(10**9, 10.0)
    drive(limit, service, 0.0, 10.0)
    assert service.applied >= 8 * 20 * 190


def test_limit_is_learned_from_one_refusal() -> None:
    limit, service = LearnedLimit(), Service(400, 10.0)
    drive(limit, service, 0.0, 15.0)
    assert limit.budget.writes == 400
    assert 10.0 <= limit.budget.seconds < 11.0
    assert service.refused <= 8 * 20


@pytest.mark.parametrize(("writes", "seconds"), [(400, 10.0), (90, 4.0), (3000, 30.0)])
def test_learned_limit_is_used_and_hardly_overstepped(writes: int, seconds: float) -> None:
    limit, service = LearnedLimit(), Service(writes, seconds)
    drive(limit, service, 0.0, 2 * seconds)
    applied, refused = service.applied, service.refused
    drive(limit, service, 2 * seconds, 20 * seconds)
    assert service.applied - applied >= 0.75 * 18 * writes
    assert service.refused - refused <= 0.03 * (service.applied - applied)


def test_waits_that_are_far_too_short_do_not_end_in_refusals_for_ever() -> None:
    limit, service = LearnedLimit(), Service(3000, 150.0, wait=lambda _left: 5.0)
    drive(limit, service, 0.0, 300.0)
    applied, refused = service.applied, service.refused
    drive(limit, service, 300.0, 1500.0)
    assert service.applied - applied >= 0.75 * 8 * 3000
    assert service.refused - refused <= 0.05 * (service.applied - applied)


def test_estimate_follows_a_limit_that_grows() -> None:
    limit, service = LearnedLimit(), Service(100, 10.0)
    drive(limit, service, 0.0, 50.0)
    assert limit.budget.writes <= 101
    service.writes, applied = 400, service.applied
    drive(limit, service, 50.0, 350.0)
    assert service.applied - applied >= 0.5 * 30 * 400


def test_refused_writes_of_an_unknown_limit_do_not_count() -> None:
    window = WriteWindow(WriteBudget(10, 10.0))
    for moment in (1.0, 2.0):
        window.start(4)
        window.finish(4, moment)
    window.forget(5)
    assert window.answered() == (3, 1.0)
    assert window.free(2.0) == 7
    window.forget(5)
    assert window.answered() is None
