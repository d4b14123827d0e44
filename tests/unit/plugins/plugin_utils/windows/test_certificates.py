# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which certificate serves, and how it is shown."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.plugin_utils.windows import certificates
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.certificates import Certificate
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import HostError

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


def stored(days: float, *, key: bool = True) -> dict[str, Any]:
    """An entry of the store that ends so many days from now."""
    end = datetime.now(UTC) + timedelta(days=days)
    return {
        "thumbprint": "AB" * 20,
        "subject": "CN=own",
        "valid_to_iso8601": end.isoformat(),
        "has_private_key": key,
        "raw": RAW,
    }


@pytest.mark.parametrize("thumbprint", ["AB" * 20, "ab" * 20, " ".join(["ab"] * 20), "\u200e" + "ab" * 20])
def test_a_given_certificate_is_found_however_it_was_copied(fake: Any, thumbprint: str) -> None:
    view = fake(certificates=[stored(100)]).view()
    assert certificates.given(view, thumbprint, 30).subject == "CN=own"
    assert view.warnings == []


def test_a_given_certificate_near_its_end_gets_a_warning(fake: Any) -> None:
    view = fake(certificates=[stored(10)]).view()
    certificates.given(view, "AB" * 20, 30)
    assert "replace it in time" in view.warnings[0]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (stored(-1), "it ended on"),
        (stored(100, key=False), "its private key is not in"),
        ({**stored(100), "thumbprint": "CD" * 20}, "it is not in"),
    ],
)
def test_a_given_certificate_that_does_not_serve_is_refused(fake: Any, entry: dict[str, Any], reason: str) -> None:
    with pytest.raises(HostError, match=reason):
        certificates.given(fake(certificates=[entry]).view(), "AB" * 20, 30)
