# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access tokens: signed JWTs with the claims that Entra puts into them, and their verification."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from entra_simulator.tenant.clock import Clock
from entra_simulator.tenant.errors import invalid_token
from entra_simulator.tenant.messages import Identity

_KEY_ID = "entra-simulator"


@cache
def process_key(purpose: str) -> rsa.RSAPrivateKey:
    """The signing key of this process for a purpose, made when it is first asked for."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Tokens:
    """Issues and checks the access tokens of one tenant. ``audience`` is the Graph root."""

    def __init__(self, clock: Clock, tenant_id: str, audience: str) -> None:
        self._clock = clock
        self._tenant_id = tenant_id
        self._audience = audience
        self._key = process_key("access tokens")
        self._known: dict[str, tuple[float, Identity]] = {}
        self._revoked: set[str] = set()

    def keys(self) -> dict[str, Any]:
        """The JSON Web Key Set of the signing key."""
        key = json.loads(RSAAlgorithm.to_jwk(self._key.public_key()))
        return {"keys": [{**key, "kid": _KEY_ID, "use": "sig", "alg": "RS256"}]}

    def issue(self, claims: dict[str, Any], lifetime: float) -> str:
        """A signed token of ``lifetime`` seconds with the given claims beside the standard ones."""
        now = self._clock.now()
        payload = {
            "aud": self._audience,
            "iss": f"https://sts.windows.net/{self._tenant_id}/",
            "tid": self._tenant_id,
            "ver": "1.0",
            "iat": int(now),
            "nbf": int(now),
            "exp": int(now + lifetime),
            "uti": uuid.uuid4().hex,
            **claims,
        }
        return jwt.encode(payload, self._key, algorithm="RS256", headers={"kid": _KEY_ID})

    def for_app(self, app_id: str, name: str, object_id: str, roles: Iterable[str], lifetime: float) -> str:
        """A token of the client credentials grant; without granted roles it has no ``roles`` claim."""
        claims = {"appid": app_id, "app_displayname": name, "idtyp": "app", "oid": object_id, "sub": object_id}
        granted = sorted(roles)
        return self.issue({**claims, **({"roles": granted} if granted else {})}, lifetime)

    def for_user(self, app_id: str, user_id: str, upn: str, scopes: Iterable[str], lifetime: float) -> str:
        """A delegated token with a ``scp`` claim."""
        claims = {"appid": app_id, "app_displayname": "Delegated client", "idtyp": "user", "oid": user_id}
        return self.issue({**claims, "sub": user_id, "upn": upn, "scp": " ".join(scopes)}, lifetime)

    def revoke(self, token: str) -> None:
        """Make a token count as expired."""
        self._revoked.add(token)

    def identity(self, authorization: str | None) -> Identity:
        """Who an Authorization header speaks for; refused with 401 when it is absent, malformed or expired."""
        scheme, _space, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise invalid_token("Access token is empty.")
        expires, identity = self._known.get(token) or self._verify(token)
        if token in self._revoked or expires <= self._clock.now():
            raise invalid_token("Lifetime validation failed, the token is expired.")
        return identity

    def _verify(self, token: str) -> tuple[float, Identity]:
        options: jwt.types.Options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
        try:
            claims = jwt.decode(
                token, self._key.public_key(), algorithms=["RS256"], audience=self._audience, options=options
            )
        except jwt.InvalidAudienceError as error:
            raise invalid_token("Access token validation failure. Invalid audience.") from error
        except jwt.PyJWTError as error:
            raise invalid_token("CompactToken parsing failed with error code: 80049217") from error
        delegated = "scp" in claims
        identity = Identity(
            app_id=claims["appid"],
            app_name=claims["app_displayname"],
            roles=frozenset(claims.get("roles", ())),
            scopes=frozenset(claims.get("scp", "").split()),
            user_id=claims["oid"] if delegated else None,
            user_principal_name=claims.get("upn"),
        )
        self._known[token] = (float(claims["exp"]), identity)
        return self._known[token]
