# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Telephone numbers: read as MFA Server holds them, write as Entra takes them, compare.

Entra's form is ``+CC number[xEXT]`` with one space after the country code (Graph page *phoneAuthenticationMethod*).
Which numbers are possible is the ``phonenumbers`` library's knowledge.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.libraries import phonenumbers
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import Phone

_NOT_A_DIGIT = re.compile(r"\D+")
_EXTENSION_MARK = re.compile(r"x|ext", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A possible number: country code and national number as digits, and an extension or None."""

    country_code: str
    national: str = field(repr=False)
    extension: str | None = field(default=None, repr=False)

    @property
    def text(self) -> str:
        """The number in Entra's form."""
        extension = f"x{self.extension}" if self.extension else ""
        return f"+{self.country_code} {self.national}{extension}"

    @property
    def key(self) -> str:
        """What two spellings of one number share."""
        return f"{self.country_code}{self.national}x{self.extension or ''}"

    def without_extension(self) -> PhoneNumber:
        """The same line without its extension."""
        return PhoneNumber(self.country_code, self.national)


def normalise(phone: Phone) -> PhoneNumber | None:
    """The number by the rules of its country code, or None when such a number is not possible.

    An extension inside the number (``555 0100 x12``) counts unless the record names one of its own.
    """
    extension = _digits(phone.extension)
    if phone.extension and not extension:
        return None
    country_code = _digits(phone.country_code).lstrip("0")
    parsed = _plain(country_code, phone.number) or _parse(country_code, phone.number)
    if parsed is None or not extension:
        return parsed
    return PhoneNumber(parsed.country_code, parsed.national, extension)


def comparison_key(text: str) -> str:
    """The key of a number as Entra shows it: digits and extension, whatever the spelling."""
    number, _mark, extension = _EXTENSION_MARK.sub("x", text, count=1).partition("x")
    return f"{_digits(number)}x{_digits(extension)}"


def _digits(text: str | None) -> str:
    if not text:
        return ""
    return text if text.isdecimal() and text.isascii() else _NOT_A_DIGIT.sub("", text)


@dataclass(frozen=True, slots=True)
class _Plan:
    """The numbering plan of one country code, as far as a plain row of national digits needs it."""

    lengths: frozenset[int]
    prefix: re.Pattern[str]


@cache
def _plan(country_code: str) -> _Plan | None:
    """Possible lengths, and beginnings that mean more than the digits say; None for a code that is not in use."""
    region = phonenumbers.region_code_for_country_code(int(country_code))
    metadata = phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code(int(country_code), region)
    if metadata is None or metadata.general_desc is None:
        return None
    beginnings = ["0", country_code, metadata.national_prefix_for_parsing, metadata.international_prefix]
    described = metadata.general_desc
    lengths = {*(described.possible_length or ()), *(described.possible_length_local_only or ())}
    return _Plan(frozenset(lengths), re.compile("|".join(f"(?:{begin})" for begin in beginnings if begin)))


def _plain(country_code: str, number: str) -> PhoneNumber | None:
    """The common case, without the cost of a full parse: national digits only, with no prefix to strip.

    It is more than ten times as fast. None says "not sure", never "impossible".
    """
    if not country_code or not number.isascii() or not number.isdecimal():
        return None
    plan = _plan(country_code)
    if plan is None or plan.prefix.match(number) or len(number) not in plan.lengths:
        return None
    return PhoneNumber(country_code, number)


def _parse(country_code: str, number: str) -> PhoneNumber | None:
    """The number by the full rules of the library; a ``+`` number must agree with the country code it stands beside."""
    region = phonenumbers.region_code_for_country_code(int(country_code)) if country_code else None
    if region == phonenumbers.UNKNOWN_REGION:
        return None
    # A code without a country of its own (satellite, freephone) has no region to parse in.
    text = f"+{country_code}{number}" if region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY else number
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if country_code and str(parsed.country_code) != country_code:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return PhoneNumber(
        str(parsed.country_code), phonenumbers.national_significant_number(parsed), _digits(parsed.extension) or None
    )
