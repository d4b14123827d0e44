# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Telephone numbers as people write them."""

from __future__ import annotations

import phonenumbers
import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.findings import ValueProblemError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.phone_text import read_country_code, read_phone
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import Phone
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "fields", "expected"),
    [
        ("+1 (206) 555-0100 x12", {}, ("1", "2065550100", "12")),
        ("+12065550100", {}, ("1", "2065550100", None)),
        ("tel:+1-206-555-0100;ext=12", {}, ("1", "2065550100", "12")),
        ("+1 206.555.0100 ext. 12", {}, ("1", "2065550100", "12")),
        ("+1 206 555 0100x123", {}, ("1", "2065550100", "123")),
        ("+1 206 555 0100 Extension: 7", {}, ("1", "2065550100", "7")),
        ("+1 206 555 0100 #7", {"extension": "8"}, ("1", "2065550100", "8")),
        ("0044 20 7946 0123", {}, ("44", "2079460123", None)),
        ("+44 (0) 20 7946 0123", {"default_country_code": "1"}, ("44", "2079460123", None)),
        ("(+44) 7700 900123", {}, ("44", "7700900123", None)),
        ("+39 06 1234 5678", {}, ("39", "0612345678", None)),
        ("020 7946 0123", {"country_code": "44"}, ("44", "2079460123", None)),
        ("206 555 0100", {"default_country_code": "1"}, ("1", "2065550100", None)),
        ("206 555 0100", {"country_code": "1", "default_country_code": "44"}, ("1", "2065550100", None)),
        ("+1 206 555 0100", {"country_code": "1", "extension": "5"}, ("1", "2065550100", "5")),
        ("206\u2013555\u20130100", {"country_code": "1"}, ("1", "2065550100", None)),
    ],
)
def test_number_is_taken_apart(text: str, fields: dict[str, str], expected: tuple[str, str, str | None]) -> None:
    assert read_phone(text, **fields) == Phone(*expected)


@pytest.mark.parametrize(
    ("text", "fields", "message"),
    [
        ("206 555 0100", {}, "has no country code"),
        ("+44 7700 900123", {"country_code": "1"}, "another country code than the field beside it"),
        ("555", {"country_code": "1"}, "is no possible"),
        ("+999 2065550100", {}, "is no possible"),
        ("+1 206 555 0100 or 206 555 0101", {}, "is no possible"),
        ("call 206 555 0100", {"country_code": "1"}, "is no possible"),
        ('=HYPERLINK("tel:2065550100")', {"country_code": "1"}, "is no possible"),
        ("2.06556E+09", {"country_code": "1"}, "is no possible"),
        ("-", {"country_code": "1"}, "is no possible"),
        ("1" + " " * 100_000 + "y", {"country_code": "1"}, "is no possible"),
    ],
)
def test_number_that_cannot_be_is_refused(text: str, fields: dict[str, str], message: str) -> None:
    with pytest.raises(ValueProblemError, match=message):
        read_phone(text, **fields)


@pytest.mark.parametrize("text", ["1", "+1", "001", "+ 1"])
def test_country_code_is_digits(text: str) -> None:
    assert read_country_code(text) == "1"


@pytest.mark.parametrize("text", ["", "US", "0", "999", "1234"])
def test_country_code_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueProblemError, match="is no country code"):
        read_country_code(text)


@given(
    region=st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)),
    style=st.sampled_from(["INTERNATIONAL", "E164", "RFC3966"]),
    extension=st.none() | st.integers(1, 99999).map(str),
)
def test_every_way_to_write_a_number_is_read_as_the_same(region: str, style: str, extension: str | None) -> None:
    number = phonenumbers.example_number(region)
    assert number is not None
    text = phonenumbers.format_number(number, getattr(phonenumbers.PhoneNumberFormat, style))
    national = phonenumbers.national_significant_number(number)
    expected = Phone(str(number.country_code), national, extension)
    assert read_phone(text + (f" x{extension}" if extension else "")) == expected
    assert read_phone(national, country_code=str(number.country_code), extension=extension) == expected
