# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a user as a whole: order, status, reason, and what holds for every record and every tenant."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.phone_numbers import comparison_key, normalise
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import MobileApp, OathToken, Phone, Record
from ansible_collections.entra.mfa.plugins.module_utils.migration.books import NoBook
from ansible_collections.entra.mfa.plugins.module_utils.migration.chunk import ChunkWorker
from ansible_collections.entra.mfa.plugins.module_utils.migration.matching import Member
from ansible_collections.entra.mfa.plugins.module_utils.migration.plan import Rules, UserPlan, holds_a_method, plan_user
from ansible_collections.entra.mfa.plugins.module_utils.migration.planner import MigrationPlanner
from ansible_collections.entra.mfa.plugins.module_utils.migration.results import UserResult
from ansible_collections.entra.mfa.plugins.module_utils.migration.settings import Settings
from ansible_collections.entra.mfa.plugins.module_utils.migration.user_state import Candidate
from ansible_collections.entra.mfa.tests.unit.plugins.module_utils.migration.model_tenant import (
    Account,
    Entry,
    Methods,
    ModelTenant,
    Token,
    allowing,
)
from hypothesis import given
from hypothesis import strategies as st

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


# What holds for every record and every tenant

numbers = st.sampled_from(["2065550100", "2065550101", "2065550102", "12", "(206) 555-0103 x9"])
phones = st.builds(Phone, st.just("1"), numbers, st.sampled_from([None, "12", "13"]))
apps = st.builds(
    MobileApp,
    st.sampled_from(["a", "A", "b", "c", "d", "e", "f", None]),
    st.sampled_from([None, "bad!", *SECRETS]),
    st.none(),
    st.sampled_from([None, "2024-01-01", "2024-01-02T10:00:00Z"]),
)
records = st.builds(
    Record,
    st.just("anna"),
    default_method=st.sampled_from([None, "phone_call", "text_message", "mobile_app", "oath_token"]),
    phone=st.none() | phones,
    backup_phone=st.none() | phones,
    mobile_apps=st.lists(apps, max_size=7).map(tuple),
    oath_token=st.none() | st.builds(OathToken, st.sampled_from(["1", "2", None]), st.sampled_from([None, *SECRETS])),
)
settings = st.builds(
    Settings,
    st.sampled_from(["always", "if_unset", "most_secure_if_unset"]),
    st.sampled_from(["promote", "skip"]),
    st.sampled_from(["auto", "oath", "report"]),
    st.sampled_from(["computed", "none"]),
)
KINDS = ("sms", "voice", "microsoftAuthenticator", "softwareOath", "hardwareOath")


@st.composite
def tenants(draw: st.DrawFn) -> ModelTenant:
    entra_numbers = st.sampled_from(["+1 2065550100", "+1 206 555 0101", "+1 2065550109"])
    account = Account(authenticators=draw(st.lists(st.sampled_from("abxy"), max_size=3)))
    account.software_tokens = draw(st.integers(0, 2))
    for phone_type in ("mobile", "alternateMobile", "office"):
        if draw(st.booleans()) and (phone_type != "alternateMobile" or "mobile" in account.phones):
            account.phones[phone_type] = draw(entra_numbers) + ("x12" if phone_type == "office" else "")
    holders = st.sampled_from([None, "anna", "ben"])
    tokens = [Token(f"d{n}", str(n), SECRETS[0], user_id=draw(holders)) for n in (1, 2) if draw(st.booleans())]
    tenant = ModelTenant({"anna": account, "ben": Account()}, [])
    for token in tokens:
        token.activated = token.user_id is not None and draw(st.booleans())
        if token.user_id is None or tenant.devices(token.user_id) < 5:
            tenant.tokens[token.id] = token
    possible = sorted(tenant._possible_defaults("anna"))
    account.default = draw(st.sampled_from([None, *possible]))
    return tenant


def migrate(tenant: ModelTenant, record: Record, chosen: Settings, kinds: tuple[str, ...]) -> UserResult:
    planner = MigrationPlanner(Rules("tenant", allowing(*kinds), chosen))
    worker = ChunkWorker(tenant, planner, NoBook(), clock=tenant.clock, sleep=tenant.sleep)
    (result,) = worker.run([Candidate(Member("anna", "anna@contoso.example"), record)])
    return result


some_kinds = st.sets(st.sampled_from(KINDS), min_size=1).map(sorted).map(tuple)


@given(tenants(), records, settings, some_kinds)
def test_a_second_run_writes_nothing(
    tenant: ModelTenant, record: Record, chosen: Settings, kinds: tuple[str, ...]
) -> None:
    for token in tenant.tokens.values():
        if record.oath_token is not None and record.oath_token.secret is not None:
            token.secret = record.oath_token.secret
    first = migrate(tenant, record, chosen, kinds)
    assert first.reason in (None, "oath_token_in_use") or first.status == "skipped"
    written = list(tenant.applied)
    second = migrate(tenant, record, chosen, kinds)
    assert tenant.applied == written
    assert second.status in ("unchanged", "skipped", first.status if first.status == "failed" else "unchanged")


@given(tenants(), records, settings)
def test_nobody_gets_a_sixth_device(tenant: ModelTenant, record: Record, chosen: Settings) -> None:
    before = tenant.devices("anna")
    migrate(tenant, record, chosen, KINDS)
    assert tenant.devices("anna") <= max(5, before)


@given(tenants(), records, settings)
def test_no_number_is_lost(tenant: ModelTenant, record: Record, chosen: Settings) -> None:
    result = migrate(tenant, record, chosen, KINDS)
    stands = {comparison_key(number) for number in tenant.users["anna"].phones.values()}
    skipped = [action for action in result.actions if action.action == "skip" and action.target != "defaultMethod"]
    for phone in (record.phone, record.backup_phone):
        number = normalise(phone) if phone is not None else None
        if number is not None and not {number.key, number.without_extension().key} & stands:
            assert any(action.reason in ("both_have_extension", "no_mobile") for action in skipped)


@given(tenants(), records, settings)
def test_every_part_of_a_record_has_its_action(tenant: ModelTenant, record: Record, chosen: Settings) -> None:
    result = migrate(tenant, record, chosen, KINDS)
    parts = (record.phone, record.backup_phone, record.oath_token)
    expected = sum(part is not None for part in parts) + len(record.mobile_apps) + 1
    assert len(result.actions) == expected


@given(tenants(), records, settings, some_kinds)
def test_check_mode_foretells_the_run(
    tenant: ModelTenant, record: Record, chosen: Settings, kinds: tuple[str, ...]
) -> None:
    for token in tenant.tokens.values():
        if record.oath_token is not None and record.oath_token.secret is not None:
            token.secret = record.oath_token.secret
    planner = MigrationPlanner(Rules("tenant", allowing(*kinds), chosen))
    worker = ChunkWorker(tenant, planner, NoBook(), check_mode=True, clock=tenant.clock, sleep=tenant.sleep)
    (foretold,) = worker.run([Candidate(Member("anna", "anna@contoso.example"), record)])
    assert tenant.applied == []
    assert migrate(tenant, record, chosen, kinds) == foretold
