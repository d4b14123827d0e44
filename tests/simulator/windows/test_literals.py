# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Literals of PowerShell, and what is left opaque."""

from __future__ import annotations

import pytest
from entra_simulator.windows.literals import OPAQUE, assigned, literal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'it''s'", "it's"),
        ('"plain"', "plain"),
        ("-3", -3),
        ("$TRUE", True),
        ("$null", None),
        ("'a', 'b'", ["a", "b"]),
        (", 'a'", ["a"]),
        ("@('a'\n'b')", ["a", "b"]),
        ("@(, @('a', 'b'))", [["a", "b"]]),
        ("@(\n, @('a', 'b')\n, @('c', 'd')\n)", [["a", "b"], ["c", "d"]]),
        ("@(@('a', 'b'), @('c', @('d')))", [["a", "b"], ["c", ["d"]]]),
        ("@{ a = 1; 'b' = @{ c = $false } # comment\n}", {"a": 1, "b": {"c": False}}),
        ("@{ a = <# words #> 'x'\n b = [string]'y' }", {"a": "x", "b": "y"}),
    ],
)
def test_literals_are_read(text: str, expected: object) -> None:
    assert literal(text) == expected


@pytest.mark.parametrize("text", ['"a $b"', "$other", "$list.Keys + 'auto'", "(Get-Date)", "1 + 1", "& { 1 }"])
def test_what_is_no_literal_stays_opaque(text: str) -> None:
    assert literal(text) is OPAQUE


def test_an_opaque_value_does_not_swallow_what_follows() -> None:
    table = literal("@{ a = $x.Keys + 'auto'; b = @{ c = (1 + (2)) }\n d = 1 }")
    assert table == {"a": OPAQUE, "b": {"c": OPAQUE}, "d": 1}


def test_the_assignment_of_a_variable_is_found() -> None:
    assert assigned("$x = 1\n  $Spec = @{ a = 1 }\n$y = @{}", "spec") == {"a": 1}
    assert assigned("$spec = Get-Spec", "spec") is None


def test_a_table_without_values_is_an_error() -> None:
    with pytest.raises(ValueError, match="no '=' follows the key 'a'"):
        literal("@{ a }")
