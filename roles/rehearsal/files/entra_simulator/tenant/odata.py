# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OData ``$filter`` and ``$orderby`` expressions.

Grammar, as far as directory resources use it: ``or``, ``and``, ``not``, parentheses; ``eq ne gt ge lt le`` and
``in (…)``; the functions ``startsWith``, ``endsWith`` and ``contains``; the lambda ``path/any(x: …)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from entra_simulator.tenant.errors import bad_request
from entra_simulator.tenant.filters import COMPARISONS, Both, Comparison, Either, Lambda, Negation, Node, comparable

_TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')"
    r"|(?P<time>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?)"
    r"|(?P<guid>[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})"
    r"|(?P<number>-?\d+)"
    r"|(?P<word>[A-Za-z_]\w*(?:/[A-Za-z_]\w*)*)"
    r"|(?P<sign>[(),:]))"
)
_FUNCTIONS = frozenset({"startswith", "endswith", "contains"})
_CONSTANTS = {"true": True, "false": False, "null": None}


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(self._scan(text))
        self._position = 0
        self._variables: list[str] = []

    def _scan(self, text: str) -> Iterator[tuple[str, str]]:
        position, text = 0, text.rstrip()
        while position < len(text):
            found = _TOKEN.match(text, position)
            if found is None or found.lastgroup is None:
                raise self._invalid()
            yield found.lastgroup, found.group(found.lastgroup)
            position = found.end()

    def _invalid(self) -> Exception:
        return bad_request(f"Invalid filter clause: syntax error in '{self._text}'.")

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._position] if self._position < len(self._tokens) else ("end", "")

    def _take(self, text: str | None = None) -> tuple[str, str]:
        kind, value = self._peek()
        if kind == "end" or (text is not None and value.lower() != text):
            raise self._invalid()
        self._position += 1
        return kind, value

    def _accept(self, text: str) -> bool:
        if self._peek()[1].lower() == text:
            self._position += 1
            return True
        return False

    def parse(self) -> Node:
        node = self._either()
        if self._peek()[0] != "end":
            raise self._invalid()
        return node

    def _either(self) -> Node:
        node = self._both()
        while self._accept("or"):
            node = Either(node, self._both())
        return node

    def _both(self) -> Node:
        node = self._unary()
        while self._accept("and"):
            node = Both(node, self._unary())
        return node

    def _unary(self) -> Node:
        if self._accept("not"):
            return Negation(self._unary())
        if self._accept("("):
            node = self._either()
            self._take(")")
            return node
        kind, word = self._take()
        if kind != "word":
            raise self._invalid()
        if self._accept("("):
            return self._call(word)
        return self._comparison(self._relative(word))

    def _call(self, word: str) -> Node:
        function = word.lower()
        if function in _FUNCTIONS:
            path = self._relative(self._take()[1])
            self._take(",")
            value = self._literal()
            self._take(")")
            return Comparison(path, function, value)
        path, _slash, name = word.rpartition("/")
        if name.lower() != "any" or not path:
            raise self._invalid()
        self._variables.append(self._take()[1])
        self._take(":")
        inner = self._either()
        self._take(")")
        self._variables.pop()
        return Lambda(path, inner)

    def _relative(self, word: str) -> str:
        head, _slash, rest = word.partition("/")
        if self._variables and head == self._variables[-1]:
            return rest
        return word

    def _comparison(self, path: str) -> Node:
        operator = self._take()[1].lower()
        if operator == "in":
            self._take("(")
            values = [self._literal()]
            while self._accept(","):
                values.append(self._literal())
            self._take(")")
            return Comparison(path, "in", tuple(values))
        if operator not in COMPARISONS:
            raise self._invalid()
        return Comparison(path, operator, self._literal())

    def _literal(self) -> Any:
        kind, text = self._take()
        if kind == "string":
            return comparable(text[1:-1].replace("''", "'"))
        if kind == "number":
            return int(text)
        if kind in {"time", "guid"}:
            return comparable(text)
        if kind == "word" and text in _CONSTANTS:
            return _CONSTANTS[text]
        raise self._invalid()


def parse_filter(text: str) -> Node:
    """The parsed ``$filter``; a syntax error is refused with 400."""
    return _Parser(text).parse()


def parse_order(text: str) -> list[tuple[str, bool]]:
    """The (path, descending) pairs of an ``$orderby``; a syntax error is refused with 400."""
    pairs = []
    for part in text.split(","):
        words = part.split()
        if not words or len(words) > 2 or (len(words) == 2 and words[1].lower() not in {"asc", "desc"}):
            raise bad_request(f"Invalid orderby clause: '{text}'.")
        pairs.append((words[0], len(words) == 2 and words[1].lower() == "desc"))
    return pairs
