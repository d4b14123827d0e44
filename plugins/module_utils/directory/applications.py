# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applications, service principals and granted app roles (Graph pages *application*, *appRoleAssignment*)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.directory.answers import created
from ansible_collections.entra.mfa.plugins.module_utils.directory.certificates import thumbprint_of
from ansible_collections.entra.mfa.plugins.module_utils.directory.consistency import (
    missing,
    read_until,
    unless_missing,
    write_once,
    write_when_replicated,
)
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import GraphClient, quote
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError, InputError, UnknownOutcome

GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"
NOT_YET_REPLICATED = "NoBackingApplicationObject"
_PROPERTIES = "id,appId,displayName,requiredResourceAccess,keyCredentials"


@dataclass(frozen=True, slots=True)
class Application:
    """An application registration: its two ids, what it asks for and the certificates it signs in with."""

    id: str
    app_id: str
    required_access: tuple[Mapping[str, Any], ...]
    key_credentials: tuple[Mapping[str, Any], ...]

    def summary(self) -> dict[str, str]:
        """The application as modules return it."""
        return {"id": self.id, "app_id": self.app_id}


@dataclass(frozen=True, slots=True)
class GraphResource:
    """Microsoft Graph's own service principal in this tenant and the ids of its app roles by name."""

    id: str
    role_ids: Mapping[str, str]

    def names(self) -> dict[str, str]:
        """The names of the app roles by id."""
        return {role_id: name for name, role_id in self.role_ids.items()}


def graph_resource(client: GraphClient) -> GraphResource:
    """Read the app roles that Microsoft Graph offers in this tenant; their ids may differ between clouds."""
    found = client.get(f"servicePrincipals(appId='{GRAPH_APP_ID}')", params={"$select": "id,appRoles"})
    roles = {role["value"]: role["id"].lower() for role in found["appRoles"] if _for_applications(role)}
    return GraphResource(found["id"], roles)


def find(client: GraphClient, display_name: str) -> Application | None:
    """Find an application by its exact display name; InputError when several have it."""
    literal = display_name.replace("'", "''")
    params = {"$filter": f"displayName eq '{literal}'", "$select": "id,appId"}
    items = list(client.items("applications", params=params))
    if len(items) > 1:
        ids = ", ".join(sorted(item["appId"] for item in items))
        raise InputError(
            f"{len(items)} applications are named '{display_name}' ({ids}); rename or remove all but one of them."
        )
    return read(client, items[0]["id"]) if items else None


def read(client: GraphClient, object_id: str) -> Application:
    """Read one application; only a read of a single object that asks for them shows the keys of its certificates."""
    found = client.get(f"applications/{quote(object_id)}", params={"$select": _PROPERTIES})
    return Application(
        found["id"],
        found["appId"],
        tuple(found.get("requiredResourceAccess") or ()),
        tuple(found.get("keyCredentials") or ()),
    )


def create(client: GraphClient, display_name: str, properties: Mapping[str, Any]) -> Application:
    """Create an application of this tenant alone; after a cut-off request it is looked for before trying again."""
    body = {"displayName": display_name, "signInAudience": "AzureADMyOrg", **properties}
    try:
        answer = client.post("applications", body)
    except UnknownOutcome:
        found = read_until(partial(find, client, display_name), lambda application: application is not None)
        if found is not None:
            return found
        answer = client.post("applications", body)
    made = created(answer)
    return Application(
        made["id"],
        made["appId"],
        tuple(properties.get("requiredResourceAccess", ())),
        tuple(properties.get("keyCredentials", ())),
    )


def update(client: GraphClient, object_id: str, properties: Mapping[str, Any]) -> None:
    """Write whole properties of an application."""
    path = f"applications/{quote(object_id)}"
    write_once(lambda: client.patch(path, properties), lambda: _shows(read(client, object_id), properties))


def delete(client: GraphClient, object_id: str) -> None:
    """Delete an application, and with it its service principal; one that is already gone is fine."""
    path = f"applications/{quote(object_id)}"
    unless_missing(lambda: write_once(lambda: client.delete(path), lambda: missing(lambda: read(client, object_id))))


def find_service_principal(client: GraphClient, app_id: str) -> str | None:
    """The object id of the service principal of an application, or None."""
    try:
        return str(client.get(f"servicePrincipals(appId='{quote(app_id)}')", params={"$select": "id"})["id"])
    except GraphError as error:
        if error.status == 404:
            return None
        raise


def create_service_principal(client: GraphClient, app_id: str) -> str:
    """Create the service principal of an application and return its object id.

    Right after the application was created Entra may not know it yet (400 `NoBackingApplicationObject`).
    """

    def write() -> str:
        try:
            return str(created(client.post("servicePrincipals", {"appId": app_id}))["id"])
        except UnknownOutcome:
            found = read_until(partial(find_service_principal, client, app_id), lambda value: value is not None)
            if found is None:
                raise
            return found

    return write_when_replicated(write, lambda error: NOT_YET_REPLICATED in (error.code, *error.details))


def granted_roles(client: GraphClient, principal_id: str, resource: GraphResource) -> set[str]:
    """Ids of Microsoft Graph's app roles that are granted to a service principal."""
    items = client.items(f"servicePrincipals/{quote(principal_id)}/appRoleAssignments")
    return {item["appRoleId"].lower() for item in items if item["resourceId"] == resource.id}


def grant(client: GraphClient, principal_id: str, resource: GraphResource, role_id: str) -> None:
    """Grant an app role, which is admin consent given by an application; it takes effect at once.

    A new service principal may still be unknown (404). A refusal (400) of a role that turns out to be granted is fine.
    """
    body = {"principalId": principal_id, "resourceId": resource.id, "appRoleId": role_id}

    def write() -> None:
        try:
            client.post(f"servicePrincipals/{quote(resource.id)}/appRoleAssignedTo", body)
        except GraphError as error:
            if error.status != 400 and not isinstance(error, UnknownOutcome):
                raise
            granted = read_until(partial(granted_roles, client, principal_id, resource), lambda found: role_id in found)
            if role_id not in granted:
                raise

    write_when_replicated(write, lambda error: error.status == 404)


def _shows(application: Application, properties: Mapping[str, Any]) -> bool:
    access = properties.get("requiredResourceAccess", application.required_access)
    credentials = properties.get("keyCredentials", application.key_credentials)
    return tuple(access) == application.required_access and (
        _thumbprints(credentials) == _thumbprints(application.key_credentials)
    )


def _thumbprints(credentials: Iterable[Mapping[str, Any]]) -> set[str | None]:
    return {thumbprint_of(credential) for credential in credentials}


def _for_applications(role: Mapping[str, Any]) -> bool:
    return "Application" in role["allowedMemberTypes"] and role.get("isEnabled", True) is True
