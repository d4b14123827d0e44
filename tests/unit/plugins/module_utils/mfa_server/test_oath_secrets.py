# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets: recognised by their spelling, converted, refused for a length that no token has."""

from __future__ import annotations

import base64

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.findings import ValueProblemError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.oath_secrets import (
    notation_of,
    to_base32,
)
from hypothesis import given
from hypothesis import strategies as st

SEED = b"12345678901234567890"
HEX, BASE32 = SEED.hex(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
BOTH = "ABCDEF234567ABCDEF234567ABCDEF23"


@pytest.mark.parametrize(
    ("secrets", "expected"),
    [
        ([BASE32], "base32"),
        ([HEX, BOTH], "hex"),
        ([BASE32.lower(), BOTH], "base32"),
        ([BASE32, HEX], "mixed"),
        ([BOTH], "base32"),
        ([], "base32"),
        (["", "?"], "base32"),
    ],
)
def test_all_secrets_of_a_file_tell_their_notation(secrets: list[str], expected: str) -> None:
    assert notation_of(secrets) == expected


@pytest.mark.parametrize(
    ("secret", "notation"),
    [
        (HEX, "hex"),
        ("0x" + HEX.upper(), "hex"),
        ("31 32 33 34 35 36 37 38 39 30 31 32 33 34 35 36 37 38 39 30", "hex"),
        (":".join(HEX[at : at + 2] for at in range(0, 40, 2)), "hex"),
        (HEX, "mixed"),
        (BASE32, "base32"),
        (BASE32.lower(), "mixed"),
        ("GEZD GNBV GY3T QOJQ GEZD-GNBV-GY3T-QOJQ", "base32"),
        (BASE32 + "=", "base32"),
    ],
)
def test_secret_is_written_in_base32(secret: str, notation: str) -> None:
    assert to_base32(secret, notation) == BASE32


@pytest.mark.parametrize(
    ("secret", "notation", "message"),
    [
        ("GEZDGNBV", "base32", "has a wrong length: 5 bytes, where a secret has at least 10"),
        ("GEZDGNBVGY3TQOJQG", "base32", "no Base32 secret has 17 characters"),
        ("A" * 136, "base32", "has a wrong length: 85 bytes, where Entra takes at most 80"),
        ("00" * 81, "hex", "has a wrong length: 81 bytes"),
        (HEX[:-1], "hex", "an odd number of digits"),
        (BASE32, "hex", "is no hexadecimal secret"),
        (HEX, "base32", "is no Base32 secret"),
        ("1.23457E+39", "base32", "is no Base32 secret"),
        (BOTH, "mixed", "could be hexadecimal or Base32"),
    ],
)
def test_secret_that_cannot_be_is_refused_without_showing_it(secret: str, notation: str, message: str) -> None:
    with pytest.raises(ValueProblemError, match=message) as caught:
        to_base32(secret, notation)
    assert secret not in str(caught.value)


@given(st.lists(st.binary(min_size=10, max_size=80), min_size=1, max_size=20))
def test_both_notations_of_the_same_secrets_give_the_same(seeds: list[bytes]) -> None:
    expected = [base64.b32encode(seed).decode().rstrip("=") for seed in seeds]
    assert [to_base32(text, "base32") for text in expected] == expected
    assert [to_base32(seed.hex(), "hex") for seed in seeds] == expected
