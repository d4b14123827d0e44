# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Twenty users together: the number of requests, refusals, unknown outcomes, lag, codes about to end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import MobileApp, OathToken, Phone, Record
from ansible_collections.entra.mfa.plugins.module_utils.migration.books import NoBook
from ansible_collections.entra.mfa.plugins.module_utils.migration.chunk import ENOUGH_TO_TELL, PAUSES, ChunkWorker
from ansible_collections.entra.mfa.plugins.module_utils.migration.matching import Member
from ansible_collections.entra.mfa.plugins.module_utils.migration.plan import Rules
from ansible_collections.entra.mfa.plugins.module_utils.migration.planner import MigrationPlanner
from ansible_collections.entra.mfa.plugins.module_utils.migration.results import UserResult
from ansible_collections.entra.mfa.plugins.module_utils.migration.settings import Settings
from ansible_collections.entra.mfa.plugins.module_utils.migration.user_state import Candidate
from ansible_collections.entra.mfa.tests.unit.plugins.module_utils.migration.model_tenant import (
    Account,
    ModelTenant,
    Outcome,
    Refused,
    Token,
    allowing,
    cut_off,
    lost,
    refuse,
    well,
)

SECRET = "GEZDGNBVGY3TQOJQ"
FULL = Record(
    "u0",
    default_method="phone_call",
    phone=Phone("1", "2065550100"),
    backup_phone=Phone("1", "2065550101"),
    oath_token=OathToken("900001", SECRET),
)


def simple(number: int) -> Record:
    return Record(f"u{number}", default_method="text_message", phone=Phone("1", f"20655501{number:02d}"))


def run(tenant: ModelTenant, records: Sequence[Record], **options: Any) -> list[UserResult]:
    for record in records:
        tenant.users.setdefault(record.username, Account())
    planner = MigrationPlanner(Rules("tenant", allowing(), Settings()))
    options = {"clock": tenant.clock, "sleep": tenant.sleep, **options}
    worker = ChunkWorker(tenant, planner, NoBook(), **options)
    return worker.run([Candidate(Member(record.username, f"{record.username}@x"), record, "upn") for record in records])


def batches(tenant: ModelTenant) -> list[str]:
    return [name for name, _size in tenant.batches]


# Requests


def test_first_migration_of_twenty_users_takes_three_batches() -> None:
    tenant = ModelTenant()
    results = run(tenant, [simple(number) for number in range(20)])
    assert {result.status for result in results} == {"migrated"}
    assert tenant.batches == [("methods", 20), ("write", 20), ("write", 20)]


def test_twenty_unchanged_users_take_two_batches() -> None:
    tenant = ModelTenant()
    records = [simple(number) for number in range(20)]
    run(tenant, records)
    tenant.batches.clear()
    assert {result.status for result in run(tenant, records)} == {"unchanged"}
    assert tenant.batches == [("methods", 20), ("defaults", 20)]


def test_defaults_are_read_for_holders_of_a_method_only() -> None:
    tenant = ModelTenant({"u0": Account(phones={"office": "+1 2065550109"})})
    run(tenant, [simple(0), simple(1)])
    assert ("defaults", 1) in tenant.batches


def test_users_pass_the_stages_together() -> None:
    tenant = ModelTenant()
    run(tenant, [FULL, simple(1), Record("u2", mobile_apps=(MobileApp("x", "JBSWY3DPEHPK3PXP"),))])
    assert tenant.batches == [
        ("methods", 3),
        ("inventory", 2),
        ("write", 2),  # mobile
        ("write", 1),  # alternate
        ("write", 2),  # tokens made
        ("write", 2),  # tokens activated
        ("write", 3),  # default
    ]


def test_writes_of_a_user_are_in_order() -> None:
    tenant = ModelTenant()
    run(tenant, [FULL])
    assert tenant.applied == [
        "u0: create mobile",
        "u0: create alternateMobile",
        "u0: create token",
        "u0: activate token",
        "u0: default voiceMobile",
    ]


def test_check_mode_writes_nothing_and_says_the_same() -> None:
    tenant = ModelTenant()
    foretold = run(tenant, [FULL], check_mode=True)
    assert tenant.applied == []
    assert run(tenant, [FULL]) == foretold


def test_token_of_the_inventory_is_assigned_and_activated() -> None:
    tenant = ModelTenant({}, [Token("d", "900001", SECRET)])
    run(tenant, [FULL])
    assert "u0: assign token" in tenant.applied
    assert tenant.tokens["d"].activated


def test_token_that_is_assigned_is_only_activated() -> None:
    tenant = ModelTenant({}, [Token("d", "900001", SECRET, user_id="u0")])
    (result,) = run(tenant, [FULL])
    assert ("hardwareOath", "update", None) in result.actions
    assert "u0: assign token" not in tenant.applied
    assert tenant.tokens["d"].activated


def test_a_code_that_is_about_to_end_is_not_sent() -> None:
    tenant = ModelTenant(now=1e9 - 1e9 % 30 + 27)
    (result,) = run(tenant, [FULL])
    assert result.status == "migrated"
    assert tenant.now % 30 == 0


def test_a_code_with_time_left_is_sent_at_once() -> None:
    start = 1e9 - 1e9 % 30 + 20
    tenant = ModelTenant(now=start)
    run(tenant, [FULL])
    assert tenant.now == start


# Refusals


def test_refused_write_ends_the_user_and_keeps_what_was_written() -> None:
    tenant = ModelTenant()
    tenant.faults.extend([well, well, refuse(403, "accessDenied", "No"), well])
    first, second = run(tenant, [FULL, simple(1)])
    assert (first.status, first.reason) == ("failed", "accessDenied: No")
    assert [tuple(action) for action in first.actions] == [
        ("mobile", "create", None),
        ("alternateMobile", "create", "accessDenied"),
        ("hardwareOath", "skip", "not_attempted"),
        ("defaultMethod", "skip", "not_attempted"),
    ]
    assert first.wrote
    assert first.default_after is None
    assert second.status == "migrated"
    assert tenant.users["u0"].phones == {"mobile": "+1 2065550100"}


def test_failed_user_is_taken_up_again_by_the_next_run() -> None:
    tenant = ModelTenant()
    tenant.faults.extend([well, well, refuse(403), well])
    run(tenant, [FULL, simple(1)])
    (result,) = run(tenant, [FULL])
    assert result.status == "migrated"
    assert tenant.applied.count("u0: create mobile") == 1


def test_refused_create_is_read_again_after_a_pause_before_the_user_fails() -> None:
    tenant = ModelTenant()
    tenant.faults.append(refuse(400))
    start = tenant.now
    first, _other = run(tenant, [simple(0), simple(1)])
    assert first.status == "failed"
    assert batches(tenant) == ["methods", "write", "write", "methods"]
    assert tenant.now - start == PAUSES[0]


def test_refused_create_of_something_that_is_there_is_no_failure() -> None:
    def somebody_was_faster(request: Any) -> Any:
        tenant.perform(request)
        return refuse(400)(request)

    tenant = ModelTenant()
    tenant.faults.append(somebody_was_faster)
    (result,) = run(tenant, [simple(0)])
    assert result.status == "migrated"
    assert tenant.users["u0"].default == "sms"


def test_refusal_that_may_come_from_lag_is_tried_again() -> None:
    tenant = ModelTenant()
    tenant.faults.extend([well, refuse(404), refuse(400)])
    (result,) = run(tenant, [simple(0)])
    assert result.status == "migrated"
    assert tenant.applied == ["u0: create mobile", "u0: default sms"]


def test_lasting_refusal_after_a_write_fails_in_the_end() -> None:
    tenant = ModelTenant()
    tenant.faults.extend([well, *[refuse(400)] * 20])
    (result,) = run(tenant, [simple(0)])
    assert result.status == "failed"
    assert len(tenant.faults) > 10


def test_user_who_cannot_be_read_fails_alone() -> None:
    tenant = ModelTenant()
    tenant.read_errors["u0"] = Refused(404, "Request_ResourceNotFound", "Gone")
    first, second = run(tenant, [simple(0), simple(1)])
    assert (first.status, first.reason, first.actions) == ("failed", "Request_ResourceNotFound: Gone", ())
    assert second.status == "migrated"


@pytest.mark.parametrize("status", [0, 401, 403])
def test_refused_read_of_everybody_ends_the_run(status: int) -> None:
    tenant = ModelTenant()
    tenant.read_errors = {"u0": Refused(status), "u1": Refused(status)}
    with pytest.raises(Refused):
        run(tenant, [simple(0), simple(1)])
    assert tenant.applied == []


def test_refused_write_of_many_ends_the_run() -> None:
    tenant = ModelTenant()
    tenant.faults.extend([refuse(403)] * ENOUGH_TO_TELL)
    with pytest.raises(Refused):
        run(tenant, [simple(number) for number in range(ENOUGH_TO_TELL)])


def test_refused_write_of_a_few_fails_these_with_the_hint() -> None:
    tenant = ModelTenant()
    tenant.faults.append(lambda request: Outcome(Refused(403, "Denied", "No", "grant it")))
    (result,) = run(tenant, [simple(0)])
    assert result.reason == "Denied: No; grant it"


def test_ended_login_ends_the_run_also_after_good_answers() -> None:
    tenant = ModelTenant()
    tenant.faults.extend([well, well, refuse(401), refuse(401)])
    with pytest.raises(Refused):
        run(tenant, [simple(0), simple(1)])


def test_user_who_is_deleted_in_mid_run_fails() -> None:
    def deleted(request: Any) -> Any:
        del tenant.users["u0"]
        return refuse(404)(request)

    tenant = ModelTenant()
    tenant.faults.extend([deleted, well])
    first, second = run(tenant, [simple(0), simple(1)])
    assert first.reason == "Request_ResourceNotFound: Refused"
    assert second.status == "migrated"


# Unknown outcomes


@pytest.mark.parametrize("position", range(5))
def test_write_that_was_applied_is_not_repeated(position: int) -> None:
    tenant = ModelTenant()
    tenant.faults.extend([*[well] * position, cut_off(tenant)])
    (result,) = run(tenant, [FULL])
    assert result.status == "migrated"
    assert [action.reason for action in result.actions] == [None] * 4
    assert len(tenant.applied) == 5


@pytest.mark.parametrize("position", range(5))
def test_write_that_was_lost_is_sent_again(position: int) -> None:
    tenant = ModelTenant()
    tenant.faults.extend([*[well] * position, lost])
    (result,) = run(tenant, [FULL])
    assert result.status == "migrated"
    assert len(tenant.applied) == 5


def test_pauses_grow_until_the_write_is_seen() -> None:
    tenant = ModelTenant()
    tenant.faults.append(cut_off(tenant))
    tenant.stale_reads = 2
    start = tenant.now
    run(tenant, [simple(0)])
    assert tenant.applied == ["u0: create mobile", "u0: default sms"]
    assert tenant.now - start == sum(PAUSES[:3])


def test_lag_longer_than_all_pauses_still_writes_nothing_twice() -> None:
    tenant = ModelTenant()
    tenant.faults.append(cut_off(tenant))
    tenant.stale_reads = len(PAUSES)
    (result,) = run(tenant, [simple(0)])
    assert result.status == "migrated"
    assert tenant.applied == ["u0: create mobile", "u0: default sms"]


def test_old_state_in_a_read_does_not_bring_back_what_was_acknowledged() -> None:
    tenant = ModelTenant()
    tenant.faults.extend([well, lost])
    tenant.stale_reads = 0
    results = run(tenant, [FULL])
    assert results[0].status == "migrated"
    assert tenant.applied.count("u0: create mobile") == 1


def test_outcome_that_stays_unknown_fails_the_user() -> None:
    tenant = ModelTenant()
    tenant.faults.extend([lost] * 50)
    first, second = run(tenant, [simple(0), simple(1)])
    assert {first.reason, second.reason} == {"gatewayTimeout: Refused"}
    assert len(tenant.faults) == 50 - 2 * 3


def test_numbers_are_masked_in_what_is_shown() -> None:
    tenant = ModelTenant({"u0": Account(phones={"mobile": "+1 2065550199"})})
    (result,) = run(tenant, [FULL])
    assert (result.before["mobile"], result.after["mobile"]) == ("•••• 99", "•••• 00")
    assert "20655" not in repr(result)
    assert SECRET not in repr(result)
