# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access tokens: how long one is good, and what it says about its holder."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Token:
    """An access token.

    Attributes:
        value: the token itself.
        renew_at: when to get the next one, on the client's clock; None when the service alone decides.
    """

    value: str = field(repr=False)
    renew_at: float | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """What a token says about its holder; read, not verified.

    Attributes:
        app_id: the app that asked for the token, or None.
        roles: application permissions.
        scopes: delegated permissions.
        delegated: whether the token acts for a signed-in user.
        tenant_id: or None.
        audience: the resource that the token is for, or None.
    """

    app_id: str | None = None
    roles: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    delegated: bool = False
    tenant_id: str | None = None
    audience: str | None = None

    @property
    def permissions(self) -> tuple[str, ...]:
        """Permissions of the kind that counts for this token."""
        return self.scopes if self.delegated else self.roles


def identity_of(token: str) -> Identity:
    """The identity that a token claims; an empty one when the token cannot be read."""
    claims = _claims(token)
    roles = claims.get("roles")
    scopes = str(claims.get("scp") or "").split()
    return Identity(
        app_id=claims.get("appid") or claims.get("azp"),
        roles=tuple(map(str, roles)) if isinstance(roles, list) else (),
        scopes=tuple(scopes),
        delegated=bool(scopes),
        tenant_id=claims.get("tid"),
        audience=claims.get("aud"),
    )


def _claims(token: str) -> Mapping[str, Any]:
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}
