# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tenants with a crowd, for one test each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.migration_run import Migration


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Callable[..., Migration]]:
    """A function that starts a tenant with so many users, dealt out to so many groups."""
    running: list[Migration] = []

    def start(users: int, groups: int = 1) -> Migration:
        running.append(Migration.begin(tmp_path / f"tenant{len(running)}", users, groups))
        return running[-1]

    yield start
    for migration in running:
        migration.simulator.stop()
