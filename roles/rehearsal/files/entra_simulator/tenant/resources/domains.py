# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Domains, their federation configuration, and the organization."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from entra_simulator.tenant import bodies
from entra_simulator.tenant.audits import record
from entra_simulator.tenant.errors import bad_request, not_found, object_missing
from entra_simulator.tenant.messages import Answer
from entra_simulator.tenant.properties import DOMAIN, ORGANIZATION
from entra_simulator.tenant.query import EntityType
from entra_simulator.tenant.routing import Call
from entra_simulator.tenant.tenant import Tenant

BEHAVIORS = ("acceptIfMfaDoneByFederatedIdp", "enforceMfaByFederatedIdp", "rejectMfaByFederatedIdp")
_TEXTS = (
    "displayName",
    "issuerUri",
    "metadataExchangeUri",
    "signingCertificate",
    "passiveSignInUri",
    "activeSignInUri",
    "signOutUri",
    "nextSigningCertificate",
    "passwordResetUri",
)

DOMAIN_KIND = EntityType(name="domain", properties=DOMAIN)
FEDERATION_KIND = EntityType(name="internalDomainFederation", properties=frozenset())
ORGANIZATION_KIND = EntityType(name="organization", properties=ORGANIZATION)
FEDERATION_BODY: bodies.Shape = {
    **{name: bodies.optional(bodies.text) for name in _TEXTS},
    "preferredAuthenticationProtocol": bodies.optional(bodies.one_of("wsFed", "saml")),
    "promptLoginBehavior": bodies.optional(
        bodies.one_of("translateToFreshPasswordAuthentication", "nativeSupport", "disabled")
    ),
    "isSignedAuthenticationRequestRequired": bodies.optional(bodies.flag),
    "federatedIdpMfaBehavior": bodies.optional(bodies.one_of(*BEHAVIORS)),
}


def load(tenant: Tenant, data: Mapping[str, Any]) -> None:
    """Add a domain of the organisation file, with its federation when it is federated."""
    name = data["id"].lower()
    tenant.store.domains[name] = {
        "authenticationType": data.get("authenticationType", "Managed"),
        "availabilityStatus": None,
        "id": name,
        "isAdminManaged": True,
        "isDefault": bool(data.get("isDefault", False)),
        "isInitial": bool(data.get("isInitial", False)),
        "isRoot": bool(data.get("isRoot", True)),
        "isVerified": bool(data.get("isVerified", True)),
        "supportedServices": ["Email", "OfficeCommunicationsOnline"],
        "passwordValidityPeriodInDays": None,
        "passwordNotificationWindowInDays": None,
        "state": None,
    }
    if data.get("authenticationType") == "Federated":
        tenant.store.federations[name] = _federation(tenant, name, data.get("federation") or {})


def _federation(tenant: Tenant, name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@odata.type": "#microsoft.graph.internalDomainFederation",
        "id": tenant.new_id(),
        "displayName": name,
        "issuerUri": f"http://sts.{name}/adfs/services/trust",
        "metadataExchangeUri": f"https://sts.{name}/adfs/services/trust/mex",
        "signingCertificate": "MIIDummySigningCertificate",
        "passiveSignInUri": f"https://sts.{name}/adfs/ls/",
        "preferredAuthenticationProtocol": "wsFed",
        "activeSignInUri": f"https://sts.{name}/adfs/services/trust/2005/usernamemixed",
        "signOutUri": f"https://sts.{name}/adfs/ls/",
        "promptLoginBehavior": "nativeSupport",
        "isSignedAuthenticationRequestRequired": False,
        "nextSigningCertificate": None,
        "passwordResetUri": None,
        "federatedIdpMfaBehavior": None,
        "signingCertificateUpdateStatus": {
            "certificateUpdateResult": "Success",
            "lastRunDateTime": tenant.clock.stamp(),
        },
        **data,
    }


def dump(tenant: Tenant, name: str) -> dict[str, Any]:
    """A domain as the organisation file holds it."""
    domain = {key: tenant.store.domains[name][key] for key in ("id", "authenticationType", "isDefault", "isInitial")}
    federation = tenant.store.federations.get(name)
    return {**domain, **({"federation": dict(federation)} if federation else {})}


def list_domains(call: Call) -> Answer:
    """``GET /domains``."""
    return call.many(list(call.tenant.store.domains.values()), DOMAIN_KIND)


def get_domain(call: Call) -> Answer:
    """``GET /domains/{name}``."""
    return call.one(_domain(call), DOMAIN_KIND)


def _domain(call: Call) -> dict[str, Any]:
    domain = call.tenant.store.domains.get(call.values["domain"].lower())
    if domain is None:
        raise object_missing(call.values["domain"])
    return domain


def _configuration(call: Call) -> dict[str, Any]:
    domain = _domain(call)
    federation = call.tenant.store.federations.get(domain["id"])
    if federation is None:
        raise not_found(f"Domain federation configuration for '{domain['id']}' was not found.")
    return federation


def list_federation(call: Call) -> Answer:
    """``GET /domains/{name}/federationConfiguration``: one element, or 404 for a managed domain."""
    return call.many([_configuration(call)], FEDERATION_KIND)


def _named(call: Call) -> dict[str, Any]:
    federation = _configuration(call)
    if federation["id"] != call.values["configuration"].lower():
        raise not_found("The federation configuration does not exist.")
    return federation


def get_federation(call: Call) -> Answer:
    """``GET /domains/{name}/federationConfiguration/{id}``."""
    return Answer(200, dict(_named(call)))


def update_federation(call: Call) -> Answer:
    """``PATCH /domains/{name}/federationConfiguration/{id}``: 200 with the whole object.

    A behaviour that was set cannot be taken back to null.
    """
    federation = _named(call)
    if "federatedIdpMfaBehavior" in call.body and call.body["federatedIdpMfaBehavior"] is None:
        raise bad_request("Invalid value specified for property 'federatedIdpMfaBehavior' of resource.")
    before = {name: federation.get(name) for name in call.body}
    federation.update(call.body)
    target = {"id": federation["id"], "displayName": call.values["domain"], "type": "Other"}
    changes = {name: (old, federation[name]) for name, old in before.items()}
    record(
        call, "Set federation settings on domain", "DirectoryManagement", target, operation="Update", changes=changes
    )
    return Answer(200, dict(federation))


def list_organization(call: Call) -> Answer:
    """``GET /organization``: one element."""
    return call.many([_organization(call.tenant)], ORGANIZATION_KIND)


def get_organization(call: Call) -> Answer:
    """``GET /organization/{tenant id}``."""
    if call.values["organization"].lower() != call.tenant.tenant_id:
        raise object_missing(call.values["organization"])
    return call.one(_organization(call.tenant), ORGANIZATION_KIND)


def _organization(tenant: Tenant) -> dict[str, Any]:
    domains = [
        {
            "capabilities": "Email, OfficeCommunicationsOnline",
            "isDefault": domain["isDefault"],
            "isInitial": domain["isInitial"],
            "name": name,
            "type": domain["authenticationType"],
        }
        for name, domain in tenant.store.domains.items()
    ]
    plan = {"assignedDateTime": tenant.clock.stamp(), "capabilityStatus": "Enabled", "service": "AADPremiumService"}
    return {
        "id": tenant.tenant_id,
        "deletedDateTime": None,
        "assignedPlans": [{**plan, "servicePlanId": "41781fb2-bc02-4b7c-bd55-b576c07bb09d"}],
        "businessPhones": [],
        "countryLetterCode": "US",
        "createdDateTime": tenant.clock.stamp(),
        "displayName": tenant.display_name,
        "mobileDeviceManagementAuthority": "unknown",
        "onPremisesLastSyncDateTime": tenant.clock.stamp(),
        "onPremisesSyncEnabled": True,
        "provisionedPlans": [],
        "technicalNotificationMails": [],
        "tenantType": "AAD",
        "verifiedDomains": domains,
    }
