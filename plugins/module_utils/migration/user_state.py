# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One user on the way through a run: what was planned, what is left to send, what went wrong."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.masking import mask_number
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import Record
from ansible_collections.entra.mfa.plugins.module_utils.migration import steps
from ansible_collections.entra.mfa.plugins.module_utils.migration.matching import Member
from ansible_collections.entra.mfa.plugins.module_utils.migration.operations import Operation, operations_of
from ansible_collections.entra.mfa.plugins.module_utils.migration.plan import Status, UserPlan
from ansible_collections.entra.mfa.plugins.module_utils.migration.results import DoneAction, UserResult
from ansible_collections.entra.mfa.plugins.module_utils.migration.steps import (
    DefaultWrite,
    PhoneRemoval,
    PhoneWrite,
    Step,
    TokenRemoval,
    TokenWrite,
)
from ansible_collections.entra.mfa.plugins.module_utils.migration.tenant import Methods, Outcome, Refusal

MOST_ATTEMPTS = 3
_MAY_BE_LAG = (400, 404, 409)
"""A fresh object is unknown to some replicas for a while; what a cut-off request made is refused as a duplicate."""

_REMOVALS = ("remove", "delete")
"""What is not found may be gone already while a read still shows it."""

Identity = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A user who has something to migrate or to take back; ``fingerprint`` is that of the record and the settings."""

    member: Member
    record: Record | None = None
    matched_by: str | None = None
    fingerprint: bytes = b""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A write after which the user has to be read again."""

    operation: Operation
    error: Refusal
    unknown: bool


@dataclass(slots=True)
class UserState:
    """A user in the course of a run."""

    candidate: Candidate
    methods: Methods | None = None
    first_plan: UserPlan | None = None
    plan: UserPlan | None = None
    queue: deque[Operation] = field(default_factory=deque)
    written: set[Identity] = field(default_factory=set)
    made: dict[str, str] = field(default_factory=dict)
    attempts: dict[Identity, int] = field(default_factory=dict)
    trouble: Trouble | None = None
    error: Refusal | None = None
    failed_step: int | None = None
    _shown_before: dict[str, Any] = field(default_factory=dict)

    @property
    def user_id(self) -> str:
        """Object id of the user."""
        return self.candidate.member.id

    @property
    def is_waiting(self) -> bool:
        """Whether the next write of the user may be sent."""
        return bool(self.queue) and self.error is None and self.trouble is None

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the newest plan; none for a user who could not be read."""
        return self.plan.steps if self.plan is not None and self.error is None else ()

    def forget_plan(self) -> None:
        """Start anew: what was read may be older than what was written."""
        self.first_plan = self.plan = None
        self.queue.clear()

    def accept_plan(self, methods: Methods, plan: UserPlan) -> None:
        """Take a plan made from what Entra holds now; what was acknowledged is never sent again."""
        if self.first_plan is None:
            self.first_plan = plan
            self._shown_before = _shown(methods, plan.default_before)
        self.methods, self.plan = methods, plan
        self.queue = deque(item for item in operations_of(plan) if item.identity not in self.written)

    def fail(self, error: Refusal, operation: Operation | None = None) -> None:
        """Give the user up for this run."""
        self.error = error
        failed = operation or (self.trouble.operation if self.trouble else None)
        self.failed_step = failed.step if failed else None
        self.trouble = None

    def take(self, outcome: Outcome) -> None:
        """Note what became of the next write."""
        operation = self.queue[0]
        error = outcome.error
        if error is None:
            self.queue.popleft()
            self.written.add(operation.identity)
            if outcome.created_id:
                self.made[operation.object] = outcome.created_id
            return
        unclear = outcome.unknown or (error.status == 404 and operation.kind in _REMOVALS)
        if unclear or (error.status in _MAY_BE_LAG and (operation.makes or self.written)):
            self.trouble = Trouble(operation, error, unclear)
        else:
            self.fail(error, operation)

    def was_applied(self) -> bool:
        """Whether the write in question turns out to be done, seen from the newest plan."""
        return self.trouble is not None and all(
            operation.identity != self.trouble.operation.identity for operation in self.queue
        )

    def settle_as_applied(self) -> None:
        """Go on behind the write in question."""
        if self.trouble is not None:
            self.written.add(self.trouble.operation.identity)
            self.trouble = None

    def try_again_or_fail(self) -> None:
        """Send the write in question once more, unless it has been refused too often."""
        if self.trouble is None:
            return
        identity = self.trouble.operation.identity
        self.attempts[identity] = self.attempts.get(identity, 1) + 1
        may_be_lag = self.trouble.unknown or bool(self.written)
        if may_be_lag and self.attempts[identity] <= MOST_ATTEMPTS:
            self.trouble = None
        else:
            self.fail(self.trouble.error)

    def result(self) -> UserResult:
        """The outcome as it stands; in check mode that is the outcome of the plan."""
        member = self.candidate.member
        plan = self.first_plan
        if plan is None:
            return UserResult(
                member.id, member.upn, "failed", _reason_of(self.error), matched_by=self.candidate.matched_by
            )
        final = self._final_steps(plan)
        done = [step for step, action in final if step.write is not None and action.reason != steps.NOT_ATTEMPTED]
        if self.failed_step is not None and self.plan is not None:
            done = [step for step in done if step is not self.plan.steps[self.failed_step]]
        after = _shown_after(self._shown_before, done)
        status: Status = "failed" if self.error is not None else plan.status
        return UserResult(
            member.id,
            member.upn,
            status,
            _reason_of(self.error) if self.error is not None else plan.reason,
            matched_by=self.candidate.matched_by,
            needs_registration=plan.needs_registration,
            actions=tuple(action for _step, action in final),
            default_before=plan.default_before,
            default_after=after["defaultMethod"],
            wrote=bool(self.written) if self.error is not None else bool(done),
            before=self._shown_before,
            after=after,
        )

    def _final_steps(self, first: UserPlan) -> list[tuple[Step, DoneAction]]:
        """The steps as they were carried out: planned, refused, or not attempted after a refusal."""
        latest = self.plan or first
        open_steps = {operation.step for operation in self.queue} if self.error is not None else set()
        final = []
        for position, step in enumerate(latest.steps):
            shown = step
            if step.write is None and position < len(first.steps) and first.steps[position].target == step.target:
                shown = first.steps[position]
            action = DoneAction(shown.target, shown.action, shown.reason)
            if self.error is not None and position == self.failed_step:
                action = action._replace(reason=self.error.code)
            elif position in open_steps:
                action = DoneAction(shown.target, "skip", steps.NOT_ATTEMPTED)
            final.append((shown, action))
        return final


def _reason_of(error: Refusal | None) -> str | None:
    if error is None:
        return None
    return f"{error.code}: {error.message}" + (f"; {error.hint}" if error.hint else "")


def _shown(methods: Methods, default: str | None) -> dict[str, Any]:
    """The methods of a user without numbers and secrets."""
    return {
        **dict.fromkeys(steps.PHONE_TARGETS),
        **{phone_type: mask_number(number) for phone_type, number in methods.phones.items()},
        "oathTokens": [token.serial for token in methods.hardware_tokens],
        "defaultMethod": default,
    }


def _shown_after(before: Mapping[str, Any], done: list[Step]) -> dict[str, Any]:
    after = {**before, "oathTokens": list(before["oathTokens"])}
    for step in done:
        write = step.write
        if isinstance(write, PhoneWrite):
            after[write.phone_type] = mask_number(write.number.text)
        elif isinstance(write, PhoneRemoval):
            after[write.phone_type] = None
        elif isinstance(write, DefaultWrite):
            after["defaultMethod"] = write.method
        elif isinstance(write, TokenWrite) and write.serial not in after["oathTokens"]:
            after["oathTokens"].append(write.serial)
        elif isinstance(write, TokenRemoval):
            after["oathTokens"] = [serial for serial in after["oathTokens"] if serial != write.serial]
    return after
