# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of a parsed ``$filter``: what they match, and which values they pin. Strings are compared without case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

COMPARISONS = frozenset({"eq", "ne", "gt", "ge", "lt", "le"})


class Node(Protocol):
    """A parsed part of a filter."""

    def matches(self, item: Any) -> bool:
        """Whether the item fulfils this part."""

    def usages(self) -> Iterator[tuple[str, str]]:
        """The (property path, operator) pairs of this part."""


def read(item: Any, path: str) -> Any:
    """The value under a slash-separated path, None where a step is absent."""
    for step in path.split("/"):
        if not isinstance(item, dict):
            return None
        item = item.get(step)
    return item


def comparable(value: Any) -> Any:
    """A value in the form in which it is compared: text lower-cased, date and time as seconds."""
    if not isinstance(value, str):
        return value
    if len(value) >= 19 and value[4] == "-" and value[10] == "T":
        try:
            return datetime.fromisoformat(value).timestamp()
        except ValueError:
            return value.casefold()
    return value.casefold()


def _ordered(operator: str, left: Any, right: Any) -> bool:
    try:
        difference = (left > right) - (left < right)
    except TypeError:
        return False
    signs: dict[str, bool] = {
        "gt": difference > 0,
        "ge": difference >= 0,
        "lt": difference < 0,
        "le": difference <= 0,
    }
    return signs[operator]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``path operator value``; for ``in`` the value is a tuple."""

    path: str
    operator: str
    value: Any

    def matches(self, item: Any) -> bool:
        """See `Node`."""
        found = comparable(read(item, self.path) if self.path else item)
        if self.operator == "in":
            return any(found == value for value in self.value)
        if self.operator in {"eq", "ne"}:
            return bool(found == self.value) == (self.operator == "eq")
        if self.operator in COMPARISONS:
            return _ordered(self.operator, found, self.value)
        if not isinstance(found, str):
            return False
        value = str(self.value)
        if self.operator == "contains":
            return value in found
        return found.startswith(value) if self.operator == "startswith" else found.endswith(value)

    def usages(self) -> Iterator[tuple[str, str]]:
        """See `Node`."""
        yield self.path, self.operator


@dataclass(frozen=True, slots=True)
class Lambda:
    """``path/any(x: inner)`` with the paths of ``inner`` relative to one element."""

    path: str
    inner: Node

    def matches(self, item: Any) -> bool:
        """See `Node`."""
        return any(self.inner.matches(element) for element in read(item, self.path) or ())

    def usages(self) -> Iterator[tuple[str, str]]:
        """See `Node`."""
        for path, operator in self.inner.usages():
            yield (f"{self.path}/{path}" if path else self.path), operator


@dataclass(frozen=True, slots=True)
class Both:
    """``left and right``."""

    left: Node
    right: Node

    def matches(self, item: Any) -> bool:
        """See `Node`."""
        return self.left.matches(item) and self.right.matches(item)

    def usages(self) -> Iterator[tuple[str, str]]:
        """See `Node`."""
        yield from self.left.usages()
        yield from self.right.usages()


@dataclass(frozen=True, slots=True)
class Either:
    """``left or right``."""

    left: Node
    right: Node

    def matches(self, item: Any) -> bool:
        """See `Node`."""
        return self.left.matches(item) or self.right.matches(item)

    def usages(self) -> Iterator[tuple[str, str]]:
        """See `Node`."""
        yield from self.left.usages()
        yield from self.right.usages()


@dataclass(frozen=True, slots=True)
class Negation:
    """``not (inner)``; every operator inside counts as ``not``."""

    inner: Node

    def matches(self, item: Any) -> bool:
        """See `Node`."""
        return not self.inner.matches(item)

    def usages(self) -> Iterator[tuple[str, str]]:
        """See `Node`."""
        for path, _operator in self.inner.usages():
            yield path, "not"


def lookup(node: Node, path: str) -> frozenset[Any] | None:
    """The only values that ``path`` can have in a match, or None when the filter does not pin them.

    Values are lower-cased, as the indices of the store are.
    """
    if isinstance(node, Comparison) and node.path == path:
        if node.operator == "eq":
            return frozenset({node.value})
        if node.operator == "in":
            return frozenset(node.value)
    if isinstance(node, Both):
        left = lookup(node.left, path)
        return left if left is not None else lookup(node.right, path)
    if isinstance(node, Either):
        left, right = lookup(node.left, path), lookup(node.right, path)
        return left | right if left is not None and right is not None else None
    return None


def sort_key(item: Any, path: str) -> tuple[bool, Any]:
    """Key that orders absent values first and text without case."""
    value = comparable(read(item, path))
    return value is not None, value
