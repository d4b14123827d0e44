# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From sources to the users of an export: which reader reads what, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import count
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server import export_csv, merge, oath_csv, pskc
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.export_json import read_export
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.findings import Findings, listed
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import Record
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.sources import (
    FoundToken,
    TextFile,
    TokenSource,
    UserSource,
)

TokenReader = Callable[[TokenSource, Findings], Iterator[FoundToken]]

TOKEN_READERS: dict[str, TokenReader] = {
    "mfa_server_csv": oath_csv.read_tokens,
    "entra_csv": oath_csv.read_tokens,
    "pskc": pskc.read_tokens,
}
USER_FORMATS = ("csv", "json")


def user_source(options: Mapping[str, Any]) -> UserSource:
    """A source of users from the options of a module; raises UnusableInputError for a value map of another shape."""
    values: dict[str, dict[str, str | None]] = {}
    for field, meanings in options["values"].items():
        if not isinstance(meanings, Mapping):
            raise UnusableInputError(f"The values of {field} must be a dictionary from values to what they mean.")
        values[field] = {str(text): None if meaning is None else str(meaning) for text, meaning in meanings.items()}
    columns = options["columns"]
    return UserSource(
        _text_file(options),
        options["format"],
        columns=None if columns is None else {str(field): _column(column) for field, column in columns.items()},
        values=values,
        **{name: options[name] for name in ("header", "country_code", "time_format", "notation")},
    )


def token_source(options: Mapping[str, Any]) -> TokenSource:
    """A source of OATH tokens from the options of a module."""
    names = ("notation", "interval", "hash", "manufacturer", "model", "key", "password")
    return TokenSource(_text_file(options), options["format"], **{name: options[name] for name in names})


def _text_file(options: Mapping[str, Any]) -> TextFile:
    return TextFile(options["path"], options["name"] or options["path"], options["encoding"], options["delimiter"])


def _column(column: object) -> str | int:
    """A name, or a position, which may be written as text."""
    text = str(column)
    return int(text) if text.isascii() and text.isdecimal() else text


def records(users: Sequence[UserSource], tokens: Sequence[TokenSource], findings: Findings) -> Iterator[Record]:
    """The users of the export, in the order of their sources.

    Raises UnusableInputError when a source cannot be used at all, also while it is read.
    """
    found = (token for source in tokens for token in TOKEN_READERS[source.format](source, findings))
    store = merge.TokenStore(found, findings)
    readers = {"csv": export_csv.read_users, "json": _users_of_json}
    named = [merge.Users(source.file.name, partial(readers[source.format], source, findings)) for source in users]
    return store.give(merge.merge(named, findings))


def _users_of_json(source: UserSource, findings: Findings) -> Iterator[tuple[int, Record]]:
    """The users of an export file, each with its position; a broken record is a problem and left out."""
    export = read_export(source.file.path, name=source.file.name)
    if export.unknown_fields:
        findings.warn(
            f"The file {source.file.name} has fields that are not known and left out: {listed(export.unknown_fields)}."
        )
    broken = {record.position for record in export.broken}
    for record in export.broken:
        findings.add(source.file.name, record.position, None, f"cannot be used, as its {record.problem}")
    sound = (position for position in count(1) if position not in broken)
    yield from zip(sound, export.records, strict=False)
