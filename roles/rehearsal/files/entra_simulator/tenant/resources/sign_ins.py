# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sign-in log: what the organisation file or a test says that happened. Reads only, the newest first.

Nobody signs in to a simulated tenant unasked. v1.0 does not show how a user did MFA; the log needs a premium licence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from entra_simulator.tenant.errors import Refusal
from entra_simulator.tenant.messages import Answer
from entra_simulator.tenant.query import EntityType
from entra_simulator.tenant.routing import Call
from entra_simulator.tenant.tenant import Tenant

_EQUAL = frozenset({"eq"})
_BETA_ONLY = frozenset(
    {
        "authenticationRequirement",
        "authenticationDetails",
        "authenticationMethodsUsed",
        "mfaDetail",
        "tokenIssuerType",
        "tokenIssuerName",
        "signInEventTypes",
    }
)
KIND = EntityType(
    name="signIn",
    properties=frozenset(),
    basic={"createdDateTime": frozenset({"eq", "ge", "le"}), "appId": _EQUAL, "conditionalAccessStatus": _EQUAL},
    page=1000,
    maximum_page=1000,
)


def load(tenant: Tenant, entries: Iterable[Mapping[str, Any]]) -> None:
    """Add sign-ins in the shape of the beta version; ``userPrincipalName`` is all that one has to name."""
    for entry in entries:
        user = next(tenant.store.users_by("userPrincipalName", [entry["userPrincipalName"].casefold()]), None)
        tenant.store.sign_ins.append(
            {
                "id": tenant.new_id(),
                "createdDateTime": tenant.clock.stamp(),
                "userId": user.id if user else tenant.new_id(),
                "userDisplayName": user.properties.get("displayName") if user else None,
                "appId": "4765445b-32c6-49b0-83e6-1d93765276ca",
                "appDisplayName": "Office 365 portal",
                "conditionalAccessStatus": "success",
                "isInteractive": True,
                "status": {"errorCode": 0, "failureReason": "Other.", "additionalDetails": None},
                "authenticationRequirement": "multiFactorAuthentication",
                "authenticationDetails": [],
                "authenticationMethodsUsed": [],
                "mfaDetail": None,
                "tokenIssuerType": "AzureAD",
                "tokenIssuerName": "",
                "signInEventTypes": ["interactiveUser"],
                **entry,
            }
        )


def list_sign_ins(call: Call) -> Answer:
    """``GET /auditLogs/signIns``: interactive ones alone, as without a filter on ``signInEventTypes``."""
    if not call.tenant.settings.premium:
        raise Refusal(
            403,
            "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
            "Neither tenant is B2C or tenant doesn't have premium license",
        )
    kept = [entry for entry in call.tenant.store.sign_ins if entry["isInteractive"]]
    newest_first = sorted(kept, key=lambda entry: str(entry["createdDateTime"]), reverse=True)
    hidden = frozenset() if call.request.version == "beta" else _BETA_ONLY

    def show(entry: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in entry.items() if name not in hidden}

    return call.many(newest_first, KIND, show=show)
