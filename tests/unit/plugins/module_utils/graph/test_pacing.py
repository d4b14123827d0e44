# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pace: exact write window, growing and halving concurrency."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError
from ansible_collections.entra.mfa.plugins.module_utils.graph.pacing import (
    ConcurrencyWindow,
    Pacer,
    SystemClock,
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


def test_pacer_waits_exactly_as_long_as_needed(clock: Any) -> None:
    pacer = Pacer(1, WriteBudget(4, 30.0), clock)
    assert pacer.reserve(3) == 3
    pacer.settle(3)
    assert pacer.reserve(3, at_least=1) == 1
    pacer.settle(1)
    assert clock.sleeps == []
    assert pacer.reserve(2) == 2
    assert clock.sleeps == [30.0]


def test_pacer_without_budget_never_waits(clock: Any) -> None:
    pacer = Pacer(1, None, clock)
    assert pacer.reserve(10_000, at_least=1) == 10_000
    assert clock.sleeps == []


def test_more_writes_than_the_budget_are_cut_to_it(clock: Any) -> None:
    assert Pacer(1, WriteBudget(4, 30.0), clock).reserve(20) == 4


def run(window: ConcurrencyWindow, answers: int, *, throttled: bool = False) -> None:
    for _attempt in range(answers):
        window.finish(window.start(), throttled=throttled)


def test_concurrency_grows_by_one_per_round_up_to_its_maximum() -> None:
    window = ConcurrencyWindow(8)
    limits = []
    for _attempt in range(5):
        limits.append(window.limit)
        run(window, window.limit)
    assert limits == [4, 5, 6, 7, 8]
    run(window, 100)
    assert window.limit == 8


def test_concurrency_halves_once_for_one_burst_and_never_ends() -> None:
    window = ConcurrencyWindow(16)
    burst = [window.start() for _attempt in range(8)]
    for started in burst:
        window.finish(started, throttled=True)
    assert window.limit == 4
    for _attempt in range(10):
        run(window, 1, throttled=True)
    assert window.limit == 1


@given(st.integers(min_value=1, max_value=64), st.lists(st.booleans(), max_size=300))
def test_concurrency_stays_within_its_bounds(maximum: int, throttled: list[bool]) -> None:
    window = ConcurrencyWindow(maximum)
    for one in throttled:
        run(window, 1, throttled=one)
        assert 1 <= window.limit <= maximum
    assert window.in_flight == 0


def test_no_more_than_the_limit_are_in_flight_over_all_threads() -> None:
    """Three may be in flight at first, and the barrier opens only when three really are."""
    pacer = Pacer(6, None, SystemClock())
    together = threading.Barrier(3)
    lock, most, now = threading.Lock(), 0, 0

    def work(_number: int) -> None:
        nonlocal most, now
        with pacer.slot():
            with lock:
                now += 1
                most = max(most, now)
            together.wait(timeout=10)
            with lock:
                now -= 1

    with ThreadPoolExecutor(24) as pool:
        list(pool.map(work, range(48)))
    assert 3 <= most <= 6
    assert now == 0


def test_slot_is_given_back_when_the_request_fails(clock: Any) -> None:
    pacer = Pacer(1, None, clock)

    def fail() -> None:
        with pacer.slot():
            raise LookupError

    for _attempt in range(3):
        with pytest.raises(LookupError):
            fail()


def test_many_threads_share_one_budget() -> None:
    pacer = Pacer(8, WriteBudget(10, 0.05), SystemClock())
    clock = SystemClock()
    sent: list[float] = []
    lock = threading.Lock()

    def work(_number: int) -> None:
        count = pacer.reserve(1)
        with lock:
            sent.append(clock.now())
        pacer.settle(count)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(40)))
    sent.sort()
    assert all(later - first >= 0.05 for first, later in zip(sent, sent[10:], strict=False))


def test_throttled_request_halves_the_limit(clock: Any) -> None:
    pacer = Pacer(8, None, clock)
    assert pacer.limit == 4
    with pacer.slot() as flight:
        flight.throttled = True
    assert pacer.limit == 2
