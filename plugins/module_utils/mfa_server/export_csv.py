# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the users of a CSV file of any product, by a map of its columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server import columns, csv_table, oath_secrets
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.columns import Cell
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.findings import Findings, ValueProblemError, listed
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.phone_text import read_country_code, read_phone
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import MobileApp, OathToken, Phone, Record
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.sources import UserSource
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.values import clean

_APP = "mobile_apps."
_ATTRIBUTE = "attributes."
_OATH = "oath_token."


def read_users(source: UserSource, findings: Findings) -> Iterator[tuple[int, Record]]:
    """The users of a CSV file, each with the line that it begins on.

    A value that cannot be used is a problem and left out, a record without a username is left out as a whole. Raises
    UnusableInputError when the file or its column map cannot be used, also while it is read.
    """
    columns.check(source)
    notation = _notation(source) if source.notation == "auto" else source.notation
    wanted = columns.wanted(source)
    with csv_table.opened(source.file, header=source.header, wanted=wanted, findings=findings) as table:
        cells = columns.cells(source, table.columns, table.width)
        unused = columns.unused(table.columns, cells)
        if unused:
            findings.warn(f"The file {source.file.name} has columns that are not read: {listed(unused)}.")
        reader = _RowReader(source, cells, notation, findings)
        for line, row in table.rows:
            record = reader.read(line, row)
            if record is not None:
                yield line, record


def _notation(source: UserSource) -> str:
    """The notation of the secrets, from a look at all of them; a file without any is not looked at."""
    wanted = columns.wanted(source)
    with csv_table.opened(source.file, header=source.header, wanted=wanted, findings=Findings()) as table:
        cells = columns.cells(source, table.columns, table.width)
        indices = [cell.index for cell in cells if columns.SECRET_FIELD.fullmatch(cell.field)]
        if not indices:
            return oath_secrets.BASE32
        return oath_secrets.notation_of(clean(row[index]) for _line, row in table.rows for index in indices)


def _default_country_code(source: UserSource) -> str | None:
    if not source.country_code:
        return None
    try:
        return read_country_code(source.country_code)
    except ValueProblemError as problem:
        raise UnusableInputError(
            f"The country_code of {source.file.name} {problem}; give digits, such as 1 or 44."
        ) from None


class _RowReader:
    """Makes records of rows; what is wrong with a row is told to the findings."""

    def __init__(self, source: UserSource, cells: Sequence[Cell], notation: str, findings: Findings) -> None:
        self._name = source.file.name
        self._cells = cells
        self._notation = notation
        self._default_country_code = _default_country_code(source)
        self._findings = findings
        fields = [cell.field for cell in cells]
        self._attributes = [name for name in fields if name.startswith(_ATTRIBUTE)]
        self._apps = sorted({name.rpartition(".")[0] for name in fields if name.startswith(_APP)})
        self._has_token = any(name.startswith(_OATH) for name in fields)

    def read(self, line: int, row: Sequence[str]) -> Record | None:
        """The record of one row; None when it has no usable username."""
        values, spoilt = self._values(line, row)
        if "username" not in values:
            if "username" not in spoilt:
                self._findings.add(self._name, line, "username", "is missing")
            return None
        get = values.get
        return Record(
            username=values["username"],
            upn=get("upn"),
            sid=get("sid"),
            attributes={name.removeprefix(_ATTRIBUTE): values[name] for name in self._attributes if name in values},
            enabled=get("enabled", True),
            language=get("language"),
            default_method=get("default_method"),
            pin_modes=get("pin_modes", ()),
            phone=self._phone("phone", values, line, spoilt),
            backup_phone=self._phone("backup_phone", values, line, spoilt),
            mobile_apps=self._mobile_apps(values, line) if self._apps else (),
            oath_token=self._oath_token(values, line) if self._has_token else None,
            changed_at=get("changed_at"),
        )

    def _values(self, line: int, row: Sequence[str]) -> tuple[dict[str, Any], set[str]]:
        """The converted values of a row that are there, and the fields whose value cannot be used."""
        values: dict[str, Any] = {}
        spoilt: set[str] = set()
        for cell in self._cells:
            text: str | None = clean(row[cell.index])
            if cell.meanings and text is not None:
                text = cell.meanings.get(text.casefold(), text)
            if not text:
                continue
            try:
                values[cell.field] = cell.convert(text)
            except ValueProblemError as problem:
                spoilt.add(cell.field)
                self._findings.add(self._name, line, cell.field, str(problem))
        return values, spoilt

    def _phone(self, name: str, values: Mapping[str, Any], line: int, spoilt: set[str]) -> Phone | None:
        """The number; one whose country code or extension cannot be used is left out, as it would be another number."""
        number = values.get(f"{name}.number")
        code_field, extension_field = f"{name}.country_code", f"{name}.extension"
        if number is None or code_field in spoilt or extension_field in spoilt:
            return None
        try:
            return read_phone(
                number,
                country_code=values.get(code_field),
                extension=values.get(extension_field),
                default_country_code=self._default_country_code,
            )
        except ValueProblemError as problem:
            self._findings.add(self._name, line, f"{name}.number", str(problem))
            return None

    def _mobile_apps(self, values: Mapping[str, Any], line: int) -> tuple[MobileApp, ...]:
        apps = (
            MobileApp(
                name=values.get(f"{app}.name"),
                secret=self._secret(f"{app}.secret", values, line),
                device_token=values.get(f"{app}.device_token"),
                registered_at=values.get(f"{app}.registered_at"),
            )
            for app in self._apps
        )
        return tuple(app for app in apps if app != MobileApp(None))

    def _oath_token(self, values: Mapping[str, Any], line: int) -> OathToken | None:
        serial, secret = values.get("oath_token.serial"), self._secret("oath_token.secret", values, line)
        if serial is None and secret is None:
            return None
        return OathToken(
            serial=serial,
            secret=secret,
            interval=values.get("oath_token.interval", 30),
            hash=values.get("oath_token.hash", "sha1"),
            manufacturer=values.get("oath_token.manufacturer"),
            model=values.get("oath_token.model"),
        )

    def _secret(self, field: str, values: Mapping[str, Any], line: int) -> str | None:
        text = values.get(field)
        if text is None:
            return None
        try:
            return oath_secrets.to_base32(text, self._notation)
        except ValueProblemError as problem:
            self._findings.add(self._name, line, field, str(problem))
            return None
