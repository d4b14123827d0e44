# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a user as a whole: order, status and reason."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import MobileApp, OathToken, Phone, Record
from ansible_collections.entra.mfa.plugins.module_utils.migration.plan import Rules, UserPlan, holds_a_method, plan_user
from ansible_collections.entra.mfa.plugins.module_utils.migration.settings import Settings
from ansible_collections.entra.mfa.tests.unit.plugins.module_utils.migration.model_tenant import (
    Entry,
    Methods,
    Token,
    allowing,
)

SECRETS = ("GEZDGNBVGY3TQOJQ", "JBSWY3DPEHPK3PXP", "MFRGGZDFMZTWQ2LK")
PHONE = Phone("1", "2065550100")


def rules(**settings: Any) -> Rules:
    return Rules("tenant", allowing(), Settings(**settings))


def plan(record: Record, methods: Methods | None = None, default: str | None = None, **settings: Any) -> UserPlan:
    return plan_user("anna", record, methods or Methods(), default, {}, rules(**settings))


def targets(found: UserPlan) -> list[str]:
    return [step.target for step in found.steps]


def test_steps_are_in_the_order_of_writing() -> None:
    record = Record(
        "anna",
        phone=Phone("1", "2065550100", "12"),
        backup_phone=Phone("1", "2065550101"),
        mobile_apps=(MobileApp("x", SECRETS[0]),),
        oath_token=OathToken("1", SECRETS[1]),
    )
    methods = Methods(phones={"mobile": "+1 2065550109"})
    assert targets(plan(record, methods)) == ["alternateMobile", "office", "hardwareOath", "mobileApp", "defaultMethod"]


def test_default_sees_what_the_plan_registers() -> None:
    found = plan(Record("anna", phone=PHONE, default_method="phone_call"))
    assert (found.default_before, found.default_after) == (None, "voiceMobile")


def test_token_of_the_plan_can_be_the_default() -> None:
    token = OathToken("1", SECRETS[0])
    assert plan(Record("anna", oath_token=token)).default_after == "oath"
    assert plan(Record("anna", oath_token=token), oath_activation="none").default_after is None


@pytest.mark.parametrize(
    ("record", "methods", "status", "reason"),
    [
        (Record("a", phone=PHONE), Methods(), "migrated", None),
        (Record("a", phone=PHONE), Methods(phones={"mobile": "+1 2065550100"}), "unchanged", None),
        (Record("a"), Methods(), "skipped", "nothing_to_migrate"),
        (Record("a"), Methods(phones={"mobile": "+1 2065550100"}), "skipped", "nothing_to_migrate"),
        (Record("a", phone=Phone("1", "12")), Methods(), "skipped", "invalid_number"),
        (Record("a", mobile_apps=(MobileApp("x"),)), Methods(), "skipped", "needs_registration"),
        (Record("a", mobile_apps=(MobileApp("x"),)), Methods(authenticators=("X",)), "unchanged", None),
        (Record("a", oath_token=OathToken("1")), Methods(), "skipped", "no_secret"),
    ],
)
def test_status_and_reason(record: Record, methods: Methods, status: str, reason: str | None) -> None:
    found = plan(record, methods, default="sms")
    assert (found.status, found.reason) == (status, reason)


def test_token_of_somebody_else_fails_the_user_and_the_phone_goes_through() -> None:
    record = Record("a", phone=PHONE, oath_token=OathToken("1", SECRETS[0]))
    found = plan_user("anna", record, Methods(), None, {"1": Entry("d", "ben", True)}, rules())
    assert (found.status, found.reason) == ("failed", "oath_token_in_use")
    assert [step.target for step in found.steps if step.write is not None] == ["mobile", "defaultMethod"]


@pytest.mark.parametrize(
    ("methods", "expected"),
    [
        (Methods(), False),
        (Methods(phones={"office": "+1 2065550100"}), True),
        (Methods(authenticators=("x",)), True),
        (Methods(software_tokens=1), True),
        (Methods(hardware_tokens=(Token("d", "1"),)), True),
    ],
)
def test_only_holders_of_a_method_can_have_a_default(methods: Methods, expected: bool) -> None:
    assert holds_a_method(methods) is expected


def test_numbers_and_secrets_are_in_no_representation() -> None:
    record = Record("a", phone=PHONE, mobile_apps=(MobileApp("x", SECRETS[1]),), oath_token=OathToken("1", SECRETS[0]))
    shown = repr(plan(record))
    assert "20655" not in shown
    assert not any(secret in shown for secret in SECRETS)
