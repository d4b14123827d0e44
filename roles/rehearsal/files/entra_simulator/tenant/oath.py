# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time-based one-time passwords after RFC 6238, to check activation codes."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

_HASHES: dict[str, type[SHA1 | SHA256]] = {"hmacsha1": SHA1, "hmacsha256": SHA256}
_DIGITS = 6


def decode_secret(text: str) -> bytes:
    """The bytes of a Base32 secret, in either case and without padding; ValueError when it is no Base32."""
    return base64.b32decode(text.upper() + "=" * (-len(text) % 8))


def generator(secret: bytes, interval: int, hash_function: str) -> TOTP:
    """The generator of a token with six digits."""
    return TOTP(secret, _DIGITS, _HASHES[hash_function](), interval, enforce_key_length=False)


def accepts(token: TOTP, code: str, moment: float, interval: int) -> bool:
    """Whether a code belongs to the step of ``moment`` (seconds since the epoch) or to one of its neighbours."""
    for step in (-1, 0, 1):
        try:
            token.verify(code.encode(), int(moment) + step * interval)
        except InvalidToken:
            continue
        return True
    return False
