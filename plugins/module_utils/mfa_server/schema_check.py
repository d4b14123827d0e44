# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks values against the part of JSON Schema that the export format uses.

A schema is compiled once into nested functions, which is fast enough for files of 200,000 users and needs no library on
the controller. The tests hold its verdicts against those of a full implementation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple


class Problem(NamedTuple):
    """Where a value departs from the schema and how; the value itself is never shown."""

    path: str
    text: str

    def __str__(self) -> str:
        return f"{self.path} {self.text}".strip()

    def below(self, name: str) -> Problem:
        """The same problem seen from one level further up."""
        separator = "" if not self.path or self.path.startswith("[") else "."
        return Problem(f"{name}{separator}{self.path}", self.text)


Check = Callable[[Any], "Problem | None"]

_TYPES: dict[str, tuple[type, str]] = {
    "string": (str, "a string"),
    "integer": (int, "an integer"),
    "boolean": (bool, "true or false"),
    "object": (dict, "an object"),
    "array": (list, "a list"),
}


def compile_check(schema: Mapping[str, Any], unknown: set[str], path: str = "") -> Check:
    """The check for a schema; names of fields that the schema does not list are added to ``unknown`` as it goes."""
    declared = schema["type"]
    names = [declared] if isinstance(declared, str) else list(declared)
    nullable = "null" in names
    (name,) = [other for other in names if other != "null"]
    expected, words = _TYPES[name]
    wrong_type = Problem("", f"must be {words}")
    inner = _inner_check(name, schema, unknown, path)

    def check(value: Any) -> Problem | None:
        if value is None and nullable:
            return None
        # True is an int in Python and not in JSON.
        if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
            return wrong_type
        return inner(value) if inner else None

    return check


def _inner_check(name: str, schema: Mapping[str, Any], unknown: set[str], path: str) -> Check | None:
    if name == "object":
        return _object_check(schema, unknown, path)
    if name == "array":
        return _array_check(compile_check(schema["items"], unknown, f"{path}[]"))
    if schema.get("format") == "date-time":
        return _time_check
    if "enum" in schema:
        return _enum_check(schema["enum"])
    if "const" in schema:
        return _enum_check([schema["const"]])
    if "minLength" in schema:
        return _length_check
    return None


def _object_check(schema: Mapping[str, Any], unknown: set[str], path: str) -> Check:
    required = schema.get("required", ())
    fields = {
        field: compile_check(inner, unknown, f"{path}.{field}" if path else field)
        for field, inner in schema.get("properties", {}).items()
    }
    additional = schema.get("additionalProperties")
    rest = compile_check(additional, unknown, path) if additional else None

    def check(value: dict[str, Any]) -> Problem | None:
        for field in required:
            if field not in value:
                return Problem(field, "is missing")
        for field, inner in value.items():
            inner_check = fields.get(field, rest)
            if inner_check is None:
                unknown.add(f"{path}.{field}" if path else field)
            elif (problem := inner_check(inner)) is not None:
                return problem.below(field)
        return None

    return check


def _array_check(item_check: Check) -> Check:
    def check(value: list[Any]) -> Problem | None:
        for index, item in enumerate(value):
            if (problem := item_check(item)) is not None:
                return problem.below(f"[{index}]")
        return None

    return check


def _enum_check(allowed: list[Any]) -> Check:
    problem = Problem("", f"must be one of {', '.join(str(value) for value in allowed if value is not None)}")
    values = frozenset(allowed)
    return lambda value: None if value in values else problem


def _length_check(value: str) -> Problem | None:
    return None if value else Problem("", "must not be empty")


def _time_check(value: str) -> Problem | None:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return Problem("", "must be a time such as 2024-05-01T10:00:00Z")
    return None
