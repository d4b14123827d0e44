# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads XML of unknown origin element by element, without document types: no entities, nothing from outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError

_CHUNK = 1 << 16
_MOST_DEPTH = 64
_MOST_OPEN_CHARACTERS = 1 << 20


@dataclass(slots=True)
class Element:
    """An element: its name without and its namespace, its attributes, its text without spaces around, its children."""

    name: str
    namespace: str
    line: int
    attributes: dict[str, str]
    text: str = field(default="", repr=False)
    children: list[Element] = field(default_factory=list, repr=False)

    def find(self, *path: str) -> Element | None:
        """The first element below, by the names on the way to it."""
        found: Element | None = self
        for name in path:
            found = next((child for child in found.children if child.name == name), None) if found else None
        return found

    def text_of(self, *path: str) -> str | None:
        """The text of an element below; None when there is none or it is empty."""
        found = self.find(*path)
        return (found.text or None) if found else None


def read(path: str, name: str, root: str, namespace: str) -> Iterator[Element]:
    """The children of the root, one after the other, each forgotten when the next one is asked for.

    Raises UnusableInputError when the file is not such XML, also while it is read: ``root`` is the name of the root
    and ``namespace`` the beginning of its namespace, ``name`` what the error calls the file.
    """
    builder = _Builder(name, root, namespace)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    builder.attach(parser)
    try:
        with Path(path).open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)
                yield from builder.taken()
        parser.Parse(b"", True)
        yield from builder.taken()
    except OSError as error:
        raise UnusableInputError(f"The file {name} cannot be read: {error.strerror}.") from None
    except expat.ExpatError as error:
        words = expat.ErrorString(error.code)
        raise UnusableInputError(
            f"The file {name} is no well-formed XML: {words} on line {error.lineno}. Was it cut off?"
        ) from None


class _Builder:
    """Builds the children of the root while the parser goes on."""

    def __init__(self, name: str, root: str, namespace: str) -> None:
        self._name = name
        self._root = root
        self._namespace = namespace
        self._open: list[Element] = []
        self._texts: list[list[str]] = []
        self._size = 0
        self._done: list[Element] = []
        self._parser: Any = None

    def attach(self, parser: Any) -> None:
        """Listen to a parser."""
        self._parser = parser
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters

    def taken(self) -> list[Element]:
        """The children that were finished since the last call."""
        done, self._done = self._done, []
        return done

    def _refuse_doctype(self, *_declaration: object) -> None:
        raise UnusableInputError(
            f"The file {self._name} has a document type declaration (DOCTYPE), which could make it expand without end "
            "or read other files; remove the declaration."
        )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        namespace, _space, name = tag.rpartition(" ")
        if not self._open and (name != self._root or not namespace.startswith(self._namespace)):
            raise UnusableInputError(f"The file {self._name} does not begin with the element {self._root}.")
        if len(self._open) >= _MOST_DEPTH:
            raise UnusableInputError(f"The file {self._name} is nested too deeply to be of this format.")
        self._count(len(tag) + sum(len(key) + len(value) for key, value in attributes.items()))
        element = Element(name, namespace, self._parser.CurrentLineNumber, attributes)
        if len(self._open) > 1:
            self._open[-1].children.append(element)
        self._open.append(element)
        self._texts.append([])

    def _end(self, _tag: str) -> None:
        element = self._open.pop()
        element.text = "".join(self._texts.pop()).strip()
        if len(self._open) == 1:
            self._done.append(element)
            self._size = 0

    def _characters(self, data: str) -> None:
        self._count(len(data))
        if len(self._open) > 1:
            self._texts[-1].append(data)

    def _count(self, characters: int) -> None:
        self._size += characters
        if self._size > _MOST_OPEN_CHARACTERS:
            raise UnusableInputError(f"The file {self._name} has one element of more than a million characters.")
