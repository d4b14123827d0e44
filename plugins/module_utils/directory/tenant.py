# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A read-only picture of the tenant, and of what the caller may do in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ansible_collections.entra.mfa.plugins.module_utils.directory import (
    hardware_oath,
    methods_policy,
    organization,
    permissions,
    rollout,
)
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import GraphClient
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError

Value = TypeVar("Value")
Warn = Callable[[str], None]


def picture(client: GraphClient, warn: Warn) -> dict[str, Any]:
    """Read everything the caller may read.

    A part that Graph refuses to this caller (403) is None and a warning says why, so that the picture also serves to
    find out which permission is missing. Any other error ends the reading.
    """
    policy = _unless_refused(lambda: _methods_policy(client), "The methods policy", warn)
    rollout_policies = _unless_refused(lambda: rollout.policies(client), "Staged Rollout", warn)
    return {
        "organization": _unless_refused(lambda: organization.read(client), "The organisation", warn),
        "domains": _unless_refused(lambda: _domains(client, warn), "The list of domains", warn),
        "methods_policy": policy.summary() if policy else None,
        "rollout_policies": None if rollout_policies is None else [found.summary() for found in rollout_policies],
        "identity": _identity(client),
    }


def _identity(client: GraphClient) -> dict[str, Any]:
    found = client.identity()
    granted = found["scopes"] if found["delegated"] else found["roles"]
    names = ("app_id", "tenant_id", "delegated", "roles", "scopes")
    return {name: found[name] for name in names} | {
        "missing": permissions.missing(granted, delegated=found["delegated"])
    }


def _domains(client: GraphClient, warn: Warn) -> list[dict[str, Any]]:
    found, refusal = organization.domains(client)
    if refusal is not None:
        warn(f"The federation of the domains could not be read: {refusal}")
    return [domain.summary() for domain in found]


def _methods_policy(client: GraphClient) -> methods_policy.MethodsPolicy:
    return methods_policy.read(client, hardware_oath.configuration_if_any(client))


def _unless_refused(read: Callable[[], Value], part: str, warn: Warn) -> Value | None:
    try:
        return read()
    except GraphError as error:
        if error.status != 403:
            raise
        warn(f"{part} could not be read: {error}")
        return None
