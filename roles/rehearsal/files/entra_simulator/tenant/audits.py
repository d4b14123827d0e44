# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Directory audit records: one for each change, in the shape that the audit log API sends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from entra_simulator.tenant.messages import Identity
from entra_simulator.tenant.routing import Call
from entra_simulator.tenant.store import Methods, User
from entra_simulator.tenant.tenant import Tenant

CLOUD_SERVICE = "Core Directory"

_METHOD_TYPES = {"mobile": (0, 5), "office": (2,), "alternateMobile": (3,)}
_DEFAULT_TYPES = {"voiceMobile": 0, "voiceOffice": 2, "voiceAlternateMobile": 3, "sms": 5, "push": 6, "oath": 7}


def record(
    call: Call,
    activity: str,
    category: str,
    *targets: Mapping[str, Any],
    operation: str = "",
    changes: Mapping[str, tuple[Any, Any]] | None = None,
) -> None:
    """Write a record about a change that the call's app or user made.

    ``targets`` are target resources with id, displayName and type; ``changes`` maps a property of the first one to
    its old and new value, which are stored as JSON text.
    """
    write(call.tenant, _initiator(call.tenant, call.identity), activity, category, targets, operation, changes)


def write(
    tenant: Tenant,
    initiator: Mapping[str, Any],
    activity: str,
    category: str,
    targets: tuple[Mapping[str, Any], ...],
    operation: str = "",
    changes: Mapping[str, tuple[Any, Any]] | None = None,
) -> None:
    """Write a record with a given ``initiatedBy``."""
    resources = [_resource(target) for target in targets]
    if changes and resources:
        resources[0]["modifiedProperties"] = _modified(changes)
    tenant.store.audits.append(
        {
            "id": f"Directory_{tenant.new_id()}",
            "category": category,
            "correlationId": tenant.new_id(),
            "result": "success",
            "resultReason": "",
            "activityDisplayName": activity,
            "activityDateTime": tenant.clock.stamp(),
            "loggedByService": CLOUD_SERVICE,
            "operationType": operation or activity.partition(" ")[0],
            "initiatedBy": dict(initiator),
            "targetResources": resources,
            "additionalDetails": [],
        }
    )


def load(tenant: Tenant, entry: Mapping[str, Any]) -> None:
    """Take a record of the time before the simulation, oldest first; ``initiatedBy`` is all that it has to name."""
    write(tenant, entry["initiatedBy"], "Update user", "UserManagement", (), "Update")
    targets = [{**_resource(target), **target} for target in entry.get("targetResources", [])]
    tenant.store.audits[-1] |= {**entry, "targetResources": targets}


def _initiator(tenant: Tenant, identity: Identity) -> dict[str, Any]:
    if identity.delegated:
        user = {
            "id": identity.user_id,
            "displayName": None,
            "userPrincipalName": identity.user_principal_name,
            "ipAddress": "127.0.0.1",
        }
        return {"user": user, "app": None}
    principal = tenant.store.service_principal_of(identity.app_id) or {}
    app = {
        "appId": identity.app_id,
        "displayName": identity.app_name,
        "servicePrincipalId": principal.get("id"),
        "servicePrincipalName": None,
    }
    return {"user": None, "app": app}


def _resource(target: Mapping[str, Any]) -> dict[str, Any]:
    empty: dict[str, Any] = {
        "id": None,
        "displayName": None,
        "type": None,
        "userPrincipalName": None,
        "groupType": None,
    }
    return {**empty, **target, "modifiedProperties": []}


def _modified(changes: Mapping[str, tuple[Any, Any]]) -> list[dict[str, Any]]:
    entries = [
        {"displayName": name, "oldValue": json.dumps(old), "newValue": json.dumps(new)}
        for name, (old, new) in changes.items()
    ]
    names = ", ".join(changes)
    return [*entries, {"displayName": "Included Updated Properties", "oldValue": None, "newValue": json.dumps(names)}]


def strong_methods(methods: Methods) -> list[dict[str, Any]]:
    """The StrongAuthenticationMethod list that the directory derives from what a user has registered."""
    kinds = [kind for phone in methods.phones for kind in _METHOD_TYPES[phone]]
    if methods.authenticators:
        kinds.append(6)
    if methods.authenticators or methods.software or methods.hardware:
        kinds.append(7)
    default = _DEFAULT_TYPES.get(methods.preferred or "")
    return [{"MethodType": kind, "Default": kind == default} for kind in kinds]


def record_methods(call: Call, user: User, before: list[dict[str, Any]]) -> None:
    """Write the "Update user" record of a change to a user's methods; ``before`` is `strong_methods` of before it."""
    target = {
        "id": user.id,
        "displayName": user.properties.get("displayName"),
        "type": "User",
        "userPrincipalName": user.properties["userPrincipalName"],
    }
    changes = {"StrongAuthenticationMethod": (before, strong_methods(user.methods))}
    record(call, "Update user", "UserManagement", target, operation="Update", changes=changes)
