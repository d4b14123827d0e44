# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes up to twenty users through a run together: read, plan, write in waves, and read again where that is unclear."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from ansible_collections.entra.mfa.plugins.module_utils.migration.books import Book
from ansible_collections.entra.mfa.plugins.module_utils.migration.operations import Operation
from ansible_collections.entra.mfa.plugins.module_utils.migration.plan import UserPlan, holds_a_method
from ansible_collections.entra.mfa.plugins.module_utils.migration.results import UserResult
from ansible_collections.entra.mfa.plugins.module_utils.migration.steps import PHONE_TARGETS, TOKEN_TARGETS
from ansible_collections.entra.mfa.plugins.module_utils.migration.tenant import (
    InventoryToken,
    Methods,
    Refusal,
    Tenant,
)
from ansible_collections.entra.mfa.plugins.module_utils.migration.totp import seconds_left
from ansible_collections.entra.mfa.plugins.module_utils.migration.user_state import Candidate, UserState

PAUSES = (1.0, 2.0, 4.0, 8.0)
"""Seconds before each look at a user whose last write has no clear outcome."""

LEAST_CODE_SECONDS = 5.0
"""A code with less time left than this is not sent; the next one is waited for."""

ENOUGH_TO_TELL = 10
"""So many writes that are refused side by side, with none of their kind accepted before, mean a missing permission."""

_NOBODY_GETS_THROUGH = (0, 401, 403)
_FAMILIES: Mapping[str, str] = {**dict.fromkeys(PHONE_TARGETS, "phones"), **dict.fromkeys(TOKEN_TARGETS, "tokens")}


class Planner(Protocol):
    """Decides what is to be done for a user."""

    def serials(self, candidate: Candidate, methods: Methods) -> Sequence[str]:
        """Serial numbers to look up in the inventory before planning."""

    def plan(
        self,
        candidate: Candidate,
        methods: Methods,
        default: str | None,
        inventory: Mapping[str, InventoryToken],
    ) -> UserPlan:
        """The plan, from what Entra holds now."""


class ChunkWorker:
    """Works on chunks of users. One worker serves many threads, each with a chunk of its own."""

    def __init__(
        self,
        tenant: Tenant,
        planner: Planner,
        book: Book,
        *,
        check_mode: bool = False,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        """``clock`` gives seconds since the epoch, ``sleep`` waits; ``pauses`` are the waits before each look."""
        self._tenant = tenant
        self._planner = planner
        self._book = book
        self._check_mode = check_mode
        self._clock = clock
        self._sleep = sleep
        self._pauses = pauses
        self._accepted: set[str] = set()

    def run(self, candidates: Sequence[Candidate]) -> list[UserResult]:
        """Work on users and tell the outcome of each, in their order.

        Raises the refusal itself when the service refuses everybody: then a permission is missing, the login has ended
        or the network is down, and to go on would only fail every other user too.
        """
        states = [UserState(candidate) for candidate in candidates]
        self._look_at(states)
        if not self._check_mode:
            self._outwait_lag(states)
            active = [state for state in states if state.is_waiting]
            self._book.start(active)
            while active:
                self._send_waves(active)
                active = self._settle([state for state in active if state.trouble is not None])
            self._book.finish(states)
        return [state.result() for state in states]

    def _look_at(self, states: Sequence[UserState]) -> None:
        """Read users and plan each of them."""
        replies = self._tenant.read_methods([state.user_id for state in states])
        self._stop_if_nobody_gets_through("read", [reply.error for reply in replies])
        methods: dict[str, Methods] = {}
        for state, reply in zip(states, replies, strict=True):
            if reply.error is not None:
                state.fail(reply.error)
            else:
                methods[state.user_id] = reply
        readable = [state for state in states if state.error is None]
        defaults = self._read_defaults([state for state in readable if holds_a_method(methods[state.user_id])])
        inventory = self._read_inventory([state for state in readable if state.error is None], methods)
        for state in readable:
            if state.error is None:
                user_id, tokens = state.user_id, inventory.get(state.user_id, {})
                plan = self._planner.plan(state.candidate, methods[user_id], defaults.get(user_id), tokens)
                state.accept_plan(methods[user_id], plan)

    def _outwait_lag(self, states: Sequence[UserState]) -> None:
        """Read users anew, with pauses, as long as their read seems older than the last writes of an earlier run."""
        for pause in self._pauses:
            states = self._book.doubtful(states)
            if not states:
                return
            self._sleep(pause)
            for state in states:
                state.forget_plan()
            self._look_at(states)

    def _read_defaults(self, states: Sequence[UserState]) -> dict[str, str | None]:
        if not states:
            return {}
        replies = self._tenant.read_default_methods([state.user_id for state in states])
        self._stop_if_nobody_gets_through("read defaults", [reply.error for reply in replies])
        found: dict[str, str | None] = {}
        for state, reply in zip(states, replies, strict=True):
            if reply.error is not None:
                state.fail(reply.error)
            else:
                found[state.user_id] = reply.method
        return found

    def _read_inventory(
        self, states: Sequence[UserState], methods: Mapping[str, Methods]
    ) -> dict[str, dict[str, InventoryToken]]:
        wanted = [
            (state, serial)
            for state in states
            for serial in self._planner.serials(state.candidate, methods[state.user_id])
        ]
        if not wanted:
            return {}
        replies = self._tenant.find_tokens([serial for _state, serial in wanted])
        self._stop_if_nobody_gets_through("read inventory", [reply.error for reply in replies])
        found: dict[str, dict[str, InventoryToken]] = {}
        for (state, serial), reply in zip(wanted, replies, strict=True):
            if reply.error is not None:
                state.fail(reply.error)
            elif reply.id is not None:
                found.setdefault(state.user_id, {})[serial] = reply
        return found

    def _send_waves(self, states: Sequence[UserState]) -> None:
        """Send one write after the other for each user, those of all users in step."""
        waiting = [state for state in states if state.is_waiting]
        while waiting:
            stage = min(state.queue[0].stage for state in waiting)
            self._send([state for state in waiting if state.queue[0].stage == stage])
            waiting = [state for state in waiting if state.is_waiting]

    def _send(self, states: Sequence[UserState]) -> None:
        operations = [state.queue[0] for state in states]
        self._wait_for_fresh_codes(operations)
        numbers = self._book.before([(state.user_id, state.queue[0]) for state in states])
        now = self._clock()
        outcomes = self._tenant.send(
            [
                operation.build(self._tenant, state.user_id, state.made.get(operation.object), now)
                for state, operation in zip(states, operations, strict=True)
            ]
        )
        self._book.after(numbers, outcomes)
        family = _FAMILIES.get(operations[0].target, operations[0].target)
        known = [outcome.error for outcome in outcomes if not outcome.unknown]
        self._stop_if_nobody_gets_through(family, known, at_least=ENOUGH_TO_TELL)
        for state, outcome in zip(states, outcomes, strict=True):
            state.take(outcome)

    def _wait_for_fresh_codes(self, operations: Iterable[Operation]) -> None:
        now = self._clock()
        left = [seconds_left(now, operation.interval) for operation in operations if operation.interval]
        ending = [seconds for seconds in left if seconds < LEAST_CODE_SECONDS]
        if ending:
            self._sleep(max(ending))

    def _settle(self, states: list[UserState]) -> list[UserState]:
        """Find out what became of unclear writes; returns the users who have something left to send."""
        resumed: list[UserState] = []
        unclear = states
        for pause in self._pauses:
            if not unclear:
                break
            self._sleep(pause)
            self._look_at(unclear)
            resumed += [state for state in unclear if not _stays_unclear(state)]
            unclear = [state for state in unclear if state.trouble is not None]
        for state in unclear:
            state.try_again_or_fail()
        return [state for state in (*resumed, *unclear) if state.is_waiting]

    def _stop_if_nobody_gets_through(self, what: str, errors: Sequence[Refusal | None], *, at_least: int = 1) -> None:
        refused = [error for error in errors if error is not None and error.status in _NOBODY_GETS_THROUGH]
        if len(refused) < len(errors):
            self._accepted.add(what)
            return
        login_has_ended = any(error.status == 401 for error in refused)
        if login_has_ended or (len(refused) >= at_least and what not in self._accepted):
            refusal = refused[0]
            raise refusal if isinstance(refusal, Exception) else RuntimeError(refusal.message)


def _stays_unclear(state: UserState) -> bool:
    """Judge an unclear write by the newest plan; True while only waiting can tell."""
    if state.error is not None or state.trouble is None:
        return False
    if state.was_applied():
        state.settle_as_applied()
    elif not state.trouble.unknown:
        state.try_again_or_fail()
    else:
        return True
    return False
