# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page: everything escaped, a template that cannot be rendered named, numbers and shares honest."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.entra.mfa.plugins.plugin_utils.report import page
from ansible_collections.entra.mfa.plugins.plugin_utils.report.errors import ReportInputError
from hypothesis import given
from hypothesis import strategies as st


def rendered(folder: Path, source: str, **report: object) -> str:
    """A page from a template."""
    (folder / "page.j2").write_text(source, encoding="utf-8")
    return page.render(folder / "page.j2", report)


def test_values_are_escaped_and_never_rendered(tmp_path: Path) -> None:
    assert rendered(tmp_path, "{{ report.name }}", name="<b>{{ 7 * 7 }}</b>") == "&lt;b&gt;{{ 7 * 7 }}&lt;/b&gt;"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{% if %}", "Line 1 of the template .*page.j2"),
        ("{{ report.missing }}", "cannot be rendered: .*missing"),
        ("{{ 1 / 0 }}", "cannot be rendered"),
        ("{{ ''.__class__.__mro__ }}", "cannot be rendered"),
        ("{% include '/etc/passwd' %}", "cannot be rendered"),
    ],
)
def test_a_template_that_cannot_be_rendered_is_named(tmp_path: Path, source: str, message: str) -> None:
    with pytest.raises(ReportInputError, match=message):
        rendered(tmp_path, source)


def test_a_template_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReportInputError, match=r"none\.j2 cannot be read"):
        page.render(tmp_path / "none.j2", {})


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 0, page.NOTHING), (0, 5, "0 %"), (1, 1000, "under 1 %"), (999, 1000, "99 %"), (5, 5, "100 %"), (2, 3, "66 %")],
)
def test_percent(part: int, whole: int, text: str) -> None:
    assert page.percent(part, whole) == text


def test_times_and_numbers() -> None:
    assert page.moment("2026-03-05T09:04:00Z") == "5 March 2026, 09:04 UTC"
    assert page.day("2026-03-05T09:04:00Z") == "5 Mar 2026"
    assert page.day(None) == page.moment(None) == page.NOTHING
    assert page.number(1234567) == "1,234,567"


@given(st.lists(st.integers(min_value=0, max_value=500_000), min_size=1, max_size=6))
def test_shares_fill_the_bar_and_show_everybody(counts: list[int]) -> None:
    parts = page.shares(counts)

    assert [part["length"] > 0 for part in parts] == [count > 0 for count in counts]
    if sum(counts):
        assert sum(part["length"] for part in parts) == pytest.approx(100, abs=0.01)
        assert parts[-1]["start"] + parts[-1]["length"] <= 100.01
