# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sample as an organisation file: tenant, domains, users, groups, policies, apps."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from entra_simulator.sample.cases.case import Json
from entra_simulator.sample.groups import (
    NO_TEXT_GROUP,
    PHONES_ONLY_GROUP,
    ROLLED_OUT_SITE,
    VOICE_GROUP,
    all_groups,
    contacts,
    group_id,
)
from entra_simulator.sample.people import MANAGED_DOMAIN, Person
from entra_simulator.sample.symbols import derived_bytes, identifier

_ALL_USERS = "all_users"
ADMINISTRATOR = f"hybrid-admin@{MANAGED_DOMAIN}"

READER_ROLES = (
    "User.Read.All",
    "GroupMember.Read.All",
    "UserAuthenticationMethod.Read.All",
    "Policy.Read.AuthenticationMethod",
    "Domain.Read.All",
    "AuditLog.Read.All",
)
"""The least that reads everything there is to plan with."""

MIGRATION_ROLES = (
    *READER_ROLES,
    "Application.Read.All",
    "Organization.Read.All",
    "Policy.Read.All",
    "UserAuthMethod-Phone.ReadWrite.All",
    "UserAuthMethod-HardwareOATH.ReadWrite.All",
    "UserAuthMethod-TAP.ReadWrite.All",
    "UserAuthenticationMethod.ReadWrite.All",
    "Policy.ReadWrite.AuthenticationMethod",
    "GroupMember.ReadWrite.All",
    "Domain-InternalFederation.ReadWrite.All",
)
"""Everything from the first batch to the last domain."""

SETUP_ROLES = (
    "Application.ReadWrite.OwnedBy",
    "AppRoleAssignment.ReadWrite.All",
    "Application.Read.All",
)
"""Registers the utility's app and grants it consent."""

ROLLOUT_SCOPES = ("Policy.ReadWrite.HybridAuthentication", "Group.Read.All", "GroupMember.Read.All", "User.Read.All")
"""Delegated scopes of the administrator who runs Staged Rollout."""


def organisation(seed: int, people: Sequence[Person]) -> Json:
    """Return the organisation file's content: the same for the same seed."""
    return {
        "tenant": {"id": identifier(seed, "tenant"), "displayName": "Contoso", "cloud": "global"},
        "domains": _domains(seed),
        "users": [person.user for person in people],
        "groups": all_groups(seed, people),
        "contacts": contacts(seed),
        "hardwareOathDevices": [device for person in people for device in person.inventory],
        "methodsPolicy": _methods_policy(seed),
        "rolloutPolicies": [
            {
                "displayName": "Password hash sync at the northern site",
                "feature": "passwordHashSync",
                "isEnabled": True,
                "appliesTo": [group_id(seed, ROLLED_OUT_SITE)],
            }
        ],
        **registrations(seed),
    }


def registrations(seed: int) -> Json:
    """Return who may log in: one app for each task, and the administrator whom Staged Rollout needs."""
    return {
        "apps": [
            _app(seed, "migration", "MFA migration", MIGRATION_ROLES),
            _app(seed, "reader", "MFA migration planning", READER_ROLES),
            _app(seed, "setup", "MFA migration setup", SETUP_ROLES),
        ],
        "delegated": [
            {
                "name": "hybrid_admin",
                "userPrincipalName": ADMINISTRATOR,
                "scopes": list(ROLLOUT_SCOPES),
            }
        ],
        "registrationDetails": "derived",
    }


def _domains(seed: int) -> list[Json]:
    """Return a domain whose behaviour was never set, one that enforces MFA at its provider, and a managed one."""
    return [
        federated_domain(seed, "contoso.example", None),
        federated_domain(seed, "fabrikam.example", "enforceMfaByFederatedIdp"),
        {"id": MANAGED_DOMAIN, "authenticationType": "Managed", "isDefault": True, "federation": None},
    ]


def federated_domain(seed: int, name: str, behavior: str | None) -> Json:
    """Return a domain federated with an AD FS of its own."""
    provider = f"https://adfs.{name}/adfs"
    return {
        "id": name,
        "authenticationType": "Federated",
        "isDefault": False,
        "federation": {
            "id": identifier(seed, "federation", name),
            "displayName": f"AD FS of {name}",
            "issuerUri": f"http://adfs.{name}/adfs/services/trust",
            "passiveSignInUri": f"{provider}/ls/",
            "activeSignInUri": f"{provider}/services/trust/2005/usernamemixed",
            "signOutUri": f"{provider}/ls/",
            "metadataExchangeUri": f"{provider}/services/trust/mex",
            "preferredAuthenticationProtocol": "wsFed",
            "promptLoginBehavior": "nativeSupport",
            "federatedIdpMfaBehavior": behavior,
        },
    }


def _methods_policy(seed: int) -> Json:
    """Return the policy: voice for one group only, text messages and the app-like methods for all but one group."""
    no_text = [_target(group_id(seed, NO_TEXT_GROUP))]
    phones_only = [_target(group_id(seed, PHONES_ONLY_GROUP))]
    voice = {**_configuration(), "isOfficePhoneAllowed": True}
    voice["includeTargets"] = [_include(group_id(seed, VOICE_GROUP))]
    return {
        "policyMigrationState": "migrationComplete",
        "configurations": {
            "sms": _configuration(no_text, isUsableForSignIn=False),
            "voice": voice,
            "microsoftAuthenticator": {
                **_configuration(phones_only, authenticationMode="any"),
                "isSoftwareOathEnabled": True,
            },
            "softwareOath": _configuration(phones_only),
            "hardwareOath": _configuration(phones_only),
            "temporaryAccessPass": {
                **_configuration(),
                "defaultLength": 8,
                "defaultLifetimeInMinutes": 60,
                "minimumLifetimeInMinutes": 60,
                "maximumLifetimeInMinutes": 480,
                "isUsableOnce": True,
            },
        },
    }


def permissive_methods_policy() -> Json:
    """Return a policy that allows every method of MFA Server to everybody."""
    return {
        "policyMigrationState": "migrationComplete",
        "configurations": {
            "sms": _configuration(isUsableForSignIn=False),
            "voice": {**_configuration(), "isOfficePhoneAllowed": True},
            "microsoftAuthenticator": {**_configuration(authenticationMode="any"), "isSoftwareOathEnabled": True},
            "softwareOath": _configuration(),
            "hardwareOath": _configuration(),
        },
    }


def _configuration(excluded: Sequence[Json] = (), **of_target: object) -> Json:
    """Return an enabled configuration for all users but those of ``excluded``."""
    return {
        "state": "enabled",
        "includeTargets": [{**_include(_ALL_USERS), **of_target}],
        "excludeTargets": list(excluded),
    }


def _include(target: str) -> Json:
    return {**_target(target), "isRegistrationRequired": False}


def _target(target: str) -> Json:
    return {"id": target, "targetType": "group"}


def _app(seed: int, name: str, display_name: str, roles: Sequence[str]) -> Json:
    secret = base64.urlsafe_b64encode(derived_bytes(seed, "app", name)).decode().rstrip("=")
    return {
        "name": name,
        "appId": identifier(seed, "app", name),
        "displayName": display_name,
        "secret": secret,
        "certificate": True,
        "appRoles": list(roles),
    }
