# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Choosing the way to log in."""

from __future__ import annotations

from ansible_collections.entra.mfa.plugins.module_utils.graph.clouds import Endpoints
from ansible_collections.entra.mfa.plugins.module_utils.graph.credentials import (
    AccessToken,
    Certificate,
    ClientSecret,
    Credential,
    WorkloadIdentity,
)
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError
from ansible_collections.entra.mfa.plugins.module_utils.graph.login import AUTH_SOURCES, LoginOptions
from ansible_collections.entra.mfa.plugins.module_utils.graph.machine_credentials import (
    AzureCli,
    FirstThatAnswers,
    ManagedIdentity,
)
from ansible_collections.entra.mfa.plugins.module_utils.graph.pacing import Clock
from ansible_collections.entra.mfa.plugins.module_utils.graph.sessions import SessionSettings

_SOURCES: dict[str, type[Credential]] = {
    kind.source: kind
    for kind in (AccessToken, ClientSecret, Certificate, WorkloadIdentity, ManagedIdentity, AzureCli, FirstThatAnswers)
}


def choose_credential(
    options: LoginOptions, endpoints: Endpoints, settings: SessionSettings, clock: Clock
) -> Credential:
    """The credential that the options ask for, already validated; nothing has been sent yet.

    Under ``auto`` the first that is set decides: ``access_token``, ``client_secret``, ``certificate_path``,
    ``federated_token_file``; with none of them the machine's managed identity and then the Azure CLI are tried.

    Raises:
        InputError: an option is missing, or its file cannot be used.
    """
    if options.auth_source not in AUTH_SOURCES:
        raise InputError(f"auth_source must be one of {', '.join(AUTH_SOURCES)}, not {options.auth_source!r}.")
    credential = _SOURCES[_source(options)](options, endpoints, settings, clock)
    credential.validate()
    return credential


def _source(options: LoginOptions) -> str:
    if options.auth_source != "auto":
        return options.auth_source
    if options.access_token:
        return AccessToken.source
    if options.client_secret:
        return ClientSecret.source
    if options.certificate_path:
        return Certificate.source
    if options.federated_token_file:
        return WorkloadIdentity.source
    return FirstThatAnswers.source
