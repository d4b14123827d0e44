# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hardware OATH tokens of a user (beta), with their activation by a code."""

from __future__ import annotations

from entra_simulator.tenant import bodies, oath
from entra_simulator.tenant.audits import record_methods
from entra_simulator.tenant.errors import method_refused, not_found
from entra_simulator.tenant.messages import Answer
from entra_simulator.tenant.query import EntityType
from entra_simulator.tenant.registration import allows, forget_default
from entra_simulator.tenant.resources.hardware_tokens import IDENTITY, assign_device, find_device, present_method
from entra_simulator.tenant.resources.phone_methods import changing, seen
from entra_simulator.tenant.routing import Call
from entra_simulator.tenant.store import HardwareDevice, User

_EQUAL = frozenset({"eq"})

METHOD_KIND = EntityType(
    name="hardwareOathAuthenticationMethod",
    properties=frozenset({"id", "createdDateTime", "device"}),
    basic={"id": _EQUAL, "device/serialNumber": _EQUAL},
)
ASSIGN_BODY: bodies.Shape = {"device": bodies.required(bodies.record(IDENTITY))}
_ACTIVATION: bodies.Shape = {
    "verificationCode": bodies.required(bodies.text),
    "displayName": bodies.optional(bodies.text),
}
ACTIVATE_BODY = _ACTIVATION
ASSIGN_AND_ACTIVATE_BODY: bodies.Shape = {**ASSIGN_BODY, **_ACTIVATION}
BY_SERIAL_BODY: bodies.Shape = {"serialNumber": bodies.required(bodies.text), **_ACTIVATION}


def list_methods(call: Call) -> Answer:
    """``GET …/hardwareOathMethods``."""
    devices = seen(call).hardware
    return call.many(devices, METHOD_KIND, show=lambda device_id: present_method(call.tenant, device_id))


def get_method(call: Call) -> Answer:
    """``GET …/hardwareOathMethods/{id}``."""
    method_id = call.values["method"].lower()
    if method_id not in seen(call).hardware:
        raise not_found("The hardware OATH method does not exist for this user.")
    return call.one(present_method(call.tenant, method_id), METHOD_KIND)


def _activate(call: Call, user: User, device: HardwareDevice) -> None:
    if not allows(call.tenant, "hardwareOath", user):
        raise method_refused("Hardware OATH tokens are not enabled for the user by the authentication methods policy.")
    call.tenant.store.remember("device", device.id, device)
    token = oath.generator(oath.decode_secret(device.secret), device.interval, device.hash_function)
    if not oath.accepts(token, call.body["verificationCode"], call.tenant.clock.now(), device.interval):
        device.status = "failedActivation"
        raise method_refused("The verification code is not valid.")
    device.status = "activated"
    if call.body.get("displayName"):
        device.display_name = call.body["displayName"]


def assign(call: Call) -> Answer:
    """``POST …/hardwareOathMethods``: give a token of the inventory to the user."""
    user, before = changing(call)
    device = find_device(call.tenant, call.body["device"]["id"])
    assign_device(call, user, device)
    record_methods(call, user, before)
    return Answer(201, present_method(call.tenant, device.id))


def activate(call: Call) -> Answer:
    """``POST …/hardwareOathMethods/{id}/activate`` with a code that the token shows."""
    user, before = changing(call)
    device = _held(call, user)
    _activate(call, user, device)
    record_methods(call, user, before)
    return Answer(204)


def _held(call: Call, user: User) -> HardwareDevice:
    method_id = call.values["method"].lower()
    if method_id not in user.methods.hardware:
        raise not_found("The hardware OATH method does not exist for this user.")
    return call.tenant.store.devices[method_id]


def _assign_and_activate(call: Call, device: HardwareDevice) -> Answer:
    user, before = changing(call)
    if device.user_id != user.id:
        assign_device(call, user, device)
    _activate(call, user, device)
    record_methods(call, user, before)
    return Answer(204)


def assign_and_activate(call: Call) -> Answer:
    """``POST …/hardwareOathMethods/assignAndActivate``."""
    return _assign_and_activate(call, find_device(call.tenant, call.body["device"]["id"]))


def assign_and_activate_by_serial(call: Call) -> Answer:
    """``POST …/hardwareOathMethods/assignAndActivateBySerialNumber``."""
    device = call.tenant.store.device_of_serial(call.body["serialNumber"])
    if device is None:
        raise not_found("The hardware OATH token does not exist.")
    return _assign_and_activate(call, device)


def deactivate(call: Call) -> Answer:
    """``POST …/hardwareOathMethods/{id}/deactivate``: the token stays with the user."""
    user, before = changing(call)
    device = _held(call, user)
    call.tenant.store.remember("device", device.id, device)
    device.status = "assigned"
    record_methods(call, user, before)
    return Answer(204)


def unassign(call: Call) -> Answer:
    """``DELETE …/hardwareOathMethods/{id}``: the token returns to the inventory."""
    user, before = changing(call)
    device = _held(call, user)
    call.tenant.store.remember("device", device.id, device)
    user.methods.hardware.remove(device.id)
    device.user_id, device.assigned_at, device.status = None, None, "available"
    forget_default(call.tenant, user)
    record_methods(call, user, before)
    return Answer(204)
