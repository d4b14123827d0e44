# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads argument specifications out of the text of PowerShell modules.

Only data literals are understood: `@{ }`, `@( )`, quoted text, integers, `$true`, `$false`, `$null` and comma lists.
Everything else becomes `OPAQUE`, so that a specification is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final


class _Opaque:
    def __repr__(self) -> str:
        return "OPAQUE"


OPAQUE: Final = _Opaque()

_TOKEN = re.compile(
    r"""(?P<blank>[ \t]+|`\r?\n|<\#.*?\#>|\#[^\n]*)|(?P<line>[\r\n;]+)|(?P<open>@\{|@\()|(?P<close>[})])
    |(?P<single>'(?:[^']|'')*')|(?P<double>"(?:[^"`]|`.|"")*")|(?P<comma>,)|(?P<equals>=)|(?P<variable>\$[\w:]+)
    |(?P<number>-?\d+(?![\w.]))|(?P<cast>\[[\w.\[\], ]+\])|(?P<nested>[({])|(?P<word>[A-Za-z_][\w-]*)|(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_CONSTANTS: Final = {"$true": True, "$false": False, "$null": None}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def _tokens(text: str, start: int) -> Iterator[_Token]:
    position = start
    while match := _TOKEN.match(text, position):
        position = match.end()
        if match.lastgroup != "blank":
            yield _Token(str(match.lastgroup), match.group())
    while True:
        yield _Token("end", "")


class _Reader:
    """A reader of one literal; `token` is the one that comes next."""

    def __init__(self, text: str, start: int) -> None:
        self._stream = _tokens(text, start)
        self.token = next(self._stream)

    def _advance(self) -> _Token:
        token, self.token = self.token, next(self._stream)
        return token

    def _skip_lines(self) -> None:
        while self.token.kind == "line":
            self._advance()

    def expression(self) -> Any:
        """One value, or a comma list of values; an expression that is no literal is skipped to its end."""
        is_list = self.token.kind == "comma"
        if is_list:
            self._advance()
        items = [self._value()]
        while self.token.kind == "comma":
            is_list = True
            self._advance()
            self._skip_lines()
            items.append(self._value())
        if self.token.kind not in {"line", "close", "end"}:
            self._skip_expression()
            return OPAQUE
        return items if is_list else items[0]

    def _skip_expression(self) -> None:
        depth = 0
        while self.token.kind != "end":
            if depth == 0 and self.token.kind in {"line", "close"}:
                return
            depth += (self.token.kind in {"open", "nested"}) - (self.token.kind == "close")
            self._advance()

    def _value(self) -> Any:
        while self.token.kind == "cast":
            self._advance()
        token = self.token
        if token.kind == "nested":
            self._skip_expression()
            return OPAQUE
        if token.text == "@{":
            return self._table()
        if token.text == "@(":
            return self._array()
        self._advance()
        match token.kind:
            case "single":
                return token.text[1:-1].replace("''", "'")
            case "double" if "$" not in token.text:
                return token.text[1:-1]
            case "number":
                return int(token.text)
            case "variable":
                return _CONSTANTS.get(token.text.casefold(), OPAQUE)
        return OPAQUE

    def _array(self) -> list[Any]:
        self._advance()
        items: list[Any] = []
        while self.token.kind not in {"close", "end"}:
            if self.token.kind == "line":
                self._advance()
                continue
            value = self.expression()
            items.extend(value if isinstance(value, list) else [value])
        self._advance()
        return items

    def _table(self) -> dict[str, Any]:
        self._advance()
        table: dict[str, Any] = {}
        self._skip_lines()
        while self.token.kind not in {"close", "end"}:
            key = self._advance().text.strip("'\"")
            if self.token.kind != "equals":
                raise ValueError(f"no '=' follows the key {key!r} of a hash table")
            self._advance()
            self._skip_lines()
            table[key] = self.expression()
            self._skip_lines()
        self._advance()
        return table


def without_comments(text: str) -> str:
    """The text without its comments; what stands in quotation marks stays."""
    parts = []
    for match in _TOKEN.finditer(text):
        comment = match.lastgroup == "blank" and match.group().startswith(("#", "<#"))
        parts.append(" " if comment else match.group())
    return "".join(parts)


def literal(text: str, start: int = 0) -> Any:
    """The PowerShell literal at a place in a text, as Python data."""
    return _Reader(text, start).expression()


def assigned(text: str, variable: str) -> dict[str, Any] | None:
    """The hash table that the text assigns to `$variable`, or None when there is none."""
    match = re.search(rf"(?im)^\s*\${re.escape(variable)}\s*=\s*(?=@\{{)", text)
    return literal(text, match.end()) if match else None
