# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to do about an answer of Microsoft Graph."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from ansible_collections.entra.mfa.plugins.module_utils.graph.clouds import cloud_of
from ansible_collections.entra.mfa.plugins.module_utils.graph.permissions import ROLLOUT_PATH, permissions_for
from ansible_collections.entra.mfa.plugins.module_utils.graph.tokens import Identity

_BETA_ONLY = re.compile(
    r"users/[^/]+/authentication/(hardwareOathMethods|signInPreferences|requirements)\b"
    r"|directory/authenticationMethodDevices\b",
    re.IGNORECASE,
)
_LICENCE = re.compile(r"premium|license", re.IGNORECASE)
_NEW_OBJECT = "it does not exist in this tenant, or is so new that not every server of the directory knows it yet"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer of 400 or above, with what is needed to explain it.

    Attributes:
        path: relative to the version, without its query.
        version: ``v1.0`` or ``beta``.
        identity: of the token that was used.
        graph_url: root that was called.
        renewable: whether the login can fetch another token by itself.
    """

    status: int
    code: str
    method: str
    path: str
    version: str
    identity: Identity
    graph_url: str
    renewable: bool


def hint_for(refusal: Refusal) -> str | None:
    """The hint, as a clause without its full stop; None when there is nothing useful to say."""
    explain = {401: _unauthorized, 403: _forbidden, 404: _not_found, 405: _not_allowed}.get(refusal.status)
    if explain:
        return explain(refusal)
    if refusal.status == 429:
        return "the tenant throttles this app: lower concurrency or write_budget, or try again later"
    if refusal.status in {500, 502, 503, 504}:
        return "the service has a fault of its own: try again later"
    return None


def _unauthorized(refusal: Refusal) -> str:
    audience = refusal.identity.audience or ""
    theirs = cloud_of(urlsplit(audience).hostname or "")
    ours = cloud_of(urlsplit(refusal.graph_url).hostname or "")
    if theirs and ours and theirs != ours:
        return f"the token is for the cloud {theirs} and not for {ours}: set cloud to {theirs}"
    if not refusal.renewable:
        return "the given access_token has expired or is not accepted here: get a new one"
    return "the service refuses even a new token: check that cloud and graph_url fit the tenant"


def _forbidden(refusal: Refusal) -> str | None:
    identity = refusal.identity
    if ROLLOUT_PATH.match(refusal.path):
        return _forbidden_rollout(identity)
    if _LICENCE.search(refusal.code):
        return "the tenant lacks the licence that this call needs (Microsoft Entra ID P1 or P2)"
    needed = permissions_for(refusal.method, refusal.path)
    if not needed:
        return None
    if identity.delegated:
        return f"the signed-in user needs a directory role for this, and the token the permission {_all_of(needed)}"
    missing = tuple(permission for permission in needed if permission not in identity.permissions)
    if not missing:
        return f"the app holds {_all_of(needed)}, so this very object is out of its reach"
    return f"grant the app the application permission {_all_of(missing)}, with admin consent"


def _forbidden_rollout(identity: Identity) -> str:
    if not identity.delegated:
        return (
            "Staged Rollout is not open to an app by itself: set access_token to a delegated token of a"
            " Hybrid Identity Administrator with the permission Policy.ReadWrite.HybridAuthentication"
        )
    return (
        "the signed-in user needs the role Hybrid Identity Administrator, and the token the delegated permission"
        " Policy.ReadWrite.HybridAuthentication"
    )


def _not_found(refusal: Refusal) -> str:
    if re.match(r"domains/[^/]+/federationConfiguration\b", refusal.path, re.IGNORECASE):
        return "the domain is not federated, or not a domain of this tenant"
    if refusal.version == "beta" and _BETA_ONLY.match(refusal.path):
        return f"{_NEW_OBJECT}, or this cloud does not have this part of Microsoft Graph"
    return _NEW_OBJECT


def _not_allowed(refusal: Refusal) -> str:
    if refusal.version != "beta" and _BETA_ONLY.match(refusal.path):
        return "this call exists only in the beta version of Microsoft Graph"
    return f"version {refusal.version} of Microsoft Graph in this cloud does not know this call"


def _all_of(permissions: tuple[str, ...]) -> str:
    return " and ".join(permissions)
