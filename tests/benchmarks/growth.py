# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How time and memory grow with the number of users, and how fast plans are made.

The time of each user at the largest size is compared with the best of the smaller ones: login and policy, which cost
the same for any number of users, make the smallest size look slow.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.entra.mfa.plugins.module_utils.directory.methods import UserMethods
from ansible_collections.entra.mfa.plugins.module_utils.directory.methods_policy import Configuration
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import Phone, Record
from ansible_collections.entra.mfa.plugins.module_utils.migration.matching import Member
from ansible_collections.entra.mfa.plugins.module_utils.migration.operations import operations_of
from ansible_collections.entra.mfa.plugins.module_utils.migration.plan import Rules
from ansible_collections.entra.mfa.plugins.module_utils.migration.planner import MigrationPlanner
from ansible_collections.entra.mfa.plugins.module_utils.migration.policy import AllowedMethods
from ansible_collections.entra.mfa.plugins.module_utils.migration.settings import Settings
from ansible_collections.entra.mfa.plugins.module_utils.migration.user_state import Candidate
from benchmarks.bench import Bench
from benchmarks.figures import Figure, tell
from benchmarks.module_run import Measured
from benchmarks.organisation import organisation, principal, record, user_id
from support.organisation import TENANT_ID

SIZES = (1_000, 10_000, 50_000)
REPETITIONS = 3
MOST_GROWTH = 1.2
MOST_MEGABYTES = 350
PLANS_PER_SECOND = 20_000


def figures(folder: Path) -> Iterator[Figure]:
    """Measure."""
    yield Figure("plans per second", _plans_per_second(SIZES[-1]), ">=", PLANS_PER_SECOND)
    first, again = {}, {}
    for users in SIZES:
        first[users], again[users] = _run(folder / str(users), users)
    for name, runs in {"first migration": first, "nothing changed": again}.items():
        for users, measured in runs.items():
            took, each = f"{measured.seconds:.2f} s", f"{measured.seconds / users * 1e6:.0f} us"
            tell(f"      {name}, {users:,} users: {took}, {each} a user, {measured.peak_megabytes:.0f} MB")
        *smaller, large = (measured.seconds / users for users, measured in runs.items())
        yield Figure(f"{name}, time per user at {SIZES[-1]:,} / at fewer", large / min(smaller), "<=", MOST_GROWTH)
        yield Figure(
            f"{name}, memory at {SIZES[-1]:,} users", runs[SIZES[-1]].peak_megabytes, "<", MOST_MEGABYTES, " MB"
        )


def _run(folder: Path, users: int) -> tuple[Measured, Measured]:
    """A first migration, and the fastest of some with nothing changed, on a tenant that answers at once."""
    with Bench(folder, users, latency_ms=0) as bench:
        first, *again = (bench.migrate(ledger_path=bench.ledger) for _time in range(1 + REPETITIONS))
    if first.summary["migrated"] != users or any(run.summary["unchanged"] != users for run in again):
        raise RuntimeError(f"Not everybody was migrated once: {[run.summary for run in (first, *again)]}")
    return first, min(again, key=lambda run: run.seconds)


def _plans_per_second(users: int) -> float:
    """Telephone and default method for users who have nothing, down to the writes."""
    items = organisation(0)["methodsPolicy"]["configurations"].items()
    policy = {name: Configuration.from_graph({"id": name, **values}) for name, values in items}
    planner = MigrationPlanner(Rules(TENANT_ID, AllowedMethods(policy, lambda _group: set()), Settings()))
    candidates = [Candidate(Member(user_id(number), principal(number)), _record(number)) for number in range(users)]
    methods = UserMethods()
    started = time.perf_counter()
    writes = sum(len(operations_of(planner.plan(candidate, methods, None, {}))) for candidate in candidates)
    seconds = time.perf_counter() - started
    if writes != 2 * users:
        raise RuntimeError(f"{writes} writes were planned for {users} users.")
    return users / seconds


def _record(number: int) -> Record:
    fields = record(number)
    return Record(username=fields["username"], default_method=fields["default_method"], phone=Phone(**fields["phone"]))
