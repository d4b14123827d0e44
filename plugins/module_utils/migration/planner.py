# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The planner of a migration: hands a user's record and what Entra holds to the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from ansible_collections.entra.mfa.plugins.module_utils.migration.chunk import Planner
from ansible_collections.entra.mfa.plugins.module_utils.migration.devices import serials_to_look_up
from ansible_collections.entra.mfa.plugins.module_utils.migration.plan import Rules, UserPlan, plan_user
from ansible_collections.entra.mfa.plugins.module_utils.migration.tenant import InventoryToken, Methods
from ansible_collections.entra.mfa.plugins.module_utils.migration.user_state import Candidate


@dataclass(frozen=True, slots=True)
class MigrationPlanner:
    """Plans users by the rules of one run. Every candidate has a record."""

    rules: Rules

    def serials(self, candidate: Candidate, methods: Methods) -> Sequence[str]:
        """Tokens that the record asks for and that the user does not hold."""
        if candidate.record is None:
            return ()
        return serials_to_look_up(candidate.record, methods, self.rules.tenant_id, self.rules.settings)

    def plan(
        self, candidate: Candidate, methods: Methods, default: str | None, inventory: Mapping[str, InventoryToken]
    ) -> UserPlan:
        """The plan of the record."""
        if candidate.record is None:
            raise ValueError("A user without a record cannot be migrated.")
        return plan_user(candidate.member.id, candidate.record, methods, default, inventory, self.rules)


@dataclass(frozen=True, slots=True)
class AwaitedPlanner:
    """A planner that is still being made; whoever needs it first waits for it, or for the error that came instead."""

    made: Future[Planner]

    def serials(self, candidate: Candidate, methods: Methods) -> Sequence[str]:
        """As the planner says."""
        return self.made.result().serials(candidate, methods)

    def plan(
        self, candidate: Candidate, methods: Methods, default: str | None, inventory: Mapping[str, InventoryToken]
    ) -> UserPlan:
        """As the planner says."""
        return self.made.result().plan(candidate, methods, default, inventory)
