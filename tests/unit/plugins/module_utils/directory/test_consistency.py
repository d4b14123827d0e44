# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for replication: how often, and what is not waited for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.directory.consistency import (
    missing,
    read_until,
    unless_missing,
    write_once,
    write_when_replicated,
)
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError, UnknownOutcome


def refuse(error: GraphError) -> None:
    raise error


def test_accepted_value_is_read_once(pauses: list[float]) -> None:
    assert read_until(iter([1]).__next__, lambda value: value == 1) == 1
    assert pauses == []


def test_value_is_read_again_with_growing_pauses(pauses: list[float]) -> None:
    assert read_until(iter([0, 0, 1]).__next__, lambda value: value == 1) == 1
    assert pauses == [1.0, 2.0]


def test_last_value_is_returned_when_patience_ends(pauses: list[float]) -> None:
    assert read_until(lambda: 0, lambda value: value == 1) == 0
    assert pauses == [1.0, 2.0, 4.0, 8.0]


def test_refusal_that_may_be_lag_is_repeated_and_raised_at_the_end(pauses: list[float]) -> None:
    error = GraphError(404, "Request_ResourceNotFound", "unknown")

    with pytest.raises(GraphError) as caught:
        write_when_replicated(lambda: refuse(error), lambda found: found.status == 404)

    assert caught.value is error
    assert pauses == [1.0, 2.0, 4.0, 8.0]


def test_other_refusal_is_raised_at_once(pauses: list[float]) -> None:
    with pytest.raises(GraphError):
        write_when_replicated(lambda: refuse(GraphError(403, "denied", "no")), lambda found: found.status == 404)

    assert pauses == []


class Write:
    """A write whose answer gets lost a number of times; counts how often it was sent."""

    def __init__(self, lost: int) -> None:
        self.lost = lost
        self.sent = 0

    def __call__(self) -> None:
        self.sent += 1
        if self.sent <= self.lost:
            raise UnknownOutcome(504, "GatewayTimeout", "no answer in time")


def test_lost_answer_of_a_write_that_shows_is_not_repeated(pauses: list[float]) -> None:
    write = Write(lost=1)

    write_once(write, iter([False, True]).__next__)

    assert (write.sent, pauses) == (1, [1.0])


def test_lost_answer_of_a_write_that_does_not_show_is_repeated_once(pauses: list[float]) -> None:
    write = Write(lost=1)

    write_once(write, lambda: False)

    assert (write.sent, sum(pauses)) == (2, 15.0)


def test_second_lost_answer_is_raised(pauses: list[float]) -> None:
    write = Write(lost=2)

    with pytest.raises(UnknownOutcome):
        write_once(write, lambda: False)

    assert len(pauses) == 4


@pytest.mark.parametrize(("status", "there"), [(404, False), (None, True)])
def test_missing_object_is_no_error(status: int | None, there: bool) -> None:
    def touch() -> None:
        if status:
            refuse(GraphError(status, "Request_ResourceNotFound", "unknown"))

    assert unless_missing(touch) is there
    assert missing(touch) is not there


@pytest.mark.parametrize("call", [missing, unless_missing])
def test_other_refusal_is_not_taken_for_a_missing_object(call: Callable[[Callable[[], object]], bool]) -> None:
    with pytest.raises(GraphError):
        call(lambda: refuse(GraphError(403, "denied", "no")))
