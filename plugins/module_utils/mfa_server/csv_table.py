# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads CSV of any separator, record by record, each with the line that it begins on."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TextIO

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server import text_file
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.findings import Findings
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.sources import TextFile

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}

_SAMPLE_RECORDS = 25
_DECLARATION = re.compile(r"sep=([,;|\t])\r?\n?", re.IGNORECASE)
_NO_END = "unexpected end of data"


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file: how many columns it has, their trimmed names (none without a header), and its records."""

    width: int
    columns: list[str]
    rows: Iterator[tuple[int, list[str]]]


@contextmanager
def opened(file: TextFile, *, header: bool, wanted: Collection[str], findings: Findings) -> Iterator[Table]:
    """Open a CSV file; ``wanted`` are the names of columns that the separator has to bring to light, in any case.

    A record with another number of fields is a problem and left out; blank records are left out. Raises
    UnusableInputError when the file is empty, no text, or ends inside a quoted field, also while it is read.
    """
    delimiter = DELIMITERS.get(file.delimiter) or _found_delimiter(file, header, {name.casefold() for name in wanted})
    with text_file.opened(file) as stream:
        skipped = _skip_declaration(stream)
        records = _records(file, stream, delimiter, skipped, findings)
        line, first = next(records, (0, []))
        if not first:
            raise UnusableInputError(f"The file {file.name} has no records; export it again.")
        rows = _whole(file, records if header else _chain((line, first), records), len(first), findings)
        yield Table(len(first), [name.strip() for name in first] if header else [], rows)


def _chain(first: tuple[int, list[str]], others: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    yield first
    yield from others


def _records(
    file: TextFile, stream: TextIO, delimiter: str, skipped: int, findings: Findings
) -> Iterator[tuple[int, list[str]]]:
    """Every record that is not blank, with the number of its first line."""
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1 + skipped
        try:
            row = next(reader, None)
        except csv.Error as error:
            if str(error) == _NO_END or "field limit" in str(error):
                raise UnusableInputError(
                    f"The file {file.name} is cut off, or a quotation mark is missing: a quoted field of the record "
                    f"that begins on line {line} is never closed."
                ) from None
            findings.add(file.name, line, None, f"is no CSV record: {error}")
            continue
        if row is None:
            return
        if any(field and not field.isspace() for field in row):
            yield line, row


def _whole(
    file: TextFile, records: Iterator[tuple[int, list[str]]], width: int, findings: Findings
) -> Iterator[tuple[int, list[str]]]:
    """The records as wide as the first one; empty fields beyond that width are cut off."""
    for line, row in records:
        if len(row) > width and not any(field.strip() for field in row[width:]):
            yield line, row[:width]
        elif len(row) != width:
            findings.add(file.name, line, None, f"has {len(row)} fields where the first record has {width}")
        else:
            yield line, row


def _skip_declaration(stream: TextIO) -> int:
    """Pass the line ``sep=;`` that Excel reads and writes; returns the number of lines passed."""
    start = stream.tell()
    if _DECLARATION.fullmatch(stream.readline(16)):
        return 1
    stream.seek(start)
    return 0


def _found_delimiter(file: TextFile, header: bool, wanted: Collection[str]) -> str:
    """The separator that a declaration names, else the one that makes the most of the first records."""
    with text_file.opened(file) as stream:
        declared = _DECLARATION.fullmatch(stream.readline(16))
    if declared:
        return declared.group(1)
    return max(DELIMITERS.values(), key=lambda delimiter: _merit(file, delimiter, wanted if header else ()))


def _merit(file: TextFile, delimiter: str, wanted: Collection[str]) -> tuple[int, float, int]:
    """How well a separator fits: columns found by name, share of equally wide records, their width."""
    with text_file.opened(file) as stream:
        try:
            rows = [row for row in islice(csv.reader(stream, delimiter=delimiter), _SAMPLE_RECORDS) if row]
        except csv.Error:
            return 0, 0.0, 0
    if not rows or len(rows[0]) < 2:
        return 0, 0.0, 0
    width = len(rows[0])
    named = sum(name.strip().casefold() in wanted for name in rows[0])
    return named, sum(len(row) == width for row in rows) / len(rows), width
