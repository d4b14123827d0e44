# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every record, all settings and every tenant, with faults and without."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.phone_numbers import comparison_key, normalise
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import Record
from ansible_collections.entra.mfa.plugins.module_utils.migration.books import NoBook
from ansible_collections.entra.mfa.plugins.module_utils.migration.chunk import ChunkWorker
from ansible_collections.entra.mfa.plugins.module_utils.migration.ledger import Ledger
from ansible_collections.entra.mfa.plugins.module_utils.migration.matching import Match, Member
from ansible_collections.entra.mfa.plugins.module_utils.migration.plan import Rules
from ansible_collections.entra.mfa.plugins.module_utils.migration.planner import MigrationPlanner
from ansible_collections.entra.mfa.plugins.module_utils.migration.policy import AllowedMethods
from ansible_collections.entra.mfa.plugins.module_utils.migration.results import UserResult
from ansible_collections.entra.mfa.plugins.module_utils.migration.runner import Surroundings, undo
from ansible_collections.entra.mfa.plugins.module_utils.migration.runner import migrate as migrate_all
from ansible_collections.entra.mfa.plugins.module_utils.migration.settings import Settings
from ansible_collections.entra.mfa.plugins.module_utils.migration.user_state import Candidate
from ansible_collections.entra.mfa.tests.unit.plugins.module_utils.migration.model_tenant import (
    KINDS,
    Fault,
    ModelTenant,
    allowing,
    cut_off,
    lost,
    well,
)
from ansible_collections.entra.mfa.tests.unit.plugins.module_utils.migration.strategies import (
    records,
    settings,
    some_kinds,
    tenants,
)
from hypothesis import given
from hypothesis import strategies as st

ANNA = Member("anna", "anna@contoso.example")
MOST_SECURE_FIRST = ("push", "oath", "sms", "voiceMobile", "voiceAlternateMobile", "voiceOffice")
OF_RECORD = {
    "text_message": {"sms"},
    "phone_call": {"voiceMobile", "voiceOffice"},
    "mobile_app": {"push"},
    "oath_token": {"oath"},
}
WRITES = ("mobile", "alternateMobile", "office", "token", "default")


def migrate(tenant: ModelTenant, record: Record, chosen: Settings, kinds: tuple[str, ...] = KINDS) -> UserResult:
    """Migrate one user without a ledger."""
    planner = MigrationPlanner(Rules("tenant", allowing(*kinds), chosen))
    worker = ChunkWorker(tenant, planner, NoBook(), clock=tenant.clock, sleep=tenant.sleep)
    (result,) = worker.run([Candidate(ANNA, record)])
    return result


def twin(tenant: ModelTenant) -> ModelTenant:
    """Another tenant in the same state."""
    return ModelTenant(deepcopy(tenant.users), deepcopy(list(tenant.tokens.values())), tenant.now)


def give_secret(tenant: ModelTenant, record: Record) -> None:
    """Let the tokens of the inventory have the secret of the record, as tokens of one serial number have."""
    for token in tenant.tokens.values():
        if record.oath_token is not None and record.oath_token.secret is not None:
            token.secret = record.oath_token.secret


def places_in_order(applied: Sequence[str]) -> list[int]:
    """Where each write stands in the order that Graph accepts."""
    return [next(place for place, word in enumerate(WRITES) if word in write.split(": ")[1]) for write in applied]


@given(tenants(), records, settings, some_kinds)
def test_a_second_run_writes_nothing(
    tenant: ModelTenant, record: Record, chosen: Settings, kinds: tuple[str, ...]
) -> None:
    give_secret(tenant, record)
    first = migrate(tenant, record, chosen, kinds)
    assert first.reason in (None, "oath_token_in_use") or first.status == "skipped"
    written = list(tenant.applied)
    second = migrate(tenant, record, chosen, kinds)
    assert tenant.applied == written
    assert second.status in ("unchanged", "skipped", first.status if first.status == "failed" else "unchanged")


@given(tenants(), records, settings)
def test_nobody_gets_a_sixth_device(tenant: ModelTenant, record: Record, chosen: Settings) -> None:
    before = tenant.devices("anna")
    migrate(tenant, record, chosen)
    assert tenant.devices("anna") <= max(5, before)


@given(tenants(), records, settings)
def test_no_number_is_lost(tenant: ModelTenant, record: Record, chosen: Settings) -> None:
    result = migrate(tenant, record, chosen)
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
    give_secret(tenant, record)
    planner = MigrationPlanner(Rules("tenant", allowing(*kinds), chosen))
    worker = ChunkWorker(tenant, planner, NoBook(), check_mode=True, clock=tenant.clock, sleep=tenant.sleep)
    (foretold,) = worker.run([Candidate(ANNA, record)])
    assert tenant.applied == []
    assert migrate(tenant, record, chosen, kinds) == foretold


@given(tenants(), records, settings, some_kinds)
def test_writes_come_in_the_order_that_the_tenant_accepts(
    tenant: ModelTenant, record: Record, chosen: Settings, kinds: tuple[str, ...]
) -> None:
    give_secret(tenant, record)
    result = migrate(tenant, record, chosen, kinds)
    places = places_in_order(tenant.applied)
    assert places == sorted(places)
    assert result.reason in (None, "oath_token_in_use") or result.status == "skipped"


def usable_defaults(tenant: ModelTenant, allowed: AllowedMethods) -> list[str]:
    """The default methods that are possible for the user now and that the policy allows, the most secure first."""
    account = tenant.users["anna"]
    activated = any(token.user_id == "anna" and token.activated for token in tenant.tokens.values())
    kinds = {
        "hardwareOath": activated,
        "softwareOath": bool(account.software_tokens),
        "microsoftAuthenticator": bool(account.authenticators) and allowed.authenticator_gives_codes,
    }
    held = [kind for kind, is_held in kinds.items() if is_held]
    possible = tenant.possible_defaults("anna")
    return [method for method in MOST_SECURE_FIRST if method in possible and allowed.allows(method, "anna", held)]


@given(tenants(), records, settings, some_kinds)
def test_default_method_follows_the_setting(
    tenant: ModelTenant, record: Record, chosen: Settings, kinds: tuple[str, ...]
) -> None:
    give_secret(tenant, record)
    before = tenant.users["anna"].default
    migrate(tenant, record, chosen, kinds)
    after = tenant.users["anna"].default
    if before is not None and chosen.default_method != "always":
        assert after == before
        return
    usable = usable_defaults(tenant, allowing(*kinds))
    if not usable:
        assert after == before
        return
    wanted = set() if chosen.default_method == "most_secure_if_unset" else OF_RECORD.get(record.default_method or "")
    expected = {method for method in usable if method in (wanted or ())}
    # A call goes to where the phone went, which may be nowhere.
    assert after in (expected | {usable[0]} if record.default_method == "phone_call" else expected or {usable[0]})


@given(
    tenants(),
    records,
    settings,
    st.lists(st.sampled_from(["well", "lost", "cut off"]), max_size=14),
    st.integers(0, 3),
)
def test_unclear_writes_end_where_an_undisturbed_run_ends(
    tenant: ModelTenant, record: Record, chosen: Settings, faults: list[str], stale_reads: int
) -> None:
    give_secret(tenant, record)
    calm = twin(tenant)
    migrate(calm, record, chosen)
    kinds: dict[str, Fault] = {"well": well, "lost": lost, "cut off": cut_off(tenant)}
    tenant.faults.extend(kinds[name] for name in faults)
    tenant.stale_reads = stale_reads

    migrate(tenant, record, chosen)
    tenant.faults.clear()
    tenant.stale_reads = 0
    migrate(tenant, record, chosen)

    assert tenant.snapshot() == calm.snapshot()
    assert tenant.applied == calm.applied


@given(tenants(), records, settings)
def test_way_back_leaves_what_was_there_before(tenant: ModelTenant, record: Record, chosen: Settings) -> None:
    give_secret(tenant, record)
    before = twin(tenant)
    rules = Rules("tenant", allowing(), chosen)
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder) / "ledger", "tenant")
        around = Surroundings(tenant, lambda: rules, ledger, clock=tenant.clock, sleep=tenant.sleep)
        (there,) = migrate_all([Match(ANNA, record, "upn")], chosen, around)
        (back,) = undo([ANNA], around)
        ledger.close()
    if back.status == "failed":
        # The default goes only with the last method, and a token without activation counts but cannot take its place.
        assert any(token.user_id == "anna" and not token.activated for token in tenant.tokens.values())
        return
    changed = {action.target for action in there.actions if action.action == "update"}
    phones, old_phones = tenant.users["anna"].phones, before.users["anna"].phones
    assert {kind: phones[kind] for kind in phones if kind not in changed} == {
        kind: old_phones[kind] for kind in old_phones if kind not in changed
    }
    assert [(token.serial, token.user_id) for token in tenant.tokens.values()] == [
        (token.serial, token.user_id) for token in before.tokens.values()
    ]
    if before.users["anna"].default is not None:
        assert tenant.users["anna"].default == before.users["anna"].default
