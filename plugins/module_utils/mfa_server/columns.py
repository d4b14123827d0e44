# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which column of a CSV file goes into which field of the export."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server import values
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.findings import listed
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.phone_text import read_country_code
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.sources import UserSource
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.values import Convert

SECRET_FIELD = re.compile(r"(?:oath_token|mobile_apps\.\d)\.secret")

_PHONE: dict[str, Convert] = {"country_code": read_country_code, "number": str, "extension": values.digits}
_PLAIN: dict[str, Convert] = {
    "username": values.text,
    "upn": values.upn,
    "sid": values.sid,
    "enabled": values.boolean,
    "language": values.text,
    "default_method": values.default_method,
    "pin_modes": values.names,
    "oath_token.serial": values.serial,
    "oath_token.secret": str,
    "oath_token.interval": values.interval,
    "oath_token.hash": values.hash_name,
    "oath_token.manufacturer": values.text,
    "oath_token.model": values.text,
    **{f"{phone}.{part}": convert for phone in ("phone", "backup_phone") for part, convert in _PHONE.items()},
}
_TIMES = re.compile(r"changed_at|mobile_apps\.[1-9]\.registered_at")
_TEXTS = re.compile(r"attributes\..+|mobile_apps\.[1-9]\.(?:name|secret|device_token)")


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of a record: where its column is, what its values stand for, how they are converted."""

    field: str
    index: int
    convert: Convert
    meanings: Mapping[str, str | None] | None


def is_field(name: str) -> bool:
    """Whether the export has a field of this name."""
    return name in _PLAIN or bool(_TIMES.fullmatch(name) or _TEXTS.fullmatch(name))


def check(source: UserSource) -> None:
    """Raise UnusableInputError when the column map cannot be right whatever the file holds."""
    name = source.file.name
    unknown = sorted(field for field in (*(source.columns or ()), *source.values) if not is_field(field))
    if unknown:
        known = f"{', '.join(_PLAIN)}, attributes.NAME, mobile_apps.N.name, .secret, .device_token, .registered_at"
        raise UnusableInputError(
            f"The columns or values of {name} name fields that the export does not have: {listed(unknown)}. "
            f"It has {known}, and changed_at."
        )
    if source.columns is not None and "username" not in source.columns:
        raise UnusableInputError(f"The columns of {name} must tell which one is the username.")
    by_name = sorted(str(column) for column in (source.columns or {}).values() if not isinstance(column, int))
    if not source.header and (source.columns is None or by_name):
        raise UnusableInputError(
            f"The file {name} has no header, so columns must give the position of each column, from 1."
        )


def cells(source: UserSource, header: Sequence[str], width: int) -> list[Cell]:
    """The cells of a record, for a file with these column names.

    Raises UnusableInputError when a column is missing, is there twice, or no column holds the username.
    """
    columns = source.columns
    if columns is None:
        columns = {name: name for name in header if is_field(name)}
        if "username" not in columns:
            raise UnusableInputError(
                f"The file {source.file.name} has no column named username; say in columns which one it is. "
                f"It has: {listed(header)}."
            )
    return [
        Cell(field, _index(source, column, header, width), _convert(source, field), _meanings(source, field))
        for field, column in columns.items()
    ]


def wanted(source: UserSource) -> list[str]:
    """The names of columns that are looked for."""
    if source.columns is None:
        return list(_PLAIN)
    return [column for column in source.columns.values() if isinstance(column, str)]


def unused(header: Sequence[str], used: Sequence[Cell]) -> list[str]:
    """The names of columns that no cell reads."""
    read = {cell.index for cell in used}
    return [name for index, name in enumerate(header) if index not in read and name]


def _index(source: UserSource, column: str | int, header: Sequence[str], width: int) -> int:
    if isinstance(column, int):
        if not 1 <= column <= width:
            raise UnusableInputError(f"The file {source.file.name} has {width} columns and no column {column}.")
        return column - 1
    found = [index for index, name in enumerate(header) if name.casefold() == column.strip().casefold()]
    if not found:
        raise UnusableInputError(
            f"The file {source.file.name} has no column named {column}. It has: {listed(header)}. "
            "If they run together, set delimiter."
        )
    if len(found) > 1:
        raise UnusableInputError(
            f"The file {source.file.name} has {len(found)} columns named {column}; give the position of the right one."
        )
    return found[0]


def _convert(source: UserSource, field: str) -> Convert:
    if _TIMES.fullmatch(field):
        return values.time_reader(source.time_format)
    if SECRET_FIELD.fullmatch(field):
        return str
    return _PLAIN.get(field, values.text)


def _meanings(source: UserSource, field: str) -> Mapping[str, str | None] | None:
    meanings = source.values.get(field)
    return {text.casefold(): meaning for text, meaning in meanings.items()} if meanings else None
