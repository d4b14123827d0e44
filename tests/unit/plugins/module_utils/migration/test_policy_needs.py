# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the records of an export need of the methods policy."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import MobileApp, OathToken, Phone, Record
from ansible_collections.entra.mfa.plugins.module_utils.migration.policy_needs import policy_needs

PHONE = Phone("1", "2065550100")
EXTENDED = Phone("1", "2065550100", "12")
INLINE = Phone("1", "2065550100 x12")
OFFICE = {"voice": {"isOfficePhoneAllowed": True}}


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({}, {}),
        ({"phone": PHONE}, {"sms": {}}),
        ({"phone": PHONE, "default_method": "text_message"}, {"sms": {}}),
        ({"phone": PHONE, "default_method": "phone_call"}, {"voice": {}}),
        ({"phone": EXTENDED}, OFFICE),
        ({"phone": INLINE}, OFFICE),
        ({"phone": EXTENDED, "default_method": "text_message"}, {"sms": {}}),
        ({"phone": PHONE, "backup_phone": PHONE}, {"sms": {}, "voice": {}}),
        ({"phone": PHONE, "backup_phone": EXTENDED}, {"sms": {}, **OFFICE}),
        ({"phone": EXTENDED, "backup_phone": EXTENDED, "default_method": "text_message"}, {"sms": {}}),
        ({"backup_phone": PHONE}, {"sms": {}}),
        ({"backup_phone": PHONE, "default_method": "phone_call"}, {"voice": {}}),
        ({"oath_token": OathToken("1")}, {"hardwareOath": {}}),
        ({"mobile_apps": (MobileApp("Pixel", "SEED"),)}, {"hardwareOath": {}}),
        ({"mobile_apps": (MobileApp("Pixel"),)}, {"microsoftAuthenticator": {}}),
        ({"phone": PHONE, "enabled": False}, {}),
    ],
)
def test_needs_of_one_record(record: dict[str, Any], expected: dict[str, Any]) -> None:
    assert policy_needs([Record("anna", **record)]) == expected


def test_needs_of_several_records_add_up() -> None:
    records = [Record("a", phone=EXTENDED), Record("b", phone=PHONE, default_method="phone_call")]
    assert policy_needs(records) == OFFICE
