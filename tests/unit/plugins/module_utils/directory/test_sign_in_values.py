# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where MFA was done, by the texts and fields that the sign-in log is known to have, and by those that it may have."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.directory.sign_in_values import sign_in, source
from ansible_collections.entra.mfa.tests.support import sign_ins
from ansible_collections.entra.mfa.tests.support.sign_ins import BY_CLAIM, IN_TOKEN, PASSWORD, step

MULTI = "Multifactor authentication"
ASKED = {"authenticationRequirement": "multiFactorAuthentication"}


def with_status(text: str | None, code: int = 0) -> dict[str, Any]:
    """A sign-in of v1.0, which has no more than the status."""
    return {"status": {"errorCode": code, "additionalDetails": text}}


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({**ASKED, **sign_ins.CLOUD}, "cloud"),
        ({**ASKED, **sign_ins.FEDERATED}, "federated"),
        ({**ASKED, **sign_ins.IN_SESSION}, "session"),
        (sign_ins.SINGLE, "single_factor"),
        (sign_ins.MUST_REGISTER, "must_register"),
        (sign_ins.DENIED, "mfa_failed"),
        (with_status(None, 50126), "failed"),
        # v1.0: the status alone
        (with_status(BY_CLAIM), "federated"),
        (with_status(BY_CLAIM.upper()), "federated"),
        (with_status(IN_TOKEN), "session"),
        (with_status("MFA completed in Azure AD"), "cloud"),
        (with_status("MFA requirement satisfied by strong authentication"), "cloud"),
        (with_status(None), "unknown"),
        ({}, "unknown"),
        # texts in a step, or nowhere
        ({**ASKED, "authenticationDetails": [step("Previously satisfied", BY_CLAIM, MULTI)]}, "federated"),
        ({**ASKED, "authenticationDetails": [step("Federated", None, MULTI)]}, "federated"),
        ({**ASKED, "authenticationDetails": [step("Federated", None, "Primary authentication")]}, "unknown"),
        ({**ASKED, "authenticationDetails": [step("Claim in access token", None, MULTI)]}, "session"),
        ({**ASKED, "authenticationDetails": [step("Satisfied by token", None, MULTI)]}, "session"),
        ({**ASKED, "authenticationDetails": [step("FIDO2", "methodSucceeded", "Primary authentication")]}, "cloud"),
        ({**ASKED, "authenticationDetails": [PASSWORD, step("Text message", None, MULTI)]}, "cloud"),
        ({**ASKED, "authenticationDetails": [PASSWORD]}, "unknown"),
        (
            {**ASKED, "authenticationDetails": [PASSWORD, step("Text message", "denied", MULTI, succeeded=False)]},
            "unknown",
        ),
        ({"mfaDetail": {"authMethod": "Phone call", "authDetail": None}}, "cloud"),
        ({"mfaDetail": None, "status": None, "authenticationDetails": None}, "unknown"),
        # a claim of the provider and a factor of Entra: the provider did something that it should not
        ({**ASKED, **sign_ins.CLOUD, **with_status(BY_CLAIM)}, "federated"),
    ],
)
def test_source(item: dict[str, Any], expected: str) -> None:
    assert source(item) == expected


def test_sign_in_without_user_and_application() -> None:
    found = sign_in({"createdDateTime": "2026-03-01T00:00:00Z", "userId": None, "userPrincipalName": None})

    assert (found.user_id, found.upn, found.app, found.source) == ("", "", "", "unknown")
