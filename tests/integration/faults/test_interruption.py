# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that are killed, and runs side by side."""

from __future__ import annotations

import platform
import random
import time
from collections.abc import Callable

import pytest
from support.crowd import group_name
from support.migration_run import Migration
from support.module_process import ModuleProcess

Begin = Callable[..., Migration]
USERS = 80


def wait_for_writes(migration: Migration, run: ModuleProcess, count: int) -> None:
    """Wait until the tenant has made so many changes, or the run has ended."""
    while run.process.poll() is None:
        if migration.simulator.control("GET", "/statistics")["applied_writes"] >= count:
            return
        time.sleep(0.002)


@pytest.fixture
def calm(begin: Begin) -> Migration:
    """A tenant after an undisturbed run."""
    migration = begin(USERS)
    migration.run()
    return migration


def test_runs_that_are_killed_anywhere_are_continued_without_loss_or_double_work(begin: Begin, calm: Migration) -> None:
    migration = begin(USERS)
    migration.simulator.control("POST", "/settings", {"latency_ms": 20, "lag": 0.6})
    total = calm.writes().total()
    killed = 0
    for count in sorted(random.Random(5).sample(range(total), 6)):
        run = migration.start()
        wait_for_writes(migration, run, count)
        killed += run.kill() == -9

    last = migration.run()

    assert killed >= 4
    assert last["summary"]["failed"] == 0
    assert migration.methods() == calm.methods()
    assert migration.writes() == calm.writes()


def test_way_back_that_is_killed_is_continued(begin: Begin) -> None:
    migration = begin(USERS)
    before = migration.methods()
    migration.run(default_method="if_unset")
    total = migration.writes().total()
    migration.simulator.control("POST", "/settings", {"latency_ms": 20, "lag": 0.6})
    for count in (5, 60):
        run = migration.start(state="undone")
        wait_for_writes(migration, run, total + count)
        assert run.kill() == -9

    last = migration.run(state="undone")

    assert last["summary"]["failed"] == 0
    after = migration.methods()
    kept = {name for name in after if after[name] != before[name]}
    assert kept == {f"user{number}@contoso.example" for number in range(5, USERS, 10)}


def test_two_runs_over_the_same_users_exclude_each_other(begin: Begin, calm: Migration) -> None:
    migration = begin(USERS)
    migration.simulator.control("POST", "/settings", {"latency_ms": 1000})
    first = migration.start(concurrency=1, timeout=60)
    wait_for_writes(migration, first, 1)

    second = migration.run(timeout=60)
    migration.simulator.control("POST", "/settings", {"latency_ms": 0})

    assert second["failed"] is True
    assert second["msg"] == (
        f"Another run (process {first.process.pid} on {platform.node()}) is working on {USERS} of these users;"
        " wait until it has ended, then start again."
    )
    assert first.result()["summary"]["failed"] == 0
    assert migration.writes() == calm.writes()


def test_batches_share_one_ledger_side_by_side(begin: Begin, calm: Migration) -> None:
    migration = begin(USERS, groups=4)
    runs = [migration.start(group=group_name(number)) for number in range(4)]

    summaries = [run.result()["summary"] for run in runs]

    assert [(summary["targeted"], summary["failed"]) for summary in summaries] == [(USERS // 4, 0)] * 4
    assert migration.methods() == calm.methods()
    assert migration.writes() == calm.writes()
    again = migration.run(group=group_name(2))["summary"]
    assert (again["unchanged"], again["http_requests"]) == (USERS // 4, 2)
