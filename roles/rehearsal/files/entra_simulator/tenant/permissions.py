# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Application permissions of Microsoft Graph, and what a route asks for.

The ids are the ones that the public permission lists give for the global cloud.
"""

from __future__ import annotations

from dataclasses import dataclass

from entra_simulator.tenant.messages import Identity

GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"

APP_ROLES = {
    "AppRoleAssignment.ReadWrite.All": "06b708a9-e830-4db3-a914-8e69da51d44f",
    "Application.Read.All": "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30",
    "Application.ReadWrite.All": "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9",
    "Application.ReadWrite.OwnedBy": "18a4783c-866b-4cc7-a460-3d5e5662c884",
    "AuditLog.Read.All": "b0afded3-3588-46d8-8b3d-9842eff778da",
    "Directory.Read.All": "7ab1d382-f21e-4acd-a863-ba3e13f7da61",
    "Directory.ReadWrite.All": "19dbc75e-c2e2-444c-a770-ec69d8559fc7",
    "Domain-InternalFederation.Read.All": "c0e5a7b0-e8b7-40a7-b8e0-8249e6ea81d5",
    "Domain-InternalFederation.ReadWrite.All": "64d40371-8d58-4270-bc8a-b4a66de36b9a",
    "Domain.Read.All": "dbb9058a-0e50-45d7-ae91-66909b5d4664",
    "Domain.ReadWrite.All": "7e05723c-0bb0-42da-be95-ae9f08a6e53c",
    "Group.Read.All": "5b567255-7703-4780-807c-7be8301ae99b",
    "GroupMember.Read.All": "98830695-27a2-44f7-8c18-0c3ebc9698f6",
    "GroupMember.ReadWrite.All": "dbaae8cf-10b5-4b86-a4a1-f871c94c6695",
    "Organization.Read.All": "498476ce-e0fe-48b0-b801-37ba7e2685c6",
    "Policy.Read.All": "246dd0d5-5bd0-4def-940b-0421030a5b68",
    "Policy.Read.AuthenticationMethod": "8e3bc81b-d2f3-4b7b-838c-32c88218d2f0",
    "Policy.ReadWrite.AuthenticationMethod": "29c18626-4985-4dcd-85c0-193eef327366",
    "Policy.ReadWrite.FeatureRollout": "2044e4f1-e56c-435b-925c-44cd8f6ba89a",
    "Reports.Read.All": "230c1aed-a721-4c5d-9cb4-a90514e508ef",
    "User.Read.All": "df021288-bdef-4463-88db-98f22de89214",
    "User.ReadBasic.All": "97235f07-e226-4f63-ace3-39588e11d3a1",
    "UserAuthMethod-HardwareOATH.Read.All": "7b544555-7811-49ff-8223-a56be870e33a",
    "UserAuthMethod-HardwareOATH.ReadWrite.All": "7e9ebcc1-90aa-4471-8051-e68d6b4e9c89",
    "UserAuthMethod-MicrosoftAuthApp.Read.All": "a9c5f16e-e5ca-4e33-89ad-903fcfc01c23",
    "UserAuthMethod-MicrosoftAuthApp.ReadWrite.All": "c833c349-a1ab-4b6d-94a2-fa9a8674420c",
    "UserAuthMethod-Phone.Read.All": "f529a223-ea70-43ec-b268-5012de2fbaa2",
    "UserAuthMethod-Phone.ReadWrite.All": "6e85d483-7092-4375-babe-0a94a8213a58",
    "UserAuthMethod-SoftwareOATH.Read.All": "a6b423df-a0c8-411d-a809-a4a5985d2939",
    "UserAuthMethod-SoftwareOATH.ReadWrite.All": "787442d4-3c6e-4e99-aa95-8ccca20a48ff",
    "UserAuthMethod-TAP.Read.All": "bf82209c-b22b-4747-ac88-a68be99032cf",
    "UserAuthMethod-TAP.ReadWrite.All": "627169a8-8c15-451c-861a-5b80e383de5c",
    "UserAuthenticationMethod.Read.All": "38d9df27-64da-44fd-b7c5-a6fbac20248f",
    "UserAuthenticationMethod.ReadWrite.All": "50483e42-d915-4231-9639-7fdb7fd190e5",
}


@dataclass(frozen=True, slots=True)
class Permission:
    """What a request needs: one name out of every set. ``delegated`` replaces ``sets`` for signed-in users.

    ``application`` is False for calls that refuse app-only tokens whatever their roles.
    """

    sets: tuple[frozenset[str], ...]
    delegated: tuple[frozenset[str], ...] | None = None
    application: bool = True

    def granted(self, identity: Identity, app_only: bool = False) -> bool:
        """Whether the token suffices; ``app_only`` opens calls that normally refuse app-only tokens."""
        if identity.delegated and self.delegated is not None:
            return all(names & identity.scopes for names in self.delegated)
        if not identity.delegated and not self.application and not app_only:
            return False
        return all(names & identity.permissions for names in self.sets)


def any_of(*names: str) -> Permission:
    """One of the names is enough."""
    return Permission((frozenset(names),))


def both(first: Permission, second: Permission) -> Permission:
    """Both permissions are needed."""
    return Permission(first.sets + second.sets)


DIRECTORY_READ = ("Directory.Read.All", "Directory.ReadWrite.All")
_ORGANIZATION = frozenset({"Organization.Read.All", *DIRECTORY_READ})
READ_ORGANIZATION = Permission((_ORGANIZATION,), delegated=(_ORGANIZATION | {"User.Read"},))
READ_DOMAINS = any_of("Domain.Read.All", "Domain.ReadWrite.All", *DIRECTORY_READ)
READ_FEDERATION = any_of(
    "Domain-InternalFederation.Read.All",
    "Domain-InternalFederation.ReadWrite.All",
    "Domain.Read.All",
    "Domain.ReadWrite.All",
)
WRITE_FEDERATION = any_of("Domain-InternalFederation.ReadWrite.All", "Domain.ReadWrite.All")
READ_USERS = any_of("User.Read.All", "User.ReadWrite.All", *DIRECTORY_READ)
READ_GROUPS = any_of(
    "GroupMember.Read.All", "GroupMember.ReadWrite.All", "Group.Read.All", "Group.ReadWrite.All", *DIRECTORY_READ
)
WRITE_MEMBERS = any_of("GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All")
CREATE_GROUPS = any_of("Group.Create", "Group.ReadWrite.All", "Directory.ReadWrite.All")
DELETE_MEMBERS = any_of("User.ReadWrite.All", "Directory.ReadWrite.All")
READ_APPS = any_of(
    "Application.Read.All", "Application.ReadWrite.OwnedBy", "Application.ReadWrite.All", *DIRECTORY_READ
)
READ_ALL_APPS = any_of("Application.Read.All", "Application.ReadWrite.All", *DIRECTORY_READ)
WRITE_APPS = any_of("Application.ReadWrite.OwnedBy", "Application.ReadWrite.All", "Directory.ReadWrite.All")
WRITE_GRANTS = both(any_of("AppRoleAssignment.ReadWrite.All"), READ_ALL_APPS)
READ_METHODS_POLICY = any_of(
    "Policy.Read.AuthenticationMethod", "Policy.ReadWrite.AuthenticationMethod", "Policy.Read.All"
)
WRITE_METHODS_POLICY = any_of("Policy.ReadWrite.AuthenticationMethod")
READ_REQUIREMENTS = any_of("Policy.Read.All", "Policy.ReadWrite.AuthenticationMethod")
READ_LOGS = any_of("AuditLog.Read.All")
READ_METHODS = any_of("UserAuthenticationMethod.Read.All", "UserAuthenticationMethod.ReadWrite.All")
WRITE_METHODS = any_of("UserAuthenticationMethod.ReadWrite.All")
ROLLOUT = Permission(
    (frozenset({"Policy.ReadWrite.FeatureRollout", "Directory.ReadWrite.All"}),),
    delegated=(frozenset({"Policy.ReadWrite.HybridAuthentication", "Directory.ReadWrite.All"}),),
    application=False,
)


def read_methods(kind: str) -> Permission:
    """Reading the methods of one kind, such as ``Phone``."""
    name = f"UserAuthMethod-{kind}"
    return any_of(f"{name}.Read.All", f"{name}.ReadWrite.All", *READ_METHODS.sets[0])


def write_methods(kind: str) -> Permission:
    """Changing the methods of one kind."""
    return any_of(f"UserAuthMethod-{kind}.ReadWrite.All", *WRITE_METHODS.sets[0])
