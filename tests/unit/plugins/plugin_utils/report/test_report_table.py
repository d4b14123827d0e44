# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cells that a spreadsheet would run are made harmless; everything else stays as it is."""

from __future__ import annotations

import csv
import io

import pytest
from ansible_collections.entra.mfa.plugins.plugin_utils.report.table import Table, harmless
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\n=1"])
def test_formula_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == "'" + text


@pytest.mark.parametrize(("value", "text"), [(None, ""), (5, "5"), ("a=1", "a=1"), ("user@contoso.example",) * 2])
def test_other_values_stay(value: object, text: str) -> None:
    assert harmless(value) == text


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1))
def test_any_text_comes_back_from_the_file(values: list[str]) -> None:
    file = io.StringIO(newline="")
    Table(file, ["column"] * len(values)).row(values)

    rows = list(csv.reader(io.StringIO(file.getvalue(), newline="")))

    assert rows[1] == [harmless(value) for value in values]
    assert not any(cell[:1] in set("=+-@\t\r\n") for cell in rows[1] if cell)
