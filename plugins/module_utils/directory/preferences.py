# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The default method of users (beta; Graph page *signInPreferences*)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ansible_collections.entra.mfa.plugins.module_utils.graph.client import Call, GraphClient, Reply, quote
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError

VERSION = "beta"

_PROPERTY = "userPreferredMethodForSecondaryAuthentication"


@dataclass(frozen=True, slots=True)
class DefaultMethod:
    """A user's default method, None for none, and whether Entra asks for the most secure one instead, and which."""

    method: str | None = None
    error: GraphError | None = None
    system_preferred: bool | None = None
    system_preferred_method: str | None = None


def read(client: GraphClient, user_ids: Sequence[str]) -> list[DefaultMethod]:
    """Default methods of these users, in their order."""
    calls = [Call("GET", _path(user_id)) for user_id in user_ids]
    return [_default(reply) for reply in client.batch(calls, version=VERSION)]


def set_default(user_id: str, method: str | None) -> Call:
    """Set the default method, such as `sms`, `push` or `voiceOffice`."""
    return Call("PATCH", _path(user_id), {_PROPERTY: method})


def _path(user_id: str) -> str:
    return f"users/{quote(user_id)}/authentication/signInPreferences"


def _default(reply: Reply) -> DefaultMethod:
    if reply.error is not None:
        return DefaultMethod(error=reply.error)
    body = reply.body or {}
    return DefaultMethod(
        _known(body.get(_PROPERTY)),
        system_preferred=body.get("isSystemPreferredAuthenticationMethodEnabled"),
        system_preferred_method=_known(body.get("systemPreferredAuthenticationMethod")),
    )


def _known(method: str | None) -> str | None:
    return None if method in (None, "", "none", "unknownFutureValue") else str(method)
