# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a large JSON text piece by piece with the standard decoder."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_SPACE = re.compile(r"[ \t\r\n]*")


class JsonCursor:
    """A place in a JSON text that moves forward as values are taken.

    Every method raises json.JSONDecodeError where the text is not JSON.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._decode = json.JSONDecoder().raw_decode

    def next_character(self) -> str:
        """The next character that is not white space, which stays in place; empty at the end."""
        self._at = _end(_SPACE, self._text, self._at)
        return self._text[self._at : self._at + 1]

    def value(self) -> Any:
        """Take one whole value."""
        self.next_character()
        value, self._at = self._decode(self._text, self._at)
        return value

    def elements(self) -> Iterator[Any]:
        """Take a list, one element at a time."""
        self._expect("[", "Expecting a list")
        if self.next_character() == "]":
            self._at += 1
            return
        while True:
            yield self.value()
            if self.next_character() == "]":
                self._at += 1
                return
            self._expect(",", "Expecting ',' delimiter")

    def members(self) -> Iterator[str]:
        """Take the names of an object's members; the caller takes each value before it asks for the next name."""
        self._expect("{", "Expecting an object")
        if self.next_character() == "}":
            self._at += 1
            return
        while True:
            if self.next_character() != '"':
                self._fail("Expecting property name enclosed in double quotes")
            name = self.value()
            self._expect(":", "Expecting ':' delimiter")
            yield name
            if self.next_character() == "}":
                self._at += 1
                return
            self._expect(",", "Expecting ',' delimiter")

    def end(self) -> None:
        """Make sure that nothing follows."""
        if self.next_character():
            self._fail("Extra data")

    def _expect(self, character: str, problem: str) -> None:
        if self.next_character() != character:
            self._fail(problem)
        self._at += 1

    def _fail(self, problem: str) -> None:
        raise json.JSONDecodeError(problem, self._text, self._at)


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.match(text, start)
    return match.end() if match else start
