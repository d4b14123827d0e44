# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Application registrations with their certificates and secrets."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from entra_simulator.tenant import bodies
from entra_simulator.tenant.audits import record
from entra_simulator.tenant.errors import access_denied, bad_request, object_missing
from entra_simulator.tenant.messages import Answer
from entra_simulator.tenant.permissions import APP_ROLES
from entra_simulator.tenant.properties import APPLICATION
from entra_simulator.tenant.query import EntityType
from entra_simulator.tenant.resources import service_principals
from entra_simulator.tenant.resources.credentials import KEY, add_secret, key_credential
from entra_simulator.tenant.routing import Call
from entra_simulator.tenant.tenant import Tenant

load_graph = service_principals.load_graph

_EQUAL = frozenset({"eq", "in"})
_TEXT = _EQUAL | {"startswith"}
_OWNED_ONLY = "Application.ReadWrite.OwnedBy"
_READ_ALL = frozenset(
    {"Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}
)

KIND = EntityType(
    name="application",
    properties=APPLICATION,
    basic={"id": _EQUAL, "appId": _EQUAL, "displayName": _TEXT, "identifierUris": frozenset({"eq", "startswith"})},
    advanced={"displayName": frozenset({"ne", "not"})},
    sortable=frozenset({"displayName"}),
)
_ACCESS: bodies.Shape = {
    "resourceAppId": bodies.required(bodies.text),
    "resourceAccess": bodies.required(
        bodies.list_of(
            bodies.record({"id": bodies.required(bodies.text), "type": bodies.required(bodies.one_of("Role", "Scope"))})
        )
    ),
}
UPDATE_BODY: bodies.Shape = {
    "displayName": bodies.Property(bodies.text, nullable=False),
    "description": bodies.optional(bodies.text),
    "notes": bodies.optional(bodies.text),
    "signInAudience": bodies.optional(
        bodies.one_of(
            "AzureADMyOrg", "AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount"
        )
    ),
    "requiredResourceAccess": bodies.optional(bodies.list_of(bodies.record(_ACCESS))),
    "keyCredentials": bodies.optional(bodies.list_of(bodies.record(KEY))),
    "tags": bodies.optional(bodies.list_of(bodies.text)),
    "isFallbackPublicClient": bodies.optional(bodies.flag),
    "serviceManagementReference": bodies.optional(bodies.text),
}
CREATE_BODY: bodies.Shape = {**UPDATE_BODY, "displayName": bodies.required(bodies.text)}
ADD_PASSWORD_BODY: bodies.Shape = {
    "passwordCredential": bodies.optional(
        bodies.record(
            {
                "displayName": bodies.optional(bodies.text),
                "startDateTime": bodies.optional(bodies.moment),
                "endDateTime": bodies.optional(bodies.moment),
            }
        )
    )
}
REMOVE_PASSWORD_BODY: bodies.Shape = {"keyId": bodies.required(bodies.text)}


def load(tenant: Tenant, data: Mapping[str, Any]) -> None:
    """Add an application of the organisation file with its service principal, secret and granted roles."""
    application = _new(tenant, data["appId"].lower(), {"displayName": data.get("displayName") or data["name"]})
    application["createdByAppId"] = data.get("createdByAppId")
    if data.get("secret"):
        add_secret(tenant, application, data["secret"], {"endDateTime": data.get("secretEndDateTime")})
    if data.get("certificateDer"):
        application["keyCredentials"] = [key_credential(tenant, {"key": data["certificateDer"]}, {})]
    if data.get("federated"):
        tenant.federated[application["appId"]] = data["federated"]
    principal = service_principals.create_for(tenant, application)
    principal["accountEnabled"] = bool(data.get("enabled", True))
    for role in data.get("appRoles", []):
        service_principals.grant(tenant, principal, APP_ROLES[role])


def dump(tenant: Tenant, application: Mapping[str, Any]) -> dict[str, Any]:
    """An application as the organisation file holds it."""
    principal = tenant.store.service_principal_of(application["appId"])
    secrets = [tenant.secrets[entry["keyId"]] for entry in application["passwordCredentials"]]
    return {
        "name": application["displayName"],
        "appId": application["appId"],
        "displayName": application["displayName"],
        "createdByAppId": application["createdByAppId"],
        "secret": secrets[-1] if secrets else None,
        "certificate": bool(application["keyCredentials"]),
        "enabled": principal is not None and principal["accountEnabled"],
        "appRoles": service_principals.granted_names(tenant, principal["id"]) if principal else [],
    }


def _new(tenant: Tenant, app_id: str, values: Mapping[str, Any]) -> dict[str, Any]:
    domain = next((name for name, domain in tenant.store.domains.items() if domain["isDefault"]), None)
    application: dict[str, Any] = {
        "id": tenant.new_id(),
        "deletedDateTime": None,
        "isFallbackPublicClient": None,
        "appId": app_id,
        "applicationTemplateId": None,
        "identifierUris": [],
        "createdByAppId": None,
        "createdDateTime": tenant.clock.stamp(),
        "description": None,
        "disabledByMicrosoftStatus": None,
        "displayName": None,
        "isDeviceOnlyAuthSupported": None,
        "groupMembershipClaims": None,
        "notes": None,
        "optionalClaims": None,
        "addIns": [],
        "publisherDomain": domain,
        "samlMetadataUrl": None,
        "serviceManagementReference": None,
        "signInAudience": "AzureADMyOrg",
        "tags": [],
        "tokenEncryptionKeyId": None,
        "verifiedPublisher": {"displayName": None, "verifiedPublisherId": None, "addedDateTime": None},
        "certification": None,
        "api": {
            "requestedAccessTokenVersion": None,
            "acceptMappedClaims": None,
            "knownClientApplications": [],
            "oauth2PermissionScopes": [],
            "preAuthorizedApplications": [],
        },
        "appRoles": [],
        "publicClient": {"redirectUris": []},
        "info": dict.fromkeys(("termsOfServiceUrl", "supportUrl", "privacyStatementUrl", "marketingUrl", "logoUrl")),
        "keyCredentials": [],
        "parentalControlSettings": {"countriesBlockedForMinors": [], "legalAgeGroupRule": "Allow"},
        "passwordCredentials": [],
        "requiredResourceAccess": [],
        "web": {
            "redirectUris": [],
            "homePageUrl": None,
            "logoutUrl": None,
            "implicitGrantSettings": {"enableIdTokenIssuance": False, "enableAccessTokenIssuance": False},
        },
    }
    application |= values
    tenant.store.applications[application["id"]] = application
    return application


def shown(application: Mapping[str, Any], *, with_keys: bool = False) -> dict[str, Any]:
    """An application as it is sent; certificates only when a single read selects them."""
    if with_keys:
        return dict(application)
    return {**application, "keyCredentials": [{**entry, "key": None} for entry in application["keyCredentials"]]}


def _owned_only(call: Call) -> bool:
    return not call.identity.permissions & _READ_ALL and _OWNED_ONLY in call.identity.permissions


def _application(call: Call, *, change: bool = False) -> dict[str, Any]:
    store = call.tenant.store
    if "app_id" in call.values:
        application = store.application_of(call.values["app_id"])
    else:
        application = store.applications.get(call.values["application"].lower())
    key = call.values.get("app_id") or call.values["application"]
    if application is None or store.shown("application", application["id"], application) is None:
        raise object_missing(key)
    writes_all = bool({"Application.ReadWrite.All", "Directory.ReadWrite.All"} & call.identity.permissions)
    owned = application["createdByAppId"] == call.identity.app_id
    if not owned and ((change and not writes_all) or _owned_only(call)):
        raise access_denied()
    return application


def list_applications(call: Call) -> Answer:
    """``GET /applications``; an app that may only see its own gets those."""
    rows = call.tenant.store.visible("application", call.tenant.store.applications)
    if _owned_only(call):
        rows = [application for application in rows if application["createdByAppId"] == call.identity.app_id]
    return call.many(rows, KIND, show=shown)


def get_application(call: Call) -> Answer:
    """``GET /applications/{id}`` and ``GET /applications(appId='…')``."""
    with_keys = "keyCredentials" in (call.query(KIND).select or ())
    return call.one(shown(_application(call), with_keys=with_keys), KIND)


def create_application(call: Call) -> Answer:
    """``POST /applications``."""
    body = {name: value for name, value in call.body.items() if value is not None}
    keys = [key_credential(call.tenant, entry, {}) for entry in body.pop("keyCredentials", [])]
    application = _new(call.tenant, call.tenant.new_id(), {**body, "keyCredentials": keys})
    application["createdByAppId"] = call.identity.app_id
    call.tenant.store.remember("application", application["id"], None)
    _record(call, "Add application", application)
    return Answer(201, shown(application))


def update_application(call: Call) -> Answer:
    """``PATCH /applications/{id}``: a list that is sent replaces the one before."""
    application = _application(call, change=True)
    body = call.body
    if "keyCredentials" in body:
        kept = {entry["keyId"]: entry for entry in application["keyCredentials"]}
        body["keyCredentials"] = [key_credential(call.tenant, entry, kept) for entry in body["keyCredentials"] or []]
    for name in ("requiredResourceAccess", "tags"):
        if name in body and body[name] is None:
            body[name] = []
    call.tenant.store.remember("application", application["id"], application)
    application.update(body)
    _record(call, "Update application", application)
    return Answer(204)


def delete_application(call: Call) -> Answer:
    """``DELETE /applications/{id}``, with its service principal."""
    application = _application(call, change=True)
    store = call.tenant.store
    principal = store.service_principal_of(application["appId"])
    if principal is not None:
        service_principals.remove(call.tenant, principal)
    del store.applications[application["id"]]
    _record(call, "Delete application", application)
    return Answer(204)


def add_password(call: Call) -> Answer:
    """``POST /applications/{id}/addPassword``: the only answer that shows the secret."""
    application = _application(call, change=True)
    text = base64.urlsafe_b64encode(call.tenant.random.randbytes(30)).decode()
    credential = add_secret(call.tenant, application, text, call.body.get("passwordCredential") or {})
    _record(call, "Update application", application)
    return Answer(200, {**credential, "secretText": text})


def remove_password(call: Call) -> Answer:
    """``POST /applications/{id}/removePassword``."""
    application = _application(call, change=True)
    key_id = call.body["keyId"].lower()
    remaining = [entry for entry in application["passwordCredentials"] if entry["keyId"] != key_id]
    if len(remaining) == len(application["passwordCredentials"]):
        raise bad_request(f"No password credential found with keyId '{key_id}'.")
    application["passwordCredentials"] = remaining
    _record(call, "Update application", application)
    return Answer(204)


def _record(call: Call, activity: str, application: Mapping[str, Any]) -> None:
    target = {"id": application["id"], "displayName": application["displayName"], "type": "Application"}
    record(call, activity, "ApplicationManagement", target)
