# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets of OATH tokens: told apart by their spelling, and written in Base32 as Entra takes them.

Entra takes Base32 of at most 128 characters (concept page on OATH tokens). Vendors write hex as often, and a text of
A-F and 2-7 alone could be either: what the other secrets of the same file are decides.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.findings import ValueProblemError

BASE32, HEX, MIXED = "base32", "hex", "mixed"
LEAST_BYTES = 10
MOST_BYTES = 80

_SEPARATORS = re.compile(r"[\s:.-]+")
_HEX = re.compile(r"(?:[0-9A-F]{2})+")
_BASE32 = re.compile(r"[A-Z2-7]+")
_ONLY_HEX = re.compile(r"[0189]")
_ONLY_BASE32 = re.compile(r"[G-Z]")
_BASE32_REMAINDERS = frozenset({0, 2, 4, 5, 7})


def notation_of(secrets: Iterable[str]) -> str:
    """The spelling that these secrets share: ``base32``, ``hex``, or ``mixed`` when some are one and some the other."""
    hex_seen = base32_seen = False
    for secret in secrets:
        plain = _plain(secret)
        if _HEX.fullmatch(plain) and _ONLY_HEX.search(plain):
            hex_seen = True
        elif _BASE32.fullmatch(plain) and _ONLY_BASE32.search(plain):
            base32_seen = True
        if hex_seen and base32_seen:
            return MIXED
    return HEX if hex_seen else BASE32


def to_base32(secret: str, notation: str) -> str:
    """The secret in Base32, in upper case without padding.

    Raises ValueProblemError when it is not of this notation, could be of both in a mixed file, or has a length that
    no token has.
    """
    plain = _plain(secret)
    if notation == MIXED:
        notation = _own_notation(plain)
    if notation == HEX:
        if not _HEX.fullmatch(plain):
            raise ValueProblemError("is no hexadecimal secret, as it holds other characters or an odd number of digits")
        return from_bytes(bytes.fromhex(plain))
    if not _BASE32.fullmatch(plain):
        raise ValueProblemError("is no Base32 secret, as it holds other characters than A to Z and 2 to 7")
    if len(plain) % 8 not in _BASE32_REMAINDERS:
        raise ValueProblemError(f"has a wrong length: no Base32 secret has {len(plain)} characters")
    _check_length(len(plain) * 5 // 8)
    return plain


def from_bytes(secret: bytes) -> str:
    """The secret in Base32 without padding; raises ValueProblemError for a length that no token has."""
    _check_length(len(secret))
    return base64.b32encode(secret).decode("ascii").rstrip("=")


def _plain(secret: str) -> str:
    plain = _SEPARATORS.sub("", secret).upper().rstrip("=")
    return plain.removeprefix("0X")


def _own_notation(plain: str) -> str:
    could_be_hex, could_be_base32 = bool(_HEX.fullmatch(plain)), bool(_BASE32.fullmatch(plain))
    if could_be_hex and could_be_base32:
        raise ValueProblemError("could be hexadecimal or Base32, as the file holds both; set notation")
    return HEX if could_be_hex else BASE32


def _check_length(size: int) -> None:
    if size < LEAST_BYTES:
        raise ValueProblemError(f"has a wrong length: {size} bytes, where a secret has at least {LEAST_BYTES}")
    if size > MOST_BYTES:
        raise ValueProblemError(f"has a wrong length: {size} bytes, where Entra takes at most {MOST_BYTES}")
