# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a token lacks for each phase."""

from __future__ import annotations

from ansible_collections.entra.mfa.plugins.module_utils.directory.permissions import missing


def test_nothing_granted_names_the_least_privileged_permission_of_each_need() -> None:
    lacking = missing([], delegated=False)

    assert lacking == {
        "discover": [
            "User.Read.All",
            "GroupMember.Read.All",
            "UserAuthenticationMethod.Read.All",
            "Policy.Read.AuthenticationMethod",
            "Domain.Read.All",
            "AuditLog.Read.All",
        ],
        "migrate": [
            "User.Read.All",
            "GroupMember.Read.All",
            "UserAuthMethod-Phone.ReadWrite.All",
            "UserAuthMethod-HardwareOATH.ReadWrite.All",
            "UserAuthenticationMethod.ReadWrite.All",
            "Policy.ReadWrite.AuthenticationMethod",
        ],
        "groups": ["GroupMember.ReadWrite.All"],
        "finalize": ["Domain-InternalFederation.ReadWrite.All"],
        "app_registration": [
            "Application.ReadWrite.OwnedBy",
            "AppRoleAssignment.ReadWrite.All",
            "Application.Read.All",
        ],
        "rollout": ["Policy.ReadWrite.HybridAuthentication"],
    }


def test_a_wider_permission_does_for_a_narrower_need() -> None:
    lacking = missing(["UserAuthenticationMethod.ReadWrite.All", "Directory.ReadWrite.All"], delegated=False)

    assert lacking["migrate"] == ["Policy.ReadWrite.AuthenticationMethod"]
    assert lacking["groups"] == []


def test_rollout_wants_a_signed_in_user() -> None:
    granted = ["Policy.ReadWrite.HybridAuthentication"]

    assert missing(granted, delegated=False)["rollout"] == granted
    assert missing(granted, delegated=True)["rollout"] == []
