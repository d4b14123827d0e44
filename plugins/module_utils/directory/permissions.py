# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Permissions that each phase needs, the least privileged first, and what a token lacks."""

from __future__ import annotations

from collections.abc import Collection, Mapping

Alternatives = tuple[str, ...]

_READ_POLICY = ("Policy.Read.AuthenticationMethod", "Policy.Read.All", "Policy.ReadWrite.AuthenticationMethod")
_READ_USERS = ("User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All")
_READ_MEMBERS = (
    "GroupMember.Read.All",
    "GroupMember.ReadWrite.All",
    "Group.Read.All",
    "Group.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
)

APPLICATION_PERMISSIONS: Mapping[str, tuple[Alternatives, ...]] = {
    "discover": (
        _READ_USERS,
        _READ_MEMBERS,
        ("UserAuthenticationMethod.Read.All", "UserAuthenticationMethod.ReadWrite.All"),
        _READ_POLICY,
        ("Domain.Read.All", "Domain.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"),
        ("AuditLog.Read.All",),
    ),
    "migrate": (
        _READ_USERS,
        _READ_MEMBERS,
        ("UserAuthMethod-Phone.ReadWrite.All", "UserAuthenticationMethod.ReadWrite.All"),
        ("UserAuthMethod-HardwareOATH.ReadWrite.All", "UserAuthenticationMethod.ReadWrite.All"),
        ("UserAuthenticationMethod.ReadWrite.All",),
        ("Policy.ReadWrite.AuthenticationMethod",),
    ),
    "groups": (("GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"),),
    "finalize": (("Domain-InternalFederation.ReadWrite.All", "Domain.ReadWrite.All"),),
    "app_registration": (
        ("Application.ReadWrite.OwnedBy", "Application.ReadWrite.All"),
        ("AppRoleAssignment.ReadWrite.All",),
        ("Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"),
    ),
}
"""Per phase the permissions that are all needed; each is a tuple of which any one will do."""

ROLLOUT_PERMISSION: Alternatives = ("Policy.ReadWrite.HybridAuthentication", "Directory.ReadWrite.All")
"""Staged Rollout is documented for delegated access only."""


def missing(granted: Collection[str], *, delegated: bool) -> dict[str, list[str]]:
    """The least privileged permission of each that a phase lacks, by phase; an empty list means ready.

    The Staged Rollout phase (`rollout`) counts as ready with a delegated token only.
    """
    held = frozenset(granted)
    lacking = {
        phase: [alternatives[0] for alternatives in needed if held.isdisjoint(alternatives)]
        for phase, needed in APPLICATION_PERMISSIONS.items()
    }
    rollout_ready = delegated and not held.isdisjoint(ROLLOUT_PERMISSION)
    lacking["rollout"] = [] if rollout_ready else [ROLLOUT_PERMISSION[0]]
    return lacking
