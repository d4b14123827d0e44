# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One budget of writes for several processes."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError
from ansible_collections.entra.mfa.plugins.module_utils.graph.pacing import Pacer, SystemClock
from ansible_collections.entra.mfa.plugins.module_utils.graph.shared_budget import SharedBudget, Taken
from ansible_collections.entra.mfa.plugins.module_utils.graph.write_limits import WriteBudget
from ansible_collections.entra.mfa.tests.unit.plugins.module_utils.migration.child_process import run_python

BUDGET = WriteBudget(10, 30.0)
KILLED = """
import os, sys
from pathlib import Path
from ansible_collections.entra.mfa.plugins.module_utils.graph.shared_budget import SharedBudget
from ansible_collections.entra.mfa.plugins.module_utils.graph.write_limits import WriteBudget
SharedBudget(Path(sys.argv[1]), WriteBudget(10, 30.0)).take(6, 6)
os.kill(os.getpid(), 9)
"""


class Time:
    """A time that all who share the file see, and that passes only when the test says so."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def moment() -> Time:
    return Time()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "records" / "ledger.writes"


def test_two_share_one_budget_until_its_seconds_are_over(path: Path, moment: Time) -> None:
    first, second = SharedBudget(path, BUDGET, moment), SharedBudget(path, BUDGET, moment)

    assert first.take(7, 1) == Taken(7)
    assert second.take(20, 1) == Taken(3)
    assert first.take(1, 1).count == 0
    first.settle(7)
    moment.now += 10
    second.settle(3)
    assert second.take(5, 1) == Taken(0, wait=20.0)
    moment.now += 20
    assert second.take(20, 1) == Taken(7)
    moment.now += 10
    assert first.take(20, 1) == Taken(3)


def test_fewer_than_wanted_are_taken_only_down_to_what_is_enough(path: Path, moment: Time) -> None:
    budget = SharedBudget(path, BUDGET, moment)
    assert budget.take(6, 6) == Taken(6)

    assert budget.take(5, 5).count == 0
    assert budget.take(5, 4) == Taken(4)
    budget.settle(10)
    moment.now += 30
    assert budget.take(25, 25) == Taken(10), "more than the budget ever has"


def test_while_only_open_writes_fill_the_budget_it_is_asked_again_soon(path: Path, moment: Time) -> None:
    budget = SharedBudget(path, BUDGET, moment)
    budget.take(10, 10)

    assert 0 < SharedBudget(path, BUDGET, moment).take(1, 1).wait < 1


def test_open_writes_of_a_killed_process_count_as_answered(path: Path, moment: Time) -> None:
    assert run_python("-c", KILLED, str(path)).returncode == -9
    budget = SharedBudget(path, BUDGET, moment)

    assert budget.take(10, 10) == Taken(0, wait=30.0)
    moment.now += 30
    assert budget.take(10, 10) == Taken(10)


def test_open_writes_of_another_machine_count_as_answered_after_its_silence(path: Path, moment: Time) -> None:
    budget = SharedBudget(path, BUDGET, moment)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO open_writes VALUES ('other', 'elsewhere', 1, '', ?, 10)", (moment.now,))
        connection.commit()

    moment.now += 299
    assert budget.take(1, 1).count == 0
    moment.now += 2
    assert budget.take(1, 1) == Taken(0, wait=30.0)
    moment.now += 30
    assert budget.take(1, 1) == Taken(1)


def test_clock_that_is_set_back_holds_nobody_for_longer_than_the_window(path: Path, moment: Time) -> None:
    budget = SharedBudget(path, BUDGET, moment)
    budget.take(10, 10)
    budget.settle(10)
    moment.now -= 3600

    assert budget.take(1, 1) == Taken(0, wait=30.0)


def test_file_is_for_its_owner_only_and_small(path: Path, moment: Time) -> None:
    budget = SharedBudget(path, BUDGET, moment)
    for _request in range(200):
        budget.settle(budget.take(5, 5).count)
        moment.now += 20
    budget.close()

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.stat().st_size < 50_000
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_file_that_is_something_else_is_named(tmp_path: Path) -> None:
    path = tmp_path / "other"
    path.write_text("something else " * 100, encoding="utf-8")

    with pytest.raises(InputError, match=rf"cannot be shared through {path}: .*; free space or delete the file"):
        SharedBudget(path, BUDGET)


def test_clock_is_read_while_the_file_is_held(path: Path, moment: Time) -> None:
    """Nobody else can settle a write between the reading and what is made of it."""
    others_locked_out: list[bool] = []

    def clock() -> float:
        with (
            closing(sqlite3.connect(path, timeout=0)) as other,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            other.execute("BEGIN IMMEDIATE")
        others_locked_out.append(True)
        return moment()

    budget = SharedBudget(path, BUDGET, clock)
    budget.settle(budget.take(3, 1).count)

    assert others_locked_out == [True, True]


def test_pacers_of_two_processes_never_exceed_the_budget_together(path: Path) -> None:
    """Two pacers stand for two processes; their threads write as fast as they are let."""
    clock, lock = SystemClock(), threading.Lock()
    pacers = [Pacer(8, WriteBudget(10, 0.1), clock) for _process in range(2)]
    sent: list[float] = []
    for pacer in pacers:
        pacer.share(path)

    def write(number: int) -> None:
        pacer = pacers[number % 2]
        count = pacer.reserve(3, at_least=1)
        with lock:
            sent.extend([clock.now()] * count)
        pacer.settle(count)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(24)))
    for pacer in pacers:
        pacer.close()
    sent.sort()

    assert len(sent) >= 24
    assert all(later - first >= 0.1 for first, later in zip(sent, sent[10:], strict=False))


def test_pacer_without_budget_has_nothing_to_share(path: Path, clock: Any) -> None:
    pacer = Pacer(1, None, clock)
    pacer.share(path)

    assert pacer.reserve(10_000) == 10_000
    assert not path.exists()
