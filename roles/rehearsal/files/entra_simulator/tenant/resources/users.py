# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users: single reads and filtered lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from entra_simulator.tenant.errors import object_missing
from entra_simulator.tenant.filters import lookup
from entra_simulator.tenant.messages import Answer
from entra_simulator.tenant.properties import USER
from entra_simulator.tenant.query import EntityType, Query
from entra_simulator.tenant.routing import Call
from entra_simulator.tenant.store import INDEXED, Store, User

DEFAULT_PROPERTIES = (
    "id",
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
)

_EQUAL = frozenset({"eq", "in"})
_TEXT = frozenset({"eq", "in", "startswith"})
_NEGATED = frozenset({"ne", "not"})
_EVERY = frozenset({"eq", "ne", "not", "in", "startswith", "endswith", "ge", "le"})
_EXTENSIONS = {f"onPremisesExtensionAttributes/extensionAttribute{number}": _EVERY for number in range(1, 16)}

KIND = EntityType(
    name="user",
    properties=USER,
    default=DEFAULT_PROPERTIES,
    basic={
        "id": _EQUAL,
        "accountEnabled": frozenset({"eq"}),
        "displayName": _TEXT | {"ge", "le"},
        "employeeId": _TEXT,
        "givenName": _TEXT,
        "jobTitle": _TEXT,
        "mail": _TEXT,
        "mailNickname": _TEXT,
        "onPremisesSecurityIdentifier": _EQUAL,
        "onPremisesSyncEnabled": _EQUAL,
        "onPremisesUserPrincipalName": _EQUAL,
        "proxyAddresses": frozenset({"eq", "startswith"}),
        "surname": _TEXT,
        "userPrincipalName": _TEXT | {"ge", "le"},
        "userType": _EQUAL,
    },
    advanced={
        "accountEnabled": _NEGATED,
        "displayName": _NEGATED,
        "employeeId": _NEGATED,
        "mail": _NEGATED | {"endswith"},
        "mobilePhone": _EVERY,
        "onPremisesImmutableId": _EQUAL | _NEGATED,
        "onPremisesSamAccountName": _EQUAL | {"startswith"},
        "onPremisesSyncEnabled": _NEGATED,
        "userPrincipalName": _NEGATED | {"endswith"},
        "userType": _NEGATED,
        **_EXTENSIONS,
    },
    sortable=frozenset({"displayName", "userPrincipalName"}),
    sort_is_advanced=False,
)


def properties_of(user: User) -> Mapping[str, Any]:
    """The properties a user is sent with."""
    return user.properties


def candidates(store: Store, query: Query) -> Iterable[User]:
    """The users worth testing against a filter: those of an index where the filter pins an indexed property."""
    if query.filter is not None:
        ids = lookup(query.filter, "id")
        if ids is not None:
            return [store.users[user_id] for user_id in sorted(ids) if user_id in store.users]
        for name in INDEXED:
            values = lookup(query.filter, name)
            if values is not None and None not in values:
                return store.users_by(name, values)
    return list(store.users.values())


def list_users(call: Call) -> Answer:
    """``GET /users``."""
    query = call.query(KIND)
    return call.many(candidates(call.tenant.store, query), KIND, query, properties_of)


def get_user(call: Call) -> Answer:
    """``GET /users/{id or user principal name}``."""
    return call.one(call.user().properties, KIND)


def delete_object(call: Call) -> Answer:
    """``DELETE /groups/{id}/members/{id}`` without ``/$ref``: it deletes the member itself, as the service does."""
    group = call.tenant.store.group(call.values["group"])
    member = call.values["member"].lower()
    if member not in group.members or member not in call.tenant.store.users:
        raise object_missing(member)
    call.tenant.store.remove_user(call.tenant.store.users[member])
    return Answer(204)
