# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers by the rules of their country, in Entra's form, compared whatever their spelling."""

from __future__ import annotations

import phonenumbers
import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.phone_numbers import comparison_key, normalise
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import Phone
from hypothesis import given
from hypothesis import strategies as st

COUNTRY_CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


def text(country_code: str | None, number: str, extension: str | None = None) -> str | None:
    found = normalise(Phone(country_code, number, extension))
    return found.text if found else None


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        (("1", "2065550100"), "+1 2065550100"),
        (("1", "(206) 555-0100"), "+1 2065550100"),
        (("+1", "206.555.0100", "123"), "+1 2065550100x123"),
        (("1", "2065550100", "ext. 7"), "+1 2065550100x7"),
        (("1", "(206) 555-0100 x12"), "+1 2065550100x12"),
        (("1", "(206) 555-0100 x12", "34"), "+1 2065550100x34"),
        (("44", "07700 900123"), "+44 7700900123"),
        (("0044", "7700900123"), "+44 7700900123"),
        (("39", "0612345678"), "+39 0612345678"),
        (("49", "030 901820"), "+49 30901820"),
        (("800", "12345678"), "+800 12345678"),
        (("44", "+44 7700 900123"), "+44 7700900123"),
        ((None, "+1 206 555 0100"), "+1 2065550100"),
    ],
)
def test_number_is_written_in_the_form_of_entra(phone: tuple[str, ...], expected: str) -> None:
    assert text(*phone) == expected


@pytest.mark.parametrize(
    "phone",
    [
        ("1", "555"),
        ("1", "call me"),
        ("1", "20655501001234567"),
        ("999", "2065550100"),
        ("1", "+44 7700900123"),
        (None, "2065550100"),
        ("1", "2065550100", "none"),
    ],
)
def test_impossible_number_is_none(phone: tuple[str, ...]) -> None:
    assert text(*phone) is None


@given(st.sampled_from(COUNTRY_CODES), st.text("0123456789", min_size=3, max_size=16))
def test_the_short_way_agrees_with_the_library(country_code: int, digits: str) -> None:
    region = phonenumbers.region_code_for_country_code(country_code)
    prefix = f"+{country_code}" if region == "001" else ""
    try:
        parsed = phonenumbers.parse(prefix + digits, region)
    except phonenumbers.NumberParseException:
        expected = None
    else:
        national = phonenumbers.national_significant_number(parsed)
        fits = parsed.country_code == country_code and phonenumbers.is_possible_number(parsed)
        expected = f"+{country_code} {national}" if fits else None
    assert text(str(country_code), digits) == expected


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("+1 2065550100", "+1 206 555 0100", True),
        ("+1 2065550100x12", "+12065550100 ext 12", True),
        ("+1 2065550100", "+1 2065550100x12", False),
        ("+1 2065550100", "+1 2065550101", False),
    ],
)
def test_numbers_are_compared_by_digits_and_extension(first: str, second: str, same: bool) -> None:
    assert (comparison_key(first) == comparison_key(second)) is same


def test_key_of_a_number_is_that_of_its_text() -> None:
    found = normalise(Phone("1", "2065550100", "12"))
    assert found is not None
    assert found.key == comparison_key(found.text)


def test_number_is_in_no_representation() -> None:
    phone = Phone("1", "2065550100", "4711")
    assert "555" not in repr(phone) + repr(normalise(phone))
    assert "4711" not in repr(phone) + repr(normalise(phone))
