# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of CSV files: converted, and refused where a spreadsheet would run them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server import values
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.findings import ValueProblemError


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (" anna ", "anna"),
        ("\u00a0anna\t", "anna"),
        ("\u202aanna\u202c", "anna"),
        ('="0012"', "0012"),
        ('=" anna"', "anna"),
        ("=1+1", "=1+1"),
        ('="a"&"b"', '="a"&"b"'),
        ("", ""),
    ],
)
def test_text_is_trimmed(raw: str, expected: str) -> None:
    assert values.clean(raw) == expected


@pytest.mark.parametrize("value", ["anna", "CONTOSO\\anna", "anna+mfa@contoso.example", "-", "+", "+1 (206) 555-0100"])
def test_text_is_left_as_it_is(value: str) -> None:
    assert values.text(value) == value


@pytest.mark.parametrize(
    "value",
    [
        "=1+1",
        "=cmd|' /C calc'!A0",
        '="a"&"b"',
        "@SUM(A1)",
        "+SUM(A1)",
        "+1+cmd|' /C calc'!A0",
        "-2+3",
        "\uff1d1+1",
        "=1\n+1",
    ],
)
def test_formula_is_refused(value: str) -> None:
    with pytest.raises(ValueProblemError, match="formula"):
        values.text(value)


def test_control_character_is_refused() -> None:
    with pytest.raises(ValueProblemError, match="line break"):
        values.text("anna\nben")


@pytest.mark.parametrize(
    ("convert", "value", "expected"),
    [
        (values.boolean, "Yes", True),
        (values.boolean, "DISABLED", False),
        (values.default_method, "Phone Call", "phone_call"),
        (values.default_method, "OATH Token", "oath_token"),
        (values.default_method, "text_message", "text_message"),
        (values.names, "mobile_app; sms,", ("mobile_app", "sms")),
        (values.sid, "s-1-5-21-1-2-3-1104", "S-1-5-21-1-2-3-1104"),
        (values.upn, "anna@contoso.example", "anna@contoso.example"),
        (values.interval, "60", 60),
        (values.hash_name, "HMAC-SHA256", "sha256"),
        (values.hash_name, "SHA-1", "sha1"),
        (values.digits, "0123", "0123"),
        (values.serial, "GALT-0012", "GALT-0012"),
        (values.time_reader(None), "2024-05-01T10:00:00+02:00", "2024-05-01T10:00:00+02:00"),
        (values.time_reader(None), "2024-05-01 10:00", "2024-05-01T10:00:00Z"),
        (values.time_reader("%m/%d/%Y %H:%M"), "05/01/2024 10:00", "2024-05-01T10:00:00Z"),
    ],
)
def test_value_is_converted(convert: values.Convert, value: str, expected: Any) -> None:
    assert convert(value) == expected


@pytest.mark.parametrize(
    ("convert", "value", "message"),
    [
        (values.boolean, "maybe", "neither yes nor no"),
        (values.default_method, "pigeon", "is none of phone_call, text_message, mobile_app, oath_token"),
        (values.names, "a,=1", "formula"),
        (values.sid, "1104", "is no security identifier"),
        (values.upn, "anna", "is no user principal name"),
        (values.upn, "=a@b", "formula"),
        (values.interval, "45", "must be 30 or 60"),
        (values.hash_name, "md5", "must be sha1 or sha256"),
        (values.digits, "x12", "must be digits only"),
        (values.digits, "\u0661", "must be digits only"),
        (values.serial, "1.23457E+12", "rounded by a spreadsheet"),
        (values.serial, "1,2E+9", "rounded by a spreadsheet"),
        (values.time_reader(None), "05/01/2024", "set time_format"),
        (values.time_reader("%d.%m.%Y"), "2024-05-01", "is no time of the form %d.%m.%Y"),
    ],
)
def test_value_that_cannot_be_is_refused(convert: values.Convert, value: str, message: str) -> None:
    with pytest.raises(ValueProblemError, match=message):
        convert(value)
