# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mobile apps, and the five devices that Entra keeps for a user."""

from __future__ import annotations

from entra_simulator.sample.cases.case import (
    Case,
    app,
    authenticator,
    create,
    held_token,
    migrated,
    none,
    phone,
    record,
    skip,
    skipped,
    token,
    unchanged,
)

APP = "mobile_app"
TOKEN = "oath_token"  # noqa: S105 - a default method, not a secret
NEEDS_REGISTRATION = skip("mobileApp", "needs_registration")
OVER_LIMIT = skip("mobileApp", "device_limit")
REPORT_ONLY = "mobile_app=report"


def _apps(count: int, *, secrets: bool) -> list[dict[str, object]]:
    """Return ``count`` apps of different names, oldest first."""
    return [app(f"Device {number}", number, f"secret{number}" if secrets else None) for number in range(1, count + 1)]


APPS = (
    Case(
        "app-with-secret",
        ("app_secret", "default_not_registered"),
        records=(record(default_method=APP, mobile_apps=[app("Pocket phone", 5, "secret1")]),),
        expected=migrated(create("mobileApp"), default="oath"),
        variants={REPORT_ONLY: skipped("needs_registration", NEEDS_REGISTRATION, needs_registration=True)},
    ),
    Case(
        "app-with-secret-registered",
        ("app_secret", "default_push"),
        records=(record(default_method=APP, mobile_apps=[app("Pocket phone", 5, "secret1")]),),
        methods={"microsoftAuthenticator": [authenticator("Pocket phone")]},
        expected=migrated(create("mobileApp"), default="push"),
        variants={REPORT_ONLY: migrated(none("mobileApp", "already_registered"), default="push")},
    ),
    Case(
        "app-registered",
        ("app_already_registered", "status_unchanged"),
        records=(record(default_method=APP, mobile_apps=[app("Pocket phone", 5)]),),
        methods={"microsoftAuthenticator": [authenticator("POCKET PHONE")], "preferred": "push"},
        expected=unchanged(none("mobileApp", "already_registered"), default="push"),
    ),
    Case(
        "app-without-secret",
        ("app_needs_registration", "status_skipped"),
        records=(record(default_method=APP, mobile_apps=[app("Pocket phone", 5)]),),
        expected=skipped("needs_registration", NEEDS_REGISTRATION, needs_registration=True),
    ),
    Case(
        "app-without-secret-beside-phone",
        ("app_needs_registration", "default_not_registered"),
        records=(record(default_method=APP, phone=phone("A"), mobile_apps=[app("Pocket phone", 5)]),),
        expected=migrated(create("mobile"), NEEDS_REGISTRATION, default="sms", needs_registration=True),
    ),
    Case(
        "apps-with-and-without-secret",
        ("app_secret", "app_needs_registration"),
        records=(record(default_method=APP, mobile_apps=[app("Pocket phone", 5, "secret1"), app("Desk tablet", 4)]),),
        expected=migrated(create("mobileApp"), NEEDS_REGISTRATION, default="oath", needs_registration=True),
    ),
    Case(
        "app-older-duplicate",
        ("app_older_duplicate",),
        records=(
            record(
                default_method=APP,
                mobile_apps=[app("WORK PHONE", 2, "secret1"), app("Work phone", 5, "secret2")],
            ),
        ),
        expected=migrated(create("mobileApp"), skip("mobileApp", "older_duplicate"), default="oath"),
    ),
    Case(
        "apps-duplicate-before-limit",
        ("app_older_duplicate", "app_limit_five"),
        records=(record(default_method=APP, mobile_apps=[*_apps(5, secrets=True), app("device 5", 4, "secret6")]),),
        expected=migrated(*[create("mobileApp")] * 5, skip("mobileApp", "older_duplicate"), default="oath"),
    ),
    Case(
        "apps-six",
        ("app_limit_five",),
        records=(record(default_method=APP, mobile_apps=_apps(6, secrets=True)),),
        expected=migrated(*[create("mobileApp")] * 5, OVER_LIMIT, default="oath"),
    ),
    Case(
        "apps-six-without-secret",
        ("app_limit_five",),
        records=(record(default_method=APP, phone=phone("A"), mobile_apps=_apps(6, secrets=False)),),
        expected=migrated(
            create("mobile"), *[NEEDS_REGISTRATION] * 5, OVER_LIMIT, default="sms", needs_registration=True
        ),
    ),
    Case(
        "apps-five-and-token",
        ("app_limit_four",),
        records=(
            record(default_method=TOKEN, mobile_apps=_apps(5, secrets=True), oath_token=token("serial1", "secret6")),
        ),
        expected=migrated(create("hardwareOath"), *[create("mobileApp")] * 4, OVER_LIMIT, default="oath"),
    ),
    Case(
        "apps-five-and-unusable-token",
        ("app_limit_four",),
        records=(
            record(
                default_method=APP,
                phone=phone("A"),
                mobile_apps=_apps(5, secrets=False),
                oath_token=token("serial1", None),
            ),
        ),
        expected=migrated(
            create("mobile"),
            skip("hardwareOath", "no_secret"),
            *[NEEDS_REGISTRATION] * 4,
            OVER_LIMIT,
            default="sms",
            needs_registration=True,
        ),
    ),
)

FIVE_DEVICES = (
    Case(
        "five-devices-and-app",
        ("device_limit", "default_push"),
        records=(record(default_method=APP, phone=phone("A"), mobile_apps=[app("Pocket phone", 5, "secret1")]),),
        methods={
            "microsoftAuthenticator": [authenticator(f"Device {number}") for number in range(1, 4)],
            "softwareOath": [{}, {}],
        },
        expected=migrated(create("mobile"), OVER_LIMIT, default="push"),
    ),
    Case(
        "five-devices-and-token",
        ("device_limit", "oath_by_authenticator"),
        records=(record(default_method=TOKEN, phone=phone("A"), oath_token=token("serial1", "secret1")),),
        methods={"microsoftAuthenticator": [authenticator(f"Device {number}") for number in range(1, 6)]},
        expected=migrated(create("mobile"), skip("hardwareOath", "device_limit"), default="oath"),
    ),
    Case(
        "five-devices-with-token",
        ("token_activated",),
        records=(record(default_method=TOKEN, phone=phone("A"), oath_token=token("serial1", "secret1")),),
        methods={
            "microsoftAuthenticator": [authenticator(f"Device {number}") for number in range(1, 5)],
            "hardwareOath": [held_token("serial1", "secret1")],
        },
        expected=migrated(create("mobile"), none("hardwareOath"), default="oath"),
    ),
    Case(
        "four-devices-token-and-app",
        ("device_limit", "device_limit_token_first"),
        records=(
            record(
                default_method=TOKEN,
                mobile_apps=[app("Pocket phone", 5, "secret1")],
                oath_token=token("serial1", "secret2"),
            ),
        ),
        methods={"microsoftAuthenticator": [authenticator(f"Device {number}") for number in range(1, 5)]},
        expected=migrated(create("hardwareOath"), OVER_LIMIT, default="oath"),
    ),
)

CASES = APPS + FIVE_DEVICES
