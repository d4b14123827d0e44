# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of one user: what is written, what stands already, what is left and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import Record
from ansible_collections.entra.mfa.plugins.module_utils.migration import steps
from ansible_collections.entra.mfa.plugins.module_utils.migration.default_method import (
    oath_kinds_after,
    plan_default_method,
)
from ansible_collections.entra.mfa.plugins.module_utils.migration.devices import plan_devices
from ansible_collections.entra.mfa.plugins.module_utils.migration.phones import plan_phones
from ansible_collections.entra.mfa.plugins.module_utils.migration.policy import AllowedMethods
from ansible_collections.entra.mfa.plugins.module_utils.migration.settings import Settings
from ansible_collections.entra.mfa.plugins.module_utils.migration.steps import DefaultWrite, Step
from ansible_collections.entra.mfa.plugins.module_utils.migration.tenant import InventoryToken, Methods

Status = Literal["migrated", "unchanged", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for every user of a run: the tenant, its policy and the operator's choices."""

    tenant_id: str
    allowed: AllowedMethods
    settings: Settings


@dataclass(frozen=True, slots=True)
class UserPlan:
    """Steps in the order of writing, the default method before and after, and what the plan says about the user.

    ``taken_back`` names the (target, object) pairs of the ledger that count as undone once the plan is carried out.
    """

    steps: tuple[Step, ...]
    default_before: str | None
    default_after: str | None
    needs_registration: bool = False
    failure: str | None = None
    taken_back: tuple[tuple[str, str], ...] = ()

    @property
    def status(self) -> Status:
        """What becomes of the user when every write succeeds."""
        if self.failure is not None:
            return "failed"
        if any(step.write is not None for step in self.steps):
            return "migrated"
        stands = any(step.action == "none" and step.target != "defaultMethod" for step in self.steps)
        return "unchanged" if stands else "skipped"

    @property
    def reason(self) -> str | None:
        """Why a user is failed or skipped."""
        status = self.status
        if status == "failed":
            return self.failure
        if status != "skipped":
            return None
        reasons = (step.reason for step in self.steps if step.target != "defaultMethod")
        return next((reason for reason in reasons if reason), steps.NOTHING_TO_MIGRATE)


def plan_user(
    user_id: str,
    record: Record,
    methods: Methods,
    default: str | None,
    inventory: Mapping[str, InventoryToken],
    rules: Rules,
) -> UserPlan:
    """Plan one user.

    ``methods`` and ``default`` are what Entra holds now, ``inventory`` the tenant's tokens by serial number, as far as
    ``devices.serials_to_look_up`` asked for them.
    """
    phones = plan_phones(record, methods.phones, rules.settings)
    devices = plan_devices(user_id, record, methods, inventory, rules.tenant_id, rules.settings)
    default_step = plan_default_method(
        user_id,
        record_default=record.default_method,
        phone_went_to=phones.phone_went_to,
        phones_after={*methods.phones, *(step.target for step in phones.steps if step.write is not None)},
        has_authenticator=bool(methods.authenticators),
        oath_kinds=oath_kinds_after(methods, devices.has_activated_token, rules.allowed),
        current=default,
        allowed=rules.allowed,
        settings=rules.settings,
    )
    write = default_step.write
    return UserPlan(
        steps=(*phones.steps, *devices.steps, default_step),
        default_before=default,
        default_after=write.method if isinstance(write, DefaultWrite) else default,
        needs_registration=devices.needs_registration,
        failure=devices.failure,
    )


def holds_a_method(methods: Methods) -> bool:
    """Whether a user has any method that could be their default; nobody else needs to be asked for it."""
    return bool(methods.phones or methods.authenticators or methods.software_tokens or methods.hardware_tokens)
