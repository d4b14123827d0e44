# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the sign-in log would say if everybody signed in now: who does MFA follows from domain, rollout and methods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from entra_simulator.tenant.registration import default_options
from entra_simulator.tenant.resources import sign_ins
from entra_simulator.tenant.store import User
from entra_simulator.tenant.tenant import Tenant

REJECT = "rejectMfaByFederatedIdp"
_FEATURE = "multiFactorAuthentication"
_BY_CLAIM = "MFA requirement satisfied by claim provided by external provider"
_METHODS = {
    "push": "Mobile app notification",
    "oath": "OATH verification code",
    "sms": "Text message",
    "voiceMobile": "Phone call approval (Authentication phone)",
    "voiceAlternateMobile": "Phone call approval (Alternate phone)",
    "voiceOffice": "Phone call approval (Office phone)",
}


def everybody(tenant: Tenant) -> None:
    """Let each user whose account is enabled sign in once, to an application that asks for MFA."""
    routed = _routed(tenant)
    enabled = (user for user in tenant.store.users.values() if user.properties.get("accountEnabled", True))
    sign_ins.load(tenant, (_sign_in(tenant, user, user.id in routed) for user in enabled))


def _sign_in(tenant: Tenant, user: User, routed: bool) -> Mapping[str, Any]:
    upn = str(user.properties["userPrincipalName"])
    federation = _federation(tenant, upn)
    if federation is not None and federation.get("federatedIdpMfaBehavior") != REJECT and not routed:
        return {"userPrincipalName": upn, **_claim()}
    methods = default_options(tenant, user)
    if not methods:
        return {"userPrincipalName": upn, **_stopped()}
    used = user.methods.preferred if user.methods.preferred in methods else methods[0]
    return {"userPrincipalName": upn, **_second_factor(_METHODS[used])}


def _federation(tenant: Tenant, upn: str) -> Mapping[str, Any] | None:
    """The federation of the user's domain, or of the next one above it."""
    domain = upn.rpartition("@")[2].lower()
    while domain and domain not in tenant.store.domains:
        domain = domain.partition(".")[2]
    return tenant.store.federations.get(domain)


def _routed(tenant: Tenant) -> set[str]:
    """The ids of the users whom Staged Rollout sends to Entra for MFA."""
    policies = [one for one in tenant.store.rollouts.values() if one["feature"] == _FEATURE and one["isEnabled"]]
    return set(_members(tenant, [group for policy in policies for group in policy["appliesTo"]]))


def _members(tenant: Tenant, groups: list[str]) -> Iterator[str]:
    for group in groups:
        yield from tenant.store.transitive_members(tenant.store.groups[group])


def _step(method: str, detail: str, requirement: str) -> dict[str, Any]:
    return {
        "authenticationMethod": method,
        "authenticationMethodDetail": None,
        "authenticationStepResultDetail": detail,
        "authenticationStepRequirement": requirement,
        "succeeded": True,
    }


def _claim() -> dict[str, Any]:
    return {
        "authenticationDetails": [_step("Previously satisfied", _BY_CLAIM, "Primary authentication")],
        "status": {"errorCode": 0, "failureReason": "Other.", "additionalDetails": _BY_CLAIM},
    }


def _second_factor(method: str) -> dict[str, Any]:
    password = _step("Password", "Correct password", "Primary authentication")
    return {
        "authenticationDetails": [password, _step(method, "MFA successfully completed", "")],
        "mfaDetail": {"authMethod": method, "authDetail": None},
    }


def _stopped() -> dict[str, Any]:
    reason = "User needs to enroll for second factor authentication."
    return {"status": {"errorCode": 50079, "failureReason": reason, "additionalDetails": None}}
