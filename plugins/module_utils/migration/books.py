# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the work on users is entered in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from ansible_collections.entra.mfa.plugins.module_utils.migration import steps
from ansible_collections.entra.mfa.plugins.module_utils.migration.fingerprints import value_fingerprint
from ansible_collections.entra.mfa.plugins.module_utils.migration.ledger import Change, DoneUser, Ledger, State
from ansible_collections.entra.mfa.plugins.module_utils.migration.operations import Operation
from ansible_collections.entra.mfa.plugins.module_utils.migration.tenant import Outcome
from ansible_collections.entra.mfa.plugins.module_utils.migration.user_state import UserState

LAG_SECONDS = 15.0
"""For so long a read may still miss what an earlier run wrote."""


class Book(Protocol):
    """What is noted while users are worked on."""

    def doubtful(self, states: Sequence[UserState]) -> list[UserState]:
        """Those of the users just read for whom the read contradicts what was written a moment ago."""

    def start(self, states: Sequence[UserState]) -> None:
        """Before the first write of these users."""

    def before(self, writes: Sequence[tuple[str, Operation]]) -> Sequence[int]:
        """Before these writes (user id, operation) are sent; returns their numbers."""

    def after(self, numbers: Sequence[int], outcomes: Sequence[Outcome]) -> None:
        """After their answers."""

    def finish(self, states: Sequence[UserState]) -> None:
        """When nothing more is sent for these users."""


class NoBook:
    """Notes nothing: there is no ledger."""

    def doubtful(self, states: Sequence[UserState]) -> list[UserState]:
        """Nobody: nothing is known of earlier runs."""
        return []

    def start(self, states: Sequence[UserState]) -> None:
        """Nothing to note."""

    def before(self, writes: Sequence[tuple[str, Operation]]) -> Sequence[int]:
        """Nothing to note."""
        return ()

    def after(self, numbers: Sequence[int], outcomes: Sequence[Outcome]) -> None:
        """Nothing to note."""

    def finish(self, states: Sequence[UserState]) -> None:
        """Nothing to note."""


class MigrationBook:
    """Notes every write of a migration and who is done."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def doubtful(self, states: Sequence[UserState]) -> list[UserState]:
        """Those whose plan repeats a write of the last moments, or finds what has just been taken back."""
        recent = self._ledger.recent_changes_of([state.user_id for state in states], LAG_SECONDS)
        return [state for state in states if self._contradicts(state, recent.get(state.user_id, ()))]

    def _contradicts(self, state: UserState, recent: Sequence[tuple[Change, State]]) -> bool:
        written = {change for change, became in recent if became in ("planned", "done")}
        removed = {change.target for change, became in recent if became == "undone"} - {"defaultMethod"}
        repeated = any(
            replace(self._change(state.user_id, operation), previous=None) in written for operation in state.queue
        )
        return repeated or any(
            step.action == "none" and step.target in removed and step.reason != steps.ALREADY_REGISTERED
            for step in state.steps
        )

    def start(self, states: Sequence[UserState]) -> None:
        """These users are not done any more."""
        if states:
            self._ledger.begin({state.user_id: state.candidate.fingerprint for state in states})

    def before(self, writes: Sequence[tuple[str, Operation]]) -> Sequence[int]:
        """The writes stand as planned."""
        return self._ledger.plan([self._change(user_id, operation) for user_id, operation in writes])

    def after(self, numbers: Sequence[int], outcomes: Sequence[Outcome]) -> None:
        """Done or refused; a write without an answer stays planned."""
        states: dict[int, State] = {
            number: "done" if outcome.error is None else "refused"
            for number, outcome in zip(numbers, outcomes, strict=True)
            if not outcome.unknown
        }
        self._ledger.close_changes(states)

    def finish(self, states: Sequence[UserState]) -> None:
        """Users who have what can be given to them are done; all others are looked at again by the next run."""
        self._ledger.finish(
            {
                state.user_id: DoneUser(state.candidate.fingerprint, state.plan.needs_registration)
                for state in states
                if state.plan is not None and state.error is None and state.plan.status in ("migrated", "unchanged")
            }
        )

    def _change(self, user_id: str, operation: Operation) -> Change:
        value = None if operation.value is None else value_fingerprint(operation.value, self._ledger.key)
        return Change(user_id, operation.target, operation.kind, operation.object, value, operation.previous)


class UndoBook:
    """Notes what has been taken back. Nothing is noted beforehand: a run that was cut off finds it gone."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def doubtful(self, states: Sequence[UserState]) -> list[UserState]:
        """Those of whom something is gone that was written in the last moments."""
        recent = self._ledger.recent_changes_of([state.user_id for state in states], LAG_SECONDS)
        return [
            state
            for state in states
            if {step.target for step in state.steps if step.reason == steps.ALREADY_GONE}
            & {change.target for change, became in recent.get(state.user_id, ()) if became in ("planned", "done")}
        ]

    def start(self, states: Sequence[UserState]) -> None:
        """These users are to be migrated anew whenever somebody asks for it."""
        self._ledger.forget([state.user_id for state in states])

    def before(self, writes: Sequence[tuple[str, Operation]]) -> Sequence[int]:
        """Nothing to note."""
        return ()

    def after(self, numbers: Sequence[int], outcomes: Sequence[Outcome]) -> None:
        """Nothing to note."""

    def finish(self, states: Sequence[UserState]) -> None:
        """What was taken back, and what was gone already, no longer counts as written by this collection."""
        for state in states:
            if state.plan is not None and state.error is None:
                self._ledger.mark_undone(state.user_id, state.plan.taken_back)
