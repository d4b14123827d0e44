# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Codes are those of RFC 6238, shortened to six digits."""

from __future__ import annotations

import base64

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.migration.totp import code_at, normalise_secret, seconds_left

SHA1 = base64.b32encode(b"12345678901234567890").decode()
SHA256 = base64.b32encode(b"12345678901234567890123456789012").decode().rstrip("=")


@pytest.mark.parametrize(
    ("time", "sha1", "sha256"),
    [
        (59, "287082", "119246"),
        (1111111109, "081804", "084774"),
        (1111111111, "050471", "062674"),
        (1234567890, "005924", "819424"),
        (2000000000, "279037", "698825"),
        (20000000000, "353130", "737706"),
    ],
)
def test_code_is_that_of_the_rfc(time: int, sha1: str, sha256: str) -> None:
    assert code_at(SHA1, time) == sha1
    assert code_at(SHA256, time, 30, "sha256") == sha256


def test_code_of_a_slow_token_lasts_a_minute() -> None:
    assert code_at(SHA1, 60, 60) == code_at(SHA1, 119, 60) == code_at(SHA1, 30, 30)


def test_seconds_left() -> None:
    assert seconds_left(59, 30) == 1
    assert seconds_left(60, 30) == 30


@pytest.mark.parametrize("secret", ["JBSWY3DPEHPK3PXP", "jbsw y3dp-ehpk 3pxp", "JBSWY3DPEHPK3PXP===", "MFRGG"])
def test_secret_is_put_into_one_form(secret: str) -> None:
    assert normalise_secret(secret) == secret.upper().replace(" ", "").replace("-", "").rstrip("=")


@pytest.mark.parametrize("secret", ["", "  ", "JBSWY3D0", "A", "ÄÖ", "M" * 136])
def test_unusable_secret_is_none(secret: str) -> None:
    assert normalise_secret(secret) is None
