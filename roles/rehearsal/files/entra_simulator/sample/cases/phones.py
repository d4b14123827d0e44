# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones and backup phones: every row of the phone table."""

from __future__ import annotations

from entra_simulator.sample.cases.case import (
    Case,
    create,
    entra_phone,
    migrated,
    none,
    phone,
    record,
    skip,
    skipped,
    unchanged,
    update,
)

TOO_SHORT = {"country_code": "1", "number": "<A_short>"}
NO_SUCH_COUNTRY = {"country_code": "999", "number": "<A>"}
CALL = "phone_call"
TEXT = "text_message"
WITHOUT_PROMOTION = "alternate_without_mobile=skip"

PLACEMENT = (
    Case(
        "phone-no-extension",
        ("phone", "default_voice_mobile", "default_most_secure"),
        records=(record(default_method=CALL, phone=phone("A")),),
        expected=migrated(create("mobile"), default="voiceMobile"),
        variants={"default_method=most_secure_if_unset": migrated(create("mobile"), default="sms")},
    ),
    Case(
        "phone-extension",
        ("phone_extension", "default_voice_office"),
        records=(record(default_method=CALL, phone=phone("A", "123")),),
        expected=migrated(create("office"), default="voiceOffice"),
    ),
    Case(
        "phone-extension-text-message",
        ("phone_extension_text_message", "default_sms"),
        records=(record(default_method=TEXT, phone=phone("A", "123")),),
        expected=migrated(create("mobile"), default="sms"),
    ),
    Case(
        "backup-no-extension",
        ("backup",),
        records=(record(default_method=CALL, phone=phone("A"), backup_phone=phone("B")),),
        expected=migrated(create("mobile"), create("alternateMobile"), default="voiceMobile"),
    ),
    Case(
        "backup-with-mobile-in-entra",
        ("backup",),
        records=(record(default_method=CALL, phone=phone("A", "7"), backup_phone=phone("B")),),
        methods={"phone": [entra_phone("mobile", "C")]},
        expected=migrated(create("office"), create("alternateMobile"), default="voiceOffice"),
    ),
    Case(
        "backup-promoted",
        ("backup_promoted", "backup_no_mobile"),
        records=(record(default_method=CALL, phone=phone("A", "7"), backup_phone=phone("B")),),
        expected=migrated(create("office"), create("mobile", "promoted"), default="voiceOffice"),
        variants={
            WITHOUT_PROMOTION: migrated(create("office"), skip("alternateMobile", "no_mobile"), default="voiceOffice")
        },
    ),
    Case(
        "backup-only",
        ("backup_promoted", "backup_no_mobile"),
        records=(record(default_method=TEXT, backup_phone=phone("A")),),
        expected=migrated(create("mobile", "promoted"), default="sms"),
        variants={WITHOUT_PROMOTION: skipped("no_mobile", skip("alternateMobile", "no_mobile"))},
    ),
    Case(
        "backup-extension",
        ("backup_extension",),
        records=(record(default_method=CALL, phone=phone("A"), backup_phone=phone("B", "55")),),
        expected=migrated(create("mobile"), create("office"), default="voiceMobile"),
    ),
    Case(
        "backup-extension-only",
        ("backup_extension", "default_missing"),
        records=(record(backup_phone=phone("A", "9")),),
        expected=migrated(create("office"), default="voiceOffice"),
    ),
    Case(
        "both-extensions",
        ("both_have_extension",),
        records=(record(default_method=CALL, phone=phone("A", "1"), backup_phone=phone("B", "2")),),
        expected=migrated(create("office"), skip("office", "both_have_extension"), default="voiceOffice"),
    ),
    Case(
        "both-extensions-text-message",
        ("both_have_extension", "phone_extension_text_message"),
        records=(record(default_method=TEXT, phone=phone("A", "1"), backup_phone=phone("B", "2")),),
        expected=migrated(create("mobile"), skip("office", "both_have_extension"), default="sms"),
    ),
    Case(
        "backup-stands-as-mobile",
        ("backup_stands_as_mobile",),
        records=(record(default_method=CALL, phone=phone("A", "7"), backup_phone=phone("B")),),
        methods={"phone": [entra_phone("mobile", "B")]},
        expected=migrated(create("office"), none("mobile", "promoted"), default="voiceOffice"),
    ),
    Case(
        "backup-only-stands-as-mobile",
        ("backup_stands_as_mobile", "status_unchanged"),
        records=(record(default_method=TEXT, backup_phone=phone("A")),),
        methods={"phone": [entra_phone("mobile", "A")], "preferred": "sms"},
        expected=unchanged(none("mobile", "promoted"), default="sms"),
    ),
)

NUMBERS = (
    Case(
        "number-already-there",
        ("number_same", "number_normalised", "status_unchanged"),
        records=(record(default_method=CALL, phone={"country_code": "1", "number": "<A_dashed>"}),),
        methods={"phone": [entra_phone("mobile", "A")], "preferred": "voiceMobile"},
        expected=unchanged(none("mobile"), default="voiceMobile"),
    ),
    Case(
        "number-already-there-abroad",
        ("number_same", "number_normalised"),
        records=(record(default_method=CALL, phone={"country_code": "44", "number": "020 7946 0018"}),),
        methods={"phone": [{"phoneType": "mobile", "phoneNumber": "+44 2079460018"}], "preferred": "voiceMobile"},
        expected=unchanged(none("mobile"), default="voiceMobile"),
    ),
    Case(
        "number-national-prefix",
        ("number_normalised",),
        records=(record(default_method=CALL, phone={"country_code": "49", "number": "030 23125 018"}),),
        expected=migrated(create("mobile"), default="voiceMobile"),
    ),
    Case(
        "number-possible-not-in-use",
        ("number_possible_is_enough",),
        records=(record(default_method=TEXT, phone={"country_code": "44", "number": "7700900018"}),),
        expected=migrated(create("mobile"), default="sms"),
    ),
    Case(
        "office-already-there",
        ("number_same",),
        records=(record(default_method=CALL, phone=phone("A", "42")),),
        methods={"phone": [entra_phone("office", "A", "42")], "preferred": "voiceOffice"},
        expected=unchanged(none("office"), default="voiceOffice"),
    ),
    Case(
        "alternate-already-there",
        ("number_same",),
        records=(record(default_method=TEXT, phone=phone("A"), backup_phone=phone("B")),),
        methods={"phone": [entra_phone("mobile", "A"), entra_phone("alternateMobile", "B")], "preferred": "sms"},
        expected=unchanged(none("mobile"), none("alternateMobile"), default="sms"),
    ),
    Case(
        "number-differs",
        ("number_update",),
        records=(record(default_method=CALL, phone=phone("A")),),
        methods={"phone": [entra_phone("mobile", "B")]},
        expected=migrated(update("mobile"), default="voiceMobile"),
    ),
    Case(
        "extension-differs",
        ("number_update",),
        records=(record(default_method=CALL, phone=phone("A", "2")),),
        methods={"phone": [entra_phone("office", "A", "1")]},
        expected=migrated(update("office"), default="voiceOffice"),
    ),
    Case(
        "alternate-differs",
        ("number_update", "number_same"),
        records=(record(default_method=CALL, phone=phone("A"), backup_phone=phone("B")),),
        methods={"phone": [entra_phone("mobile", "A"), entra_phone("alternateMobile", "C")]},
        expected=migrated(none("mobile"), update("alternateMobile"), default="voiceMobile"),
    ),
    Case(
        "number-too-short",
        ("invalid_number", "default_not_registered"),
        records=(record(default_method=CALL, phone=TOO_SHORT, backup_phone=phone("B", "9")),),
        expected=migrated(skip("mobile", "invalid_number"), create("office"), default="voiceOffice"),
    ),
    Case(
        "number-too-short-alone",
        ("invalid_number", "status_skipped"),
        records=(record(default_method=CALL, phone=TOO_SHORT),),
        expected=skipped("invalid_number", skip("mobile", "invalid_number")),
    ),
    Case(
        "number-too-short-backup-promoted",
        ("invalid_number", "backup_promoted"),
        records=(record(default_method=TEXT, phone=TOO_SHORT, backup_phone=phone("B")),),
        expected=migrated(skip("mobile", "invalid_number"), create("mobile", "promoted"), default="sms"),
    ),
    Case(
        "number-without-country",
        ("invalid_number",),
        records=(record(default_method=CALL, phone=NO_SUCH_COUNTRY, backup_phone=phone("B", "5")),),
        expected=migrated(skip("mobile", "invalid_number"), create("office"), default="voiceOffice"),
    ),
    Case(
        "backup-too-short",
        ("invalid_number",),
        records=(record(default_method=CALL, phone=phone("B"), backup_phone=TOO_SHORT),),
        expected=migrated(create("mobile"), skip("alternateMobile", "invalid_number"), default="voiceMobile"),
    ),
)

CASES = PLACEMENT + NUMBERS
