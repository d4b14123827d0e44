# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tenant's inventory of hardware OATH tokens (beta)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from entra_simulator.tenant import bodies, oath
from entra_simulator.tenant.audits import record
from entra_simulator.tenant.errors import Refusal, access_denied, method_refused
from entra_simulator.tenant.messages import Answer
from entra_simulator.tenant.properties import names
from entra_simulator.tenant.query import EntityType
from entra_simulator.tenant.resources.hardware_tokens import (
    IDENTITY,
    assign_device,
    check_assignable,
    find_device,
    load,
    present_device,
)
from entra_simulator.tenant.routing import Call
from entra_simulator.tenant.store import HardwareDevice, User

_SECRET = re.compile(r"^[a-zA-Z2-7]{1,128}$")
_EQUAL = frozenset({"eq"})
_ASSIGN_PERMISSION = "UserAuthenticationMethod.ReadWrite.All"

DEVICE_KIND = EntityType(
    name="hardwareOathTokenAuthenticationMethodDevice",
    properties=frozenset(
        names("""
    id displayName serialNumber manufacturer model secretKey timeIntervalInSeconds status lastUsedDateTime
    hashFunction assignedTo
    """)
    ),
    basic={"serialNumber": _EQUAL, "status": _EQUAL, "hashFunction": _EQUAL, "assignedTo/id": _EQUAL},
)
_SHARED: bodies.Shape = {
    "displayName": bodies.optional(bodies.text),
    "hashFunction": bodies.optional(bodies.one_of("hmacsha1", "hmacsha256")),
}
CREATE_BODY: bodies.Shape = {
    **_SHARED,
    "serialNumber": bodies.required(bodies.text),
    "manufacturer": bodies.required(bodies.text),
    "model": bodies.required(bodies.text),
    "secretKey": bodies.required(bodies.text),
    "timeIntervalInSeconds": bodies.required(bodies.number),
    "assignTo": bodies.optional(bodies.record(IDENTITY)),
}
UPDATE_BODY: bodies.Shape = {
    **_SHARED,
    "manufacturer": bodies.optional(bodies.text),
    "model": bodies.optional(bodies.text),
    "timeIntervalInSeconds": bodies.optional(bodies.number),
}
BULK_BODY: bodies.Shape = {
    "@context": bodies.required(bodies.one_of("#$delta")),
    "value": bodies.required(
        bodies.list_of(bodies.record({**CREATE_BODY, "@contentId": bodies.required(bodies.text)}))
    ),
}


def list_devices(call: Call) -> Answer:
    """``GET /directory/authenticationMethodDevices/hardwareOathDevices``."""
    store = call.tenant.store
    devices = store.visible("device", store.devices)
    return call.many(devices, DEVICE_KIND, show=lambda device: present_device(call.tenant, device))


def get_device(call: Call) -> Answer:
    """``GET …/hardwareOathDevices/{id}``."""
    device = find_device(call.tenant, call.values["device"])
    shown = call.tenant.store.shown("device", device.id, device)
    return call.one(present_device(call.tenant, shown), DEVICE_KIND)


def _check_new(call: Call, body: Mapping[str, Any]) -> User | None:
    _check_secret(body["secretKey"])
    _check_interval(body)
    if call.tenant.store.device_of_serial(body["serialNumber"]) is not None:
        status = call.tenant.settings.duplicate_serial_status
        code = "badRequest" if status == 400 else "conflict"
        raise Refusal(status, code, "A hardware OATH token with this serial number already exists.")
    if not body.get("assignTo"):
        return None
    if _ASSIGN_PERMISSION not in call.identity.permissions:
        raise access_denied()
    user = call.tenant.store.user(body["assignTo"]["id"])
    check_assignable(user)
    return user


def _check_secret(text: str) -> None:
    message = "The secret key must be Base32 text of at most 128 characters."
    if not _SECRET.match(text):
        raise method_refused(message)
    try:
        oath.decode_secret(text)
    except ValueError as error:
        raise method_refused(message) from error


def _check_interval(body: Mapping[str, Any]) -> None:
    if body.get("timeIntervalInSeconds", 30) not in {30, 60}:
        raise method_refused("The time interval must be 30 or 60 seconds.")


def _create(call: Call, body: Mapping[str, Any]) -> HardwareDevice:
    user = _check_new(call, body)
    device = load(call.tenant, {**body, "hashFunction": body.get("hashFunction") or "hmacsha1"})
    target = {"id": device.id, "displayName": device.serial, "type": "Other"}
    record(call, "Add hardware OATH token", "Policy", target)
    if user is not None:
        assign_device(call, user, device)
    return device


def create_device(call: Call) -> Answer:
    """``POST …/hardwareOathDevices``: one token, assigned at once when ``assignTo`` names a user."""
    return Answer(201, present_device(call.tenant, _create(call, call.body)))


def create_devices(call: Call) -> Answer:
    """``PATCH …/hardwareOathDevices``: several tokens; refused as a whole when one of them is refused."""
    entries = [{name: value for name, value in entry.items() if name != "@contentId"} for entry in call.body["value"]]
    serials = [entry["serialNumber"].casefold() for entry in entries]
    if len(set(serials)) < len(serials):
        raise method_refused("A serial number occurs twice in the request.")
    for entry in entries:
        _check_new(call, entry)
    devices = [present_device(call.tenant, _create(call, entry)) for entry in entries]
    return Answer(201, {"value": devices})


def _unassigned(call: Call) -> HardwareDevice:
    device = find_device(call.tenant, call.values["device"])
    if device.user_id is not None:
        raise method_refused("The hardware OATH token is assigned to a user.")
    return device


def update_device(call: Call) -> Answer:
    """``PATCH …/hardwareOathDevices/{id}``: everything but serial and secret, while nobody holds it."""
    device = _unassigned(call)
    _check_interval(call.body)
    call.tenant.store.remember("device", device.id, device)
    names = {
        "manufacturer": "manufacturer",
        "model": "model",
        "timeIntervalInSeconds": "interval",
        "hashFunction": "hash_function",
        "displayName": "display_name",
    }
    for name, field in names.items():
        if name in call.body:
            setattr(device, field, call.body[name])
    return Answer(204)


def delete_device(call: Call) -> Answer:
    """``DELETE …/hardwareOathDevices/{id}``, while nobody holds it."""
    device = _unassigned(call)
    call.tenant.store.remove_device(device)
    record(
        call, "Delete hardware OATH token", "Policy", {"id": device.id, "displayName": device.serial, "type": "Other"}
    )
    return Answer(204)
