# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins that the machine brings along: its managed identity, or whoever is signed in to the Azure CLI."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.graph.clouds import Endpoints
from ansible_collections.entra.mfa.plugins.module_utils.graph.credentials import Credential
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError
from ansible_collections.entra.mfa.plugins.module_utils.graph.libraries import load, requests
from ansible_collections.entra.mfa.plugins.module_utils.graph.login import LoginOptions
from ansible_collections.entra.mfa.plugins.module_utils.graph.pacing import Clock
from ansible_collections.entra.mfa.plugins.module_utils.graph.sessions import Session, SessionSettings
from ansible_collections.entra.mfa.plugins.module_utils.graph.token_errors import token_error
from ansible_collections.entra.mfa.plugins.module_utils.graph.tokens import Token

_AZURE_CLI_SECONDS = 60
_AZURE_CLI_TRUST = 300.0
_PROBE_SECONDS = 2.0


class ManagedIdentity(Credential):
    """The identity of the Azure machine that this runs on; ``client_id`` picks a user-assigned one."""

    source = "managed_identity"

    def __init__(self, options: LoginOptions, endpoints: Endpoints, settings: SessionSettings, clock: Clock) -> None:
        super().__init__(options, endpoints, settings, clock)
        self._session: Session | None = None
        self._client: Any = None

    def acquire(self, *, afresh: bool) -> Token:
        """A token from the machine's identity endpoint; a new client has an empty cache."""
        msal = load("msal")
        self._session = self._session or Session(self._settings)
        if afresh or self._client is None:
            wanted = self._options.client_id
            identity = (
                msal.UserAssignedManagedIdentity(client_id=wanted) if wanted else msal.SystemAssignedManagedIdentity()
            )
            self._client = msal.ManagedIdentityClient(identity, http_client=self._session)
        operation = "Login by managed_identity"
        try:
            answer = self._client.acquire_token_for_client(resource=self._endpoints.graph_url)
        except (requests.exceptions.RequestException, ValueError) as reason:
            raise GraphError(
                0,
                "managed_identity_unavailable",
                "this machine offers no managed identity",
                hint="run on an Azure machine with an identity, or choose another auth_source",
                operation=operation,
            ) from reason
        if "access_token" not in answer:
            raise token_error(answer, operation=operation)
        return self.good_for(answer["access_token"], float(answer.get("expires_in") or 0))


class AzureCli(Credential):
    """Whoever is signed in to the Azure CLI on this machine."""

    source = "azure_cli"

    def acquire(self, *, afresh: bool) -> Token:
        """The token that ``az`` hands out; it renews its own."""
        command = shutil.which("az")
        if command is None:
            raise self._failed("the command az is not installed", "install it or choose another auth_source")
        arguments = [command, "account", "get-access-token", "--output", "json"]
        arguments += ["--resource", self._endpoints.graph_url]
        if self._options.tenant_id:
            arguments += ["--tenant", self._options.tenant_id]
        try:
            done = subprocess.run(  # noqa: S603 - a fixed command, arguments never pass a shell
                arguments, capture_output=True, text=True, timeout=_AZURE_CLI_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            raise self._failed("az did not answer", "try az account get-access-token by hand") from None
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["az failed"])[0].removeprefix("ERROR: ")
            raise self._failed(reason.rstrip("."), "sign in with az login")
        try:
            value = str(json.loads(done.stdout)["accessToken"])
        except (ValueError, KeyError, TypeError):
            raise self._failed("az gave no token", "try az account get-access-token by hand") from None
        return self.good_for(value, _AZURE_CLI_TRUST)

    def _failed(self, message: str, hint: str) -> GraphError:
        return GraphError(0, "azure_cli_failed", message, hint=hint, operation="Login by azure_cli")


class FirstThatAnswers(Credential):
    """The managed identity of this machine or else the Azure CLI: what ``auto`` tries when no option says more."""

    source = "auto"

    def __init__(self, options: LoginOptions, endpoints: Endpoints, settings: SessionSettings, clock: Clock) -> None:
        super().__init__(options, endpoints, settings, clock)
        self._candidates: list[Credential] = [
            ManagedIdentity(options, endpoints, replace(settings, timeout=_PROBE_SECONDS), clock),
            AzureCli(options, endpoints, settings, clock),
        ]

    def acquire(self, *, afresh: bool) -> Token:
        """A token from the first that has one; later ones come from the same place."""
        reasons = []
        for candidate in self._candidates:
            try:
                token = candidate.acquire(afresh=afresh)
            except GraphError as reason:
                reasons.append(reason.message)
            else:
                self._candidates = [candidate]
                return token
        raise GraphError(
            0,
            "no_login",
            " and ".join(reasons),
            hint="give access_token, or tenant_id and client_id with client_secret, certificate_path"
            " or federated_token_file",
            operation="Login by auto",
        )
