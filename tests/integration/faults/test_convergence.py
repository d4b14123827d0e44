# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Under every fault at once, one run and its repetitions end where an undisturbed run ends."""

from __future__ import annotations

from collections.abc import Callable

from support.crowd import KINDS
from support.migration_run import DELETIONS, LEAVERS, STORM, Migration

Begin = Callable[..., Migration]
USERS = 300


def test_migration_under_every_fault_ends_where_an_undisturbed_one_ends(begin: Begin) -> None:
    calm, stormy = begin(USERS), begin(USERS)
    assert calm.run()["summary"]["failed"] == 0
    stormy.simulator.control("POST", "/settings", {"page_limit": 60})
    stormy.disturb(*DELETIONS, *STORM)

    stormy.converge(USERS - len(LEAVERS))

    assert {entry["fault"] for entry in stormy.simulator.log()} >= {rule["kind"] for rule in (*DELETIONS, *STORM)}
    assert stormy.methods() == calm.methods()
    assert stormy.writes() == calm.writes()
    stormy.disturb()
    again = stormy.run(only_changed=False)
    assert (again["changed"], again["summary"]["unchanged"]) == (False, USERS - len(LEAVERS))


def test_faults_without_a_ledger_end_in_the_same_place(begin: Begin) -> None:
    calm, stormy = begin(30), begin(30)
    calm.run()
    stormy.disturb(*STORM)

    stormy.converge(30, ledger_path=None)

    assert stormy.methods() == calm.methods()
    assert stormy.writes() == calm.writes()


def test_way_back_under_every_fault_ends_where_an_undisturbed_one_ends(begin: Begin) -> None:
    calm, stormy = begin(60), begin(60)
    for migration in (calm, stormy):
        migration.run()
    calm_since, stormy_since = calm.requests(), stormy.requests()
    calm.run(state="undone")
    stormy.disturb(*STORM)

    stormy.converge(60, state="undone")

    assert stormy.methods() == calm.methods()
    assert stormy.writes(stormy_since) == calm.writes(calm_since)


def test_way_back_takes_exactly_what_was_created(begin: Begin) -> None:
    migration = begin(40)
    before = migration.methods()
    migration.run()
    made, since = migration.writes(), migration.requests()

    undone = migration.run(state="undone")

    taken = migration.writes(since)
    assert undone["summary"]["failed"] == 0
    for path in ("/authentication/phoneMethods", "/hardwareOathDevices"):
        created = sum(count for (verb, at), count in made.items() if verb == "POST" and at.endswith(path))
        removed = sum(count for (verb, at), count in taken.items() if verb == "DELETE" and f"{path}/" in at)
        assert created == removed > 0
    changed = {f"user{number}@contoso.example" for number in range(40) if number % KINDS == 5}
    after = migration.methods()
    assert {name: after[name] for name in after if name not in changed} == {
        name: before[name] for name in before if name not in changed
    }
    # The number of before stands in no ledger, so the one that replaced it stays; everything beside it goes.
    for name in changed:
        assert after[name] == before[name] | {"phones": {"mobile": after[name]["phones"]["mobile"]}}
