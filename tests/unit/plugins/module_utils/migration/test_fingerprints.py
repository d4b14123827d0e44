# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fingerprints change with what they stand for, and tell nothing of it."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import MobileApp, OathToken, Phone, Record
from ansible_collections.entra.mfa.plugins.module_utils.migration.fingerprints import (
    record_fingerprint,
    token_serial,
    value_fingerprint,
)
from ansible_collections.entra.mfa.plugins.module_utils.migration.settings import Settings

KEY = b"k" * 32
RECORD = Record(
    "anna",
    upn="anna@contoso.example",
    sid="S-1",
    attributes={"mail": "anna@contoso.example"},
    language="en",
    default_method="phone_call",
    pin_modes=("mobile_app",),
    phone=Phone("1", "2065550100", "12"),
    backup_phone=Phone("1", "2065550101"),
    mobile_apps=(MobileApp("x", "GEZDGNBV", "token", "2024-01-01"),),
    oath_token=OathToken("1", "GEZDGNBV", 30, "sha1", "Feitian", "c200"),
    changed_at="2024-01-01",
)
CHANGES: list[dict[str, Any]] = [
    {"username": "ben"},
    {"upn": None},
    {"sid": "S-2"},
    {"attributes": {}},
    {"enabled": False},
    {"language": "de"},
    {"default_method": None},
    {"pin_modes": ()},
    {"phone": Phone("1", "2065550100")},
    {"backup_phone": None},
    {"mobile_apps": ()},
    {"mobile_apps": (MobileApp("x", "JBSWY3DP", "token", "2024-01-01"),)},
    {"oath_token": OathToken("1", "GEZDGNBV", 60, "sha1", "Feitian", "c200")},
    {"changed_at": "2024-01-02"},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_every_field_of_the_record_counts(change: dict[str, Any]) -> None:
    changed = dataclasses.replace(RECORD, **change)
    assert record_fingerprint(changed, Settings(), KEY) != record_fingerprint(RECORD, Settings(), KEY)


def test_every_field_is_covered_by_the_changes_above() -> None:
    assert {name for change in CHANGES for name in change} == {field.name for field in dataclasses.fields(Record)}


@pytest.mark.parametrize(
    "settings",
    [
        Settings(default_method="always"),
        Settings(alternate_without_mobile="skip"),
        Settings(mobile_app="report"),
        Settings(oath_activation="none"),
    ],
)
def test_every_setting_counts(settings: Settings) -> None:
    assert record_fingerprint(RECORD, settings, KEY) != record_fingerprint(RECORD, Settings(), KEY)


def test_equal_records_have_equal_fingerprints_and_other_keys_give_others() -> None:
    copy = dataclasses.replace(RECORD, attributes=dict(RECORD.attributes))
    assert record_fingerprint(copy, Settings(), KEY) == record_fingerprint(RECORD, Settings(), KEY)
    assert record_fingerprint(copy, Settings(), b"other") != record_fingerprint(RECORD, Settings(), KEY)
    assert value_fingerprint("x", KEY) != value_fingerprint("x", b"other")


def test_serial_of_a_secret_is_known_on_every_controller() -> None:
    assert token_serial("GEZDGNBVGY3TQOJQ", "7f5f2ff4-6b0f-4b09-9a6e-0d2f3f6f0001") == "MFAS20419C69DDD83FE1D48FEC5C"
