# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Telephone numbers as people write them, such as ``+1 (206) 555-0100 x12`` or ``0044 20 7946 0000``."""

from __future__ import annotations

import re
from functools import cache

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.findings import ValueProblemError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.libraries import phonenumbers
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.phone_numbers import PhoneNumber, normalise
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import Phone

_EXTENSION = re.compile(r"[\s,;]*(?:extension|ext\.?|x|#)\s*[.:=]?\s*([0-9]{1,11})$", re.IGNORECASE)
_INTERNATIONAL = re.compile(r"(?:tel:)?\s*\(?(?:\+|00)")
_ORDINARY = re.compile(r"[0-9\s().\-/\u2010-\u2013]+")
_NOT_A_DIGIT = re.compile(r"[^0-9]+")
_COUNTRY_CODE = re.compile(r"(?:\+|00)?\s*([1-9][0-9]{0,2})")
_MOST_CHARACTERS = 64


def read_country_code(text: str) -> str:
    """A country code as digits; raises ValueProblemError for anything else."""
    found = _COUNTRY_CODE.fullmatch(text)
    if found is None or int(found.group(1)) not in _country_codes():
        raise ValueProblemError("is no country code")
    return found.group(1)


def read_phone(
    text: str, *, country_code: str | None = None, extension: str | None = None, default_country_code: str | None = None
) -> Phone:
    """The number with its country code and extension apart.

    ``country_code`` and ``extension`` come from fields of their own. An extension at the end of the text counts when
    there is no other, the default country code when the number tells none. Raises ValueProblemError when no such
    number is possible.
    """
    if len(text) > _MOST_CHARACTERS:
        raise ValueProblemError("is no possible telephone number")
    at_the_end = _EXTENSION.search(text)
    if at_the_end:
        text = text[: at_the_end.start()]
        extension = extension or at_the_end.group(1)
    international = _INTERNATIONAL.match(text)
    if international:
        digits = _digits(text[international.end() :])
        own = _leading_country_code(digits)
        if country_code and country_code != own:
            raise ValueProblemError("has another country code than the field beside it")
        parsed = normalise(Phone(own, digits[len(own) :], extension)) if own else None
    else:
        parsed = _without_country(text, country_code or default_country_code, extension)
    if parsed is None:
        raise ValueProblemError("is no possible telephone number")
    return Phone(parsed.country_code, parsed.national, parsed.extension)


def _without_country(text: str, country_code: str | None, extension: str | None) -> PhoneNumber | None:
    if country_code is None:
        raise ValueProblemError("has no country code; map phone.country_code, or set country_code for the source")
    return normalise(Phone(country_code, _digits(text), extension))


def _digits(text: str) -> str:
    """The digits of a text that holds nothing but digits and punctuation, else nothing."""
    return _NOT_A_DIGIT.sub("", text) if _ORDINARY.fullmatch(text) else ""


def _leading_country_code(digits: str) -> str:
    """The country code that a number begins with, or nothing; no code is the beginning of another one."""
    codes = _country_codes()
    for length in (1, 2, 3):
        if digits[:length] and int(digits[:length]) in codes:
            return digits[:length]
    return ""


@cache
def _country_codes() -> frozenset[int]:
    return frozenset(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
