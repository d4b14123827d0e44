# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sign-ins as the beta version of the log shows them, by the way in which the user did MFA."""

from __future__ import annotations

from typing import Any

BY_CLAIM = "MFA requirement satisfied by claim provided by external provider"
IN_TOKEN = "MFA requirement satisfied by claim in the token"


def step(method: str, detail: str | None, requirement: str, *, succeeded: bool = True) -> dict[str, Any]:
    """One step of ``authenticationDetails``."""
    return {
        "authenticationMethod": method,
        "authenticationMethodDetail": None,
        "authenticationStepResultDetail": detail,
        "authenticationStepRequirement": requirement,
        "succeeded": succeeded,
    }


PASSWORD = step("Password", "Correct password", "Primary authentication")
CLOUD: dict[str, Any] = {
    "authenticationDetails": [PASSWORD, step("Mobile app notification", "MFA successfully completed", "")],
    "mfaDetail": {"authMethod": "Mobile app notification", "authDetail": None},
}
FEDERATED: dict[str, Any] = {
    "authenticationDetails": [step("Previously satisfied", BY_CLAIM, "Primary authentication")],
    "status": {"errorCode": 0, "failureReason": "Other.", "additionalDetails": BY_CLAIM},
}
IN_SESSION: dict[str, Any] = {
    "authenticationDetails": [step("Previously satisfied", IN_TOKEN, "Primary authentication")],
    "status": {"errorCode": 0, "failureReason": "Other.", "additionalDetails": IN_TOKEN},
}
SINGLE: dict[str, Any] = {
    "authenticationRequirement": "singleFactorAuthentication",
    "authenticationDetails": [PASSWORD],
}
MUST_REGISTER: dict[str, Any] = {
    "status": {"errorCode": 50079, "failureReason": "User needs to enroll for second factor authentication."}
}
DENIED: dict[str, Any] = {
    "status": {"errorCode": 500121, "failureReason": "Authentication failed during strong authentication request."}
}


def sign_in(upn: str, kind: dict[str, Any], at: str | None = None) -> dict[str, Any]:
    """A sign-in of a user, now when no time is given."""
    return {"userPrincipalName": upn, **kind, **({"createdDateTime": at} if at else {})}
