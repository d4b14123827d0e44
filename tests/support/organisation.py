# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small organisation for tests: a dozen users, groups of every kind, three domains, apps with their permissions."""

from __future__ import annotations

from typing import Any

from support.audits import UTILITY, utility_records

TENANT_ID = "7f5f2ff4-6b0f-4b09-9a6e-0d2f3f6f0001"
MIGRATION_ROLES = [
    "User.Read.All",
    "GroupMember.ReadWrite.All",
    "Organization.Read.All",
    "UserAuthenticationMethod.ReadWrite.All",
    "UserAuthMethod-Phone.ReadWrite.All",
    "UserAuthMethod-HardwareOATH.ReadWrite.All",
    "Policy.Read.All",
    "Policy.ReadWrite.AuthenticationMethod",
    "Domain.Read.All",
    "Domain-InternalFederation.ReadWrite.All",
    "AuditLog.Read.All",
    "Application.Read.All",
]
SETUP_ROLES = ["Application.ReadWrite.OwnedBy", "AppRoleAssignment.ReadWrite.All", "Application.Read.All"]
READ_ROLES = [
    "User.Read.All",
    "GroupMember.Read.All",
    "UserAuthenticationMethod.Read.All",
    "Policy.Read.AuthenticationMethod",
    "Domain.Read.All",
    "AuditLog.Read.All",
]
UTILITY_ROLES = ["GroupMember.Read.All", "UserAuthenticationMethod.ReadWrite.All"]
"""Of the app that plays the vendor's migration utility: it has the utility's name in the audit log."""

NAMES = ("anna", "bruno", "carla", "david", "elena", "frank", "grete", "henry", "irene", "jonas", "karin", "lukas")


def user_id(name: str) -> str:
    """The object id of a user of the organisation."""
    return f"10000000-0000-4000-8000-{NAMES.index(name) + 1:012d}"


def group_id(number: int) -> str:
    """The object id of a group of the organisation."""
    return f"20000000-0000-4000-8000-{number:012d}"


BATCH_ONE, BATCH_TWO, NESTED, DYNAMIC, WITH_CONTACT, ROLLOUT, TWIN_ONE, TWIN_TWO = (
    group_id(number) for number in range(1, 9)
)
CONTACT_ID = "30000000-0000-4000-8000-000000000001"


def _user(name: str, methods: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    number = NAMES.index(name) + 1
    return {
        "id": user_id(name),
        "userPrincipalName": f"{name}@contoso.example",
        "displayName": f"{name.capitalize()} Example",
        "mail": f"{name}.mail@contoso.example",
        "employeeId": f"E{number:04d}",
        "accountEnabled": True,
        "userType": "Member",
        "onPremisesSyncEnabled": True,
        "onPremisesSamAccountName": name,
        "onPremisesDomainName": "corp.contoso.example",
        "onPremisesUserPrincipalName": f"{name}@corp.contoso.example",
        "onPremisesSecurityIdentifier": f"S-1-5-21-1-2-3-{1100 + number}",
        "onPremisesExtensionAttributes": {"extensionAttribute1": f"badge-{number}"},
        "methods": methods or {},
        **properties,
    }


def _users() -> list[dict[str, Any]]:
    token = {
        "serialNumber": "800001",
        "secretKey": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
        "timeIntervalInSeconds": 30,
        "hashFunction": "hmacsha1",
        "manufacturer": "Feitian",
        "model": "c200",
        "activated": True,
    }
    five = {"microsoftAuthenticator": [{"displayName": f"Phone {number}"} for number in range(1, 6)]}
    return [
        _user("anna"),
        _user("bruno", {"phone": [{"phoneType": "mobile", "phoneNumber": "+1 2065550101"}], "preferred": "sms"}),
        _user("carla", {"microsoftAuthenticator": [{"displayName": "Pixel"}], "preferred": "push"}),
        _user("david", {"hardwareOath": [token], "preferred": "oath"}),
        _user("elena", five),
        _user("frank", {"softwareOath": [{}]}),
        _user("grete", userType="Guest", onPremisesSyncEnabled=None),
        _user("henry", accountEnabled=False),
        _user("irene", onPremisesDomainName="emea.contoso.example"),
        _user("jonas"),
        _user("karin"),
        _user("lukas"),
    ]


def _groups() -> list[dict[str, Any]]:
    def group(group_number: int, name: str, members: list[str], **properties: Any) -> dict[str, Any]:
        values = {"groupTypes": [], "securityEnabled": True, "membershipRule": None, **properties}
        return {"id": group_id(group_number), "displayName": name, "members": members, **values}

    rule = {"groupTypes": ["DynamicMembership"], "membershipRule": 'user.department -eq "Sales"'}
    return [
        group(1, "MFA migration batch 1", [user_id(name) for name in NAMES[:6]]),
        group(2, "MFA migration batch 2", [user_id(name) for name in NAMES[6:9]]),
        group(3, "MFA nested", [group_id(2), user_id("jonas")]),
        group(4, "MFA dynamic", [user_id("karin")], **rule),
        group(5, "MFA with contact", [CONTACT_ID, user_id("lukas")]),
        group(6, "MFA rollout", []),
        group(7, "MFA twin", []),
        group(8, "MFA twin", []),
    ]


def small_organisation() -> dict[str, Any]:
    """The organisation as the simulator's ``--organisation`` file holds it; every call gives a fresh copy."""
    everyone = {"includeTargets": [{"targetType": "group", "id": "all_users", "isRegistrationRequired": False}]}
    return {
        "tenant": {"id": TENANT_ID, "displayName": "Contoso", "cloud": "global"},
        "domains": [
            {"id": "contoso.example", "authenticationType": "Federated", "isDefault": True, "federation": {}},
            {
                "id": "fabrikam.example",
                "authenticationType": "Federated",
                "federation": {"federatedIdpMfaBehavior": "enforceMfaByFederatedIdp"},
            },
            {"id": "contoso.onmicrosoft.example", "authenticationType": "Managed", "isInitial": True},
        ],
        "users": _users(),
        "groups": _groups(),
        "contacts": [{"id": CONTACT_ID, "displayName": "Outside Partner"}],
        "hardwareOathDevices": [
            {
                "serialNumber": "900001",
                "secretKey": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
                "timeIntervalInSeconds": 30,
                "hashFunction": "hmacsha1",
                "manufacturer": "Feitian",
                "model": "c200",
            }
        ],
        "methodsPolicy": {
            "policyMigrationState": "migrationInProgress",
            "configurations": {
                "sms": {"state": "enabled"},
                "voice": {"state": "enabled", "isOfficePhoneAllowed": True, **everyone},
                "hardwareOath": {"state": "enabled", **everyone},
                "temporaryAccessPass": {"state": "enabled", **everyone},
            },
        },
        "rolloutPolicies": [],
        "apps": [
            {
                "name": "migration",
                "appId": "40000000-0000-4000-8000-000000000001",
                "displayName": "MFA migration",
                "secret": "migration~secret-for-tests",
                "certificate": True,
                "appRoles": MIGRATION_ROLES,
                "federated": {
                    "issuer": "https://ci.contoso.example",
                    "subject": "repo:contoso/mfa:ref:refs/heads/main",
                },
            },
            {
                "name": "setup",
                "appId": "40000000-0000-4000-8000-000000000002",
                "displayName": "Registration helper",
                "secret": "setup~secret-for-tests",
                "appRoles": SETUP_ROLES,
            },
            {
                "name": "reader",
                "appId": "40000000-0000-4000-8000-000000000003",
                "displayName": "Reader",
                "secret": "reader~secret-for-tests",
                "appRoles": READ_ROLES,
            },
            {
                "name": "powerless",
                "appId": "40000000-0000-4000-8000-000000000004",
                "displayName": "No permissions",
                "secret": "powerless~secret-for-tests",
                "appRoles": [],
            },
            {
                "name": "utility",
                "appId": "40000000-0000-4000-8000-000000000005",
                "displayName": UTILITY,
                "secret": "utility~secret-for-tests",
                "appRoles": UTILITY_ROLES,
            },
        ],
        "delegated": [
            {
                "name": "hybrid_admin",
                "userPrincipalName": "jonas@contoso.example",
                "scopes": ["Policy.ReadWrite.HybridAuthentication", "Group.Read.All", "User.Read.All"],
            }
        ],
        "audits": utility_records(*((user_id(name), f"{name}@contoso.example") for name in ("anna", "bruno"))),
        "registrationDetails": "derived",
    }
