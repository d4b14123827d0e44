# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns of the ordinary people who make up most of an organisation."""

from __future__ import annotations

from entra_simulator.sample.cases.case import (
    Case,
    app,
    authenticator,
    create,
    entra_phone,
    left_out,
    migrated,
    none,
    phone,
    record,
    skip,
    token,
    unchanged,
)

PATTERNS: tuple[tuple[int, Case], ...] = (
    (
        30,
        Case(
            "phone-and-backup",
            ("phone", "backup"),
            records=(record(default_method="phone_call", phone=phone("A"), backup_phone=phone("B")),),
            expected=migrated(create("mobile"), create("alternateMobile"), default="voiceMobile"),
        ),
    ),
    (
        20,
        Case(
            "text-messages",
            ("phone", "default_sms"),
            records=(record(default_method="text_message", phone=phone("A")),),
            expected=migrated(create("mobile"), default="sms"),
        ),
    ),
    (
        14,
        Case(
            "app-to-register-again",
            ("phone", "app_needs_registration"),
            records=(
                record(
                    default_method="mobile_app",
                    pin_modes=["mobile_app"],
                    phone=phone("A"),
                    mobile_apps=[app("Mobile phone", 4)],
                ),
            ),
            expected=migrated(
                create("mobile"), skip("mobileApp", "needs_registration"), default="sms", needs_registration=True
            ),
        ),
    ),
    (
        8,
        Case(
            "app-with-secret",
            ("phone", "app_secret"),
            records=(
                record(default_method="mobile_app", phone=phone("A"), mobile_apps=[app("Mobile phone", 4, "secret1")]),
            ),
            expected=migrated(create("mobile"), create("mobileApp"), default="oath"),
        ),
    ),
    (
        8,
        Case(
            "app-registered-before",
            ("phone", "backup", "app_already_registered"),
            records=(
                record(
                    default_method="mobile_app",
                    phone=phone("A"),
                    backup_phone=phone("B"),
                    mobile_apps=[app("Mobile phone", 4)],
                ),
            ),
            methods={"microsoftAuthenticator": [authenticator("Mobile phone")]},
            expected=migrated(
                create("mobile"), create("alternateMobile"), none("mobileApp", "already_registered"), default="push"
            ),
        ),
    ),
    (
        7,
        Case(
            "token-and-phone",
            ("phone", "token_create"),
            records=(
                record(
                    default_method="oath_token",
                    pin_modes=["phone_call"],
                    phone=phone("A"),
                    oath_token=token("serial1", "secret1"),
                ),
            ),
            expected=migrated(create("mobile"), create("hardwareOath"), default="oath"),
        ),
    ),
    (
        6,
        Case(
            "desk-phone",
            ("phone_extension", "backup_promoted"),
            records=(record(default_method="phone_call", phone=phone("A", "204"), backup_phone=phone("B")),),
            expected=migrated(create("office"), create("mobile", "promoted"), default="voiceOffice"),
        ),
    ),
    (
        4,
        Case(
            "registered-in-entra",
            ("number_same", "status_unchanged"),
            records=(record(default_method="text_message", phone=phone("A"), backup_phone=phone("B")),),
            methods={"phone": [entra_phone("mobile", "A"), entra_phone("alternateMobile", "B")], "preferred": "sms"},
            expected=unchanged(none("mobile"), none("alternateMobile"), default="sms"),
        ),
    ),
    (
        2,
        Case(
            "newcomer",
            ("not_in_mfa_server",),
            expected=left_out("not_in_mfa_server", matched_by=None),
        ),
    ),
    (
        1,
        Case(
            "long-leave",
            ("disabled",),
            records=(record(enabled=False, default_method="phone_call", phone=phone("A")),),
            expected=left_out("disabled", matched_by="upn"),
        ),
    ),
)
"""Pattern and its weight among the ordinary people."""
