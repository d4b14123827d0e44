# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shapes of request bodies: which properties a call accepts, of which type, and which it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from entra_simulator.tenant.errors import bad_request

TYPE = "@odata.type"

Check = Callable[[Any, str], None]


@dataclass(frozen=True, slots=True)
class Property:
    """One property: its check, whether the call needs it, whether null is accepted."""

    check: Check
    required: bool = False
    nullable: bool = True


Shape = Mapping[str, Property]


def check_body(body: Any, shape: Shape, path: str = "") -> None:
    """Refuse with 400 a body that is no object, has a property the shape does not know, or lacks one it needs.

    ``@odata.type`` may stand in any object, as generated clients send it.
    """
    if not isinstance(body, dict):
        raise bad_request(f"Invalid value specified for '{path or 'body'}': an object is expected.")
    for name, value in body.items():
        known = shape.get(name)
        if known is None and name == TYPE:
            continue
        if known is None:
            raise bad_request(f"Invalid property '{path}{name}'.")
        if value is not None:
            known.check(value, f"{path}{name}")
        elif not known.nullable or known.required:
            raise bad_request(f"Property '{path}{name}' cannot be null.")
    for name, known in shape.items():
        if known.required and name not in body:
            raise bad_request(f"A value is required for property '{path}{name}' of resource.")


def _expect(kind: type) -> Check:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise bad_request(f"Invalid value specified for property '{path}' of resource.")

    return check


text = _expect(str)
flag = _expect(bool)
number = _expect(int)


def moment(value: Any, path: str) -> None:
    """ISO 8601 date and time."""
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise bad_request(f"Invalid value specified for property '{path}' of resource.") from error


def one_of(*values: str) -> Check:
    """One of the members of an enumeration."""

    def check(value: Any, path: str) -> None:
        if value not in values:
            raise bad_request(f"Invalid value specified for property '{path}' of resource.")

    return check


def record(shape: Shape) -> Check:
    """An object of a shape."""

    def check(value: Any, path: str) -> None:
        check_body(value, shape, f"{path}/")

    return check


def list_of(inner: Check) -> Check:
    """A list whose elements all pass a check."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, list):
            raise bad_request(f"Invalid value specified for property '{path}' of resource.")
        for element in value:
            inner(element, path)

    return check


def optional(check: Check) -> Property:
    """A property that may be left out or null."""
    return Property(check)


def required(check: Check) -> Property:
    """A property that must be there and not null."""
    return Property(check, required=True, nullable=False)


REFERENCE: Shape = {"@odata.id": required(text)}
"""The body of a ``$ref`` call."""

EMPTY: Shape = {}
"""An action without arguments: no body, or an empty object."""
