# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Selecting from a result by an expression."""

from __future__ import annotations

import pytest
from ansible_collections.entra.mfa.plugins.module_utils import query
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError


def test_no_expression_and_a_good_one_pass() -> None:
    query.check(None)
    query.check("domains[].id")


@pytest.mark.parametrize("expression", ["domains[?", "", "nothing(@)x"])
def test_bad_expression_is_refused_in_one_line(expression: str) -> None:
    with pytest.raises(InputError, match=r"^query is not a JMESPath expression: [^\n]+\.$"):
        query.check(expression)


def test_expression_selects() -> None:
    assert query.select("domains[?default].id", {"domains": [{"id": "a", "default": True}, {"id": "b"}]}) == ["a"]


def test_function_that_does_not_fit_is_told_in_one_line() -> None:
    with pytest.raises(InputError, match=r"^query does not fit the data: [^\n]+\.$"):
        query.select("abs(name)", {"name": "text"})
