# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hints and the permissions they name."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.graph.hints import Refusal, hint_for
from ansible_collections.entra.mfa.plugins.module_utils.graph.permissions import permissions_for
from ansible_collections.entra.mfa.plugins.module_utils.graph.tokens import Identity, identity_of


def hint(status: int, path: str = "users/1", method: str = "GET", code: str = "x", **more: Any) -> str | None:
    values = {
        "version": "v1.0",
        "identity": Identity(),
        "graph_url": "https://graph.microsoft.com",
        "renewable": True,
        **more,
    }
    return hint_for(Refusal(status, code, method, path, **values))


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "users/1/authentication/phoneMethods", ("UserAuthMethod-Phone.Read.All",)),
        ("PATCH", "users/a@b.example/authentication/phoneMethods/3", ("UserAuthMethod-Phone.ReadWrite.All",)),
        (
            "POST",
            "users/1/authentication/hardwareOathMethods/2/activate",
            ("UserAuthMethod-HardwareOATH.ReadWrite.All",),
        ),
        ("GET", "users/1/authentication/methods", ("UserAuthenticationMethod.Read.All",)),
        ("PATCH", "users/1/authentication/signInPreferences", ("UserAuthenticationMethod.ReadWrite.All",)),
        (
            "POST",
            "directory/authenticationMethodDevices/hardwareOathDevices",
            ("Policy.ReadWrite.AuthenticationMethod", "UserAuthenticationMethod.ReadWrite.All"),
        ),
        ("GET", "users/1", ("User.Read.All",)),
        ("GET", "groups/1/transitiveMembers/microsoft.graph.user", ("GroupMember.Read.All",)),
        ("PATCH", "groups/1", ("GroupMember.ReadWrite.All",)),
        ("GET", "policies/authenticationMethodsPolicy", ("Policy.Read.AuthenticationMethod",)),
        ("PATCH", "policies/authenticationMethodsPolicy", ("Policy.ReadWrite.AuthenticationMethod",)),
        ("GET", "domains", ("Domain.Read.All",)),
        (
            "PATCH",
            "domains/contoso.example/federationConfiguration/1",
            ("Domain-InternalFederation.ReadWrite.All",),
        ),
        (
            "POST",
            "servicePrincipals/1/appRoleAssignedTo",
            ("AppRoleAssignment.ReadWrite.All", "Application.Read.All"),
        ),
        ("GET", "servicePrincipals(appId='1')", ("Application.Read.All",)),
        ("POST", "applications", ("Application.ReadWrite.OwnedBy",)),
        ("GET", "auditLogs/directoryAudits", ("AuditLog.Read.All",)),
        ("GET", "somethingElse", ()),
    ],
)
def test_least_permission_of_a_call(method: str, path: str, expected: tuple[str, ...]) -> None:
    assert permissions_for(method, path) == expected


def test_missing_permission_is_named() -> None:
    assert hint(403) == "grant the app the application permission User.Read.All, with admin consent"


def test_only_what_is_missing_is_named() -> None:
    identity = Identity(roles=("Application.Read.All",))
    found = hint(403, "servicePrincipals/1/appRoleAssignedTo", "POST", identity=identity)
    assert found == "grant the app the application permission AppRoleAssignment.ReadWrite.All, with admin consent"


def test_permission_that_is_there_is_not_asked_for() -> None:
    assert "out of its reach" in (hint(403, identity=Identity(roles=("User.Read.All",))) or "")


def test_delegated_refusal_speaks_of_the_directory_role() -> None:
    identity = Identity(scopes=("User.Read",), delegated=True)
    assert "directory role" in (hint(403, identity=identity) or "")


def test_staged_rollout_needs_a_delegated_token() -> None:
    by_app = hint(403, "policies/featureRolloutPolicies/1", "PATCH") or ""
    assert "access_token" in by_app
    assert "Policy.ReadWrite.HybridAuthentication" in by_app
    by_user = hint(403, "policies/featureRolloutPolicies", identity=Identity(delegated=True)) or ""
    assert "Hybrid Identity Administrator" in by_user
    assert "access_token" not in by_user


def test_licence_is_named() -> None:
    found = hint(403, "auditLogs/signIns", code="Authentication_RequestFromNonPremiumTenantOrB2CTenant")
    assert "P1 or P2" in (found or "")


def test_token_of_another_cloud_names_the_cloud() -> None:
    found = hint(401, identity=Identity(audience="https://graph.microsoft.us"))
    assert found == "the token is for the cloud us_gov and not for global: set cloud to us_gov"


def test_given_token_asks_for_a_new_one() -> None:
    assert "get a new one" in (hint(401, renewable=False) or "")


@pytest.mark.parametrize(
    ("status", "path", "version", "words"),
    [
        (404, "domains/contoso.example/federationConfiguration", "v1.0", "not federated"),
        (404, "users/1", "v1.0", "does not exist in this tenant"),
        (404, "users/1/authentication/hardwareOathMethods", "beta", "this cloud does not have"),
        (405, "users/1/authentication/signInPreferences", "v1.0", "only in the beta version"),
        (405, "users/1", "v1.0", "does not know this call"),
        (429, "users/1", "v1.0", "write_budget"),
        (503, "users/1", "v1.0", "try again later"),
    ],
)
def test_other_refusals(status: int, path: str, version: str, words: str) -> None:
    assert words in (hint(status, path, version=version) or "")


def test_bad_request_needs_no_hint() -> None:
    assert hint(400) is None


@pytest.mark.parametrize("token", ["", "opaque", "a.b.c", "e30.bm90IGpzb24.x", "e30.WzFd.x"])
def test_token_that_cannot_be_read_has_an_empty_identity(token: str) -> None:
    assert identity_of(token) == Identity()
