# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The authentication methods of users, read and written many users at a time.

Phones are written in v1.0 (Graph page *phoneAuthenticationMethod*); what exists in beta only sits in ``hardware_oath``
and ``preferences``, and the two versions never share a batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.directory import hardware_oath, preferences
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import Call, GraphClient, Reply, quote
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError

PHONE_IDS = {
    "mobile": "3179e48a-750b-4051-897c-87b9720928f7",
    "alternateMobile": "b6332ec1-7057-4abe-9331-3d72feddfe41",
    "office": "e37fc753-ff3b-4958-9484-eaa9425c82bc",
}
"""Every user's phone of a type has the same id."""

_VERSION = "v1.0"
_TYPE_PREFIX = "#microsoft.graph."
_TYPE_SUFFIX = "AuthenticationMethod"
_NAMED = frozenset({"password", "phone", "microsoftAuthenticator", "softwareOath", "hardwareOath"})


@dataclass(frozen=True, slots=True)
class UserMethods:
    """What a user has registered for multifactor authentication. Numbers stay out of the representation."""

    phones: Mapping[str, str] = field(default_factory=dict, repr=False)
    authenticators: tuple[str, ...] = ()
    software_tokens: int = 0
    hardware_tokens: tuple[hardware_oath.Token, ...] = ()
    other: tuple[str, ...] = ()
    """Names of what else is registered, such as `fido2` and `windowsHelloForBusiness`; the password is left out."""
    error: GraphError | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A write on its way, with the Graph version it belongs to."""

    version: str
    call: Call


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a write."""

    error: GraphError | None = None
    unknown: bool = False
    created_id: str | None = None


class TenantMethods:
    """The methods of a tenant's users. Nothing here raises for one user: what is returned holds the error.

    With ``inventory_optional`` an inventory of OATH tokens that the caller may not read counts as empty, and
    ``inventory_refusal`` says so afterwards: Graph has no permission that only reads it.
    """

    def __init__(self, client: GraphClient, *, inventory_optional: bool = False) -> None:
        self._client = client
        self._inventory_optional = inventory_optional
        self.inventory_refusal: GraphError | None = None
        self.has_sent_writes = False

    def read_methods(self, user_ids: Sequence[str]) -> list[UserMethods]:
        """Registered methods of these users, in their order, with one batch for twenty.

        A hardware token that comes without its device is looked up once more where it has one.
        """
        replies = hardware_oath.read_methods(self._client, user_ids)
        items = [_items(reply) for reply in replies]
        bare = [index for index, found in enumerate(items) if any(map(_lacks_device, found))]
        again = hardware_oath.read_tokens(self._client, [user_ids[index] for index in bare]) if bare else []
        tokens = dict(zip(bare, again, strict=True))
        return [
            _methods(reply, found, tokens.get(index))
            for index, (reply, found) in enumerate(zip(replies, items, strict=True))
        ]

    def read_default_methods(self, user_ids: Sequence[str]) -> list[preferences.DefaultMethod]:
        """Default methods of these users, in their order."""
        return preferences.read(self._client, user_ids)

    def find_tokens(self, serials: Sequence[str]) -> list[hardware_oath.InventoryToken]:
        """Inventory entries of these serial numbers, in their order."""
        found = hardware_oath.find(self._client, serials)
        refusals = [token.error for token in found if token.error is not None and token.error.status == 403]
        if not self._inventory_optional or not refusals:
            return found
        self.inventory_refusal = refusals[0]
        return [hardware_oath.InventoryToken() for _serial in serials]

    def set_phone(self, user_id: str, phone_type: str, number: str, *, exists: bool) -> Request:
        """Write a number of one type; a type that is taken is changed under its fixed id."""
        if exists:
            return Request(_VERSION, Call("PATCH", _phone(user_id, phone_type), {"phoneNumber": number}))
        body = {"phoneNumber": number, "phoneType": phone_type}
        return Request(_VERSION, Call("POST", _phones(user_id), body))

    def delete_phone(self, user_id: str, phone_type: str) -> Request:
        """Remove the number of one type."""
        return Request(_VERSION, Call("DELETE", _phone(user_id, phone_type)))

    def create_token(
        self,
        user_id: str,
        *,
        serial: str,
        secret: str,
        interval: int,
        hash_name: str,
        manufacturer: str,
        model: str,
        display_name: str | None,
    ) -> Request:
        """Put a hardware OATH token into the inventory and assign it to the user."""
        call = hardware_oath.create(
            user_id,
            serial=serial,
            secret=secret,
            interval=interval,
            hash_name=hash_name,
            manufacturer=manufacturer,
            model=model,
            display_name=display_name,
        )
        return Request(hardware_oath.VERSION, call)

    def assign_token(self, user_id: str, device_id: str) -> Request:
        """Assign a free token of the inventory."""
        return Request(hardware_oath.VERSION, hardware_oath.assign(user_id, device_id))

    def activate_token(self, user_id: str, device_id: str, code: str, display_name: str | None) -> Request:
        """Activate an assigned token with a current code."""
        return Request(hardware_oath.VERSION, hardware_oath.activate(user_id, device_id, code, display_name))

    def unassign_token(self, user_id: str, device_id: str) -> Request:
        """Take a token from a user and leave it in the inventory."""
        return Request(hardware_oath.VERSION, hardware_oath.unassign(user_id, device_id))

    def delete_token(self, device_id: str) -> Request:
        """Remove a free token from the inventory."""
        return Request(hardware_oath.VERSION, hardware_oath.delete(device_id))

    def set_default_method(self, user_id: str, method: str | None) -> Request:
        """Set the default method."""
        return Request(preferences.VERSION, preferences.set_default(user_id, method))

    def send(self, requests: Sequence[Request]) -> list[Outcome]:
        """Send writes, at most one for each user; the two versions go in batches of their own."""
        self.has_sent_writes = True
        outcomes: dict[int, Outcome] = {}
        for version in sorted({request.version for request in requests}):
            positions = [index for index, request in enumerate(requests) if request.version == version]
            replies = self._client.batch([requests[index].call for index in positions], version=version)
            outcomes.update(zip(positions, map(_outcome, replies), strict=True))
        return [outcomes[index] for index in range(len(requests))]


def _phones(user_id: str) -> str:
    return f"users/{quote(user_id)}/authentication/phoneMethods"


def _phone(user_id: str, phone_type: str) -> str:
    return f"{_phones(user_id)}/{PHONE_IDS[phone_type]}"


def _items(reply: Reply) -> list[dict[str, Any]]:
    return (reply.body or {}).get("value") or []


def _lacks_device(item: Mapping[str, Any]) -> bool:
    return item.get("@odata.type") == hardware_oath.METHOD_TYPE and hardware_oath.token_from(item) is None


def _methods(reply: Reply, items: Sequence[Mapping[str, Any]], tokens: Reply | None) -> UserMethods:
    error = reply.error or (tokens.error if tokens is not None else None)
    if error is not None:
        return UserMethods(error=error)
    by_kind: dict[str, list[Mapping[str, Any]]] = {}
    for item in items:
        by_kind.setdefault(str(item.get("@odata.type", "")).removeprefix(_TYPE_PREFIX), []).append(item)
    hardware = (
        by_kind.get(hardware_oath.METHOD_TYPE.removeprefix(_TYPE_PREFIX), []) if tokens is None else _items(tokens)
    )
    return UserMethods(
        phones={
            item["phoneType"]: item["phoneNumber"]
            for item in by_kind.get("phoneAuthenticationMethod", [])
            if item.get("phoneNumber")
        },
        authenticators=tuple(
            item.get("displayName") or "" for item in by_kind.get("microsoftAuthenticatorAuthenticationMethod", [])
        ),
        software_tokens=len(by_kind.get("softwareOathAuthenticationMethod", [])),
        hardware_tokens=tuple(token for token in map(hardware_oath.token_from, hardware) if token is not None),
        other=tuple(sorted({kind.removesuffix(_TYPE_SUFFIX) for kind in by_kind} - _NAMED)),
    )


def _outcome(reply: Reply) -> Outcome:
    created = (reply.body or {}).get("id") if reply.error is None else None
    return Outcome(reply.error, reply.unknown, created)
