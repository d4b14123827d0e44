# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter expressions: what they match, what pins an index, what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from entra_simulator.tenant.errors import Refusal
from entra_simulator.tenant.filters import lookup
from entra_simulator.tenant.odata import parse_filter, parse_order

ITEM: dict[str, Any] = {
    "name": "Anna O'Neill",
    "number": 5,
    "enabled": True,
    "nothing": None,
    "created": "2026-05-01T10:00:00Z",
    "inner": {"part": "A1"},
    "addresses": ["smtp:one@contoso.example", "SMTP:two@contoso.example"],
    "targets": [{"id": "7"}, {"id": "8"}],
}


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("name eq 'anna o''neill'", True),
        ("name eq 'anna'", False),
        ("name ne 'anna'", True),
        ("startsWith(name,'ANNA')", True),
        ("endswith(name, 'neill')", True),
        ("contains(name,'x')", False),
        ("number in (1, 5)", True),
        ("number gt 5", False),
        ("number ge 5 and number le 5", True),
        ("enabled eq true", True),
        ("nothing eq null", True),
        ("missing eq null", True),
        ("created ge 2026-05-01T12:00:00+02:00", True),
        ("created lt 2026-05-01T10:00:00Z", False),
        ("inner/part eq 'a1'", True),
        ("addresses/any(a:a eq 'smtp:two@contoso.example')", True),
        ("targets/any(t: t/id eq '8')", True),
        ("targets/any(t: t/id eq '9')", False),
        ("not (name eq 'anna') and (number eq 1 or number eq 5)", True),
        ("number eq 1 or number eq 5 and enabled eq false", False),
    ],
)
def test_matches(text: str, matches: bool) -> None:
    assert parse_filter(text).matches(ITEM) is matches


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name eq",
        "name eq 'a",
        "name equals 'a'",
        "(name eq 'a'",
        "name eq 'a' name eq 'b'",
        "all(x:x eq 1)",
        "1 eq 1",
    ],
)
def test_syntax_errors_are_refused(text: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse_filter(text)

    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("upn eq 'A@b'", {"a@b"}),
        ("upn in ('A', 'b')", {"a", "b"}),
        ("upn eq 'a' or upn eq 'b'", {"a", "b"}),
        ("enabled eq true and upn eq 'a'", {"a"}),
        ("upn eq 'a' or enabled eq true", None),
        ("startswith(upn,'a')", None),
        ("not (upn eq 'a')", None),
    ],
)
def test_lookup_finds_only_what_the_filter_pins(text: str, values: set[str] | None) -> None:
    assert lookup(parse_filter(text), "upn") == values


def test_order() -> None:
    assert parse_order("displayName desc, id") == [("displayName", True), ("id", False)]


def test_order_with_a_wrong_direction_is_refused() -> None:
    with pytest.raises(Refusal):
        parse_order("displayName down")
