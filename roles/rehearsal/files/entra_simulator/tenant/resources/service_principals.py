# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Service principals and the app roles that are granted to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from entra_simulator.tenant import bodies
from entra_simulator.tenant.audits import record
from entra_simulator.tenant.errors import access_denied, bad_request, object_missing
from entra_simulator.tenant.messages import Answer
from entra_simulator.tenant.permissions import APP_ROLES, GRAPH_APP_ID
from entra_simulator.tenant.properties import SERVICE_PRINCIPAL, names
from entra_simulator.tenant.query import EntityType
from entra_simulator.tenant.routing import Call
from entra_simulator.tenant.tenant import Tenant

_EQUAL = frozenset({"eq", "in"})

KIND = EntityType(
    name="servicePrincipal",
    properties=SERVICE_PRINCIPAL,
    basic={"id": _EQUAL, "appId": _EQUAL, "displayName": _EQUAL | {"startswith"}},
    advanced={"displayName": frozenset({"ne", "not"})},
    sortable=frozenset({"displayName"}),
)
ASSIGNMENT_KIND = EntityType(
    name="appRoleAssignment",
    properties=frozenset(
        names("""
    id deletedDateTime appRoleId createdDateTime principalDisplayName principalId principalType
    resourceDisplayName resourceId
    """)
    ),
)
CREATE_BODY: bodies.Shape = {
    "appId": bodies.required(bodies.text),
    "displayName": bodies.optional(bodies.text),
    "tags": bodies.optional(bodies.list_of(bodies.text)),
    "accountEnabled": bodies.optional(bodies.flag),
    "appRoleAssignmentRequired": bodies.optional(bodies.flag),
}
ASSIGNMENT_BODY: bodies.Shape = {
    "principalId": bodies.required(bodies.text),
    "resourceId": bodies.required(bodies.text),
    "appRoleId": bodies.required(bodies.text),
}
_NO_INFO = dict.fromkeys(("termsOfServiceUrl", "supportUrl", "privacyStatementUrl", "marketingUrl", "logoUrl"))


def _new(tenant: Tenant, app_id: str, display_name: str, roles: list[dict[str, Any]]) -> dict[str, Any]:
    principal: dict[str, Any] = {
        "id": tenant.new_id(),
        "deletedDateTime": None,
        "accountEnabled": True,
        "addIns": [],
        "alternativeNames": [],
        "appDescription": None,
        "appDisplayName": display_name,
        "appId": app_id,
        "applicationTemplateId": None,
        "appOwnerOrganizationId": tenant.tenant_id,
        "appRoleAssignmentRequired": False,
        "appRoles": roles,
        "description": None,
        "disabledByMicrosoftStatus": None,
        "displayName": display_name,
        "homepage": None,
        "info": dict(_NO_INFO),
        "keyCredentials": [],
        "loginUrl": None,
        "logoutUrl": None,
        "notes": None,
        "notificationEmailAddresses": [],
        "oauth2PermissionScopes": [],
        "passwordCredentials": [],
        "preferredSingleSignOnMode": None,
        "replyUrls": [],
        "resourceSpecificApplicationPermissions": [],
        "samlSingleSignOnSettings": None,
        "servicePrincipalNames": [app_id],
        "servicePrincipalType": "Application",
        "signInAudience": "AzureADMyOrg",
        "tags": [],
        "tokenEncryptionKeyId": None,
        "verifiedPublisher": {"displayName": None, "verifiedPublisherId": None, "addedDateTime": None},
    }
    tenant.store.service_principals[principal["id"]] = principal
    return principal


def load_graph(tenant: Tenant) -> None:
    """Add the service principal of Microsoft Graph with its app roles."""
    roles = [
        {
            "allowedMemberTypes": ["Application"],
            "description": f"Allows the app to use {name} without a signed-in user.",
            "displayName": name,
            "id": role_id,
            "isEnabled": True,
            "origin": "Application",
            "value": name,
        }
        for name, role_id in APP_ROLES.items()
    ]
    _new(tenant, GRAPH_APP_ID, "Microsoft Graph", roles)


def create_for(tenant: Tenant, application: Mapping[str, Any]) -> dict[str, Any]:
    """Add the service principal of an application."""
    return _new(tenant, application["appId"], application["displayName"], [])


def grant(tenant: Tenant, principal: Mapping[str, Any], role_id: str) -> dict[str, Any]:
    """Grant an app role of Microsoft Graph to a service principal."""
    graph = tenant.store.service_principal_of(GRAPH_APP_ID)
    if graph is None:
        raise ValueError("the tenant has no service principal of Microsoft Graph")
    return _assign(tenant, principal, graph, role_id)


def _assign(tenant: Tenant, principal: Mapping[str, Any], resource: Mapping[str, Any], role_id: str) -> dict[str, Any]:
    assignment = {
        "id": tenant.new_id(),
        "deletedDateTime": None,
        "appRoleId": role_id,
        "createdDateTime": tenant.clock.stamp(),
        "principalDisplayName": principal["displayName"],
        "principalId": principal["id"],
        "principalType": "ServicePrincipal",
        "resourceDisplayName": resource["displayName"],
        "resourceId": resource["id"],
    }
    tenant.store.assignments[assignment["id"]] = assignment
    return assignment


def granted_names(tenant: Tenant, principal_id: str) -> list[str]:
    """The names of the Graph permissions that are granted to a service principal."""
    names = {role_id: name for name, role_id in APP_ROLES.items()}
    held = (entry for entry in tenant.store.assignments.values() if entry["principalId"] == principal_id)
    return sorted(names[entry["appRoleId"]] for entry in held if entry["appRoleId"] in names)


def remove(tenant: Tenant, principal: Mapping[str, Any]) -> None:
    """Delete a service principal with all its assignments."""
    store = tenant.store
    for assignment in list(store.assignments.values()):
        if principal["id"] in (assignment["principalId"], assignment["resourceId"]):
            del store.assignments[assignment["id"]]
    del store.service_principals[principal["id"]]


def _principal(call: Call) -> dict[str, Any]:
    store = call.tenant.store
    if "app_id" in call.values:
        key = call.values["app_id"]
        principal = store.service_principal_of(key)
    else:
        key = call.values["principal"]
        principal = store.service_principals.get(key.lower())
    if principal is None or store.shown("servicePrincipal", principal["id"], principal) is None:
        raise object_missing(key)
    return principal


def list_principals(call: Call) -> Answer:
    """``GET /servicePrincipals``."""
    return call.many(call.tenant.store.visible("servicePrincipal", call.tenant.store.service_principals), KIND)


def get_principal(call: Call) -> Answer:
    """``GET /servicePrincipals/{id}`` and ``GET /servicePrincipals(appId='…')``."""
    return call.one(_principal(call), KIND)


def create_principal(call: Call) -> Answer:
    """``POST /servicePrincipals``: refused for a while after its application was made."""
    tenant, app_id = call.tenant, call.body["appId"].lower()
    application = tenant.store.application_of(app_id)
    if application is None or _fresh(tenant, application):
        message = f"The appId '{app_id}' of the service principal does not reference a valid application object."
        raise bad_request(message, [{"code": "NoBackingApplicationObject", "message": message, "target": "appId"}])
    owner = application["createdByAppId"] == call.identity.app_id
    if not owner and not {"Application.ReadWrite.All", "Directory.ReadWrite.All"} & call.identity.permissions:
        raise access_denied()
    if tenant.store.service_principal_of(app_id) is not None:
        message = "The service principal cannot be created: the service principal name is already in use."
        raise bad_request(message, [{"code": "ObjectConflict", "message": message, "target": "appId"}])
    principal = create_for(tenant, application)
    principal.update({name: value for name, value in call.body.items() if name != "appId" and value is not None})
    tenant.store.remember("servicePrincipal", principal["id"], None)
    _record(call, "Add service principal", principal)
    return Answer(201, dict(principal))


def _fresh(tenant: Tenant, application: Mapping[str, Any]) -> bool:
    age = tenant.clock.now() - datetime.fromisoformat(application["createdDateTime"]).timestamp()
    return age < tenant.settings.application_lag


def delete_principal(call: Call) -> Answer:
    """``DELETE /servicePrincipals/{id}``."""
    principal = _principal(call)
    application = call.tenant.store.application_of(principal["appId"])
    owner = application is not None and application["createdByAppId"] == call.identity.app_id
    if not owner and not {"Application.ReadWrite.All", "Directory.ReadWrite.All"} & call.identity.permissions:
        raise access_denied()
    remove(call.tenant, principal)
    _record(call, "Remove service principal", principal)
    return Answer(204)


def list_assigned_to(call: Call) -> Answer:
    """``GET /servicePrincipals/{id}/appRoleAssignedTo``: who was granted this resource's roles."""
    return _assignments(call, "resourceId")


def list_assignments(call: Call) -> Answer:
    """``GET /servicePrincipals/{id}/appRoleAssignments``: what was granted to this principal."""
    return _assignments(call, "principalId")


def _assignments(call: Call, side: str) -> Answer:
    principal = _principal(call)
    rows = [entry for entry in call.tenant.store.assignments.values() if entry[side] == principal["id"]]
    return call.many(rows, ASSIGNMENT_KIND)


def _by_id(call: Call, name: str) -> dict[str, Any]:
    principal = call.tenant.store.service_principals.get(call.body[name].lower())
    if principal is None:
        raise object_missing(call.body[name])
    return principal


def create_assignment(call: Call) -> Answer:
    """``POST …/appRoleAssignedTo`` and ``POST …/appRoleAssignments``: grant one app role."""
    owner = _principal(call)
    principal, resource = _by_id(call, "principalId"), _by_id(call, "resourceId")
    expected = resource if call.request.path.endswith("appRoleAssignedTo") else principal
    if owner["id"] != expected["id"]:
        raise bad_request("The object in the path is neither the resource nor the principal of the assignment.")
    role_id = call.body["appRoleId"].lower()
    if role_id not in {role["id"] for role in resource["appRoles"]}:
        raise bad_request("Permission being assigned was not found on application.")
    for entry in call.tenant.store.assignments.values():
        if (entry["principalId"], entry["resourceId"], entry["appRoleId"]) == (
            principal["id"],
            resource["id"],
            role_id,
        ):
            raise bad_request("Permission being assigned already exists on the object.")
    assignment = _assign(call.tenant, principal, resource, role_id)
    _record(call, "Add app role assignment to service principal", principal)
    return Answer(201, dict(assignment))


def delete_assignment(call: Call) -> Answer:
    """``DELETE …/appRoleAssignedTo/{id}`` and ``DELETE …/appRoleAssignments/{id}``."""
    owner = _principal(call)
    assignment = call.tenant.store.assignments.get(call.values["assignment"].lower())
    side = "resourceId" if "/appRoleAssignedTo/" in call.request.path else "principalId"
    if assignment is None or assignment[side] != owner["id"]:
        raise object_missing(call.values["assignment"])
    del call.tenant.store.assignments[assignment["id"]]
    _record(call, "Remove app role assignment from service principal", owner)
    return Answer(204)


def _record(call: Call, activity: str, principal: Mapping[str, Any]) -> None:
    target = {"id": principal["id"], "displayName": principal["displayName"], "type": "ServicePrincipal"}
    record(call, activity, "ApplicationManagement", target)
