# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waves of a rollout: how far they go, when the next one begins, and who enters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.migration import waves
from ansible_collections.entra.mfa.plugins.module_utils.migration.waves import Migrated, Schedule

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EARLIER, LONG_AGO = NOW - timedelta(hours=3), NOW - timedelta(hours=25)
PEOPLE = [Migrated(f"id{number}", f"user{number}@contoso.example") for number in range(10)]


@pytest.mark.parametrize(
    ("sizes", "reached", "last_at", "expected"),
    [
        # sizes, reached, last change -> number, of, target, due
        ((), 0, None, (1, 1, 10, True)),
        ((), 4, EARLIER, (1, 1, 10, True)),
        ((2, 5), 0, None, (1, 3, 2, True)),
        ((2, 5), 1, EARLIER, (1, 3, 2, True)),
        ((2, 5), 2, EARLIER, (2, 3, 5, False)),
        ((2, 5), 2, LONG_AGO, (2, 3, 5, True)),
        ((2, 5), 2, None, (2, 3, 5, True)),
        ((2, 5), 3, EARLIER, (2, 3, 5, True)),
        ((2, 5), 5, EARLIER, (3, 3, 10, False)),
        ((2, 5), 10, EARLIER, (3, 3, 10, False)),
        ((2, 50), 2, LONG_AGO, (2, 2, 10, True)),
    ],
)
def test_next_wave(sizes: tuple[int, ...], reached: int, last_at: datetime | None, expected: tuple[Any, ...]) -> None:
    wave = waves.next_wave(Schedule(sizes, 24, last_at), reached, len(PEOPLE), NOW)

    assert (wave.number, wave.of, wave.target, wave.due) == expected
    assert (wave.next_at is not None) == (not wave.due and reached < len(PEOPLE))


@pytest.mark.parametrize("sizes", [(0,), (5, 2), (2, 2), (-1, 3)])
def test_sizes_have_to_grow(sizes: tuple[int, ...]) -> None:
    with pytest.raises(UnusableInputError, match="growing numbers"):
        Schedule(sizes)


def test_the_group_grows_in_the_order_of_the_report_within_its_limit() -> None:
    members = {"id1": "user1", "other": "admin@contoso.example", "of another batch": "somebody"}

    plan = waves.plan_present(members, PEOPLE, {"of another batch"}, Schedule((4,)), NOW)
    small = waves.plan_present(members, PEOPLE, {"of another batch"}, Schedule((4,)), NOW, at_most=4)
    full = waves.plan_present(members, PEOPLE, (), Schedule(), NOW, at_most=2)

    assert plan.add == ("id0", "id2", "id3")
    assert (plan.strangers.count, plan.strangers.examples) == (1, ["admin@contoso.example"])
    assert small.add == ("id0",)
    assert full.add == ()


def test_nobody_enters_before_the_next_wave() -> None:
    members = {user.id: user.upn for user in PEOPLE[:4]}

    assert waves.plan_present(members, PEOPLE, (), Schedule((4,), 24, EARLIER), NOW).add == ()
    assert len(waves.plan_present(members, PEOPLE, (), Schedule((4,), 2, EARLIER), NOW).add) == 6


def test_users_of_the_batch_leave_and_others_stay() -> None:
    plan = waves.plan_absent({"id3": "user3", "other": "admin"}, PEOPLE, NOW)

    assert (plan.remove, plan.add, plan.wave.reached) == (("id3",), (), 1)


def test_only_migrated_users_can_be_named() -> None:
    assert waves.select(PEOPLE, ["USER2@contoso.example", "id5"]) == [PEOPLE[2], PEOPLE[5]]
    with pytest.raises(UnusableInputError, match=r"no migrated user eve@contoso\.example"):
        waves.select(PEOPLE, ["user1@contoso.example", "eve@contoso.example"])
