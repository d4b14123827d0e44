# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which application permission a call needs at least. Source: Graph's permission map and the pages of the calls."""

from __future__ import annotations

import re
from dataclasses import dataclass

READ_METHODS = frozenset({"GET", "HEAD"})
ROLLOUT_PATH = re.compile(r"policies/featureRolloutPolicies\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rule:
    """The least privileged application permissions for the paths that begin like ``pattern``."""

    pattern: re.Pattern[str]
    read: tuple[str, ...]
    write: tuple[str, ...]


def _rule(pattern: str, read: str, write: str) -> Rule:
    return Rule(re.compile(pattern, re.IGNORECASE), tuple(read.split()), tuple(write.split()))


def _method(name: str, permission: str) -> Rule:
    return _rule(
        rf"users/[^/]+/authentication/{name}\b",
        f"UserAuthMethod-{permission}.Read.All",
        f"UserAuthMethod-{permission}.ReadWrite.All",
    )


_RULES = (
    _method("phoneMethods", "Phone"),
    _method("microsoftAuthenticatorMethods", "MicrosoftAuthApp"),
    _method("softwareOathMethods", "SoftwareOATH"),
    _method("hardwareOathMethods", "HardwareOATH"),
    _method("temporaryAccessPassMethods", "TAP"),
    _rule(
        r"users/[^/]+/authentication/signInPreferences\b",
        "UserAuthenticationMethod.ReadWrite.All",
        "UserAuthenticationMethod.ReadWrite.All",
    ),
    _rule(r"users/[^/]+/authentication/requirements\b", "Policy.Read.All", "Policy.ReadWrite.AuthenticationMethod"),
    _rule(
        r"users/[^/]+/authentication\b",
        "UserAuthenticationMethod.Read.All",
        "UserAuthenticationMethod.ReadWrite.All",
    ),
    _rule(
        r"directory/authenticationMethodDevices\b",
        "Policy.ReadWrite.AuthenticationMethod",
        "Policy.ReadWrite.AuthenticationMethod UserAuthenticationMethod.ReadWrite.All",
    ),
    _rule(r"users\b", "User.Read.All", "User.ReadWrite.All"),
    _rule(r"groups\b", "GroupMember.Read.All", "GroupMember.ReadWrite.All"),
    _rule(r"directoryObjects\b", "Directory.Read.All", "Directory.ReadWrite.All"),
    _rule(
        r"servicePrincipals[^/]*(/[^/]+)?/(appRoleAssignedTo|appRoleAssignments)\b",
        "Application.Read.All",
        "AppRoleAssignment.ReadWrite.All Application.Read.All",
    ),
    _rule(r"(applications|servicePrincipals)\b", "Application.Read.All", "Application.ReadWrite.OwnedBy"),
    _rule(
        r"policies/authenticationMethodsPolicy\b",
        "Policy.Read.AuthenticationMethod",
        "Policy.ReadWrite.AuthenticationMethod",
    ),
    _rule(
        r"domains/[^/]+/federationConfiguration\b",
        "Domain-InternalFederation.Read.All",
        "Domain-InternalFederation.ReadWrite.All",
    ),
    _rule(r"domains\b", "Domain.Read.All", "Domain.ReadWrite.All"),
    _rule(r"auditLogs\b", "AuditLog.Read.All", "AuditLog.Read.All"),
    _rule(r"reports\b", "AuditLog.Read.All", "AuditLog.Read.All"),
    _rule(r"organization\b", "Organization.Read.All", "Organization.ReadWrite.All"),
)


def permissions_for(method: str, path: str) -> tuple[str, ...]:
    """The application permissions that a call needs, all of them; empty when the path is not known.

    Args:
        method: HTTP method.
        path: relative to the version, such as ``users/ID/authentication/phoneMethods``.
    """
    for rule in _RULES:
        if rule.pattern.match(path):
            return rule.read if method.upper() in READ_METHODS else rule.write
    return ()
