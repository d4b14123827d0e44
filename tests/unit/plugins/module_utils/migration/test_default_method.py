# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which method becomes the default."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.migration.default_method import plan_default_method
from ansible_collections.entra.mfa.plugins.module_utils.migration.settings import Settings
from ansible_collections.entra.mfa.plugins.module_utils.migration.steps import DefaultWrite
from ansible_collections.entra.mfa.tests.unit.plugins.module_utils.migration.model_tenant import (
    Configuration,
    allowing,
)

ALL_PHONES = ("mobile", "alternateMobile", "office")


def plan(setting: str, current: str | None = None, **facts: Any) -> tuple[Any, ...]:
    """The step as action, reason, and method if one is written; all is registered and allowed unless told otherwise."""
    given = {
        "record_default": None,
        "phone_went_to": "mobile",
        "phones_after": ALL_PHONES,
        "has_authenticator": True,
        "oath_kinds": ("softwareOath",),
        "allowed": allowing(),
        **facts,
    }
    step = plan_default_method("anna", current=current, settings=Settings(default_method=setting), **given)
    assert step.target == "defaultMethod"
    return (step.action, step.reason, *([step.write.method] if isinstance(step.write, DefaultWrite) else []))


@pytest.mark.parametrize(
    ("record_default", "phone_went_to", "method"),
    [
        ("phone_call", "mobile", "voiceMobile"),
        ("phone_call", "office", "voiceOffice"),
        ("text_message", "mobile", "sms"),
        ("mobile_app", None, "push"),
        ("oath_token", None, "oath"),
    ],
)
def test_default_of_the_record_is_taken(record_default: str, phone_went_to: str | None, method: str) -> None:
    for setting in ("always", "if_unset"):
        facts = {"record_default": record_default, "phone_went_to": phone_went_to}
        assert plan(setting, **facts) == ("create", None, method)


def test_always_replaces_what_entra_has() -> None:
    assert plan("always", "sms", record_default="mobile_app") == ("update", None, "push")
    assert plan("always", "push", record_default="mobile_app") == ("none", None)


@pytest.mark.parametrize("setting", ["if_unset", "most_secure_if_unset"])
def test_default_of_entra_stays(setting: str) -> None:
    assert plan(setting, "voiceOffice", record_default="mobile_app") == ("none", "already_set")


def test_most_secure_ignores_the_record() -> None:
    assert plan("most_secure_if_unset", record_default="text_message") == ("create", None, "push")


@pytest.mark.parametrize("setting", ["always", "if_unset", "most_secure_if_unset"])
def test_record_without_default_takes_the_most_secure(setting: str) -> None:
    assert plan(setting) == ("create", None, "push")


@pytest.mark.parametrize(
    ("missing", "method"),
    [
        ({}, "push"),
        ({"has_authenticator": False}, "oath"),
        ({"has_authenticator": False, "oath_kinds": ()}, "sms"),
        ({"has_authenticator": False, "oath_kinds": (), "allowed": allowing("voice")}, "voiceMobile"),
        (
            {"has_authenticator": False, "oath_kinds": (), "phones_after": ("alternateMobile", "office")},
            "voiceAlternateMobile",
        ),
        ({"has_authenticator": False, "oath_kinds": (), "phones_after": ("office",)}, "voiceOffice"),
    ],
)
def test_order_from_the_most_secure_down(missing: dict[str, Any], method: str) -> None:
    assert plan("most_secure_if_unset", **missing) == ("create", None, method)


@pytest.mark.parametrize("setting", ["always", "if_unset"])
def test_method_that_is_not_registered_gives_way_to_the_most_secure(setting: str) -> None:
    facts = {"has_authenticator": False, "oath_kinds": ()}
    assert plan(setting, record_default="mobile_app", **facts) == ("create", None, "sms")


@pytest.mark.parametrize("setting", ["always", "if_unset"])
def test_method_that_is_not_allowed_gives_way_to_the_most_secure(setting: str) -> None:
    allowed = allowing("voice", "softwareOath", sms=Configuration(enabled=False))
    assert plan(setting, record_default="text_message", allowed=allowed) == ("create", None, "oath")


def test_phone_call_without_a_phone_gives_way_to_the_most_secure() -> None:
    facts = {"phone_went_to": None, "has_authenticator": False, "oath_kinds": ()}
    assert plan("if_unset", record_default="phone_call", **facts) == ("create", None, "sms")


@pytest.mark.parametrize("current", [None, "sms"])
def test_nothing_allowed_is_skipped(current: str | None) -> None:
    assert plan("always", current, allowed=allowing("softwareOath"), oath_kinds=(), has_authenticator=False) == (
        "skip",
        "no_allowed_method",
    )
