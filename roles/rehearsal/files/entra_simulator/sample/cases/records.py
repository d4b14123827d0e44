# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records that are disabled, broken, unusual or empty."""

from __future__ import annotations

from entra_simulator.sample.cases.case import Case, Outcome, create, failed, left_out, migrated, phone, record

CASES = (
    Case(
        "record-disabled",
        ("disabled",),
        records=(record(enabled=False, default_method="phone_call", phone=phone("A")),),
        expected=left_out("disabled", matched_by="upn"),
    ),
    Case(
        "record-empty",
        ("nothing_to_migrate",),
        records=({"username": "<upn>"},),
        expected=Outcome("skipped", "nothing_to_migrate", undecided=frozenset({"actions"})),
    ),
    Case(
        "record-unknown-field",
        ("unknown_field",),
        records=(record(default_method="phone_call", phone=phone("A"), department="Sales"),),
        expected=migrated(create("mobile"), default="voiceMobile"),
    ),
    Case(
        "record-enabled-is-text",
        ("invalid_record",),
        records=(record(enabled="yes", default_method="phone_call", phone=phone("A")),),
        expected=failed("invalid_record"),
    ),
    Case(
        "record-unknown-default",
        ("invalid_record",),
        records=(record(default_method="carrier_pigeon", phone=phone("A")),),
        expected=failed("invalid_record"),
    ),
    Case(
        "record-phone-is-text",
        ("invalid_record",),
        records=(record(default_method="phone_call", phone="+<A_cc> <A>"),),
        expected=failed("invalid_record"),
    ),
    Case(
        "record-without-username",
        ("invalid_record",),
        records=({"upn": "<upn>", "default_method": "phone_call", "phone": phone("A")},),
        expected=failed("invalid_record"),
    ),
)
