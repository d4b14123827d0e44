# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Desired state of the application that migrates: registration, certificates, permissions and admin consent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.directory import applications, certificates
from ansible_collections.entra.mfa.plugins.module_utils.directory.answers import NOT_YET_KNOWN
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import GraphClient
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError

_NOTHING = applications.Application(NOT_YET_KNOWN, NOT_YET_KNOWN, (), ())


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user asks for; `app_roles` None leaves the requested permissions alone."""

    display_name: str
    app_roles: tuple[str, ...] | None
    certificates: tuple[certificates.Certificate, ...]
    purge_expired: bool
    consent: bool


@dataclass(frozen=True, slots=True)
class State:
    """Application, service principal (None = there is none) and granted app roles of Microsoft Graph, by name."""

    application: applications.Application | None
    service_principal: str | None
    granted: frozenset[str]

    def picture(self, resource: applications.GraphResource) -> dict[str, Any]:
        """The state for `--diff`; empty when there is no application."""
        if self.application is None:
            return {}
        return {
            "application": self.application.summary(),
            "service_principal": self.service_principal,
            "app_roles": requested_roles(self.application, resource),
            "certificates": [certificates.summary(item) for item in self.application.key_credentials],
            "granted": sorted(self.granted),
        }


def ensure_present(client: GraphClient, wanted: Wanted, *, check_mode: bool) -> dict[str, Any]:
    """Bring the registration to the wanted state and return the module result.

    Unknown permissions and certificates that have ended raise InputError before the first write.
    """
    resource = applications.graph_resource(client)
    refuse_unknown_roles(wanted.app_roles or (), resource)
    refuse_ended(wanted.certificates)
    before = _current(client, wanted.display_name, resource)
    changes = properties_to_write(before.application, wanted, resource)
    missing = [role for role in roles_to_grant(before.application, wanted, resource) if role not in before.granted]
    consented = missing if wanted.consent else []
    if check_mode:
        after = _predicted(before, changes, consented)
    else:
        after = _apply(client, wanted.display_name, before, changes, consented, resource)
    return _result(before, after, resource, [role for role in missing if role not in consented])


def ensure_absent(client: GraphClient, display_name: str, *, check_mode: bool) -> dict[str, Any]:
    """Delete the application, its service principal and grants with it, and return the module result."""
    resource = applications.graph_resource(client)
    before = _current(client, display_name, resource)
    if before.application is not None and not check_mode:
        applications.delete(client, before.application.id)
    return _result(before, State(None, None, frozenset()), resource, [])


def refuse_unknown_roles(names: Sequence[str], resource: applications.GraphResource) -> None:
    """Raise InputError that lists the names which are no app role of Microsoft Graph in this tenant."""
    unknown = [name for name in names if name not in resource.role_ids]
    if unknown:
        raise InputError(
            f"app_roles names {', '.join(unknown)}, which Microsoft Graph does not offer in this tenant; "
            "check the spelling, and that it is an application permission, not a delegated one."
        )


def refuse_ended(wanted: Sequence[certificates.Certificate]) -> None:
    """Raise InputError when a certificate that should be added has ended."""
    for certificate in wanted:
        if certificate.not_after <= datetime.now(UTC):
            raise InputError(
                f"The certificate {certificate.thumbprint} ended on {certificate.not_after:%Y-%m-%d}; make a new one."
            )


def requested_roles(application: applications.Application, resource: applications.GraphResource) -> list[str]:
    """Names of the Graph app roles that a registration asks for."""
    names = resource.names()
    ids = [entry["id"].lower() for entry in _graph_entries(application.required_access) if entry["type"] == "Role"]
    return sorted(names.get(role_id, role_id) for role_id in ids)


def roles_to_grant(
    current: applications.Application | None, wanted: Wanted, resource: applications.GraphResource
) -> list[str]:
    """The app roles that should be granted: the wanted ones, or those the registration asks for already."""
    if wanted.app_roles is not None:
        return list(dict.fromkeys(wanted.app_roles))
    return [role for role in requested_roles(current or _NOTHING, resource) if role in resource.role_ids]


def properties_to_write(
    current: applications.Application | None, wanted: Wanted, resource: applications.GraphResource
) -> dict[str, Any]:
    """The properties of the application that have to be written, whole; empty when all is well."""
    present = current or _NOTHING
    changes: dict[str, Any] = {}
    if wanted.app_roles is not None and set(wanted.app_roles) != set(requested_roles(present, resource)):
        changes["requiredResourceAccess"] = required_access(present.required_access, wanted.app_roles, resource)
    credentials = key_credentials(present.key_credentials, wanted)
    if credentials != list(present.key_credentials):
        changes["keyCredentials"] = credentials
    return changes


def required_access(
    current: Sequence[Mapping[str, Any]], app_roles: Sequence[str], resource: applications.GraphResource
) -> list[dict[str, Any]]:
    """The requested permissions with the given app roles of Graph.

    Other resources and the delegated permissions of Graph stay as they are.
    """
    kept = [dict(access) for access in current if not _is_graph(access)]
    scopes = [entry for entry in _graph_entries(current) if entry["type"] != "Role"]
    roles = [{"id": resource.role_ids[name], "type": "Role"} for name in dict.fromkeys(app_roles)]
    if scopes or roles:
        kept.append({"resourceAppId": applications.GRAPH_APP_ID, "resourceAccess": [*scopes, *roles]})
    return kept


def key_credentials(current: Sequence[Mapping[str, Any]], wanted: Wanted) -> list[Mapping[str, Any]]:
    """The certificates to keep, whole as they were read, and those to add.

    Graph replaces the collection as a whole, so an entry that is not sent again is gone.
    """
    now = datetime.now(UTC)
    kept = [item for item in current if not (wanted.purge_expired and _ended(item, now))]
    present = {certificates.thumbprint_of(item) for item in kept}
    new = {certificate.thumbprint: certificate for certificate in wanted.certificates}
    return kept + [certificate.credential() for thumbprint, certificate in new.items() if thumbprint not in present]


def _ended(credential: Mapping[str, Any], now: datetime) -> bool:
    end = certificates.end_of(credential)
    return end is not None and end <= now


def _graph_entries(required_access: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [entry for access in required_access if _is_graph(access) for entry in access["resourceAccess"]]


def _is_graph(access: Mapping[str, Any]) -> bool:
    return str(access["resourceAppId"]).lower() == applications.GRAPH_APP_ID


def _current(client: GraphClient, display_name: str, resource: applications.GraphResource) -> State:
    application = applications.find(client, display_name)
    if application is None:
        return State(None, None, frozenset())
    principal = applications.find_service_principal(client, application.app_id)
    if principal is None:
        return State(application, None, frozenset())
    names = resource.names()
    granted = applications.granted_roles(client, principal, resource)
    return State(application, principal, frozenset(names.get(role_id, role_id) for role_id in granted))


def _with_properties(application: applications.Application, changes: Mapping[str, Any]) -> applications.Application:
    return replace(
        application,
        required_access=tuple(changes.get("requiredResourceAccess", application.required_access)),
        key_credentials=tuple(changes.get("keyCredentials", application.key_credentials)),
    )


def _predicted(before: State, changes: Mapping[str, Any], consented: Sequence[str]) -> State:
    return State(
        _with_properties(before.application or _NOTHING, changes),
        before.service_principal or NOT_YET_KNOWN,
        before.granted.union(consented),
    )


def _apply(
    client: GraphClient,
    display_name: str,
    before: State,
    changes: Mapping[str, Any],
    consented: Sequence[str],
    resource: applications.GraphResource,
) -> State:
    if before.application is None:
        application = applications.create(client, display_name, changes)
    else:
        application = _with_properties(before.application, changes)
        if changes:
            applications.update(client, application.id, changes)
    principal = before.service_principal or applications.create_service_principal(client, application.app_id)
    for role in consented:
        applications.grant(client, principal, resource, resource.role_ids[role])
    return State(application, principal, before.granted.union(consented))


def _result(
    before: State, after: State, resource: applications.GraphResource, missing: Sequence[str]
) -> dict[str, Any]:
    shown = after if after.application is not None else before
    application = shown.application
    return {
        "changed": before != after,
        "application": application.summary() if application else None,
        "service_principal": {"id": shown.service_principal} if shown.service_principal else None,
        "granted": sorted(after.granted),
        "missing": list(missing),
        "certificates": [
            certificates.summary(item) for item in (after.application.key_credentials if after.application else ())
        ],
        "diff": {"before": before.picture(resource), "after": after.picture(resource)},
    }
