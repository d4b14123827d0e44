# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client with its own clock and login, in front of doubled HTTP."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import responses
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import GraphClient
from ansible_collections.entra.mfa.plugins.module_utils.graph.clouds import resolve_endpoints
from ansible_collections.entra.mfa.plugins.module_utils.graph.credentials import Credential
from ansible_collections.entra.mfa.plugins.module_utils.graph.login import LoginOptions
from ansible_collections.entra.mfa.plugins.module_utils.graph.sessions import SessionSettings
from ansible_collections.entra.mfa.plugins.module_utils.graph.tokens import Token


class FakeClock:
    """Time that passes only when somebody waits."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.sleeps: list[float] = []
        self._lock = threading.Lock()

    def now(self) -> float:
        with self._lock:
            return self.time

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.time += seconds
            if seconds:
                self.sleeps.append(seconds)

    def wait(self, condition: threading.Condition, seconds: float | None) -> None:
        assert seconds is not None, "nothing would ever end this wait"
        self.sleep(seconds)


def jwt(**claims: Any) -> str:
    """A token with these claims and no signature."""
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{body}.signature"


class NumberedTokens(Credential):
    """A login whose tokens are counted in their ``jti``."""

    source = "numbered"

    def __init__(self, clock: FakeClock, *, renewable: bool = True, **claims: Any) -> None:
        super().__init__(LoginOptions(), resolve_endpoints(), SessionSettings(), clock)
        self.claims = claims
        self.issued = 0
        self.renewable = renewable  # type: ignore[misc]

    def renew(self, rejected: Token) -> Token | None:
        return super().renew(rejected) if self.renewable else None

    def acquire(self, *, afresh: bool) -> Token:
        self.issued += 1
        return Token(jwt(jti=self.issued, **self.claims))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def service() -> Iterator[responses.RequestsMock]:
    """Doubled HTTP; what is not registered is refused."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def make_client(clock: FakeClock) -> Iterator[Callable[..., GraphClient]]:
    """A function that makes a client; keyword ``credential`` replaces the login, the rest goes to the client."""
    clients = []

    def make(credential: Credential | None = None, **options: Any) -> GraphClient:
        client = GraphClient(
            resolve_endpoints(), credential or NumberedTokens(clock), SessionSettings(), clock=clock, **options
        )
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def client(make_client: Callable[..., GraphClient]) -> GraphClient:
    return make_client()


@pytest.fixture
def numbered_tokens(clock: FakeClock) -> Callable[..., NumberedTokens]:
    """A function that makes a login whose tokens carry the given claims."""

    def make(**options: Any) -> NumberedTokens:
        return NumberedTokens(clock, **options)

    return make


@pytest.fixture
def make_token() -> Callable[..., str]:
    """A function that makes a token with the given claims."""
    return jwt
