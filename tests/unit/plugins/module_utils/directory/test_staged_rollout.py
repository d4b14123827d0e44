# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which rollout policy is meant, and what has to change in it."""

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.directory.rollout import RolloutPolicy
from ansible_collections.entra.mfa.plugins.module_utils.directory.staged_rollout import Wanted, plan, select
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError

MFA = RolloutPolicy("id-mfa", "Pilot", "text", "multiFactorAuthentication", True, ("g1", "g2"))
HASH = RolloutPolicy("id-phs", "Password hash", None, "passwordHashSync", True, ())
WANTED = Wanted("Pilot", "multiFactorAuthentication", True, None, (), "add", 200)


def test_policy_of_the_feature_is_meant_whatever_its_name() -> None:
    assert select([HASH, MFA], dataclasses.replace(WANTED, name="Other")) == MFA


def test_no_policy_of_feature_or_name_is_none() -> None:
    assert select([HASH], WANTED) is None


def test_name_of_another_feature_is_refused() -> None:
    with pytest.raises(InputError, match="serves the feature passwordHashSync"):
        select([HASH], dataclasses.replace(WANTED, name="Password hash"))


@pytest.mark.parametrize(
    ("mode", "add", "remove", "groups"),
    [
        ("add", ("g3",), (), ("g1", "g2", "g3")),
        ("remove", (), ("g2",), ("g1",)),
        ("exact", ("g3",), ("g1",), ("g2", "g3")),
    ],
)
def test_mode_decides_what_the_groups_mean(
    mode: str, add: tuple[str, ...], remove: tuple[str, ...], groups: tuple[str, ...]
) -> None:
    found = plan(MFA, dataclasses.replace(WANTED, mode=mode), ["g2", "g3"])

    assert (found.add, found.remove) == (add, remove)
    assert found.after is not None
    assert found.after.groups == groups


def test_description_that_is_not_given_is_left_alone() -> None:
    assert plan(MFA, WANTED, []).after == MFA


def test_empty_description_removes_it() -> None:
    found = plan(MFA, dataclasses.replace(WANTED, description=""), [])

    assert found.after == dataclasses.replace(MFA, description=None)


def test_removing_groups_creates_no_policy() -> None:
    found = plan(None, dataclasses.replace(WANTED, mode="remove"), ["g1"])

    assert found.result() == {
        "changed": False,
        "policy": None,
        "previous": None,
        "diff": {"before": {}, "after": {}},
    }
