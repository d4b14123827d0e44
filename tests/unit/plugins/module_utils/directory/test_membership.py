# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wanted and present members of a group become additions and removals."""

from __future__ import annotations

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.directory.groups import Group, Member
from ansible_collections.entra.mfa.plugins.module_utils.directory.membership import plan, refuse_foreign_management
from ansible_collections.entra.mfa.plugins.module_utils.directory.users import User
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError

ANNA, BEN, TEAM = "id-anna", "id-ben", "id-team"
GROUP = Group("id-group", "Batch 1", security=True, dynamic=False, synchronised=False)
CURRENT = [Member(ANNA, "user", "anna@contoso.example"), Member(TEAM, "group", "Team")]
WANTED = [User(ANNA, "anna@contoso.example"), User(BEN, "ben@contoso.example"), User(BEN, "ben@contoso.example")]


@pytest.mark.parametrize(
    ("state", "add", "remove"),
    [("present", (BEN,), ()), ("absent", (), (ANNA,)), ("exact", (BEN,), (TEAM,))],
)
def test_state_decides_what_the_list_means(state: str, add: tuple[str, ...], remove: tuple[str, ...]) -> None:
    found = plan(GROUP, WANTED, CURRENT, state)

    assert (found.add, found.remove) == (add, remove)


def test_result_counts_members_and_shows_only_changes() -> None:
    result = plan(GROUP, WANTED, CURRENT, "exact").result([BEN], [TEAM])

    assert result == {
        "changed": True,
        "group": {"id": "id-group", "displayName": "Batch 1"},
        "added": [BEN],
        "removed": [TEAM],
        "members_count": 2,
        "diff": {
            "before": {"group": "Batch 1", "members": ["Team"]},
            "after": {"group": "Batch 1", "members": ["ben@contoso.example"]},
        },
    }


@pytest.mark.parametrize(("dynamic", "synchronised", "reason"), [(True, False, "is dynamic"), (False, True, "on-prem")])
def test_group_that_somebody_else_manages_is_refused(dynamic: bool, synchronised: bool, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        refuse_foreign_management(Group("id-group", "Batch 1", True, dynamic, synchronised))
