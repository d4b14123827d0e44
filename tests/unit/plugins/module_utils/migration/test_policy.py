# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom the methods policy allows what."""

from __future__ import annotations

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.migration.policy import AllowedMethods
from ansible_collections.entra.mfa.tests.unit.plugins.module_utils.migration.model_tenant import (
    Configuration,
    Target,
    allowing,
)

GROUPS = {"g1": ["ANNA", "ben"], "g2": ["ben"]}


def policy(**configurations: Configuration) -> AllowedMethods:
    return AllowedMethods(configurations, GROUPS.__getitem__)


@pytest.mark.parametrize(
    ("configuration", "anna", "ben", "cleo"),
    [
        (Configuration(), True, True, True),
        (Configuration(enabled=False), False, False, False),
        (Configuration(include=()), False, False, False),
        (Configuration(include=(Target("g1"),)), True, True, False),
        (Configuration(include=(Target("g1"),), exclude=(Target("g2"),)), True, False, False),
        (Configuration(exclude=(Target("g1"),)), False, False, True),
        (Configuration(include=(Target("g1"), Target("all_users"))), True, True, True),
        (Configuration(include=(Target("cleo", "user"), Target("g2"))), False, True, True),
        (Configuration(exclude=(Target("Cleo", "user"),)), True, True, False),
    ],
)
def test_targets_decide(configuration: Configuration, anna: bool, ben: bool, cleo: bool) -> None:
    allowed = policy(sms=configuration)
    assert [allowed.allows("sms", user) for user in ("anna", "BEN", "cleo")] == [anna, ben, cleo]


def test_method_without_configuration_is_not_allowed() -> None:
    assert not policy().allows("sms", "anna")


def test_voice_covers_all_calls_and_the_office_phone_on_request() -> None:
    allowed = policy(voice=Configuration())
    assert allowed.allows("voiceMobile", "anna")
    assert allowed.allows("voiceAlternateMobile", "anna")
    assert not allowed.allows("voiceOffice", "anna")
    assert policy(voice=Configuration(settings={"isOfficePhoneAllowed": True})).allows("voiceOffice", "anna")


@pytest.mark.parametrize(
    ("mode", "expected"), [("any", True), ("push", True), ("deviceBasedPush", False), (None, True)]
)
def test_push_needs_a_mode_with_push(mode: str | None, expected: bool) -> None:
    target = Target("all_users", settings={"authenticationMode": mode})
    assert policy(microsoftAuthenticator=Configuration(include=(target,))).allows("push", "anna") is expected


@pytest.mark.parametrize(
    ("held", "expected"),
    [((), False), (("hardwareOath",), False), (("softwareOath",), True), (("hardwareOath", "softwareOath"), True)],
)
def test_oath_is_judged_by_the_kinds_that_the_user_holds(held: tuple[str, ...], expected: bool) -> None:
    allowed = allowing("softwareOath", hardwareOath=Configuration(enabled=False))
    assert allowed.allows("oath", "anna", held) is expected


def test_codes_of_the_authenticator_follow_its_setting() -> None:
    assert allowing().authenticator_gives_codes
    assert not policy(microsoftAuthenticator=Configuration()).authenticator_gives_codes


def test_members_of_a_group_are_read_once_and_only_when_a_configuration_names_it() -> None:
    asked: list[str] = []

    def members_of(group: str) -> list[str]:
        asked.append(group)
        return GROUPS[group]

    target = Configuration(include=(Target("g1"),))
    AllowedMethods({"sms": target, "voice": target, "fido2": Configuration(include=(Target("g2"),))}, members_of)
    assert asked == ["g1"]


def test_further_configurations_are_judged_when_they_are_asked_for() -> None:
    fido2 = Configuration(include=(Target("g2"),))
    assert not policy(fido2=fido2).allows("fido2", "ben")
    allowed = AllowedMethods({"fido2": fido2}, GROUPS.__getitem__, also=("fido2",))
    assert [allowed.allows("fido2", user) for user in ("anna", "ben")] == [False, True]
