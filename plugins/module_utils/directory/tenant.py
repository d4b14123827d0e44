# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A read-only picture of the tenant, and of what the caller may do in it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any, TypeVar

from ansible_collections.entra.mfa.plugins.module_utils.directory import (
    methods_policy,
    organization,
    permissions,
    rollout,
)
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import GraphClient
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError

Value = TypeVar("Value")
Warn = Callable[[str], None]
PARTS = ("organization", "domains", "methods_policy", "rollout_policies")


def picture(
    client: GraphClient, warn: Warn, parts: Collection[str] = PARTS, *, count_users: bool = False
) -> dict[str, Any]:
    """Read what the caller asks for and may read; a part that is not asked for is None.

    A part that Graph refuses to this caller (403) is None and a warning says why, so that the picture also serves to
    find out which permission is missing. Any other error ends the reading.
    """
    readers: dict[str, tuple[str, Callable[[], Any]]] = {
        "methods_policy": ("The methods policy", lambda: _methods_policy(client).summary()),
        "rollout_policies": ("Staged Rollout", lambda: [found.summary() for found in rollout.policies(client)]),
        "organization": ("The organisation", lambda: organization.read(client)),
        "domains": ("The list of domains", lambda: _domains(client, warn, count_users=count_users)),
    }
    found = {
        part: _unless_refused(read, label, warn) if part in parts else None for part, (label, read) in readers.items()
    }
    return {**found, "identity": _identity(client)}


def _identity(client: GraphClient) -> dict[str, Any]:
    found = client.identity()
    granted = found["scopes"] if found["delegated"] else found["roles"]
    names = ("app_id", "tenant_id", "delegated", "roles", "scopes")
    return {name: found[name] for name in names} | {
        "missing": permissions.missing(granted, delegated=found["delegated"])
    }


def _domains(client: GraphClient, warn: Warn, *, count_users: bool) -> list[dict[str, Any]]:
    found, refusal = organization.domains(client)
    if refusal is not None:
        warn(f"The federation of the domains could not be read: {refusal}")
    if count_users:
        found = [_counted(client, domain, warn) for domain in found]
    return [domain.summary() for domain in found]


def _counted(client: GraphClient, domain: organization.Domain, warn: Warn) -> organization.Domain:
    """A federated domain with the number of its users; a managed one as it is."""
    if domain.authentication_type != "Federated":
        return domain
    users = _unless_refused(
        lambda: organization.enabled_users(client, domain.name), f"The users of {domain.name}", warn
    )
    return replace(domain, enabled_users=users)


def _methods_policy(client: GraphClient) -> methods_policy.MethodsPolicy:
    return methods_policy.read_with_hardware_oath(client)


def _unless_refused(read: Callable[[], Value], part: str, warn: Warn) -> Value | None:
    try:
        return read()
    except GraphError as error:
        if error.status != 403:
            raise
        warn(f"{part} could not be read: {error}")
        return None
