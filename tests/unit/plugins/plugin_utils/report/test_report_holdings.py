# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What users held before and after, from three sources of which none knows everything."""

from __future__ import annotations

from typing import Any

from ansible_collections.entra.mfa.plugins.plugin_utils.report.holdings import Holdings
from ansible_collections.entra.mfa.plugins.plugin_utils.report.user_lines import UserLine, UserView
from ansible_collections.entra.mfa.plugins.plugin_utils.report.wording import BITS
from ansible_collections.entra.mfa.plugins.plugin_utils.report.writes import WrittenUser

MOBILE, OFFICE = BITS["mobile"], BITS["office"]


def user(*actions: tuple[str, str, str | None], status: str = "migrated", default: Any = (None, None)) -> UserLine:
    """A user of a report."""
    return UserLine("1", "anna@contoso.example", status, None, "upn", False, actions, *default)


def counted(
    line: UserLine, view: UserView | None = None, written: WrittenUser | None = None, target: str = "mobile"
) -> tuple[int, int, int]:
    """How many of one user have the kind in MFA Server, before and after."""
    holdings = Holdings()
    holdings.add(line, view, written)
    (kind,) = (kind for kind in holdings.as_dict()["kinds"] if kind["target"] == target)
    return kind["in_mfa_server"], kind["before"], kind["after"]


def test_report_alone() -> None:
    assert counted(user(("mobile", "create", None))) == (1, 0, 1)
    assert counted(user(("mobile", "update", None))) == (1, 1, 1)
    assert counted(user(("mobile", "none", None), status="unchanged")) == (1, 1, 1)
    assert counted(user(("mobile", "create", "promoted"))) == (1, 0, 1)
    assert counted(user(("mobile", "skip", "invalid_number"), status="skipped")) == (1, 0, 0)


def test_refused_write_does_not_stand() -> None:
    assert counted(user(("mobile", "create", "Request_BadRequest"), status="failed")) == (1, 0, 0)


def test_a_later_run_that_says_nothing_is_completed_by_the_ledger() -> None:
    later = user(status="unchanged")

    assert counted(later, None, WrittenUser(added=MOBILE)) == (1, 0, 1)
    assert counted(later, None, WrittenUser(changed=MOBILE)) == (1, 1, 1)


def test_a_later_run_is_completed_by_the_assessment() -> None:
    later = user(status="unchanged")
    before = UserView("1", MOBILE | OFFICE, OFFICE, None)

    assert counted(later, before, WrittenUser(added=MOBILE)) == (1, 0, 1)
    assert counted(later, before, WrittenUser(added=MOBILE), "office") == (1, 1, 1)


def test_an_assessment_after_the_migration_does_not_change_what_was_before() -> None:
    after = UserView("1", MOBILE, MOBILE, "sms")

    assert counted(user(status="unchanged"), after, WrittenUser(added=MOBILE)) == (1, 0, 1)


def test_user_without_record_counts_nowhere() -> None:
    holdings = Holdings()
    holdings.add(user(status="skipped"), UserView("1", 0, 0, None), None)
    holdings.add(user(status="skipped"), None, None)

    assert holdings.as_dict()["known_users"] == 0
    assert holdings.as_dict()["partly_known_users"] == 0


def test_users_of_whom_only_a_part_is_known_are_counted() -> None:
    holdings = Holdings()
    holdings.add(user(status="unchanged"), None, None)
    holdings.add(user(status="unchanged"), None, WrittenUser(added=MOBILE))
    holdings.add(user(("mobile", "create", None)), None, None)

    assert holdings.as_dict()["known_users"] == 2
    assert holdings.as_dict()["partly_known_users"] == 2


def defaults(line: UserLine, view: UserView | None = None, written: WrittenUser | None = None) -> Any:
    """The default method of one user before and after, None where they are not counted."""
    holdings = Holdings()
    holdings.add(line, view, written)
    rows = holdings.as_dict()["default_methods"]
    if not rows:
        return None
    (before,) = (row["method"] for row in rows if row["before"])
    (after,) = (row["method"] for row in rows if row["after"])
    return before, after


def test_default_method() -> None:
    phone = ("mobile", "create", None)
    later = user(status="unchanged")
    written = WrittenUser(added=MOBILE, default_written=True)

    assert defaults(user(phone, default=(None, "sms"))) == (None, "sms")
    assert defaults(later, None, written) is None
    assert defaults(later, UserView("1", MOBILE, 0, None), written) is None
    assert defaults(later, UserView("1", MOBILE, MOBILE, "sms"), written) == (None, "sms")
    assert defaults(later, UserView("1", MOBILE, MOBILE, "push"), WrittenUser(changed=MOBILE)) == ("push", "push")
    assert defaults(user(phone, default=("sms", "sms")), None, written) == (None, "sms")


def test_counts_of_batches_add_up() -> None:
    one, other = Holdings(), Holdings()
    one.add(user(("mobile", "create", None), default=(None, "sms")), None, None)
    other.add(user(("mobile", "none", None), default=("sms", "sms")), None, None)
    one.merge(other)

    content = one.as_dict()
    assert content["known_users"] == 2
    assert (content["kinds"][0]["before"], content["kinds"][0]["after"]) == (1, 2)
    assert content["default_methods"][0] == {"method": "sms", "title": "Text message", "before": 1, "after": 2}
