# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts, the list that is returned, and when a run counts as failed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.migration.collecting import Collector, Tolerance
from ansible_collections.entra.mfa.plugins.module_utils.migration.report import NoReport
from ansible_collections.entra.mfa.plugins.module_utils.migration.results import DoneAction, Summary, UserResult


def result(number: int, status: Any, **more: Any) -> UserResult:
    return UserResult(f"id{number}", f"u{number}@contoso.example", status, **more)


def collector(results: list[UserResult], **options: Any) -> Collector:
    made = Collector(NoReport(), **{"with_diff": False, **options})
    made.add_all(results)
    return made


def test_counts_split_the_targeted() -> None:
    found = collector(
        [
            result(1, "migrated", wrote=True, needs_registration=True),
            result(2, "unchanged", needs_registration=True),
            result(3, "skipped", has_record=False),
            result(4, "failed"),
            result(5, "failed"),
        ]
    )
    assert found.summary.as_dict() == {
        "targeted": 5,
        "matched": 4,
        "migrated": 1,
        "unchanged": 1,
        "skipped": 1,
        "failed": 2,
        "needs_registration": 2,
    }
    assert found.summary.wrote


def test_users_are_all_but_the_unchanged_in_order() -> None:
    results = [result(1, "migrated"), result(2, "unchanged"), result(3, "failed"), result(4, "skipped")]
    assert [user["id"] for user in collector(results).users] == ["id1", "id3", "id4"]


def test_user_has_the_published_form() -> None:
    action = DoneAction("mobile", "create")
    made = result(1, "migrated", matched_by="upn", actions=(action,), default_after="sms")
    assert collector([made]).users == [
        {
            "id": "id1",
            "upn": "u1@contoso.example",
            "matched_by": "upn",
            "status": "migrated",
            "reason": None,
            "needs_registration": False,
            "actions": [{"target": "mobile", "action": "create", "reason": None}],
            "default_method": {"before": None, "after": "sms"},
        }
    ]


def test_list_and_diff_together_stay_below_the_limit() -> None:
    changed = {"before": {"mobile": None}, "after": {"mobile": "•••• 00"}}
    found = collector([result(n, "migrated", **changed) for n in range(500)], with_diff=True, most_characters=20_000)
    assert len(json.dumps([found.users, found.diff])) <= 21_000
    assert 0 < len(found.users) < 500
    assert len(found.users) + found.users_omitted == 500
    assert set(found.diff["after"]) == {user["upn"] for user in found.users}


def test_failed_users_are_kept_first() -> None:
    results = [result(n, "failed" if n >= 495 else "migrated") for n in range(500)]
    found = collector(results, most_characters=5_000)
    assert [user["id"] for user in found.users if user["status"] == "failed"] == [f"id{n}" for n in range(495, 500)]
    assert len(found.users) + found.users_omitted == 500


def test_diff_shows_users_with_a_change_only() -> None:
    changed = result(1, "migrated", before={"mobile": None}, after={"mobile": "•••• 00"})
    same = result(2, "skipped", before={"mobile": None}, after={"mobile": None})
    assert collector([changed, same], with_diff=True).diff == {
        "before": {"u1@contoso.example": {"mobile": None}},
        "after": {"u1@contoso.example": {"mobile": "•••• 00"}},
    }


@pytest.mark.parametrize(
    ("fail_on", "failed", "targeted", "exceeded"),
    [
        ("any", 0, 10, False),
        ("any", 1, 10, True),
        ("none", 10, 10, False),
        ("5%", 5, 100, False),
        ("5%", 6, 100, True),
        ("0%", 1, 100, True),
        ("12.5%", 1, 8, False),
        ("100 %", 8, 8, False),
        ("any", 0, 0, False),
    ],
)
def test_tolerance(fail_on: str, failed: int, targeted: int, exceeded: bool) -> None:
    summary = Summary(targeted=targeted, failed=failed)
    assert Tolerance.parse(fail_on).is_exceeded_by(summary) is exceeded


@pytest.mark.parametrize("text", ["", "5", "some", "-1%", "101%", "5%%"])
def test_tolerance_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(UnusableInputError, match="fail_on must be any, none or a percentage"):
        Tolerance.parse(text)


def test_failure_message_names_the_first() -> None:
    found = collector([result(1, "migrated"), result(2, "failed", reason="ambiguous_match"), result(3, "failed")])
    assert found.failure_message("any") == (
        "2 of 3 users failed, which fail_on=any does not accept; the first is u2@contoso.example (ambiguous_match)."
    )
