# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many HTTP requests a user costs: the first time, again without a ledger, and again with one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.figures import Figure

USERS = 2000


def figures(folder: Path) -> Iterator[Figure]:
    """Measure. Three batches for twenty users are the least for a first migration, beside the pages of members."""
    with Bench(folder, USERS) as bench:
        first = bench.migrate(ledger_path=bench.ledger)
        if first.summary["migrated"] != USERS:
            raise RuntimeError(f"Not everybody was migrated: {first.summary}")
        yield Figure("requests per user, first migration", first.requests_per_user, "<=", 0.20)
        without = bench.migrate()
        yield Figure("requests per user, nothing changed, without a ledger", without.requests_per_user, "<=", 0.12)
        with_ledger = bench.migrate(ledger_path=bench.ledger)
        yield Figure("requests per user, nothing changed, with a ledger", with_ledger.requests_per_user, "<=", 0.003)
        if {without.summary["unchanged"], with_ledger.summary["unchanged"]} != {USERS}:
            raise RuntimeError(f"Not everybody is unchanged: {without.summary}, {with_ledger.summary}")
