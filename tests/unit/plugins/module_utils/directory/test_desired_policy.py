# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be changed in the methods policy."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.directory.desired_policy import (
    WantedCampaign,
    WantedConfiguration,
    campaign_changes,
    configuration_changes,
    plan,
)
from ansible_collections.entra.mfa.plugins.module_utils.directory.methods_policy import (
    Campaign,
    Configuration,
    MethodsPolicy,
    Target,
)
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError

ALL = ("all_users",)


def configuration(
    method: str = "sms", *, enabled: bool = True, include: tuple[str, ...] = (), exclude: tuple[str, ...] = ()
) -> Configuration:
    include_targets, exclude_targets = (tuple(Target(name, "group") for name in names) for names in (include, exclude))
    return Configuration(method, enabled, include_targets, exclude_targets)


def planned(before: Configuration, **wanted: Any) -> Configuration:
    policy = MethodsPolicy(None, {before.method: before})
    return plan(policy, [WantedConfiguration(before.method, **wanted)], None).configurations[before.method]


@pytest.mark.parametrize(
    ("mode", "enabled", "current", "wanted", "expected"),
    [
        ("add", True, ("a",), ("b", "a", "b"), ["a", "b"]),
        ("add", True, ALL, ("b",), ["all_users"]),
        ("add", True, ("a",), ALL, ["all_users"]),
        ("add", True, ("a",), (), ["a"]),
        ("add", False, ALL, ("b",), ["b"]),
        ("add", False, ("a",), ("a",), ["a"]),
        ("remove", True, ("a", "b"), ("b", "c"), ["a"]),
        ("exact", True, ("a", "b"), ("c", "b"), ["b", "c"]),
        ("exact", True, ALL, ("b",), ["b"]),
        ("exact", True, ("a",), (), []),
    ],
)
def test_include_targets(
    mode: str, enabled: bool, current: tuple[str, ...], wanted: tuple[str, ...], expected: list[str]
) -> None:
    after = planned(configuration(enabled=enabled, include=current), mode=mode, enabled=True, include=wanted)
    assert [target.id for target in after.include] == expected


def test_targets_of_a_configuration_that_stays_disabled_are_added_to() -> None:
    after = planned(configuration(enabled=False, include=("a",)), include=("b",))
    assert ([target.id for target in after.include], after.enabled) == (["a", "b"], False)


def test_enabling_without_naming_targets_keeps_them() -> None:
    after = planned(configuration(enabled=False, include=ALL), enabled=True)
    assert [target.id for target in after.include] == ["all_users"]


def test_exclude_targets_of_a_disabled_configuration_stay() -> None:
    after = planned(configuration(enabled=False, exclude=("a",)), enabled=True, include=("b",), exclude=("c",))
    assert [target.id for target in after.exclude] == ["a", "c"]


@pytest.mark.parametrize(
    ("method", "settings", "expected"),
    [
        ("sms", {}, {"isRegistrationRequired": False, "isUsableForSignIn": False}),
        ("sms", {"isUsableForSignIn": True}, {"isRegistrationRequired": False, "isUsableForSignIn": True}),
        ("microsoftAuthenticator", {}, {"isRegistrationRequired": False, "authenticationMode": "any"}),
        ("voice", {"isOfficePhoneAllowed": True}, {"isRegistrationRequired": False}),
    ],
)
def test_new_targets_have_the_settings_of_their_method(
    method: str, settings: dict[str, Any], expected: dict[str, Any]
) -> None:
    after = planned(configuration(method, include=("a",)), include=("b",), settings=settings)
    assert [dict(target.settings) for target in after.include] == [{}, expected]
    assert dict(after.settings) == ({"isOfficePhoneAllowed": True} if method == "voice" else {})


def test_settings_of_targets_without_a_list_hold_for_all_of_them_and_keep_their_other_settings() -> None:
    before = Configuration("sms", True, (Target("a", "group", {"isRegistrationRequired": True}),), ())
    after = planned(before, settings={"isUsableForSignIn": True})
    assert dict(after.include[0].settings) == {"isRegistrationRequired": True, "isUsableForSignIn": True}
    assert configuration_changes(before, after) == {
        "includeTargets": [
            {"id": "a", "targetType": "group", "isRegistrationRequired": True, "isUsableForSignIn": True}
        ]
    }


def test_only_what_differs_is_written() -> None:
    before = Configuration("voice", False, (Target("a", "group"),), (), {"isOfficePhoneAllowed": False, "other": 1})
    after = planned(before, enabled=True, exclude=("b",), settings={"isOfficePhoneAllowed": True})
    assert configuration_changes(before, after) == {
        "state": "enabled",
        "excludeTargets": [{"id": "b", "targetType": "group"}],
        "isOfficePhoneAllowed": True,
    }
    assert configuration_changes(before, planned(before, enabled=False)) == {}


def test_what_the_service_adds_to_a_target_is_no_difference() -> None:
    wanted = configuration(include=("a", "b"))
    shown = Configuration("sms", True, (Target("b", "group", {"extra": 1}), Target("a", "group")), ())
    assert configuration_changes(shown, wanted) == {}


def test_configuration_that_the_policy_does_not_have_is_an_error() -> None:
    with pytest.raises(InputError, match="has no configuration hardwareOath"):
        plan(MethodsPolicy(None, {}), [WantedConfiguration("hardwareOath", enabled=True)], None)


def test_campaign_is_written_whole() -> None:
    before = Campaign("default", 1, (Target("a", "group", {"targetedAuthenticationMethod": "x"}),))
    wanted = WantedCampaign(state="enabled", snooze_days=0, include=("b",), exclude=("c",))
    after = plan(MethodsPolicy(None, {}, before), [], wanted).campaign
    assert campaign_changes(before, after) == {
        "state": "enabled",
        "snoozeDurationInDays": 0,
        "includeTargets": [
            {"id": "a", "targetType": "group", "targetedAuthenticationMethod": "x"},
            {"id": "b", "targetType": "group", "targetedAuthenticationMethod": "microsoftAuthenticator"},
        ],
        "excludeTargets": [{"id": "c", "targetType": "group"}],
    }
    assert campaign_changes(after, plan(MethodsPolicy(None, {}, after), [], wanted).campaign) == {}
    assert plan(MethodsPolicy(None, {}, before), [], None).campaign == before


@pytest.mark.parametrize("days", [-1, 15])
def test_snooze_that_entra_does_not_take_is_an_error(days: int) -> None:
    with pytest.raises(InputError, match="from 0 to 14"):
        plan(MethodsPolicy(None, {}), [], WantedCampaign(snooze_days=days))
