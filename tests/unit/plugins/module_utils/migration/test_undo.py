# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way back takes what was created here, in an order the service accepts, and leaves everything else."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import MobileApp, OathToken, Phone, Record
from ansible_collections.entra.mfa.plugins.module_utils.migration.books import LAG_SECONDS
from ansible_collections.entra.mfa.plugins.module_utils.migration.chunk import PAUSES
from ansible_collections.entra.mfa.plugins.module_utils.migration.ledger import Ledger
from ansible_collections.entra.mfa.plugins.module_utils.migration.matching import Match, Member
from ansible_collections.entra.mfa.plugins.module_utils.migration.plan import Rules
from ansible_collections.entra.mfa.plugins.module_utils.migration.results import UserResult
from ansible_collections.entra.mfa.plugins.module_utils.migration.runner import Surroundings, migrate, undo
from ansible_collections.entra.mfa.plugins.module_utils.migration.settings import Settings
from ansible_collections.entra.mfa.tests.unit.plugins.module_utils.migration.model_tenant import (
    Account,
    ModelTenant,
    Token,
    allowing,
    cut_off,
    lost,
    refuse,
    well,
)

SECRET, OTHER = "GEZDGNBVGY3TQOJQ", "JBSWY3DPEHPK3PXP"
ANNA = Member("anna", "anna@contoso.example")
FULL = Record(
    "anna",
    default_method="phone_call",
    phone=Phone("1", "2065550100"),
    backup_phone=Phone("1", "2065550101"),
    mobile_apps=(MobileApp("x", OTHER),),
    oath_token=OathToken("900001", SECRET),
)


class Journey:
    """Migrates a user there and back."""

    def __init__(self, path: Path, account: Account | None = None, tokens: tuple[Token, ...] = ()) -> None:
        self.tenant = ModelTenant({"anna": account or Account()}, tokens)
        self.ledger = Ledger(path / "ledger", "tenant")

    def around(self, settings: Settings, check_mode: bool = False) -> Surroundings:
        return Surroundings(
            self.tenant,
            lambda: Rules("tenant", allowing(), settings),
            self.ledger,
            check_mode=check_mode,
            clock=self.tenant.clock,
            sleep=self.tenant.sleep,
        )

    def there(self, record: Record = FULL, **settings: Any) -> UserResult:
        chosen = Settings(**settings)
        (result,) = migrate([Match(ANNA, record, "upn")], chosen, self.around(chosen))
        return result

    def back(self, *, check_mode: bool = False) -> UserResult:
        (result,) = undo([ANNA], self.around(Settings(), check_mode))
        return result


def actions(result: UserResult) -> list[tuple[str, ...]]:
    return [(action.target, action.action, action.reason or "") for action in result.actions]


def test_everything_that_was_created_is_gone(tmp_path: Path) -> None:
    journey = Journey(tmp_path)
    before = journey.tenant.snapshot()
    assert journey.there().status == "migrated"
    result = journey.back()
    assert result.status == "migrated"
    assert journey.tenant.snapshot() == before


def test_order_is_default_alternate_mobile_office_tokens(tmp_path: Path) -> None:
    journey = Journey(tmp_path, Account(authenticators=["Phone"], default="push"))
    office = Record("anna", phone=Phone("1", "2065550100"), backup_phone=Phone("1", "2065550109", "7"))
    journey.there(Record("anna", default_method="text_message", phone=FULL.phone, backup_phone=FULL.backup_phone))
    journey.there(office)
    journey.there(
        Record("anna", default_method="text_message", phone=FULL.phone, oath_token=FULL.oath_token),
        default_method="always",
    )
    journey.tenant.applied.clear()
    assert journey.back().status == "migrated"
    assert journey.tenant.applied == [
        "anna: default push",
        "anna: remove alternateMobile",
        "anna: remove mobile",
        "anna: remove office",
        "anna: unassign token",
        ": delete token",
    ]


def test_what_was_there_before_stays(tmp_path: Path) -> None:
    account = Account({"mobile": "+1 2065550109"}, ["Phone"], default="push")
    journey = Journey(tmp_path, account, (Token("t", "900001", SECRET),))
    journey.there(default_method="always")
    result = journey.back()
    assert ("mobile", "skip", "previous_value_unknown") in actions(result)
    assert journey.tenant.users["anna"] == Account({"mobile": "+1 2065550100"}, ["Phone"], default="push")
    assert journey.tenant.tokens["t"].user_id is None


def test_number_that_was_changed_since_stays(tmp_path: Path) -> None:
    journey = Journey(tmp_path, Account(authenticators=["Phone"], default="push"))
    journey.there(Record("anna", phone=FULL.phone))
    journey.tenant.users["anna"].phones["mobile"] = "+1 2065550177"
    assert ("mobile", "skip", "changed_since") in actions(journey.back())
    assert journey.tenant.users["anna"].phones == {"mobile": "+1 2065550177"}


def test_mobile_that_an_alternate_of_the_user_needs_stays(tmp_path: Path) -> None:
    journey = Journey(tmp_path, Account(authenticators=["Phone"], default="push"))
    journey.there(Record("anna", phone=FULL.phone))
    journey.tenant.users["anna"].phones["alternateMobile"] = "+1 2065550177"
    assert ("mobile", "skip", "needed_by_alternate") in actions(journey.back())


def test_default_that_the_user_chose_since_stays(tmp_path: Path) -> None:
    journey = Journey(tmp_path)
    journey.there(Record("anna", phone=FULL.phone))
    journey.tenant.users["anna"].authenticators.append("Phone")
    journey.tenant.users["anna"].default = "push"
    result = journey.back()
    assert ("defaultMethod", "skip", "changed_since") in actions(result)
    assert journey.tenant.users["anna"] == Account(authenticators=["Phone"], default="push")


def test_default_gives_way_to_a_method_that_remains(tmp_path: Path) -> None:
    journey = Journey(tmp_path, Account({"office": "+1 2065550109"}))
    journey.there(Record("anna", default_method="text_message", phone=FULL.phone))
    result = journey.back()
    assert ("defaultMethod", "update", "replaced") in actions(result)
    assert journey.tenant.users["anna"] == Account({"office": "+1 2065550109"}, default="voiceOffice")


def test_default_that_cannot_be_unset_is_told(tmp_path: Path) -> None:
    journey = Journey(tmp_path, Account({"office": "+1 2065550109"}, ["Phone"]))
    journey.there(Record("anna", default_method="mobile_app", phone=FULL.phone))
    assert ("defaultMethod", "skip", "cannot_be_unset") in actions(journey.back())
    assert journey.tenant.users["anna"].phones == {"office": "+1 2065550109"}


def test_alternate_that_is_the_last_default_goes_too(tmp_path: Path) -> None:
    journey = Journey(tmp_path)
    journey.there(Record("anna", phone=FULL.phone, backup_phone=FULL.backup_phone))
    journey.tenant.users["anna"].default = "voiceAlternateMobile"
    journey.back()
    assert journey.tenant.users["anna"] == Account()


def test_second_time_has_nothing_to_do(tmp_path: Path) -> None:
    journey = Journey(tmp_path)
    journey.there()
    journey.back()
    journey.tenant.batches.clear()
    assert journey.back().status == "unchanged"
    assert journey.tenant.batches == []


def test_user_is_migrated_anew_after_the_way_back(tmp_path: Path) -> None:
    journey = Journey(tmp_path)
    journey.there()
    after = journey.tenant.snapshot()
    journey.back()
    assert journey.there().status == "migrated"
    assert journey.tenant.snapshot() == after


def test_check_mode_takes_nothing_back(tmp_path: Path) -> None:
    journey = Journey(tmp_path)
    journey.there()
    after = journey.tenant.snapshot()
    assert journey.back(check_mode=True).status == "migrated"
    assert journey.tenant.snapshot() == after
    journey.back()
    assert journey.tenant.users["anna"] == Account()


def test_what_somebody_else_removed_counts_as_gone(tmp_path: Path) -> None:
    journey = Journey(tmp_path)
    journey.there()
    journey.tenant.users["anna"] = Account()
    journey.tenant.tokens.clear()
    result = journey.back()
    assert {action.reason for action in result.actions} == {"already_gone"}
    assert result.status == "unchanged"


def test_token_that_somebody_took_from_the_user_leaves_the_inventory(tmp_path: Path) -> None:
    journey = Journey(tmp_path)
    journey.there(Record("anna", oath_token=FULL.oath_token))
    token = next(iter(journey.tenant.tokens.values()))
    token.user_id, token.activated = None, False
    journey.tenant.users["anna"].default = None
    assert ("hardwareOath", "update", "removed") in actions(journey.back())
    assert journey.tenant.tokens == {}


def test_token_that_somebody_else_holds_by_now_stays(tmp_path: Path) -> None:
    journey = Journey(tmp_path)
    journey.there(Record("anna", oath_token=FULL.oath_token))
    next(iter(journey.tenant.tokens.values())).user_id = "ben"
    journey.tenant.users["anna"].default = None
    assert ("hardwareOath", "skip", "oath_token_in_use") in actions(journey.back())


def test_write_whose_answer_was_cut_off_is_taken_back(tmp_path: Path) -> None:
    journey = Journey(tmp_path)
    journey.tenant.faults.extend([cut_off(journey.tenant), refuse(403)])
    assert journey.there().status == "failed"
    assert journey.tenant.users["anna"].phones
    journey.back()
    assert journey.tenant.users["anna"] == Account()


def test_way_back_that_is_cut_off_is_finished_by_the_next_run(tmp_path: Path) -> None:
    journey = Journey(tmp_path)
    journey.there()
    journey.tenant.faults.extend([well, refuse(403)])
    assert journey.back().status == "failed"
    journey.back()
    assert journey.tenant.users["anna"] == Account()
    assert journey.tenant.tokens == {}


@pytest.mark.parametrize("rounds", [2])
def test_there_and_back_can_be_repeated(tmp_path: Path, rounds: int) -> None:
    journey = Journey(tmp_path)
    for _round in range(rounds):
        journey.there()
        journey.back()
    assert journey.tenant.users["anna"] == Account()


# Reads that are older than the last run


@pytest.mark.parametrize("reads", [1, 4])
def test_way_back_waits_for_reads_that_miss_what_was_just_written(tmp_path: Path, reads: int) -> None:
    journey = Journey(tmp_path)
    before, old = journey.tenant.snapshot(), journey.tenant.state()
    journey.there()
    journey.tenant.show(old, reads)
    result = journey.back()
    assert result.status == "migrated"
    assert journey.tenant.snapshot() == before


@pytest.mark.parametrize("reads", [1, 4])
def test_next_run_waits_for_reads_that_miss_what_was_just_written(tmp_path: Path, reads: int) -> None:
    journey = Journey(tmp_path, Account(phones={"mobile": "+1 2065550109"}))
    old = journey.tenant.state()
    journey.there()
    written = list(journey.tenant.applied)
    journey.tenant.show(old, reads)
    result = journey.there(mobile_app="oath")
    assert (result.status, journey.tenant.applied) == ("unchanged", written)


@pytest.mark.parametrize("reads", [1, 4])
def test_next_run_waits_for_reads_that_still_show_what_was_just_taken_back(tmp_path: Path, reads: int) -> None:
    journey = Journey(tmp_path)
    journey.there()
    there, old = journey.tenant.snapshot(), journey.tenant.state()
    journey.back()
    journey.tenant.show(old, reads)
    assert journey.there().status == "migrated"
    assert journey.tenant.snapshot() == there


def test_way_back_goes_on_where_reads_still_show_what_is_gone(tmp_path: Path) -> None:
    journey = Journey(tmp_path)
    before = journey.tenant.snapshot()
    journey.there()
    old = journey.tenant.state()
    journey.tenant.faults.extend([well, well, lost, lost, lost])
    assert journey.back().status == "failed"
    journey.tenant.show(old, 3)
    journey.tenant.faults.clear()
    assert journey.back().status == "migrated"
    assert journey.tenant.snapshot() == before


def test_what_is_gone_for_good_is_not_waited_for_without_end(tmp_path: Path) -> None:
    journey = Journey(tmp_path)
    journey.there()
    journey.tenant.users["anna"] = Account()
    journey.tenant.tokens.clear()
    started = journey.tenant.now
    result = journey.back()
    assert {(action.action, action.reason) for action in result.actions} == {("none", "already_gone")}
    assert journey.tenant.now - started == sum(PAUSES)


def test_older_writes_are_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journey = Journey(tmp_path)
    journey.there()
    journey.tenant.users["anna"] = Account()
    journey.tenant.tokens.clear()
    later = time.time() + LAG_SECONDS + 1
    monkeypatch.setattr("time.time", lambda: later)
    started = journey.tenant.now
    journey.back()
    assert journey.tenant.now == started
