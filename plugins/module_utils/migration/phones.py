# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the telephone numbers of a record go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.phone_numbers import (
    PhoneNumber,
    comparison_key,
    normalise,
)
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import Phone, Record
from ansible_collections.entra.mfa.plugins.module_utils.migration import steps
from ansible_collections.entra.mfa.plugins.module_utils.migration.settings import Settings
from ansible_collections.entra.mfa.plugins.module_utils.migration.steps import PhoneWrite, Step, Target


@dataclass(frozen=True, slots=True)
class PhonePlan:
    """Steps in the order of writing, and the type that the record's first phone has afterwards (None for no phone)."""

    steps: tuple[Step, ...]
    phone_went_to: Target | None


def plan_phones(record: Record, registered: Mapping[str, str], settings: Settings) -> PhonePlan:
    """Plan the numbers of a record.

    ``registered`` holds the numbers that the user has in Entra, by phone type. The rules are those of the migration
    utility: a number without extension becomes the mobile phone (the backup the alternate one), a number with extension
    the office phone; with text message as default method the phone goes to mobile without its extension.
    """
    planned: list[Step] = []
    phone_step = _plan_phone(record, registered)
    if phone_step is not None:
        planned.append(phone_step)
    if record.backup_phone is not None:
        planned.append(_plan_backup(record.backup_phone, record, registered, phone_step, settings))
    planned.sort(key=lambda step: steps.PHONE_TARGETS.index(step.target))
    arrived = phone_step is not None and phone_step.action != "skip"
    return PhonePlan(tuple(planned), phone_step.target if phone_step and arrived else None)


def _plan_phone(record: Record, registered: Mapping[str, str]) -> Step | None:
    if record.phone is None:
        return None
    number = normalise(record.phone)
    to_mobile = record.default_method == "text_message" or not _has_extension(record.phone, number)
    target: Target = "mobile" if to_mobile else "office"
    if number is None:
        return Step(target, "skip", steps.INVALID_NUMBER)
    return _write(target, number.without_extension() if to_mobile else number, registered)


def _plan_backup(
    backup: Phone, record: Record, registered: Mapping[str, str], phone_step: Step | None, settings: Settings
) -> Step:
    number = normalise(backup)
    if _has_extension(backup, number):
        if record.phone is not None and _has_extension(record.phone, normalise(record.phone)):
            return Step("office", "skip", steps.BOTH_HAVE_EXTENSION)
        return Step("office", "skip", steps.INVALID_NUMBER) if number is None else _write("office", number, registered)
    if number is None:
        return Step("alternateMobile", "skip", steps.INVALID_NUMBER)
    if phone_step is not None and phone_step.target == "mobile" and phone_step.action != "skip":
        return _write("alternateMobile", number, registered)
    mobile = registered.get("mobile")
    if mobile and comparison_key(mobile) == number.key:
        return Step("mobile", "none", steps.PROMOTED)
    if mobile:
        return _write("alternateMobile", number, registered)
    if settings.alternate_without_mobile == "skip":
        return Step("alternateMobile", "skip", steps.NO_MOBILE)
    return _write("mobile", number, registered)._replace(reason=steps.PROMOTED)


def _has_extension(phone: Phone, number: PhoneNumber | None) -> bool:
    return bool(phone.extension) or (number is not None and number.extension is not None)


def _write(target: Target, number: PhoneNumber, registered: Mapping[str, str]) -> Step:
    present = registered.get(target)
    if present is None:
        return Step(target, "create", None, PhoneWrite(target, number, exists=False))
    if comparison_key(present) == number.key:
        return Step(target, "none")
    return Step(target, "update", None, PhoneWrite(target, number, exists=True))
