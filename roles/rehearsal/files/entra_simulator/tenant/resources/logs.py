# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Audit log and the registration report: reads only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from entra_simulator.tenant.errors import object_missing
from entra_simulator.tenant.filters import lookup
from entra_simulator.tenant.messages import Answer
from entra_simulator.tenant.properties import names
from entra_simulator.tenant.query import EntityType
from entra_simulator.tenant.registration import default_options, registered_names
from entra_simulator.tenant.routing import Call
from entra_simulator.tenant.store import User

_EQUAL = frozenset({"eq"})
_TIME = frozenset({"eq", "ge", "le"})
_STARTS = frozenset({"eq", "startswith"})

AUDIT_KIND = EntityType(
    name="directoryAudit",
    properties=frozenset(),
    basic={
        "activityDateTime": _TIME,
        "activityDisplayName": _STARTS,
        "loggedByService": _EQUAL,
        "correlationId": _EQUAL,
        "id": _EQUAL,
        "initiatedBy/user/id": _EQUAL,
        "initiatedBy/user/displayName": _EQUAL,
        "initiatedBy/user/userPrincipalName": _STARTS,
        "initiatedBy/app/appId": _EQUAL,
        "initiatedBy/app/displayName": _EQUAL,
        "targetResources/id": _EQUAL,
        "targetResources/displayName": _STARTS,
    },
    sortable=frozenset({"activityDateTime"}),
    sort_is_advanced=False,
    page=1000,
    maximum_page=1000,
)
_PROPERTIES = frozenset(
    names("""
    id userPrincipalName userDisplayName userType isAdmin isMfaRegistered isMfaCapable isPasswordlessCapable
    isSsprRegistered isSsprEnabled isSsprCapable methodsRegistered isSystemPreferredAuthenticationMethodEnabled
    systemPreferredAuthenticationMethods userPreferredMethodForSecondaryAuthentication lastUpdatedDateTime
    """)
)
REGISTRATION_KIND = EntityType(
    name="userRegistrationDetails",
    properties=_PROPERTIES,
    basic={
        "id": frozenset({"eq", "in"}),
        "userPrincipalName": _STARTS | {"endswith"},
        "userDisplayName": _STARTS,
        "userType": _EQUAL,
        "methodsRegistered": _EQUAL,
        **{name: _EQUAL for name in _PROPERTIES if name.startswith("is")},
    },
    sortable=frozenset({"userPrincipalName", "userDisplayName"}),
    sort_is_advanced=False,
    page=1000,
)


def list_audits(call: Call) -> Answer:
    """``GET /auditLogs/directoryAudits``, newest first."""
    return call.many(list(reversed(call.tenant.store.audits)), AUDIT_KIND)


def get_audit(call: Call) -> Answer:
    """``GET /auditLogs/directoryAudits/{id}``."""
    for audit in call.tenant.store.audits:
        if audit["id"] == call.values["audit"]:
            return Answer(200, dict(audit))
    raise object_missing(call.values["audit"])


def _details(call: Call, user: User) -> dict[str, Any]:
    names = registered_names(call.tenant, user.methods)
    strong = [name for name in names if name != "temporaryAccessPass"]
    options = default_options(call.tenant, user)
    system = user.methods.system_preferred
    return {
        "id": user.id,
        "userPrincipalName": user.properties["userPrincipalName"],
        "userDisplayName": user.properties.get("displayName") or "",
        "userType": str(user.properties.get("userType", "Member")).lower(),
        "isAdmin": False,
        "isSsprRegistered": bool(strong),
        "isSsprEnabled": False,
        "isSsprCapable": False,
        "isMfaRegistered": bool(strong),
        "isMfaCapable": bool(strong),
        "isPasswordlessCapable": False,
        "lastUpdatedDateTime": call.tenant.clock.stamp(),
        "methodsRegistered": names,
        "isSystemPreferredAuthenticationMethodEnabled": system,
        "systemPreferredAuthenticationMethods": options[:1] if system else [],
        "userPreferredMethodForSecondaryAuthentication": user.methods.preferred or "none",
    }


def list_registrations(call: Call) -> Answer:
    """``GET /reports/authenticationMethods/userRegistrationDetails``."""
    query = call.query(REGISTRATION_KIND)
    store = call.tenant.store
    users = list(store.users.values())
    if query.filter is not None:
        ids = lookup(query.filter, "id")
        if ids is not None:
            users = [store.users[user_id] for user_id in sorted(ids) if user_id in store.users]

    def show(user: User) -> Mapping[str, Any]:
        return _details(call, user)

    return call.many(users, REGISTRATION_KIND, query, show)


def get_registration(call: Call) -> Answer:
    """``GET /reports/authenticationMethods/userRegistrationDetails/{user id}``."""
    return Answer(200, _details(call, call.user()))
