# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When to repeat, and after how long."""

from __future__ import annotations

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.graph.retries import Repeat, RepeatPolicy, retry_after_of

POLICY = RepeatPolicy(8, lambda: 0.0)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after": " 1.5 "}, 1.5),
        ({}, None),
        ({"Retry-After": "0"}, None),
        ({"Retry-After": "-3"}, None),
        ({"Retry-After": "inf"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:30 GMT", "Date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 30.0),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:30 GMT"}, None),
    ],
)
def test_time_that_the_service_asks_for(headers: dict[str, str], expected: float | None) -> None:
    assert retry_after_of(headers) == expected


def test_backoff_doubles_up_to_half_a_minute_and_is_jittered_by_a_half() -> None:
    assert [POLICY.backoff(repeats) for repeats in range(8)] == [0.25, 0.5, 1, 2, 4, 8, 15, 15]
    assert RepeatPolicy(8, lambda: 1.0).backoff(3) == 4.0


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 410, 424])
def test_refusals_are_final(status: int) -> None:
    assert POLICY.after(status, 5.0, 0, write=False) is None


def test_503_with_a_time_waits_for_it_and_counts() -> None:
    assert POLICY.after(503, 9.0, 0, write=True) == Repeat(9.0, counts=True)
    assert POLICY.after(503, 9.0, 8, write=True) is None


@pytest.mark.parametrize("status", [0, 500, 502, 504])
def test_write_that_may_have_been_applied_is_never_repeated(status: int) -> None:
    assert POLICY.after(status, 1.0, 0, write=True) is None
    assert POLICY.after(status, 1.0, 0, write=False) is not None


def test_request_that_was_never_sent_is_repeated_a_few_times() -> None:
    assert [POLICY.before_sending(repeats) is not None for repeats in range(5)] == [True, True, True, False, False]
