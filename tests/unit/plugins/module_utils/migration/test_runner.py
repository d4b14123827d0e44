# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole batch: who gets a plan at all, the ledger, progress, threads."""

from __future__ import annotations

import dataclasses
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import (
    BrokenRecord,
    MobileApp,
    OathToken,
    Phone,
    Record,
)
from ansible_collections.entra.mfa.plugins.module_utils.migration.ledger import Ledger
from ansible_collections.entra.mfa.plugins.module_utils.migration.ledger_file import LedgerError
from ansible_collections.entra.mfa.plugins.module_utils.migration.matching import Match, Member
from ansible_collections.entra.mfa.plugins.module_utils.migration.plan import Rules
from ansible_collections.entra.mfa.plugins.module_utils.migration.results import UserResult
from ansible_collections.entra.mfa.plugins.module_utils.migration.runner import Surroundings, migrate
from ansible_collections.entra.mfa.plugins.module_utils.migration.settings import Settings
from ansible_collections.entra.mfa.tests.unit.plugins.module_utils.migration.model_tenant import (
    Account,
    ModelTenant,
    Refused,
    allowing,
    refuse,
)


def member(number: int) -> Member:
    return Member(f"u{number}", f"u{number}@contoso.example")


def record(number: int) -> Record:
    return Record(f"u{number}", default_method="text_message", phone=Phone("1", f"2065{number:06d}"))


def matches(count: int) -> list[Match]:
    return [Match(member(number), record(number), "upn") for number in range(count)]


def run(
    tenant: ModelTenant,
    found: Sequence[Match],
    *,
    ledger: Ledger | None = None,
    settings: Settings | None = None,
    only_changed: bool = True,
    **options: Any,
) -> list[UserResult]:
    for match in found:
        tenant.users.setdefault(match.member.id, Account())
    chosen = settings or Settings()
    options = {"clock": tenant.clock, "sleep": tenant.sleep, **options}
    around = Surroundings(tenant, lambda: Rules("tenant", allowing(), chosen), ledger, **options)
    return list(migrate(found, chosen, around, only_changed=only_changed))


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger", "tenant")


@pytest.mark.parametrize(
    ("match", "status", "reason", "has_record"),
    [
        (Match(member(1)), "skipped", "not_in_mfa_server", False),
        (Match(member(1), Record("u1", enabled=False), "upn"), "skipped", "disabled", True),
        (Match(member(1), matched_by="sid", ambiguous=True), "failed", "ambiguous_match", True),
        (
            Match(member(1), BrokenRecord(1, "phone must be an object"), "upn"),
            "failed",
            "invalid_record: phone must be an object",
            True,
        ),
    ],
)
def test_user_without_a_usable_record_costs_no_request(
    match: Match, status: str, reason: str, has_record: bool
) -> None:
    tenant = ModelTenant()
    (result,) = run(tenant, [match])
    assert (result.status, result.reason, result.matched_by) == (status, reason, match.matched_by)
    assert (result.has_record, result.actions, tenant.batches) == (has_record, (), [])


def test_every_user_has_one_result() -> None:
    results = run(ModelTenant(), [*matches(45), Match(member(99))], concurrency=4)
    assert sorted(result.id for result in results) == sorted(["u99", *(f"u{number}" for number in range(45))])


def test_results_of_many_threads_are_in_the_order_of_the_users() -> None:
    results = run(ModelTenant(), matches(100), concurrency=4)
    assert [result.id for result in results] == [f"u{number}" for number in range(100)]


def test_rules_are_asked_only_when_a_user_needs_them() -> None:
    def rules() -> Rules:
        raise AssertionError("nobody needs them")

    around = Surroundings(ModelTenant(), rules)
    assert [result.status for result in migrate([Match(member(1))], Settings(), around)] == ["skipped"]


def test_first_users_are_read_while_the_rules_are_asked_for() -> None:
    tenant, was_read = ModelTenant({"u0": Account()}), threading.Event()
    read_methods = tenant.read_methods

    def read(user_ids: Sequence[str]) -> Any:
        was_read.set()
        return read_methods(user_ids)

    def rules() -> Rules:
        assert was_read.wait(timeout=10)
        return Rules("tenant", allowing(), Settings())

    tenant.read_methods = read  # type: ignore[method-assign]
    around = Surroundings(tenant, rules, clock=tenant.clock, sleep=tenant.sleep)
    assert [result.status for result in migrate(matches(1), Settings(), around)] == ["migrated"]


def test_rules_that_cannot_be_had_end_the_run_before_anything_is_written() -> None:
    def rules() -> Rules:
        raise Refused(403)

    tenant = ModelTenant({f"u{number}": Account() for number in range(45)})
    around = Surroundings(tenant, rules, clock=tenant.clock, sleep=tenant.sleep)
    with pytest.raises(Refused):
        list(migrate(matches(45), Settings(), around))
    assert not any(account.phones for account in tenant.users.values())


def test_progress_is_told_after_each_chunk() -> None:
    told: list[tuple[int, int, int]] = []
    tenant = ModelTenant()
    tenant.faults.append(refuse(403))
    run(tenant, matches(45), concurrency=1, progress=lambda **state: told.append(tuple(state.values())))
    assert told == [(0, 0, 45), (20, 1, 45), (40, 1, 45), (45, 1, 45)]


def test_refusal_of_everybody_ends_the_run_and_frees_the_users(ledger: Ledger) -> None:
    tenant = ModelTenant()
    tenant.read_errors = {f"u{number}": Refused(403) for number in range(100)}
    with pytest.raises(Refused):
        run(tenant, matches(100), ledger=ledger)
    tenant.read_errors = {}
    assert {result.status for result in run(tenant, matches(100), ledger=ledger)} == {"migrated"}


# Ledger


def test_unchanged_users_cost_no_request(ledger: Ledger) -> None:
    tenant = ModelTenant()
    run(tenant, matches(45), ledger=ledger)
    tenant.batches.clear()
    results = run(tenant, matches(45), ledger=ledger)
    assert {(result.status, result.reason, result.matched_by) for result in results} == {("unchanged", None, "upn")}
    assert tenant.batches == []


def test_user_who_joins_the_batch_is_migrated_by_the_next_run(ledger: Ledger) -> None:
    tenant = ModelTenant()
    run(tenant, matches(2), ledger=ledger)
    results = run(tenant, matches(3), ledger=ledger)
    assert [result.status for result in results] == ["unchanged", "unchanged", "migrated"]


def test_all_users_are_compared_on_request(ledger: Ledger) -> None:
    tenant = ModelTenant()
    run(tenant, matches(2), ledger=ledger)
    tenant.users["u0"].phones.clear()
    tenant.users["u0"].default = None
    results = run(tenant, matches(2), ledger=ledger, only_changed=False)
    assert [result.status for result in results] == ["migrated", "unchanged"]


def test_changed_record_is_written(ledger: Ledger) -> None:
    tenant = ModelTenant()
    run(tenant, matches(2), ledger=ledger)
    changed = dataclasses.replace(record(0), phone=Phone("1", "2065550199"))
    results = run(tenant, [Match(member(0), changed), *matches(2)[1:]], ledger=ledger)
    assert sorted(result.status for result in results) == ["migrated", "unchanged"]
    assert tenant.users["u0"].phones["mobile"] == "+1 2065550199"


def test_changed_settings_count_as_a_change(ledger: Ledger) -> None:
    tenant = ModelTenant()
    run(tenant, matches(1), ledger=ledger)
    tenant.users["u0"].default = "voiceMobile"
    (result,) = run(tenant, matches(1), ledger=ledger, settings=Settings(default_method="always"))
    assert result.status == "migrated"


def test_skipped_and_failed_users_are_looked_at_again(ledger: Ledger) -> None:
    tenant = ModelTenant()
    needs_app = Match(member(1), Record("u1", mobile_apps=(MobileApp("Phone"),)))
    tenant.faults.append(refuse(403))
    first = run(tenant, [*matches(1), needs_app], ledger=ledger)
    assert [result.status for result in first] == ["failed", "skipped"]
    tenant.users["u1"].authenticators.append("Phone")
    second = run(tenant, [*matches(1), needs_app], ledger=ledger)
    assert [result.status for result in second] == ["migrated", "migrated"]


def test_unchanged_user_still_counts_as_needing_registration(ledger: Ledger) -> None:
    both = Match(member(1), dataclasses.replace(record(1), mobile_apps=(MobileApp("Phone"),)))
    for status in ("migrated", "unchanged"):
        (result,) = run(ModelTenant(), [both], ledger=ledger)
        assert (result.status, result.needs_registration) == (status, True)


def test_check_mode_leaves_the_ledger_alone(ledger: Ledger) -> None:
    (result,) = run(ModelTenant(), matches(1), ledger=ledger, check_mode=True)
    assert result.status == "migrated"
    assert ledger.done_users() == {}
    assert ledger.changes_of(["u0"]) == {}


def test_second_run_over_the_same_users_is_refused(tmp_path: Path, ledger: Ledger) -> None:
    Ledger(tmp_path / "ledger", "tenant").acquire(["u1"])
    tenant = ModelTenant()
    with pytest.raises(LedgerError, match="Another run"):
        run(tenant, matches(3), ledger=ledger)
    assert tenant.batches == []


def test_ledger_holds_no_number_and_no_secret(tmp_path: Path, ledger: Ledger) -> None:
    full = dataclasses.replace(
        record(0),
        phone=Phone("1", "2065550100"),
        mobile_apps=(MobileApp("Phone", "JBSWY3DPEHPK3PXP"),),
        oath_token=OathToken("900001", "GEZDGNBVGY3TQOJQ"),
    )
    run(ModelTenant(), [Match(member(0), full)], ledger=ledger)
    with sqlite3.connect(tmp_path / "ledger") as connection:
        content = "\n".join(connection.iterdump()).encode()
    for secret in (b"2065550100", b"JBSWY3DPEHPK3PXP", b"GEZDGNBVGY3TQOJQ"):
        assert secret not in content
        assert secret.hex().encode() not in content.lower()
