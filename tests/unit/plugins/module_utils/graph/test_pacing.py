# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pace: one budget of writes for all threads, growing and halving concurrency."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.graph.pacing import ConcurrencyWindow, Pacer, SystemClock
from ansible_collections.entra.mfa.plugins.module_utils.graph.write_limits import WriteBudget
from hypothesis import given
from hypothesis import strategies as st


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


def test_concurrency_grows_with_each_answer_up_to_its_maximum() -> None:
    window = ConcurrencyWindow(11)
    limits = []
    for _attempt in range(5):
        limits.append(window.limit)
        run(window, 1)
    assert limits == [8, 9, 10, 11, 11]


def test_concurrency_begins_with_a_small_maximum_at_once() -> None:
    assert ConcurrencyWindow(3).limit == 3


def test_concurrency_grows_by_one_per_round_after_the_first_429() -> None:
    window = ConcurrencyWindow(8)
    run(window, 1, throttled=True)
    limits = []
    for _attempt in range(8):
        limits.append(window.limit)
        run(window, window.limit)
    assert limits == [4, 5, 6, 7, 8, 8, 8, 8]


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
    """The barrier opens only when three really are in flight."""
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
    assert pacer.limit == 8
    with pacer.slot() as flight:
        flight.throttled = True
    assert pacer.limit == 4


def test_writes_are_held_until_the_time_that_a_refusal_names(clock: Any) -> None:
    pacer = Pacer(8, None, clock)
    for _request in range(2):
        pacer.settle(pacer.reserve(20))
    pacer.refuse(15, 20, 7.0)
    with pacer.slot():
        assert clock.sleeps == []
    with pacer.slot(writes=True):
        assert clock.sleeps == [7.0]
    assert pacer.reserve(1) == 1


def test_refusal_without_a_time_holds_nothing(clock: Any) -> None:
    pacer = Pacer(8, None, clock)
    pacer.settle(pacer.reserve(20))
    pacer.refuse(20, 20, None)
    with pacer.slot(writes=True):
        assert pacer.reserve(20) == 20
    assert clock.sleeps == []
