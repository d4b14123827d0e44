# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Federation of domains (Graph pages *internalDomainFederation*, *List federationConfiguration*)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.directory.consistency import read_until
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import GraphClient, quote
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError, InputError, UnknownOutcome

PROPERTY = "federatedIdpMfaBehavior"
BEHAVIORS = ("acceptIfMfaDoneByFederatedIdp", "enforceMfaByFederatedIdp", "rejectMfaByFederatedIdp")
TIME_TO_EFFECT = timedelta(hours=24)
"""How long Entra may take until every sign-in follows a changed behavior."""


@dataclass(frozen=True, slots=True)
class Federation:
    """The federation configuration of one domain; `behavior` is None when it was never set."""

    id: str
    behavior: str | None
    display_name: str | None
    issuer_uri: str | None

    def summary(self) -> dict[str, str | None]:
        """The configuration as modules return it, with Graph's property names."""
        return {
            "id": self.id,
            "displayName": self.display_name,
            "issuerUri": self.issuer_uri,
            PROPERTY: self.behavior,
        }


def configurations_path(domain: str) -> str:
    """Path of the configurations of a domain."""
    return f"domains/{quote(domain)}/federationConfiguration"


def only_one(domain: str, items: list[dict[str, Any]]) -> Federation | None:
    """The one configuration that Graph documents for a domain; None when the list is empty.

    Raises InputError when there are several, since nothing tells which of them counts.
    """
    if len(items) > 1:
        ids = ", ".join(item["id"] for item in items)
        raise InputError(f"The domain {domain} has {len(items)} federation configurations, one is expected: {ids}.")
    return _federation(items[0]) if items else None


def configuration(client: GraphClient, domain: str) -> Federation | None:
    """Read the configuration of a domain; None when Graph answers 404, as it does for a domain without federation."""
    try:
        return only_one(domain, list(client.items(configurations_path(domain))))
    except GraphError as error:
        if error.status == 404:
            return None
        raise


def require_configuration(client: GraphClient, domain: str) -> Federation:
    """Read the configuration of a domain, or raise InputError that says whether it is managed or unknown."""
    found = configuration(client, domain)
    if found is not None:
        return found
    raise InputError(_why_not_federated(client, domain))


def set_behavior(client: GraphClient, domain: str, configuration_id: str, behavior: str) -> bool:
    """Write the one property and nothing else, and say whether the new value could be seen.

    Graph answers 200 with the object, older descriptions say 204; without the object the value is read back with
    pauses. False means that Entra took the write and no read has shown it yet.
    """
    address = f"{configurations_path(domain)}/{quote(configuration_id)}"
    body = {PROPERTY: behavior}
    try:
        answer = client.patch(address, body)
    except UnknownOutcome:
        if _shows(client, domain, behavior):
            return True
        answer = client.patch(address, body)
    if answer is not None and answer.get(PROPERTY) == behavior:
        return True
    return _shows(client, domain, behavior)


def ensure_behavior(
    client: GraphClient,
    domain: str,
    behavior: str,
    *,
    accept_irreversible: bool,
    check_mode: bool,
    warn: Callable[[str], None],
) -> dict[str, Any]:
    """Bring a domain to the wanted behavior and return the module result.

    A value that was never set cannot be taken back to that state, so leaving it needs `accept_irreversible`; without
    it InputError is raised, in check mode too.
    """
    found = require_configuration(client, domain)
    changed = found.behavior != behavior
    if changed and found.behavior is None and not accept_irreversible:
        raise InputError(
            f"{PROPERTY} of {domain} was never set and cannot be unset again once it is; "
            "set accept_irreversible to true to go on."
        )
    if changed and not check_mode and not set_behavior(client, domain, found.id, behavior):
        warn(f"Entra took {PROPERTY} = {behavior} for {domain}, but a read does not show it yet.")
    return {
        "changed": changed,
        "domain": domain,
        "configuration_id": found.id,
        "previous": found.behavior,
        "behavior": behavior,
        "effective_by": _effective_by() if changed else None,
        "diff": {
            "before": {"domain": domain, PROPERTY: found.behavior},
            "after": {"domain": domain, PROPERTY: behavior},
        },
    }


def _effective_by() -> str:
    return (datetime.now(UTC) + TIME_TO_EFFECT).isoformat(timespec="seconds").replace("+00:00", "Z")


def _shows(client: GraphClient, domain: str, behavior: str) -> bool:
    found = read_until(
        lambda: configuration(client, domain), lambda value: value is not None and value.behavior == behavior
    )
    return found is not None and found.behavior == behavior


def _federation(item: dict[str, Any]) -> Federation:
    return Federation(item["id"], item.get(PROPERTY), item.get("displayName"), item.get("issuerUri"))


def _why_not_federated(client: GraphClient, domain: str) -> str:
    try:
        found = client.get(f"domains/{quote(domain)}")
    except GraphError as error:
        if error.status == 404:
            return f"The tenant has no domain {domain}; give the name of one of its domains."
        if error.status == 403:
            return f"The domain {domain} is unknown or not federated; grant Domain.Read.All to tell which."
        raise
    kind = str(found.get("authenticationType", "unknown")).lower()
    return f"The domain {domain} is {kind}, not federated; only a federated domain has {PROPERTY}, so leave it out."
