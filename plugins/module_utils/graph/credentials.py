# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways to log in: each checks its options without a network and then fetches tokens."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from ansible_collections.entra.mfa.plugins.module_utils.graph.certificates import read_certificate
from ansible_collections.entra.mfa.plugins.module_utils.graph.clouds import Endpoints
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError, InputError
from ansible_collections.entra.mfa.plugins.module_utils.graph.libraries import load, requests
from ansible_collections.entra.mfa.plugins.module_utils.graph.login import LoginOptions
from ansible_collections.entra.mfa.plugins.module_utils.graph.pacing import Clock
from ansible_collections.entra.mfa.plugins.module_utils.graph.reachability import unreachable
from ansible_collections.entra.mfa.plugins.module_utils.graph.sessions import Session, SessionSettings
from ansible_collections.entra.mfa.plugins.module_utils.graph.token_errors import token_error, token_error_from_text
from ansible_collections.entra.mfa.plugins.module_utils.graph.tokens import Token

_EARLIEST_RENEWAL = 300.0


class Credential(ABC):
    """A source of access tokens; safe for many threads.

    Attributes:
        source: its value of ``auth_source``.
        needs: options it cannot do without.
        renewable: whether it can fetch another token by itself.
    """

    source: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ()
    renewable: ClassVar[bool] = True

    def __init__(self, options: LoginOptions, endpoints: Endpoints, settings: SessionSettings, clock: Clock) -> None:
        self._options = options
        self._endpoints = endpoints
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._token: Token | None = None

    def validate(self) -> None:
        """Check the options, without a network.

        Raises:
            InputError: an option is missing or its file cannot be used.
        """
        missing = [name for name in self.needs if not getattr(self._options, name)]
        if missing:
            raise InputError(f"Login by {self.source} needs {' and '.join(missing)}.")

    def token(self) -> Token:
        """A token that is still good.

        Raises:
            GraphError: the login was refused, or the login service cannot be reached.
        """
        with self._lock:
            token = self._token
            if token is None or (token.renew_at is not None and token.renew_at <= self._clock.now()):
                token = self._token = self.acquire(afresh=False)
            return token

    def renew(self, rejected: Token) -> Token | None:
        """Another token in place of one that the service refused; None when there is no way to get one.

        Several threads may have been refused the same token: only the first fetches a new one.
        """
        with self._lock:
            if self._token is rejected:
                self._token = self.acquire(afresh=True)
            return self._token

    @abstractmethod
    def acquire(self, *, afresh: bool) -> Token:
        """Fetch a token; ``afresh`` means that one which a cache still holds is refused by the service."""

    def good_for(self, value: str, seconds: float) -> Token:
        """A token that lives so many seconds; it is renewed a little before its end."""
        return Token(value, self._clock.now() + seconds - min(_EARLIEST_RENEWAL, seconds / 10))


class AccessToken(Credential):
    """A ready-made token, for delegated work above all."""

    source = "access_token"
    needs = ("access_token",)
    renewable = False

    def renew(self, rejected: Token) -> Token | None:
        """A given token cannot be renewed."""
        return None

    def acquire(self, *, afresh: bool) -> Token:
        """The given token."""
        return Token((self._options.access_token or "").strip().removeprefix("Bearer "))


class ConfidentialClient(Credential):
    """An app that logs in through MSAL with its own credential."""

    needs: ClassVar[tuple[str, ...]] = ("tenant_id", "client_id")

    def __init__(self, options: LoginOptions, endpoints: Endpoints, settings: SessionSettings, clock: Clock) -> None:
        super().__init__(options, endpoints, settings, clock)
        self._application: Any = None
        self._http = LoginHttp(self._operation, settings)

    def validate(self) -> None:
        """Check the options, and that ``tenant_id`` names one tenant."""
        super().validate()
        if (self._options.tenant_id or "").lower() in {"common", "organizations", "consumers"}:
            raise InputError("tenant_id must name one tenant, by its id or one of its domain names.")

    @abstractmethod
    def _credential(self) -> Any:
        """The credential as MSAL takes it."""

    @property
    def _operation(self) -> str:
        return f"Login by {self.source} at {urlsplit(self._endpoints.authority_url).netloc}"

    def acquire(self, *, afresh: bool) -> Token:
        """A token from MSAL, whose cache is emptied first when the service refuses what is in it."""
        try:
            application = self._application = self._application or self._open()
            if afresh:
                application.remove_tokens_for_client()
            answer = application.acquire_token_for_client(scopes=[self._endpoints.scope])
        except requests.exceptions.RequestException as reason:
            raise unreachable(self._operation, reason, self._settings.ca_path) from None
        except ValueError:
            raise self._refused_without_reason("the answer of the login service cannot be read") from None
        if "access_token" not in answer:
            secret = {"client_secret": self._options.client_secret}
            raise token_error(answer, operation=self._operation, status=self._http.last_status, sent=secret)
        return self.good_for(answer["access_token"], float(answer.get("expires_in") or 0))

    def _open(self) -> Any:
        msal = load("msal")
        try:
            return msal.ConfidentialClientApplication(
                self._options.client_id,
                client_credential=self._credential(),
                authority=f"{self._endpoints.authority_url}/{self._options.tenant_id}",
                instance_discovery=False,  # it would ask Microsoft about hosts that are known or chosen by the user
                http_client=self._http,
            )
        except ValueError:
            raise self._refused_without_reason(
                "the login service does not know this tenant: check tenant_id, cloud and authority_url"
            ) from None

    def _refused_without_reason(self, otherwise: str) -> GraphError:
        return token_error_from_text(
            self._http.last_text, operation=self._operation, status=self._http.last_status, otherwise=otherwise
        )


class LoginHttp:
    """HTTP as MSAL uses it. It remembers the last answer, which MSAL's own errors leave out.

    A fault of the service is raised here as ``GraphError``, after some repeats.
    """

    def __init__(self, operation: str, settings: SessionSettings) -> None:
        self._operation = operation
        self._session = Session(settings)
        self._session.repeat_token_requests()
        self.last_status: int | None = None
        self.last_text = ""

    def get(self, url: str, **options: Any) -> Any:
        """GET, for discovery."""
        return self._remember(self._session.get(url, **options))

    def post(self, url: str, **options: Any) -> Any:
        """POST, for tokens."""
        return self._remember(self._session.post(url, **options))

    def close(self) -> None:
        """Close the session."""
        self._session.close()

    def _remember(self, answer: Any) -> Any:
        self.last_status = answer.status_code
        self.last_text = "" if answer.ok else answer.text
        if answer.status_code >= 500:
            raise token_error_from_text(
                self.last_text,
                operation=self._operation,
                status=answer.status_code,
                otherwise="the login service has a fault of its own: try again later",
            )
        return answer


class ClientSecret(ConfidentialClient):
    """An app with a secret."""

    source = "client_secret"
    needs = ("tenant_id", "client_id", "client_secret")

    def _credential(self) -> Any:
        return self._options.client_secret


class Certificate(ConfidentialClient):
    """An app with a certificate: the assertion is signed with PS256 and names the SHA-256 thumbprint."""

    source = "certificate"
    needs = ("tenant_id", "client_id", "certificate_path")

    def validate(self) -> None:
        """Check the options, and that the file opens."""
        super().validate()
        self._credential()

    def _credential(self) -> Any:
        pair = read_certificate(self._options.certificate_path or "", self._options.certificate_password)
        return {"private_key": pair.private_key, "public_certificate": pair.certificate}


class WorkloadIdentity(ConfidentialClient):
    """An app that trusts the issuer of a token which the platform renews in a file."""

    source = "workload_identity"
    needs = ("tenant_id", "client_id", "federated_token_file")

    def validate(self) -> None:
        """Check the options, and that the file is there."""
        super().validate()
        self._read()

    def _credential(self) -> Any:
        return {"client_assertion": self._read}

    def _read(self) -> str:
        path = self._options.federated_token_file or ""
        try:
            token = Path(path).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as reason:
            why = reason.strerror if isinstance(reason, OSError) else "it holds no token"
            raise InputError(f"federated_token_file {path} cannot be read: {why}.") from None
        if not token:
            raise InputError(f"federated_token_file {path} is empty.")
        return token
