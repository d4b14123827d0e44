# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads OATH tokens from CSV: the three columns that MFA Server imports, and the six that Entra imports.

MFA Server takes serial number, secret key and time interval, in this order and mostly without a header; a file with a
header may have further columns, of which those of Entra are read. Entra takes exactly six columns with a header.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server import csv_table, oath_secrets, values
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.findings import Findings, ValueProblemError, listed
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import OathToken
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.sources import FoundToken, TokenSource

ENTRA_COLUMNS = ("upn", "serial number", "secret key", "time interval", "manufacturer", "model")

_FIELDS = {
    "upn": "upn",
    "username": "upn",
    "serial number": "serial",
    "serial": "serial",
    "secret key": "secret",
    "secret": "secret",
    "time interval": "interval",
    "interval": "interval",
    "manufacturer": "manufacturer",
    "model": "model",
}
_WITHOUT_HEADER = {"serial": 0, "secret": 1, "interval": 2}


def read_tokens(source: TokenSource, findings: Findings) -> Iterator[FoundToken]:
    """The tokens of a CSV file, in order.

    A token that cannot be used is a problem and left out. Raises UnusableInputError when the file cannot be used.
    """
    table = _read(source, findings)
    notation = source.notation
    if notation == "auto":
        at = table.fields["secret"]
        notation = oath_secrets.notation_of(values.clean(row[at]) for _line, row in table.rows)
    for line, row in table.rows:
        texts = {field: values.clean(row[index]) for field, index in table.fields.items()}
        token = _token(source, texts, notation, line, findings)
        if token is not None:
            yield token


@dataclass(frozen=True, slots=True)
class _Tokens:
    """The rows of a file, and where the fields stand in them."""

    fields: Mapping[str, int]
    rows: Sequence[tuple[int, list[str]]]


def _read(source: TokenSource, findings: Findings) -> _Tokens:
    header = _has_header(source)
    with csv_table.opened(source.file, header=header, wanted=_FIELDS, findings=findings) as table:
        rows = list(table.rows)
    if not header:
        if table.width < 2:
            raise UnusableInputError(
                f"The file {source.file.name} has one column, where serial number, secret key and time interval are "
                "needed; set delimiter if they run together."
            )
        return _Tokens({field: at for field, at in _WITHOUT_HEADER.items() if at < table.width}, rows)
    names = [name.casefold() for name in table.columns]
    fields = {_FIELDS[name]: index for index, name in enumerate(names) if name in _FIELDS}
    needed = ENTRA_COLUMNS if source.format == "entra_csv" else ("serial number", "secret key")
    missing = [name for name in needed if _FIELDS[name] not in fields]
    if missing:
        raise UnusableInputError(
            f"The file {source.file.name} has no column {listed(missing)}. It has: {listed(table.columns)}."
        )
    unused = [name for name in table.columns if name and name.casefold() not in _FIELDS]
    if unused:
        findings.warn(f"The file {source.file.name} has columns that are not read: {listed(unused)}.")
    return _Tokens(fields, rows)


def _has_header(source: TokenSource) -> bool:
    """Whether the first record names columns; Entra's files always begin with a header."""
    if source.format == "entra_csv":
        return True
    with csv_table.opened(source.file, header=True, wanted=_FIELDS, findings=Findings()) as table:
        return any(name.casefold() in _FIELDS for name in table.columns)


def _token(
    source: TokenSource, texts: Mapping[str, str], notation: str, line: int, findings: Findings
) -> FoundToken | None:
    """The token of one row; None when something about it is wrong."""
    found: dict[str, str | int | None] = {}
    wrong = False
    converters: dict[str, values.Convert] = {
        "upn": values.text,
        "serial": values.serial,
        "secret": lambda text: oath_secrets.to_base32(text, notation),
        "interval": values.interval,
        "manufacturer": values.text,
        "model": values.text,
    }
    for field, text in texts.items():
        if not text:
            continue
        try:
            found[field] = converters[field](text)
        except ValueProblemError as problem:
            findings.add(source.file.name, line, field, str(problem))
            wrong = True
    for field in ("serial", "secret"):
        if not texts[field]:
            findings.add(source.file.name, line, field, "is missing")
            wrong = True
    if wrong:
        return None
    token = OathToken(
        serial=str(found["serial"]),
        secret=str(found["secret"]),
        interval=int(found.get("interval") or source.interval),
        hash=source.hash,
        manufacturer=str(found.get("manufacturer") or source.manufacturer or "") or None,
        model=str(found.get("model") or source.model or "") or None,
    )
    holder = found.get("upn")
    return FoundToken(token, str(holder) if holder else None, source.file.name, line)
