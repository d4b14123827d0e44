# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Brings the users of several sources together, and gives each the OATH token that belongs to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.findings import Findings, listed
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import OathToken, Record
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.sources import FoundToken

_EMPTY: Mapping[str, Any] = {field.name: getattr(Record(""), field.name) for field in fields(Record)}


@dataclass(frozen=True, slots=True)
class Users:
    """The users of one source, each with its line."""

    source: str
    read: Callable[[], Iterator[tuple[int, Record]]]


def merge(sources: Sequence[Users], findings: Findings) -> Iterator[tuple[str, int, Record]]:
    """Every user once, with the source and the line where they were found first.

    A user name that comes twice in one source is a problem, and its first record stands. A user of several sources is
    one user: later sources fill what earlier ones leave open, and another value for the same field is a problem. Users
    of a single source are passed on one by one; more sources are held in memory.
    """
    if len(sources) == 1:
        for line, record in _once(sources[0], findings):
            yield sources[0].source, line, record
        return
    found: dict[str, tuple[str, int, Record]] = {}
    for users in sources:
        for line, record in _once(users, findings):
            key = record.username.casefold()
            if key in found:
                source, first_line, first = found[key]
                found[key] = source, first_line, _filled(first, record, users.source, line, findings)
            else:
                found[key] = users.source, line, record
    yield from found.values()


def _once(users: Users, findings: Findings) -> Iterator[tuple[int, Record]]:
    lines: dict[str, int] = {}
    for line, record in users.read():
        first = lines.setdefault(record.username.casefold(), line)
        if first == line:
            yield line, record
        else:
            findings.add(users.source, line, "username", f"is that of line {first} again; the first one stands")


def _filled(first: Record, other: Record, source: str, line: int, findings: Findings) -> Record:
    """The first record with what it leaves open taken from the other."""
    changes: dict[str, Any] = {}
    for name, empty in _EMPTY.items():
        here, there = getattr(first, name), getattr(other, name)
        if name == "username" or there in (empty, here):
            continue
        if name == "attributes":
            changes[name] = {**there, **here}
            contradictions = [f"attributes.{key}" for key in there if here.get(key, there[key]) != there[key]]
        elif isinstance(empty, tuple):
            changes[name] = (*here, *(item for item in there if item not in here))
            contradictions = []
        else:
            changes[name] = there if here == empty else here
            contradictions = [name] if here != empty else []
        for field in contradictions:
            findings.add(source, line, field, "differs from that of an earlier source, which stands")
    return replace(first, **changes) if changes else first


class TokenStore:
    """The tokens of all sources, found by their holder or by their serial number."""

    def __init__(self, tokens: Iterable[FoundToken], findings: Findings) -> None:
        self._findings = findings
        self._by_serial: dict[str, FoundToken] = {}
        self._by_holder: dict[str, FoundToken] = {}
        self._holder_of_serial: dict[str, str] = {}
        for found in tokens:
            self._add(found)

    def _add(self, found: FoundToken) -> None:
        serial = str(found.token.serial).casefold()
        earlier = self._by_serial.get(serial)
        if earlier is not None:
            self._problem(found, "serial", f"is that of {earlier.place} again; the first one stands")
            return
        holder = found.holder.casefold() if found.holder else None
        if holder is not None and holder in self._by_holder:
            place = self._by_holder[holder].place
            self._problem(found, "upn", f"holds the token of {place} already; the export has room for one")
            return
        self._by_serial[serial] = found
        if holder is not None:
            self._by_holder[holder] = found

    def _problem(self, found: FoundToken, field: str, problem: str) -> None:
        self._findings.add(found.source, found.line, field, problem)

    def give(self, users: Iterable[tuple[str, int, Record]]) -> Iterator[Record]:
        """The users with their tokens, then one user for each holder whom no source of users has.

        A token belongs to the user whose user principal name or user name stands beside it, else to the one whose
        record has its serial number. Tokens of nobody are named in a warning.
        """
        given: set[str] = set()
        known_holders: set[str] = set()
        without_secret: list[str] = []
        for source, line, record in users:
            known_holders.update(self._holder_names(record))
            found = self._of(record)
            token = self._combined(source, line, record, found)
            if found is not None:
                given.add(str(found.token.serial).casefold())
            if token is not None and token.serial and not self._holds(source, line, record, token):
                token = None
            if token is not None and token.secret is None:
                without_secret.append(record.username)
            yield record if token == record.oath_token else replace(record, oath_token=token)
        for holder, found in self._by_holder.items():
            serial = str(found.token.serial).casefold()
            if holder not in known_holders and serial not in self._holder_of_serial:
                given.add(serial)
                yield Record(str(found.holder), oath_token=found.token)
        self._warn(given, without_secret)

    def _holder_names(self, record: Record) -> list[str]:
        """The names of this user that stand beside a token."""
        names = (name.casefold() for name in (record.upn, record.username) if name)
        return [name for name in names if name in self._by_holder]

    def _of(self, record: Record) -> FoundToken | None:
        for name in self._holder_names(record):
            return self._by_holder[name]
        serial = record.oath_token.serial if record.oath_token else None
        found = self._by_serial.get(serial.casefold()) if serial else None
        # A token with a holder is nobody else's.
        return found if found is None or found.holder is None else None

    def _combined(self, source: str, line: int, record: Record, found: FoundToken | None) -> OathToken | None:
        own = record.oath_token
        if found is None or own is None:
            return own if found is None else found.token
        same_serial = own.serial is None or own.serial.casefold() == str(found.token.serial).casefold()
        if not same_serial or own.secret not in (None, found.token.secret):
            self._findings.add(source, line, "oath_token", f"is another one than that of {found.place}, which stands")
        return found.token

    def _holds(self, source: str, line: int, record: Record, token: OathToken) -> bool:
        """Whether the token is this user's alone so far."""
        name = record.username.casefold()
        if self._holder_of_serial.setdefault(str(token.serial).casefold(), name) == name:
            return True
        self._findings.add(source, line, "oath_token.serial", "is that of another user; the first one keeps it")
        return False

    def _warn(self, given: set[str], without_secret: Sequence[str]) -> None:
        nobodys = [str(found.token.serial) for serial, found in self._by_serial.items() if serial not in given]
        if nobodys:
            self._findings.warn(
                f"OATH tokens that belong to no user are left out: {listed(nobodys)}. They need a user principal name "
                "beside them, or a user with their serial number."
            )
        if without_secret:
            self._findings.warn(
                f"Users have an OATH token without a secret, which cannot be migrated: {listed(without_secret)}. Add "
                "the vendor's file to oath_tokens."
            )
