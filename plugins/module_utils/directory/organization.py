# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The organisation behind the tenant and its domains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.directory.federation import (
    Federation,
    configurations_path,
    only_one,
)
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import Call, GraphClient
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError

_ORGANIZATION = ("id", "displayName", "onPremisesSyncEnabled")


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain of the tenant; `federation` is None when it is managed or could not be read.

    `enabled_users` is the number of accounts that may sign in, None when nobody counted.
    """

    name: str
    authentication_type: str
    default: bool
    verified: bool
    federation: Federation | None
    enabled_users: int | None = None

    def summary(self) -> dict[str, Any]:
        """The domain as modules return it, with Graph's property names."""
        return {
            "id": self.name,
            "authenticationType": self.authentication_type,
            "isDefault": self.default,
            "isVerified": self.verified,
            "federation": self.federation.summary() if self.federation else None,
            **({} if self.enabled_users is None else {"enabledUsers": self.enabled_users}),
        }


def enabled_users(client: GraphClient, domain: str) -> int:
    """How many accounts of a domain may sign in: an advanced query, whose index lags behind writes."""
    answer = client.get(
        "users",
        params={
            "$filter": f"endswith(userPrincipalName,'@{domain}') and accountEnabled eq true",
            "$count": "true",
            "$select": "id",
            "$top": "1",
        },
        headers={"ConsistencyLevel": "eventual"},
    )
    return int(answer["@odata.count"])


def read(client: GraphClient) -> dict[str, Any]:
    """Read id, name and synchronisation of the organisation."""
    found = next(client.items("organization", params={"$select": ",".join(_ORGANIZATION)}))
    return {name: found.get(name) for name in _ORGANIZATION}


def domains(client: GraphClient) -> tuple[list[Domain], GraphError | None]:
    """Read the domains, and in one batch the federation of those that are federated.

    The second value is the refusal (403) when the caller may list domains but not read their federation; the
    domains then come without it.
    """
    items = list(client.items("domains"))
    federated = [item["id"] for item in items if item.get("authenticationType") == "Federated"]
    found: dict[str, Federation | None] = {}
    refusal: GraphError | None = None
    calls = [Call("GET", configurations_path(name)) for name in federated]
    for name, reply in zip(federated, client.batch(calls), strict=True):
        if reply.error is None:
            found[name] = only_one(name, (reply.body or {}).get("value", []))
        elif reply.error.status == 403:
            refusal = reply.error
        elif reply.error.status != 404:
            raise reply.error
    return [_domain(item, found.get(item["id"])) for item in items], refusal


def _domain(item: dict[str, Any], configuration: Federation | None) -> Domain:
    return Domain(
        name=item["id"],
        authentication_type=item.get("authenticationType", "Managed"),
        default=item.get("isDefault") is True,
        verified=item.get("isVerified") is True,
        federation=configuration,
    )
