# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vocabulary in which the sample's cases are written.

A case is one person: what MFA Server knows, what Entra already holds, and what the migration makes of it. Texts in
angle brackets are symbols that `entra_simulator.sample.symbols` replaces per person, so that one case can serve many
people: ``<A>`` to ``<D>`` are phone numbers without their country code (``<A_cc>``), ``<secret1>`` and so on Base32
secrets, ``<serial1>`` serial numbers, and ``<upn>``, ``<sam>``, ``<sid>``, ``<netbios>`` the person's names.
The same symbol on both sides means the same number or token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

NO_TEXT_MESSAGES = "no_text_messages"
NO_VOICE_CALLS = "no_voice_calls"
PHONES_ONLY = "phones_only"


@dataclass(frozen=True, slots=True)
class Action:
    """One line of the ``actions`` that `migration_batch` returns for a user."""

    target: str
    action: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What `migration_batch` must say about a user.

    ``undecided`` names the returned keys on which the design is silent for this case; they are left out of the
    expectations. The order of ``actions`` carries no meaning.
    """

    status: str
    reason: str | None = None
    actions: tuple[Action, ...] = ()
    before: str | None = None
    after: str | None = None
    matched_by: str | None = "upn"
    needs_registration: bool = False
    undecided: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Case:
    """One person of the sample, or a pattern for many.

    :param name: short name; the local part of the user principal name when the case is a single person
    :param covers: names of rows in `entra_simulator.sample.cases.rows.ROWS`
    :param records: the person's records in the export, with symbols; none for somebody MFA Server does not know
    :param methods: the authentication methods in Entra, shaped like ``methods`` of an organisation file
    :param inventory: hardware tokens that lie unassigned in Entra
    :param expected: outcome with the default options and ``match_attribute: onPremisesSamAccountName``
    :param variants: outcome under one other option, by ``option=value``
    :param policy_groups: which of the groups that the methods policy shuts out hold this person
    :param user: properties of the Entra user that differ from the rule
    """

    name: str
    covers: tuple[str, ...]
    expected: Outcome
    records: tuple[Json, ...] = field(default=(), repr=False)
    methods: Json = field(default_factory=dict, repr=False)
    inventory: tuple[Json, ...] = field(default=(), repr=False)
    variants: Mapping[str, Outcome] = field(default_factory=dict)
    policy_groups: frozenset[str] = frozenset()
    domain: str = "contoso.example"
    user: Mapping[str, Any] = field(default_factory=dict)


def create(target: str, reason: str | None = None) -> Action:
    """Return the action that adds ``target``."""
    return Action(target, "create", reason)


def update(target: str, reason: str | None = None) -> Action:
    """Return the action that changes ``target``."""
    return Action(target, "update", reason)


def none(target: str, reason: str | None = None) -> Action:
    """Return the action that leaves ``target`` as it is."""
    return Action(target, "none", reason)


def skip(target: str, reason: str) -> Action:
    """Return the action that gives ``target`` up for ``reason``."""
    return Action(target, "skip", reason)


def migrated(*actions: Action, default: str, **details: Any) -> Outcome:
    """Return the outcome of a person whose default method is set for the first time, to ``default``."""
    return Outcome("migrated", actions=(*actions, create("defaultMethod")), after=default, **details)


def migrated_without_default(*actions: Action, **details: Any) -> Outcome:
    """Return the outcome of a person for whom no method may be the default."""
    return Outcome("migrated", actions=(*actions, skip("defaultMethod", "no_allowed_method")), **details)


def unchanged(*actions: Action, default: str, **details: Any) -> Outcome:
    """Return the outcome of a person with nothing to write, whose default method is ``default`` already."""
    return Outcome("unchanged", actions=(*actions, none("defaultMethod")), before=default, after=default, **details)


def skipped(reason: str, *actions: Action, **details: Any) -> Outcome:
    """Return the outcome of a person none of whose methods can be migrated and who has none in Entra."""
    return Outcome("skipped", reason, (*actions, skip("defaultMethod", "no_allowed_method")), **details)


def left_out(reason: str, *, matched_by: str | None) -> Outcome:
    """Return the outcome of a person for whom nothing is planned."""
    return Outcome("skipped", reason, matched_by=matched_by, undecided=frozenset({"default_method"}))


def failed(reason: str) -> Outcome:
    """Return the outcome of a person whose record cannot be used."""
    return Outcome("failed", reason, undecided=frozenset({"matched_by", "default_method"}))


def record(**fields: Any) -> Json:
    """Return an export record that is found by its ``upn``."""
    return {"username": "<netbios>\\<sam>", "upn": "<upn>", **fields}


def phone(symbol: str, extension: str | None = None) -> Json:
    """Return a phone of a record."""
    return {"country_code": f"<{symbol}_cc>", "number": f"<{symbol}>", "extension": extension}


def app(name: str, month: int, secret: str | None = None) -> Json:
    """Return a mobile app of a record, registered on the first of ``month`` of 2024; ``secret`` is a symbol."""
    return {
        "name": name,
        "secret": f"<{secret}>" if secret else None,
        "device_token": f"<device{month}>",
        "registered_at": f"2024-{month:02d}-01T00:00:00Z",
    }


def token(serial: str, secret: str | None, *, interval: int = 30, hash_name: str = "sha1") -> Json:
    """Return an OATH token of a record; ``serial`` and ``secret`` are symbols."""
    return {
        "serial": f"<{serial}>",
        "secret": f"<{secret}>" if secret else None,
        "interval": interval,
        "hash": hash_name,
        "manufacturer": "Contoso Tokens",
        "model": "CT-100",
    }


def entra_phone(kind: str, symbol: str, extension: str | None = None) -> Json:
    """Return a phone that stands in Entra."""
    number = f"+<{symbol}_cc> <{symbol}>"
    return {"phoneType": kind, "phoneNumber": f"{number}x{extension}" if extension else number}


def authenticator(name: str) -> Json:
    """Return an Authenticator registration that stands in Entra."""
    return {"displayName": name}


def device(serial: str, secret: str, *, interval: int = 30, hash_name: str = "sha1") -> Json:
    """Return a hardware OATH token of the Entra inventory; ``serial`` and ``secret`` are symbols."""
    return {
        "serialNumber": f"<{serial}>",
        "secretKey": f"<{secret}>",
        "timeIntervalInSeconds": interval,
        "hashFunction": f"hmac{hash_name}",
        "manufacturer": "Contoso Tokens",
        "model": "CT-100",
    }


def held_token(serial: str, secret: str, *, activated: bool = True) -> Json:
    """Return a hardware OATH token that is assigned to the person in Entra."""
    return {**device(serial, secret), "activated": activated}
