# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Batches that run at the same time, as processes of their own: one ledger, and one budget of writes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.crowd import group_name
from support.migration_run import Migration

USERS = 120
BATCHES = 2
WRITES, SECONDS = 120, 2


@pytest.fixture
def calm(tmp_path: Path) -> Iterator[Migration]:
    """A tenant after one run over all users that nothing disturbed."""
    migration = Migration.begin(tmp_path / "calm", USERS)
    migration.run()
    yield migration
    migration.simulator.stop()


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Migration]:
    """A tenant that refuses the first write above the limit that the runs are told."""
    migration = Migration.begin(tmp_path / "tenant", USERS, BATCHES)
    migration.simulator.control("POST", "/settings", {"write_limit": WRITES, "write_window": SECONDS})
    yield migration
    migration.simulator.stop()


def test_two_batches_share_one_ledger_and_one_write_budget(limited: Migration, calm: Migration) -> None:
    runs = [limited.start(group=group_name(number), write_budget=f"{WRITES}/{SECONDS}s") for number in range(BATCHES)]

    summaries = [run.result()["summary"] for run in runs]

    assert [(summary["targeted"], summary["failed"]) for summary in summaries] == [(USERS // BATCHES, 0)] * BATCHES
    assert [summary["throttled"] for summary in summaries] == [0] * BATCHES
    assert [entry for entry in limited.simulator.log() if entry["status"] == 429] == []
    assert limited.writes().total() > 2 * WRITES, "too few writes for the limit to matter"
    assert limited.writes() == calm.writes()
    assert limited.methods() == calm.methods()
