# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of CSV files in the terms of the export; what a spreadsheet would run as a formula is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.export_schema import DEFAULT_METHODS
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.findings import ValueProblemError

Convert = Callable[[str], Any]

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# ="0012" is how spreadsheets are told to keep zeros: a text, not a formula.
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
_FORMULA = re.compile(r"[=@\uff1d\uff20].*|[-\uff0d].+|[+\uff0b](?![0-9\s().-]*$).*", re.DOTALL)
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)
_LIST_SEPARATOR = re.compile(r"[;,|]")
_SID = re.compile(r"S-1-\d+(?:-\d+)+")
_UPN = re.compile(r"[^@\s]+@[^@\s]+")
_YES = frozenset({"true", "yes", "y", "1", "enabled", "active", "on"})
_NO = frozenset({"false", "no", "n", "0", "disabled", "inactive", "off"})
_HASHES = {"sha1": "sha1", "hmacsha1": "sha1", "sha256": "sha256", "hmacsha256": "sha256"}


def clean(text: str) -> str:
    """The text without spaces around it and without invisible characters; ``="text"`` becomes the text."""
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    text = text.strip()
    if text.startswith("="):
        constant = _TEXT_FORMULA.fullmatch(text)
        return constant.group(1).strip() if constant else text
    return text


def text(value: str) -> str:
    """One line of text that no spreadsheet takes for a formula."""
    if value[0] in "=@+-\uff1d\uff20\uff0b\uff0d" and _FORMULA.fullmatch(value):
        raise ValueProblemError(f"begins with {value[0]} and would be run as a formula by a spreadsheet")
    if _CONTROL.search(value):
        raise ValueProblemError("holds a line break or another control character")
    return value


def serial(value: str) -> str:
    """A serial number that no spreadsheet has rounded."""
    if _ROUNDED.fullmatch(value):
        raise ValueProblemError("was rounded by a spreadsheet; export the file again and do not save it from one")
    return text(value)


def upn(value: str) -> str:
    """A user principal name."""
    if not _UPN.fullmatch(value):
        raise ValueProblemError("is no user principal name such as anna@contoso.example")
    return text(value)


def sid(value: str) -> str:
    """A security identifier."""
    if not _SID.fullmatch(value.upper()):
        raise ValueProblemError("is no security identifier such as S-1-5-21-1-2-3-1104")
    return value.upper()


def boolean(value: str) -> bool:
    """Yes or no, in the words that exports use."""
    word = value.casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueProblemError("is neither yes nor no; say in values what it stands for")


def default_method(value: str) -> str:
    """A default method by its name in the export or on the screens of MFA Server (``Phone Call``)."""
    name = value.casefold().replace(" ", "_").replace("-", "_")
    if name not in DEFAULT_METHODS:
        raise ValueProblemError(f"is none of {', '.join(DEFAULT_METHODS)}; say in values what it stands for")
    return name


def names(value: str) -> tuple[str, ...]:
    """A list of names between commas, semicolons or bars."""
    return tuple(text(name.strip()) for name in _LIST_SEPARATOR.split(value) if name.strip())


def interval(value: str) -> int:
    """The seconds that a code holds."""
    if value not in ("30", "60"):
        raise ValueProblemError("must be 30 or 60 seconds")
    return int(value)


def hash_name(value: str) -> str:
    """A hash function."""
    name = _HASHES.get(value.casefold().replace("-", "").replace("_", ""))
    if name is None:
        raise ValueProblemError("must be sha1 or sha256")
    return name


def digits(value: str) -> str:
    """A row of digits."""
    if not (value.isascii() and value.isdecimal()):
        raise ValueProblemError("must be digits only")
    return value


def time_reader(time_format: str | None) -> Convert:
    """A reader of times in a format of ``strptime``, or ISO 8601; a time without an offset is taken as UTC."""

    def read(value: str) -> str:
        try:
            moment = datetime.strptime(value, time_format) if time_format else datetime.fromisoformat(value)
        except ValueError:
            expected = f"of the form {time_format}" if time_format else "such as 2024-05-01T10:00:00Z; set time_format"
            raise ValueProblemError(f"is no time {expected}") from None
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat().replace("+00:00", "Z")

    return read
