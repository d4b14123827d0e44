# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Temporary Access Passes: one per user, shown only when it is made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from entra_simulator.tenant import bodies
from entra_simulator.tenant.audits import record_methods
from entra_simulator.tenant.errors import method_refused, not_found
from entra_simulator.tenant.messages import Answer
from entra_simulator.tenant.query import EntityType
from entra_simulator.tenant.registration import allows
from entra_simulator.tenant.resources.phone_methods import changing, seen
from entra_simulator.tenant.routing import Call
from entra_simulator.tenant.store import AccessPass
from entra_simulator.tenant.tenant import Tenant

_SHORTEST, _LONGEST = 10, 43200
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789!@#$%"

KIND = EntityType(name="temporaryAccessPassAuthenticationMethod", properties=frozenset())
CREATE_BODY: bodies.Shape = {
    "isUsableOnce": bodies.optional(bodies.flag),
    "lifetimeInMinutes": bodies.optional(bodies.number),
    "startDateTime": bodies.optional(bodies.moment),
}


def present(tenant: Tenant, entry: AccessPass, *, code: bool = False) -> dict[str, Any]:
    """A pass as the service sends it, with its code only in the answer to its creation."""
    now = tenant.clock.now()
    enabled = tenant.store.configurations["temporaryaccesspass"]["state"] == "enabled"
    reason = "EnabledByPolicy" if enabled else "DisabledByPolicy"
    if now < entry.start:
        reason = "NotYetValid"
    elif now >= entry.start + entry.lifetime_minutes * 60:
        reason = "Expired"
    return {
        "id": entry.id,
        "temporaryAccessPass": entry.code if code else None,
        "createdDateTime": entry.created,
        "startDateTime": tenant.clock.stamp(entry.start - now),
        "lifetimeInMinutes": entry.lifetime_minutes,
        "isUsableOnce": entry.once,
        "isUsable": reason == "EnabledByPolicy",
        "methodUsabilityReason": reason,
    }


def list_passes(call: Call) -> Answer:
    """``GET …/temporaryAccessPassMethods``."""
    entry = seen(call).access_pass
    return call.many([present(call.tenant, entry)] if entry else [], KIND)


def _own(call: Call, entry: AccessPass | None) -> AccessPass:
    if entry is None or entry.id != call.values["method"].lower():
        raise not_found("The Temporary Access Pass does not exist for this user.")
    return entry


def get_pass(call: Call) -> Answer:
    """``GET …/temporaryAccessPassMethods/{id}``."""
    return Answer(200, present(call.tenant, _own(call, seen(call).access_pass)))


def create_pass(call: Call) -> Answer:
    """``POST …/temporaryAccessPassMethods``: replaces an older pass; its life must lie within the policy's limits."""
    user, before = changing(call)
    policy = call.tenant.store.configurations["temporaryaccesspass"]
    if not allows(call.tenant, "temporaryAccessPass", user):
        raise method_refused("Temporary Access Pass is not enabled for the user by the authentication methods policy.")
    lifetime = call.body.get("lifetimeInMinutes") or policy["defaultLifetimeInMinutes"]
    lowest = max(_SHORTEST, policy["minimumLifetimeInMinutes"])
    highest = min(_LONGEST, policy["maximumLifetimeInMinutes"])
    if not lowest <= lifetime <= highest:
        raise method_refused(f"The lifetime must be between {lowest} and {highest} minutes.")
    once = call.body.get("isUsableOnce")
    if once is False and policy["isUsableOnce"]:
        raise method_refused("The policy allows one-time passes only.")
    start = call.body.get("startDateTime")
    now = call.tenant.clock.now()
    user.methods.access_pass = AccessPass(
        id=call.tenant.new_id(),
        code="".join(call.tenant.random.choices(_ALPHABET, k=policy["defaultLength"])),
        created=call.tenant.clock.stamp(),
        start=max(now, datetime.fromisoformat(start).timestamp()) if start else now,
        lifetime_minutes=lifetime,
        once=bool(once if once is not None else policy["isUsableOnce"]),
    )
    record_methods(call, user, before)
    return Answer(201, present(call.tenant, user.methods.access_pass, code=True))


def delete_pass(call: Call) -> Answer:
    """``DELETE …/temporaryAccessPassMethods/{id}``."""
    user, before = changing(call)
    _own(call, user.methods.access_pass)
    user.methods.access_pass = None
    record_methods(call, user, before)
    return Answer(204)
