# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every rule in the documentation names tests that exist."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "docs" / "docsite" / "rst" / "rules.rst"
TEST = re.compile(r"``(\S+\.py)::(\w+)``")
LEAST_RULES = 23


def rows() -> list[str]:
    """The rows of the table, without its head."""
    return RULES.read_text(encoding="utf-8").split("\n   * - ")[2:]


@cache
def functions(path: str) -> frozenset[str]:
    """The names of a test file's functions."""
    tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_rule_is_there() -> None:
    assert len(rows()) >= LEAST_RULES


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.partition("\n")[0])
def test_rule_names_tests_that_exist(row: str) -> None:
    named = TEST.findall(row)
    assert named
    assert [(path, name) for path, name in named if name not in functions(path)] == []
