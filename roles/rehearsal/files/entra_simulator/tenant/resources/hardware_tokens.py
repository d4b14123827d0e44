# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that the inventory of hardware OATH tokens and the tokens of a user share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from entra_simulator.tenant import bodies
from entra_simulator.tenant.errors import method_refused, not_found
from entra_simulator.tenant.routing import Call
from entra_simulator.tenant.store import HardwareDevice, User
from entra_simulator.tenant.tenant import Tenant

DEVICE_LIMIT = 5
IDENTITY: bodies.Shape = {"id": bodies.required(bodies.text)}


def load(tenant: Tenant, data: Mapping[str, Any]) -> HardwareDevice:
    """Put a token of the organisation file into the inventory."""
    device = HardwareDevice(
        id=data.get("id") or tenant.new_id(),
        serial=data["serialNumber"],
        secret=data["secretKey"],
        interval=data.get("timeIntervalInSeconds", 30),
        hash_function=data.get("hashFunction", "hmacsha1"),
        manufacturer=data.get("manufacturer", ""),
        model=data.get("model", ""),
        display_name=data.get("displayName"),
    )
    tenant.store.add_device(device)
    return device


def present_device(tenant: Tenant, device: HardwareDevice) -> dict[str, Any]:
    """A token as the inventory sends it; the secret is never shown."""
    holder = tenant.store.users[device.user_id] if device.user_id else None
    return {
        "id": device.id,
        "displayName": device.display_name,
        "serialNumber": device.serial,
        "manufacturer": device.manufacturer,
        "model": device.model,
        "secretKey": None,
        "timeIntervalInSeconds": device.interval,
        "status": device.status,
        "lastUsedDateTime": None,
        "hashFunction": device.hash_function,
        "assignedTo": {"id": holder.id, "displayName": holder.properties.get("displayName")} if holder else None,
    }


def present_method(tenant: Tenant, device_id: str) -> dict[str, Any]:
    """A token as the user's method; both have one id."""
    current = tenant.store.devices[device_id]
    device = tenant.store.shown("device", device_id, current) or current
    return {"id": device.id, "createdDateTime": device.assigned_at, "device": present_device(tenant, device)}


def find_device(tenant: Tenant, device_id: str) -> HardwareDevice:
    """The token of an id; refused with 404 when there is none."""
    device = tenant.store.devices.get(device_id.lower())
    if device is None:
        raise not_found("The hardware OATH token does not exist.")
    return device


def check_assignable(user: User) -> None:
    """Refuse with 400 to give a guest a token, or anybody a sixth device."""
    if user.properties.get("userType") == "Guest":
        raise method_refused("A hardware OATH token cannot be assigned to a guest.")
    if user.methods.devices >= DEVICE_LIMIT:
        raise method_refused(f"The user has the maximum of {DEVICE_LIMIT} devices.")


def assign_device(call: Call, user: User, device: HardwareDevice) -> None:
    """Give a free token to a user."""
    if device.user_id is not None:
        raise method_refused("The hardware OATH token is already assigned.")
    check_assignable(user)
    store = call.tenant.store
    store.remember("device", device.id, device)
    store.remember("methods", user.id, user.methods)
    device.user_id, device.assigned_at, device.status = user.id, call.tenant.clock.stamp(), "assigned"
    user.methods.hardware.append(device.id)
