# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The single requests behind a plan, in the order in which they may be sent.

An operation belongs to a stage; the users of a chunk pass the stages together, so that each stage is one batch and no
user ever has two writes under way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from ansible_collections.entra.mfa.plugins.module_utils.migration.plan import UserPlan
from ansible_collections.entra.mfa.plugins.module_utils.migration.steps import (
    PHONE_TARGETS,
    DefaultWrite,
    PhoneRemoval,
    PhoneWrite,
    Step,
    TokenRemoval,
    TokenWrite,
)
from ansible_collections.entra.mfa.plugins.module_utils.migration.tenant import Tenant
from ansible_collections.entra.mfa.plugins.module_utils.migration.totp import code_at

DEFAULT_OBJECT = "default"

_REMOVAL_ORDER = ("alternateMobile", "mobile", "office")
_FIRST_TOKEN_STAGE = 10
_LAST_REMOVAL_STAGE = 80
_DEFAULT_STAGE = 90

Kind = Literal["create", "update", "assign", "activate", "remove", "delete"]
Build = Callable[[Tenant, str, "str | None", float], Any]
"""Makes the request: tenant, user id, id of the token that an earlier operation made, time."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One write.

    ``step`` is the position of its step in the plan, ``object`` the phone type, serial number or ``default`` that is
    written, ``value`` what is written (only ever fingerprinted), ``interval`` the seconds of a token whose current code
    is sent along. ``makes`` says that afterwards there is something that was not there before.
    """

    stage: int
    step: int
    kind: Kind
    target: str
    object: str
    build: Build = field(repr=False)
    value: str | None = field(default=None, repr=False)
    previous: str | None = None
    interval: int | None = None
    makes: bool = False

    @property
    def identity(self) -> tuple[str, str, str]:
        """What two operations share that do the same, whenever they were planned."""
        return (self.kind, self.target, self.object)


def operations_of(plan: UserPlan) -> list[Operation]:
    """The operations of a plan in the order of their stages."""
    operations: list[Operation] = []
    token_stage = _FIRST_TOKEN_STAGE
    for position, step in enumerate(plan.steps):
        operations += _operations_of(position, step, plan, token_stage)
        if isinstance(step.write, TokenWrite | TokenRemoval):
            token_stage += 2
    operations.sort(key=lambda operation: operation.stage)
    return operations


def _operations_of(position: int, step: Step, plan: UserPlan, token_stage: int) -> Iterator[Operation]:
    write = step.write
    if isinstance(write, PhoneWrite):
        yield _phone(position, write)
    elif isinstance(write, TokenWrite):
        yield from _token(position, step, write, token_stage)
    elif isinstance(write, DefaultWrite):
        yield _default(position, write, plan)
    elif isinstance(write, PhoneRemoval):
        yield _phone_removal(position, write)
    elif isinstance(write, TokenRemoval):
        yield from _token_removal(position, step, write, token_stage)


def _phone(position: int, write: PhoneWrite) -> Operation:
    return Operation(
        stage=PHONE_TARGETS.index(write.phone_type),
        step=position,
        kind="update" if write.exists else "create",
        target=write.phone_type,
        object=write.phone_type,
        build=lambda tenant, user_id, _made, _now: tenant.set_phone(
            user_id, write.phone_type, write.number.text, exists=write.exists
        ),
        value=write.number.key,
        makes=not write.exists,
    )


def _token(position: int, step: Step, write: TokenWrite, stage: int) -> Iterator[Operation]:
    operation = partial(Operation, step=position, target=step.target, object=write.serial, makes=True)
    if not write.assigned:
        kind: Kind = "create" if write.device_id is None else "assign"
        yield operation(stage=stage, kind=kind, build=_create(write) if write.device_id is None else _assign(write))
    if write.activate:
        yield operation(stage=stage + 1, kind="activate", build=_activate(write), interval=write.interval)


def _create(write: TokenWrite) -> Build:
    return lambda tenant, user_id, _made, _now: tenant.create_token(
        user_id,
        serial=write.serial,
        secret=write.secret,
        interval=write.interval,
        hash_name=write.hash,
        manufacturer=write.manufacturer,
        model=write.model,
        display_name=write.display_name,
    )


def _assign(write: TokenWrite) -> Build:
    return lambda tenant, user_id, _made, _now: tenant.assign_token(user_id, write.device_id or "")


def _activate(write: TokenWrite) -> Build:
    return lambda tenant, user_id, made, now: tenant.activate_token(
        user_id,
        write.device_id or made or "",
        code_at(write.secret, now, write.interval, write.hash),
        write.display_name,
    )


def _default(position: int, write: DefaultWrite, plan: UserPlan) -> Operation:
    # Taking a default back comes first of all: a phone that is the default cannot be removed.
    undoing = any(isinstance(step.write, PhoneRemoval | TokenRemoval) for step in plan.steps)
    return Operation(
        stage=-1 if undoing else _DEFAULT_STAGE,
        step=position,
        kind="create" if plan.default_before is None else "update",
        target="defaultMethod",
        object=DEFAULT_OBJECT,
        build=lambda tenant, user_id, _made, _now: tenant.set_default_method(user_id, write.method),
        value=write.method,
        previous=plan.default_before,
    )


def _phone_removal(position: int, write: PhoneRemoval) -> Operation:
    return Operation(
        stage=_LAST_REMOVAL_STAGE if write.last else _REMOVAL_ORDER.index(write.phone_type),
        step=position,
        kind="remove",
        target=write.phone_type,
        object=write.phone_type,
        build=lambda tenant, user_id, _made, _now: tenant.delete_phone(user_id, write.phone_type),
    )


def _token_removal(position: int, step: Step, write: TokenRemoval, stage: int) -> Iterator[Operation]:
    operation = partial(Operation, step=position, target=step.target, object=write.serial)
    if write.assigned:
        yield operation(
            stage=stage,
            kind="remove",
            build=lambda tenant, user_id, _made, _now: tenant.unassign_token(user_id, write.device_id),
        )
    if write.delete:
        yield operation(
            stage=stage + 1,
            kind="delete",
            build=lambda tenant, _user_id, _made, _now: tenant.delete_token(write.device_id),
        )
