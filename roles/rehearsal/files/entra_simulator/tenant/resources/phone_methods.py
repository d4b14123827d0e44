# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phone methods of a user: at most one number of each type, under a fixed id per type."""

from __future__ import annotations

import re
from typing import Any

from entra_simulator.tenant import bodies
from entra_simulator.tenant.audits import record_methods, strong_methods
from entra_simulator.tenant.errors import method_refused, not_found
from entra_simulator.tenant.messages import Answer
from entra_simulator.tenant.query import EntityType
from entra_simulator.tenant.routing import Call
from entra_simulator.tenant.store import Methods, User

IDS = {
    "mobile": "3179e48a-750b-4051-897c-87b9720928f7",
    "alternateMobile": "b6332ec1-7057-4abe-9331-3d72feddfe41",
    "office": "e37fc753-ff3b-4958-9484-eaa9425c82bc",
}
_TYPES = {phone_id: kind for kind, phone_id in IDS.items()}
_NUMBER = re.compile(r"^\+[1-9]\d{0,3} \d{4,14}(?P<extension>x\d{1,10})?$")
_DEFAULTS = {
    "mobile": {"sms", "voiceMobile"},
    "alternateMobile": {"voiceAlternateMobile"},
    "office": {"voiceOffice"},
}

KIND = EntityType(name="phoneAuthenticationMethod", properties=frozenset())
CREATE_BODY: bodies.Shape = {
    "phoneNumber": bodies.required(bodies.text),
    "phoneType": bodies.required(bodies.one_of(*IDS)),
}
UPDATE_BODY: bodies.Shape = {
    "phoneNumber": bodies.required(bodies.text),
    "phoneType": bodies.optional(bodies.one_of(*IDS)),
}


def present(methods: Methods, kind: str) -> dict[str, Any]:
    """A phone as the service sends it."""
    return {
        "id": IDS[kind],
        "createdDateTime": methods.phones_created.get(kind),
        "phoneNumber": methods.phones[kind],
        "phoneType": kind,
        "smsSignInState": "notAllowedByPolicy" if kind == "mobile" else "notSupported",
    }


def seen(call: Call) -> Methods:
    """The user's methods as a read gets them now."""
    user = call.user()
    return call.tenant.store.shown("methods", user.id, user.methods)


def changing(call: Call) -> tuple[User, list[dict[str, Any]]]:
    """The user whose methods are about to change, with the derived methods of before for the audit record."""
    user = call.user()
    call.tenant.store.remember("methods", user.id, user.methods)
    return user, strong_methods(user.methods)


def list_phones(call: Call) -> Answer:
    """``GET …/phoneMethods``."""
    methods = seen(call)
    return call.many([present(methods, kind) for kind in IDS if kind in methods.phones], KIND)


def get_phone(call: Call) -> Answer:
    """``GET …/phoneMethods/{id}``."""
    methods = seen(call)
    return Answer(200, present(methods, _kind(call, methods)))


def _kind(call: Call, methods: Methods) -> str:
    kind = _TYPES.get(call.values["method"].lower())
    if kind is None or kind not in methods.phones:
        raise not_found("The phone method does not exist for this user.")
    return kind


def _check_number(number: str, kind: str) -> None:
    found = _NUMBER.match(number)
    if found is None:
        raise method_refused("The phone number is not in the format '+{country code} {number}x{extension}'.")
    if found["extension"] and kind != "office":
        raise method_refused("An extension is supported for office phones only.")


def create_phone(call: Call) -> Answer:
    """``POST …/phoneMethods``: a type that is taken, or an alternate without a mobile, is refused."""
    user, before = changing(call)
    kind, number = call.body["phoneType"], call.body["phoneNumber"]
    if kind in user.methods.phones:
        raise method_refused(f"A phone method of type '{kind}' already exists for this user.")
    if kind == "alternateMobile" and "mobile" not in user.methods.phones:
        raise method_refused("An alternate mobile phone needs a mobile phone to be registered first.")
    _check_number(number, kind)
    user.methods.phones[kind] = number
    user.methods.phones_created[kind] = call.tenant.clock.stamp()
    record_methods(call, user, before)
    return Answer(201, present(user.methods, kind))


def update_phone(call: Call) -> Answer:
    """``PATCH …/phoneMethods/{id}``: a new number; the type stays."""
    user, before = changing(call)
    kind = _kind(call, user.methods)
    if call.body.get("phoneType", kind) != kind:
        raise method_refused("The phone type of a phone method cannot be changed.")
    _check_number(call.body["phoneNumber"], kind)
    user.methods.phones[kind] = call.body["phoneNumber"]
    record_methods(call, user, before)
    return Answer(204)


def delete_phone(call: Call) -> Answer:
    """``DELETE …/phoneMethods/{id}``: refused for a mobile beside an alternate, and for the default method.

    The service words the latter as a refusal to delete the default "with other methods configured"
    (microsoft-graph-docs issue 14470), so the last method of a user goes even when it is the default.
    """
    user, before = changing(call)
    kind = _kind(call, user.methods)
    is_default = user.methods.preferred in _DEFAULTS[kind]
    if is_default and (len(user.methods.phones) > 1 or user.methods.devices):
        raise method_refused("Cannot delete default method with other methods configured.")
    if kind == "mobile" and "alternateMobile" in user.methods.phones:
        raise method_refused("The mobile phone cannot be deleted while an alternate mobile phone is registered.")
    del user.methods.phones[kind]
    if is_default:
        user.methods.preferred = None
    user.methods.phones_created.pop(kind, None)
    record_methods(call, user, before)
    return Answer(204)
