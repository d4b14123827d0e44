# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time-based one-time passwords (RFC 6238) with six digits, as Entra asks for them when a token is activated."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct

DIGITS = 6
MOST_SECRET_CHARACTERS = 128
_SEPARATORS = re.compile(r"[\s-]+")
_HASHES = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}


def normalise_secret(secret: str) -> str | None:
    """The Base32 secret in upper case, without separators and padding; None when it is not one that Entra takes."""
    plain = _SEPARATORS.sub("", secret).rstrip("=").upper()
    if not plain or len(plain) > MOST_SECRET_CHARACTERS:
        return None
    try:
        _decode(plain)
    except ValueError:
        return None
    return plain


def code_at(secret: str, time: float, interval: int = 30, hash_name: str = "sha1") -> str:
    """The code of a normalised secret at a time (seconds since the epoch)."""
    counter = struct.pack(">Q", int(time) // interval)
    digest = hmac.new(_decode(secret), counter, _HASHES[hash_name]).digest()
    offset = digest[-1] & 0x0F
    (number,) = struct.unpack_from(">I", digest, offset)
    return str((number & 0x7FFFFFFF) % 10**DIGITS).zfill(DIGITS)


def seconds_left(time: float, interval: int) -> float:
    """How long the code of this moment stays the current one."""
    return interval - time % interval


def _decode(secret: str) -> bytes:
    return base64.b32decode(secret + "=" * (-len(secret) % 8))
