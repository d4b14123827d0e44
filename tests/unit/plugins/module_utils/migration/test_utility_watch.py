# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for the vendor's utility: who counts as done, who is waited for, and what is told of those who are left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.migration.matching import Match, Member
from ansible_collections.entra.mfa.plugins.module_utils.migration.results import DoneAction, UserResult
from ansible_collections.entra.mfa.plugins.module_utils.migration.utility_watch import Patience, Senses, watch

CREATE = (DoneAction("mobile", "create"), DoneAction("office", "none"))
DONE = {"status": "unchanged", "actions": (DoneAction("mobile", "none"),)}
OPEN = {"status": "migrated", "actions": CREATE, "default_after": "sms", "before": {"mobile": None}, "wrote": True}
APP = {"status": "unchanged", "needs_registration": True}


class Utility:
    """A tenant in which things happen between looks: ``looks`` has the plan of each user, by the number of the look."""

    def __init__(self, **looks: Sequence[dict[str, Any]]) -> None:
        self.looks = looks
        self.log: dict[str, int] = {}
        self.look = -1
        self.time = 0.0
        self.asked: list[list[str]] = []

    def plan(self, matches: Sequence[Match]) -> list[UserResult]:
        self.asked.append([match.member.id for match in matches])
        return [self._result(match.member.id) for match in matches]

    def logged(self) -> set[str]:
        self.look += 1
        return {name for name, first in self.log.items() if self.look >= first}

    def sleep(self, seconds: float) -> None:
        self.time += seconds

    def _result(self, name: str) -> UserResult:
        looks = self.looks[name]
        return UserResult(name, f"{name}@contoso.example", **looks[min(self.look, len(looks) - 1)])

    def watch(self, seconds: float = 100, **options: Any) -> dict[str, UserResult]:
        matches = [Match(Member(name, f"{name}@contoso.example", None, None), None, None) for name in self.looks]
        patience = Patience(seconds, 10)
        senses = Senses(self.plan, self.logged)
        found = watch(matches, senses, patience, clock=lambda: self.time, sleep=self.sleep, **options)
        return {result.id: result for result in found}


@pytest.fixture
def utility() -> Callable[..., Utility]:
    return Utility


def test_done_by_methods(utility: Callable[..., Utility]) -> None:
    tenant = utility(anna=[DONE], ben=[OPEN, OPEN, DONE])
    found = tenant.watch()
    assert (found["anna"].status, found["ben"].status) == ("unchanged", "migrated")
    assert tenant.asked == [["anna", "ben"], ["ben"], ["ben"]]
    assert tenant.time == 20


def test_done_by_the_log_tells_what_does_not_stand(utility: Callable[..., Utility]) -> None:
    tenant = utility(anna=[OPEN], ben=[APP])
    tenant.log = {"anna": 1, "ben": 1}
    anna, ben = tenant.watch().values()
    assert (anna.status, anna.reason) == ("migrated", "seen_in_audit_log")
    assert anna.actions == (DoneAction("mobile", "skip", "not_seen"), DoneAction("office", "none"))
    assert (anna.default_after, anna.before, anna.wrote) == (None, {}, False)
    assert (ben.status, ben.reason, ben.needs_registration) == ("migrated", "seen_in_audit_log", True)


def test_an_app_that_is_missing_is_waited_for(utility: Callable[..., Utility]) -> None:
    found = utility(anna=[APP, {"status": "unchanged"}]).watch()
    assert (found["anna"].status, found["anna"].reason) == ("migrated", None)


def test_those_who_are_left_are_failed_when_the_time_is_over(utility: Callable[..., Utility]) -> None:
    tenant = utility(anna=[OPEN], ben=[OPEN, DONE])
    found = tenant.watch(25)
    assert (found["anna"].status, found["anna"].reason) == ("failed", "not_migrated_by_utility")
    assert found["anna"].actions[0] == DoneAction("mobile", "skip", "not_seen")
    assert found["ben"].status == "migrated"
    assert (tenant.time, len(tenant.asked)) == (25, 4)


def test_nothing_to_move_is_no_reason_to_wait(utility: Callable[..., Utility]) -> None:
    tenant = utility(
        anna=[{"status": "skipped", "reason": "not_in_mfa_server"}],
        ben=[{"status": "skipped", "reason": "disabled"}],
        cleo=[{"status": "failed", "reason": "ambiguous_match"}],
    )
    found = tenant.watch()
    assert [result.reason for result in found.values()] == ["not_in_mfa_server", "disabled", "ambiguous_match"]
    assert tenant.time == 0


def test_a_user_of_whom_the_export_says_nothing_usable_may_stand_in_the_log(utility: Callable[..., Utility]) -> None:
    tenant = utility(anna=[{"status": "failed", "reason": "ambiguous_match"}], ben=[OPEN, DONE])
    tenant.log = {"anna": 1}
    assert tenant.watch()["anna"].reason == "seen_in_audit_log"


def test_a_plan_foretells_without_waiting(utility: Callable[..., Utility]) -> None:
    tenant = utility(anna=[OPEN], ben=[DONE])
    found = tenant.watch(0, foretell=True)
    assert (found["anna"].status, found["anna"].actions, found["anna"].wrote) == ("migrated", CREATE, False)
    assert tenant.time == 0


def test_who_was_done_before_is_unchanged(utility: Callable[..., Utility]) -> None:
    found = utility(anna=[DONE], ben=[DONE]).watch(known_done={"anna"})
    assert (found["anna"].status, found["ben"].status) == ("unchanged", "migrated")


def test_results_come_in_the_order_of_the_users_and_progress_is_told(utility: Callable[..., Utility]) -> None:
    told: list[tuple[int, int]] = []
    tenant = utility(anna=[OPEN, DONE], ben=[DONE])
    found = tenant.watch(progress=lambda *, done, failed, total: told.append((done, total)))
    assert list(found) == ["anna", "ben"]
    assert told == [(1, 2), (2, 2)]


def test_no_users_are_no_look(utility: Callable[..., Utility]) -> None:
    tenant = utility()
    assert tenant.watch() == {}
    assert tenant.asked == []
