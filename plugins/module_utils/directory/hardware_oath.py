# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hardware OATH tokens: the tenant's inventory, the users' tokens, and the configuration of the method.

All of it exists in beta only (Graph pages *hardwareOathTokenAuthenticationMethodDevice* and *Authentication method
devices*). The list of a user's methods is read here too, because only beta shows hardware tokens in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.graph.client import Call, GraphClient, Reply, quote
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError

VERSION = "beta"
METHOD_TYPE = "#microsoft.graph.hardwareOathAuthenticationMethod"

_INVENTORY = "directory/authenticationMethodDevices/hardwareOathDevices"
_CONFIGURATION = "policies/authenticationMethodsPolicy/authenticationMethodConfigurations/hardwareOath"
_HASHES = {"sha1": "hmacsha1", "sha256": "hmacsha256"}


@dataclass(frozen=True, slots=True)
class Token:
    """A token that a user holds; `id` is that of the method and of the device."""

    id: str
    serial: str
    activated: bool


@dataclass(frozen=True, slots=True)
class InventoryToken:
    """What the inventory holds under a serial number; everything is empty when it holds nothing."""

    id: str | None = None
    assigned_to: str | None = None
    activated: bool = False
    error: GraphError | None = None


def configuration(client: GraphClient) -> dict[str, Any]:
    """The configuration of hardware OATH in the methods policy, as Graph's object."""
    return client.get(_CONFIGURATION, version=VERSION)


def configuration_if_any(client: GraphClient) -> dict[str, Any] | None:
    """The configuration of hardware OATH; None where this cloud does not have it or the caller may not read it."""
    try:
        return configuration(client)
    except GraphError as error:
        if error.status in (403, 404, 405):
            return None
        raise


def update_configuration(client: GraphClient, body: Mapping[str, Any]) -> None:
    """Change the configuration of hardware OATH; the body names its own type."""
    client.patch(_CONFIGURATION, body, version=VERSION)


def read_methods(client: GraphClient, user_ids: Sequence[str]) -> list[Reply]:
    """All registered methods of these users, hardware tokens included, in their order."""
    calls = [Call("GET", f"users/{quote(user_id)}/authentication/methods") for user_id in user_ids]
    return client.batch(calls, version=VERSION)


def read_tokens(client: GraphClient, user_ids: Sequence[str]) -> list[Reply]:
    """The hardware tokens of these users with their devices, in their order."""
    calls = [Call("GET", _of_user(user_id)) for user_id in user_ids]
    return client.batch(calls, version=VERSION)


def token_from(item: Mapping[str, Any]) -> Token | None:
    """A token from a method object; None when it comes without its device."""
    device = item.get("device")
    if not isinstance(device, Mapping) or not device.get("serialNumber"):
        return None
    activated = str(device.get("status", "")).lower() == "activated"
    return Token(item.get("id") or device["id"], device["serialNumber"], activated)


def find(client: GraphClient, serials: Sequence[str]) -> list[InventoryToken]:
    """Look serial numbers up in the inventory, in their order."""
    calls = [Call("GET", _INVENTORY, params={"$filter": f"serialNumber eq '{_literal(serial)}'"}) for serial in serials]
    return [_found(reply) for reply in client.batch(calls, version=VERSION)]


def create(
    user_id: str,
    *,
    serial: str,
    secret: str,
    interval: int,
    hash_name: str,
    manufacturer: str,
    model: str,
    display_name: str | None,
) -> Call:
    """Put a token into the inventory and assign it to a user; `interval` in seconds, `hash_name` sha1 or sha256."""
    body: dict[str, Any] = {
        "serialNumber": serial,
        "manufacturer": manufacturer,
        "model": model,
        "secretKey": secret,
        "timeIntervalInSeconds": interval,
        "hashFunction": _HASHES[hash_name],
        "assignTo": {"id": user_id},
    }
    if display_name:
        body["displayName"] = display_name
    return Call("POST", _INVENTORY, body)


def assign(user_id: str, device_id: str) -> Call:
    """Assign a free token of the inventory to a user."""
    return Call("POST", _of_user(user_id), {"device": {"id": device_id}})


def activate(user_id: str, device_id: str, code: str, display_name: str | None) -> Call:
    """Activate a user's token with a current code."""
    body = {"verificationCode": code}
    if display_name:
        body["displayName"] = display_name
    return Call("POST", f"{_of_user(user_id)}/{quote(device_id)}/activate", body)


def unassign(user_id: str, device_id: str) -> Call:
    """Take a token from a user; it returns to the inventory."""
    return Call("DELETE", f"{_of_user(user_id)}/{quote(device_id)}")


def delete(device_id: str) -> Call:
    """Remove a free token from the inventory."""
    return Call("DELETE", f"{_INVENTORY}/{quote(device_id)}")


def _of_user(user_id: str) -> str:
    return f"users/{quote(user_id)}/authentication/hardwareOathMethods"


def _literal(text: str) -> str:
    return text.replace("'", "''")


def _found(reply: Reply) -> InventoryToken:
    if reply.error is not None:
        return InventoryToken(error=reply.error)
    items = (reply.body or {}).get("value") or []
    if not items:
        return InventoryToken()
    item = items[0]
    holder = (item.get("assignedTo") or {}).get("id")
    activated = str(item.get("status", "")).lower() == "activated"
    return InventoryToken(item["id"], holder.lower() if holder else None, activated)
