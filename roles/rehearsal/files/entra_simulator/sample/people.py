# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The 240 people of the sample: those who each show a rule, and a realistic mass of ordinary ones."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, islice

from entra_simulator.sample.cases import CASES_BY_BATCH
from entra_simulator.sample.cases.case import NO_VOICE_CALLS, Case, Json
from entra_simulator.sample.cases.ordinary import PATTERNS
from entra_simulator.sample.names import full_names
from entra_simulator.sample.numbers import NumberPool, case_numbers
from entra_simulator.sample.symbols import Symbols, identifier

BATCH_SIZE = 80
MANAGED_DOMAIN = "contoso.onmicrosoft.example"
_NUMBERS_OF_A_CASE = "ABC"
_NUMBERS_OF_A_PATTERN = "AB"
_FIRST_RID = 1100
_SID_OF_DOMAIN = {
    "contoso.example": "S-1-5-21-1000-2000-3000",
    "fabrikam.example": "S-1-5-21-4000-5000-6000",
}
_USERNAMES = (
    (8, {"username": "<upn>"}, "upn"),
    (6, {"username": "<netbios>\\<sam>", "upn": "<upn>"}, "upn"),
    (3, {"username": "<netbios>\\<sam>", "sid": "<sid>"}, "sid"),
    (3, {"username": "<netbios>\\<sam>"}, "attribute"),
)
"""Weight, fields and matching key of the ways in which ordinary people are named in MFA Server."""


@dataclass(frozen=True, slots=True)
class Person:
    """One user of the tenant with what MFA Server knows about them.

    ``number`` counts from 1 over the whole organisation; ``user`` is the Entra user and ``records`` are the export's
    records, both with every symbol replaced.
    """

    number: int
    batch: int
    case: Case
    upn: str
    special: bool
    user: Json = field(repr=False)
    records: tuple[Json, ...] = field(repr=False)
    inventory: tuple[Json, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A case or pattern with the name and the numbers of the person who plays it."""

    case: Case
    alias: str
    display_name: str
    phones: dict[str, tuple[str, str]] = field(repr=False)
    special: bool


def everybody(seed: int) -> tuple[Person, ...]:
    """Return the people of the sample, batch by batch, the special ones of a batch before the ordinary ones."""
    chance = random.Random(seed)
    special = _special_drafts()
    ordinary = _ordinary_drafts(chance)
    people: list[Person] = []
    for batch, cases in CASES_BY_BATCH.items():
        drafts = [*islice(special, len(cases)), *islice(ordinary, BATCH_SIZE - len(cases))]
        people += [_person(seed, number, batch, draft) for number, draft in enumerate(drafts, len(people) + 1)]
    return tuple(people)


def _special_drafts() -> Iterator[_Draft]:
    """Yield the people who each show a rule, in the order of the batches."""
    numbers = case_numbers()
    for case in chain.from_iterable(CASES_BY_BATCH.values()):
        phones = dict(zip(_NUMBERS_OF_A_CASE, islice(numbers, len(_NUMBERS_OF_A_CASE)), strict=True))
        yield _Draft(case, case.name, case.name.replace("-", " ").capitalize(), phones, special=True)


def _ordinary_drafts(chance: random.Random) -> Iterator[_Draft]:
    """Yield ordinary people, as many as there are names."""
    pool = NumberPool(chance)
    for first, last in full_names(chance):
        phones = dict(zip(_NUMBERS_OF_A_PATTERN, pool.take(len(_NUMBERS_OF_A_PATTERN)), strict=True))
        yield _Draft(_ordinary(chance), f"{first}.{last}".lower(), f"{first} {last}", phones, special=False)


def _ordinary(chance: random.Random) -> Case:
    """Return a pattern, named in MFA Server in one of the usual ways and in one of the two synchronised domains."""
    case = chance.choices([case for _weight, case in PATTERNS], weights=[weight for weight, _case in PATTERNS])[0]
    domain = chance.choices(("contoso.example", "fabrikam.example"), weights=(7, 3))[0]
    _weight, names, key = chance.choices(_USERNAMES, weights=[weight for weight, *_rest in _USERNAMES])[0]
    if not case.records:
        return replace(case, domain=domain)
    rest = [
        {name: value for name, value in record.items() if name not in ("username", "upn")} for record in case.records
    ]
    return replace(
        case,
        domain=domain,
        records=tuple({**names, **fields} for fields in rest),
        expected=replace(case.expected, matched_by=key),
    )


def _person(seed: int, number: int, batch: int, draft: _Draft) -> Person:
    case = draft.case
    upn = f"{draft.alias}@{case.domain}"
    user = {**_entra_user(seed, number, upn, draft.display_name, case), **case.user}
    symbols = Symbols(seed, upn, number, _names(user), draft.phones)
    return Person(
        number=number,
        batch=batch,
        case=case,
        upn=upn,
        special=draft.special,
        user={**user, "methods": _methods(symbols.fill(case.methods))},
        records=tuple(symbols.fill(record) for record in case.records),
        inventory=tuple(symbols.fill(device) for device in case.inventory),
    )


def _entra_user(seed: int, number: int, upn: str, display_name: str, case: Case) -> Json:
    """Return the user without methods; users of the managed domain exist in the cloud only."""
    user: Json = {
        "id": identifier(seed, "user", upn),
        "userPrincipalName": upn,
        "displayName": display_name,
        "mail": upn,
        "employeeId": f"E{number:05d}",
        "accountEnabled": True,
        "userType": "Member",
    }
    if case.domain == MANAGED_DOMAIN:
        return user
    return {
        **user,
        "onPremisesSyncEnabled": True,
        "onPremisesSamAccountName": f"user{number:04d}",
        "onPremisesDomainName": case.domain,
        "onPremisesUserPrincipalName": upn,
        "onPremisesSecurityIdentifier": f"{_SID_OF_DOMAIN[case.domain]}-{_FIRST_RID + number}",
        "onPremisesExtensionAttributes": {
            "extensionAttribute1": f"account-{number:04d}",
            "extensionAttribute5": "no voice" if NO_VOICE_CALLS in case.policy_groups else "voice",
        },
    }


def _names(user: Json) -> dict[str, str]:
    """Return the symbols that name a person, in the spellings the cases use."""
    upn = user["userPrincipalName"]
    names = {"upn": upn, "upn_upper": upn.upper()}
    if "onPremisesSyncEnabled" in user:
        sam, sid = user["onPremisesSamAccountName"], user["onPremisesSecurityIdentifier"]
        netbios = user["onPremisesDomainName"].partition(".")[0].upper()
        names |= {"sam": sam, "sam_upper": sam.upper(), "sid": sid, "sid_lower": sid.lower(), "netbios": netbios}
    return names


def _methods(methods: Json) -> Json:
    """Return ``methods`` with every kind present."""
    empty: Json = {
        "phone": [],
        "microsoftAuthenticator": [],
        "softwareOath": [],
        "hardwareOath": [],
        "preferred": None,
        "systemPreferred": False,
    }
    return empty | methods
