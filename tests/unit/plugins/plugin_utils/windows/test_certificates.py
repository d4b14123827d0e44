# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which certificate serves, and how it is shown."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.entra.mfa.plugins.plugin_utils.windows import certificates
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.certificates import Certificate

NOW = datetime(2024, 4, 30, tzinfo=UTC)
RAW = base64.b64encode(bytes(range(100))).decode()


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ('CN="MFA Utility, MFA01"', "CN=MFA Utility\\, MFA01", True),
        ("CN=a, O=b", "cn = A,O=b", True),
        ("CN=a, O=b", 'CN="a, O=b"', False),
        ("CN=a", "CN=ab", False),
    ],
)
def test_names_are_compared_by_their_parts(first: str, second: str, same: bool) -> None:
    assert (certificates.parts_of(first) == certificates.parts_of(second)) is same


def certificate(days: int) -> Certificate:
    return Certificate(f"T{days}", "CN=x", NOW + timedelta(days=days), has_private_key=True, raw=RAW)


def test_one_that_lasts_beyond_the_window_serves() -> None:
    assert certificates.serviceable([certificate(31), certificate(10)], NOW, 30) == certificate(31)


def test_one_inside_the_window_is_due_but_not_expired() -> None:
    assert certificates.serviceable([certificate(30)], NOW, 30) is None
    assert certificates.expired([certificate(30)], NOW) == []


def test_one_past_its_end_is_expired() -> None:
    assert certificates.expired([certificate(400), certificate(0), certificate(-1)], NOW) == [
        certificate(0),
        certificate(-1),
    ]


def test_pem_has_lines_of_64_and_the_same_bytes() -> None:
    lines = certificate(1).pem.splitlines()
    assert (lines[0], lines[-1]) == ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----")
    assert {len(line) for line in lines[1:-2]} == {64}
    assert base64.b64decode("".join(lines[1:-1])) == bytes(range(100))


def test_result_shows_the_end_in_utc() -> None:
    assert certificate(0).as_result()["not_after"] == "2024-04-30T00:00:00Z"
