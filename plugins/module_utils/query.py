# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The `query` option of the info modules."""

from __future__ import annotations

from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError
from ansible_collections.entra.mfa.plugins.module_utils.graph.libraries import load


def check(expression: str | None) -> None:
    """Raise InputError when an expression is not JMESPath, before anything is read from the tenant."""
    if expression is None:
        return
    jmespath = load("jmespath")
    try:
        jmespath.compile(expression)
    except jmespath.exceptions.JMESPathError as error:
        raise InputError(f"query is not a JMESPath expression: {_first_line(error)}.") from error


def select(expression: str, value: Any) -> Any:
    """What a JMESPath expression selects from a result; InputError when a function in it does not fit the data."""
    jmespath = load("jmespath")
    try:
        return jmespath.search(expression, value)
    except jmespath.exceptions.JMESPathError as error:
        raise InputError(f"query does not fit the data: {_first_line(error)}.") from error


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".:")
