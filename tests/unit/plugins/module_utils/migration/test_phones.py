# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every row of the rules for telephone numbers."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import Phone, Record
from ansible_collections.entra.mfa.plugins.module_utils.migration.phones import plan_phones
from ansible_collections.entra.mfa.plugins.module_utils.migration.settings import Settings
from ansible_collections.entra.mfa.plugins.module_utils.migration.steps import PhoneWrite

PHONE, BACKUP = Phone("1", "2065550100"), Phone("1", "2065550101")
PHONE_EXT, BACKUP_EXT = Phone("1", "2065550100", "12"), Phone("1", "2065550101", "34")
A, B, C = "+1 2065550100", "+1 2065550101", "+1 2065550109"


def plan(
    phone: Phone | None = None,
    backup: Phone | None = None,
    registered: dict[str, str] | None = None,
    default: str | None = None,
    **settings: Any,
) -> list[tuple[Any, ...]]:
    """Steps as target, action, reason, and number where one is written."""
    record = Record("anna", phone=phone, backup_phone=backup, default_method=default)
    steps = plan_phones(record, registered or {}, Settings(**settings)).steps
    return [(*step[:3], *([step.write.number.text] if isinstance(step.write, PhoneWrite) else [])) for step in steps]


def test_phone_without_extension_becomes_mobile() -> None:
    assert plan(PHONE) == [("mobile", "create", None, A)]


def test_phone_with_extension_becomes_office() -> None:
    assert plan(PHONE_EXT) == [("office", "create", None, f"{A}x12")]


def test_phone_with_extension_loses_it_for_text_messages() -> None:
    assert plan(PHONE_EXT, default="text_message") == [("mobile", "create", None, A)]


@pytest.mark.parametrize("default", [None, "phone_call", "mobile_app", "oath_token"])
def test_phone_with_extension_keeps_it_for_other_defaults(default: str | None) -> None:
    assert plan(PHONE_EXT, default=default) == [("office", "create", None, f"{A}x12")]


def test_backup_without_extension_becomes_alternate() -> None:
    assert plan(PHONE, BACKUP) == [("mobile", "create", None, A), ("alternateMobile", "create", None, B)]


def test_backup_becomes_alternate_beside_a_mobile_of_entra() -> None:
    assert plan(None, BACKUP, {"mobile": C}) == [("alternateMobile", "create", None, B)]


@pytest.mark.parametrize("phone", [None, PHONE_EXT, Phone("1", "12")])
def test_backup_without_a_mobile_is_promoted(phone: Phone | None) -> None:
    assert ("mobile", "create", "promoted", B) in plan(phone, BACKUP)


@pytest.mark.parametrize("phone", [None, PHONE_EXT, Phone("1", "12")])
def test_backup_without_a_mobile_is_skipped_on_request(phone: Phone | None) -> None:
    planned = plan(phone, BACKUP, alternate_without_mobile="skip")
    assert ("alternateMobile", "skip", "no_mobile") in planned


@pytest.mark.parametrize("registered", [{}, {"mobile": A}])
def test_backup_of_the_same_number_as_the_phone_is_the_alternate(registered: dict[str, str]) -> None:
    """Whether the phone is written in this run or was in one that broke off."""
    assert ("alternateMobile", "create", None, A) in plan(PHONE, PHONE, registered)
    assert plan(PHONE, PHONE, {"mobile": A, "alternateMobile": A}) == [
        ("mobile", "none", None),
        ("alternateMobile", "none", None),
    ]


@pytest.mark.parametrize("setting", ["promote", "skip"])
def test_backup_that_stands_as_mobile_counts_as_promoted(setting: str) -> None:
    assert plan(None, BACKUP, {"mobile": B}, alternate_without_mobile=setting) == [("mobile", "none", "promoted")]


def test_backup_that_stands_as_mobile_is_not_lost_when_the_phone_takes_its_place() -> None:
    assert plan(PHONE, BACKUP, {"mobile": B}) == [
        ("mobile", "update", None, A),
        ("alternateMobile", "create", None, B),
    ]


def test_backup_with_extension_becomes_office() -> None:
    assert plan(PHONE, BACKUP_EXT) == [("mobile", "create", None, A), ("office", "create", None, f"{B}x34")]


def test_backup_is_skipped_when_both_have_an_extension() -> None:
    assert plan(PHONE_EXT, BACKUP_EXT) == [
        ("office", "create", None, f"{A}x12"),
        ("office", "skip", "both_have_extension"),
    ]


def test_backup_is_skipped_when_both_have_an_extension_and_the_phone_goes_to_mobile() -> None:
    assert plan(PHONE_EXT, BACKUP_EXT, default="text_message") == [
        ("mobile", "create", None, A),
        ("office", "skip", "both_have_extension"),
    ]


@pytest.mark.parametrize("spelling", ["+1 2065550100", "+1 206-555-0100", "+12065550100"])
def test_same_number_is_left_alone(spelling: str) -> None:
    assert plan(PHONE, registered={"mobile": spelling}) == [("mobile", "none", None)]


@pytest.mark.parametrize("present", ["+1 2065550100x12", "+1 206-555-0100 ext 12"])
def test_same_number_with_the_same_extension_is_left_alone(present: str) -> None:
    assert plan(PHONE_EXT, registered={"office": present}) == [("office", "none", None)]


@pytest.mark.parametrize("present", [A, f"{A}x13"])
def test_another_extension_is_another_number(present: str) -> None:
    assert plan(PHONE_EXT, registered={"office": present}) == [("office", "update", None, f"{A}x12")]


def test_different_number_is_updated() -> None:
    assert plan(PHONE, registered={"mobile": C}) == [("mobile", "update", None, A)]


@pytest.mark.parametrize(
    ("phone", "backup", "target"),
    [
        (Phone("1", "12"), None, "mobile"),
        (Phone("1", "12", "7"), None, "office"),
        (PHONE, Phone("1", "12"), "alternateMobile"),
        (PHONE, Phone("1", "12", "7"), "office"),
    ],
)
def test_impossible_number_is_skipped(phone: Phone, backup: Phone | None, target: str) -> None:
    assert (target, "skip", "invalid_number") in plan(phone, backup)


def test_the_other_number_goes_through_when_one_is_impossible() -> None:
    assert ("mobile", "create", None, A) in plan(PHONE, Phone("1", "12"))


def test_steps_are_in_the_order_of_writing() -> None:
    assert [step[0] for step in plan(PHONE_EXT, BACKUP, {"mobile": C})] == ["alternateMobile", "office"]


def test_no_phone_is_no_step() -> None:
    assert plan() == []


@pytest.mark.parametrize(
    ("phone", "default", "went_to"),
    [
        (PHONE, None, "mobile"),
        (PHONE_EXT, None, "office"),
        (PHONE_EXT, "text_message", "mobile"),
        (Phone("1", "12"), None, None),
        (None, None, None),
    ],
)
def test_plan_tells_where_the_phone_went(phone: Phone | None, default: str | None, went_to: str | None) -> None:
    record = Record("anna", phone=phone, default_method=default)
    assert plan_phones(record, {}, Settings()).phone_went_to == went_to
