# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The default method: each value, the methods policy, and what stands in for a method that is missing."""

from __future__ import annotations

from entra_simulator.sample.cases.case import (
    NO_TEXT_MESSAGES,
    NO_VOICE_CALLS,
    PHONES_ONLY,
    Case,
    Outcome,
    app,
    authenticator,
    create,
    entra_phone,
    held_token,
    migrated,
    migrated_without_default,
    none,
    phone,
    record,
    skip,
    token,
    update,
)

CASES = (
    Case(
        "default-text-message",
        ("default_sms",),
        records=(record(default_method="text_message", phone=phone("A")),),
        expected=migrated(create("mobile"), default="sms"),
    ),
    Case(
        "default-mobile-app",
        ("default_push", "app_already_registered"),
        records=(record(default_method="mobile_app", phone=phone("A"), mobile_apps=[app("Tablet", 3)]),),
        methods={"microsoftAuthenticator": [authenticator("Tablet")]},
        expected=migrated(create("mobile"), none("mobileApp", "already_registered"), default="push"),
    ),
    Case(
        "default-oath-token",
        ("default_oath", "token_create"),
        records=(record(default_method="oath_token", phone=phone("A"), oath_token=token("serial1", "secret1")),),
        expected=migrated(create("mobile"), create("hardwareOath"), default="oath"),
    ),
    Case(
        "default-text-message-excluded",
        ("default_excluded",),
        records=(record(default_method="text_message", phone=phone("A")),),
        policy_groups=frozenset({NO_TEXT_MESSAGES}),
        expected=migrated(create("mobile"), default="voiceMobile"),
    ),
    Case(
        "default-voice-not-included",
        ("default_not_included",),
        records=(record(default_method="phone_call", phone=phone("A")),),
        policy_groups=frozenset({NO_VOICE_CALLS}),
        expected=migrated(create("mobile"), default="sms"),
    ),
    Case(
        "default-app-excluded",
        ("default_excluded",),
        records=(record(default_method="mobile_app", phone=phone("A"), mobile_apps=[app("Tablet", 3)]),),
        methods={"microsoftAuthenticator": [authenticator("Tablet")]},
        policy_groups=frozenset({PHONES_ONLY}),
        expected=migrated(create("mobile"), none("mobileApp", "already_registered"), default="sms"),
    ),
    Case(
        "default-token-excluded",
        ("default_excluded", "token_activated"),
        records=(record(default_method="oath_token", phone=phone("A"), oath_token=token("serial1", "secret1")),),
        methods={"hardwareOath": [held_token("serial1", "secret1")]},
        policy_groups=frozenset({PHONES_ONLY}),
        expected=migrated(create("mobile"), none("hardwareOath"), default="sms"),
    ),
    Case(
        "default-already-set",
        ("default_if_unset", "default_always", "status_unchanged"),
        records=(record(default_method="phone_call", phone=phone("A")),),
        methods={"phone": [entra_phone("mobile", "A")], "preferred": "sms"},
        expected=Outcome(
            "unchanged", actions=(none("mobile"), none("defaultMethod", "already_set")), before="sms", after="sms"
        ),
        variants={
            "default_method=always": Outcome(
                "migrated",
                actions=(none("mobile"), update("defaultMethod")),
                before="sms",
                after="voiceMobile",
            )
        },
    ),
    Case(
        "default-missing",
        ("default_missing",),
        records=(record(phone=phone("A")),),
        expected=migrated(create("mobile"), default="sms"),
    ),
    Case(
        "default-missing-with-token",
        ("default_missing", "token_create"),
        records=(record(phone=phone("A"), oath_token=token("serial1", "secret1")),),
        expected=migrated(create("mobile"), create("hardwareOath"), default="oath"),
    ),
    Case(
        "default-missing-with-app",
        ("default_missing",),
        records=(record(phone=phone("A")),),
        methods={"microsoftAuthenticator": [authenticator("Tablet")], "softwareOath": [{}]},
        expected=migrated(create("mobile"), default="push"),
    ),
    Case(
        "no-allowed-method",
        ("no_allowed_method", "default_excluded", "default_not_included"),
        records=(record(default_method="phone_call", phone=phone("A")),),
        policy_groups=frozenset({NO_TEXT_MESSAGES, NO_VOICE_CALLS}),
        expected=migrated_without_default(create("mobile")),
    ),
    Case(
        "no-allowed-method-office",
        ("no_allowed_method", "default_not_included"),
        records=(record(default_method="phone_call", phone=phone("A", "1")),),
        policy_groups=frozenset({NO_VOICE_CALLS}),
        expected=migrated_without_default(create("office")),
    ),
    Case(
        "oath-by-software-token",
        ("oath_by_software_token",),
        records=(record(default_method="oath_token", phone=phone("A")),),
        methods={"softwareOath": [{}]},
        expected=migrated(create("mobile"), default="oath"),
    ),
    Case(
        "oath-by-authenticator",
        ("oath_by_authenticator",),
        records=(record(default_method="oath_token", phone=phone("A")),),
        methods={"microsoftAuthenticator": [authenticator("Tablet")]},
        expected=migrated(create("mobile"), default="oath"),
    ),
    Case(
        "oath-not-activated",
        ("oath_not_activated", "default_not_registered"),
        records=(record(default_method="oath_token", phone=phone("A")),),
        methods={"hardwareOath": [held_token("serial1", "secret1", activated=False)]},
        expected=migrated(create("mobile"), default="sms"),
    ),
    Case(
        "oath-token-without-secret",
        ("token_no_secret", "default_not_registered"),
        records=(record(default_method="oath_token", phone=phone("A"), oath_token=token("serial1", None)),),
        expected=migrated(create("mobile"), skip("hardwareOath", "no_secret"), default="sms"),
    ),
    Case(
        "system-preferred",
        ("default_voice_mobile",),
        records=(record(default_method="phone_call", phone=phone("A")),),
        methods={"systemPreferred": True},
        expected=migrated(create("mobile"), default="voiceMobile"),
    ),
)
