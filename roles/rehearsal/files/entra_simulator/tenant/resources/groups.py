# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups: reads, membership and its changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from entra_simulator.tenant import bodies
from entra_simulator.tenant.audits import record
from entra_simulator.tenant.errors import access_denied, bad_request, object_missing
from entra_simulator.tenant.messages import Answer
from entra_simulator.tenant.properties import GROUP, USER, names
from entra_simulator.tenant.query import EntityType, Query
from entra_simulator.tenant.resources import users
from entra_simulator.tenant.routing import Call
from entra_simulator.tenant.store import Group, User

BIND_LIMIT = 20

DEFAULT_PROPERTIES = names("""
    id deletedDateTime classification createdDateTime description displayName expirationDateTime groupTypes
    isAssignableToRole mail mailEnabled mailNickname membershipRule membershipRuleProcessingState
    onPremisesDomainName onPremisesLastSyncDateTime onPremisesNetBiosName onPremisesProvisioningErrors
    onPremisesSamAccountName onPremisesSecurityIdentifier onPremisesSyncEnabled preferredDataLocation
    preferredLanguage proxyAddresses renewedDateTime resourceBehaviorOptions resourceProvisioningOptions
    securityEnabled securityIdentifier serviceProvisioningErrors theme visibility
    """)

_EQUAL = frozenset({"eq", "in"})
_TEXT = frozenset({"eq", "in", "startswith"})
_NEGATED = frozenset({"ne", "not"})

KIND = EntityType(
    name="group",
    properties=GROUP,
    default=DEFAULT_PROPERTIES,
    basic={
        "id": _EQUAL,
        "displayName": _TEXT,
        "groupTypes": frozenset({"eq"}),
        "mail": _TEXT,
        "mailEnabled": frozenset({"eq"}),
        "mailNickname": _TEXT,
        "onPremisesSyncEnabled": frozenset({"eq"}),
        "securityEnabled": frozenset({"eq"}),
    },
    advanced={"displayName": _NEGATED, "description": _TEXT | _NEGATED, "mail": _NEGATED | {"endswith"}},
    sortable=frozenset({"displayName"}),
    sort_is_advanced=False,
)
MEMBER_KIND = EntityType(
    name="directoryObject",
    properties=USER | GROUP,
    basic={},
    advanced={"displayName": _TEXT, "mail": _TEXT, "userPrincipalName": _TEXT},
    sortable=frozenset({"displayName"}),
)
_MEMBER_DEFAULTS = {
    "#microsoft.graph.user": ("@odata.type", *users.DEFAULT_PROPERTIES),
    "#microsoft.graph.group": ("@odata.type", *DEFAULT_PROPERTIES),
    "#microsoft.graph.orgContact": ("@odata.type", "id", "displayName"),
    "#microsoft.graph.servicePrincipal": ("@odata.type", "id", "appId", "displayName"),
}

CREATE_BODY: bodies.Shape = {
    "displayName": bodies.required(bodies.text),
    "mailEnabled": bodies.required(bodies.flag),
    "mailNickname": bodies.required(bodies.text),
    "securityEnabled": bodies.required(bodies.flag),
    "description": bodies.optional(bodies.text),
    "groupTypes": bodies.optional(bodies.list_of(bodies.one_of("DynamicMembership", "Unified"))),
    "membershipRule": bodies.optional(bodies.text),
    "membershipRuleProcessingState": bodies.optional(bodies.one_of("On", "Paused")),
    "visibility": bodies.optional(bodies.text),
    "members@odata.bind": bodies.optional(bodies.list_of(bodies.text)),
    "owners@odata.bind": bodies.optional(bodies.list_of(bodies.text)),
}
UPDATE_BODY: bodies.Shape = {
    "displayName": bodies.optional(bodies.text),
    "description": bodies.optional(bodies.text),
    "members@odata.bind": bodies.optional(bodies.list_of(bodies.text)),
}


def new_group(group_id: str, created: str, values: Mapping[str, Any]) -> Group:
    """A group with every property that the service sends."""
    properties: dict[str, Any] = dict.fromkeys(DEFAULT_PROPERTIES)
    properties |= {
        "createdDateTime": created,
        "groupTypes": [],
        "mailEnabled": False,
        "onPremisesProvisioningErrors": [],
        "proxyAddresses": [],
        "renewedDateTime": created,
        "resourceBehaviorOptions": [],
        "resourceProvisioningOptions": [],
        "securityEnabled": True,
        "serviceProvisioningErrors": [],
    }
    properties |= values
    return Group(group_id, {**properties, "id": group_id})


def _group(call: Call) -> Group:
    group = call.tenant.store.group(call.values["group"])
    if call.tenant.store.shown("group", group.id, group) is None:
        raise object_missing(group.id)
    return group


def list_groups(call: Call) -> Answer:
    """``GET /groups``."""
    return call.many(
        call.tenant.store.visible("group", call.tenant.store.groups), KIND, show=lambda group: group.properties
    )


def get_group(call: Call) -> Answer:
    """``GET /groups/{id}``."""
    return call.one(_group(call).properties, KIND)


def create_group(call: Call) -> Answer:
    """``POST /groups``."""
    store = call.tenant.store
    values = {name: value for name, value in call.body.items() if not name.endswith("@odata.bind")}
    members = [referenced(call, url) for url in call.body.get("members@odata.bind", [])]
    group = new_group(call.tenant.new_id(), call.tenant.clock.stamp(), values)
    store.remember("group", group.id, None)
    store.groups[group.id] = group
    store.change_members(group, members)
    record(call, "Add group", "GroupManagement", _target(group))
    return Answer(201, dict(group.properties))


def _object(call: Call, member: str) -> dict[str, Any]:
    return call.tenant.store.directory_object(member)


def _by_default(item: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: item.get(name) for name in _MEMBER_DEFAULTS[item["@odata.type"]]}


def _listed(call: Call, members: Sequence[str]) -> Answer:
    query = call.query(MEMBER_KIND)
    if query.select is None:
        return call.many(members, MEMBER_KIND, query, lambda member: _by_default(_object(call, member)))
    return call.many(members, MEMBER_KIND, query, lambda member: _object(call, member))


def list_members(call: Call) -> Answer:
    """``GET /groups/{id}/members``: direct members of every kind."""
    return _listed(call, call.tenant.store.members(_group(call)))


def list_transitive_members(call: Call) -> Answer:
    """``GET /groups/{id}/transitiveMembers``: members of every kind, nested ones too."""
    return _listed(call, call.tenant.store.transitive_members(_group(call)))


def _user_members(call: Call, members: Sequence[User]) -> Answer:
    query: Query = call.query(users.KIND)
    return call.many(members, users.KIND, query, users.properties_of)


def list_user_members(call: Call) -> Answer:
    """``GET /groups/{id}/members/microsoft.graph.user``."""
    known = call.tenant.store.users
    members = call.tenant.store.members(_group(call))
    return _user_members(call, [known[member] for member in members if member in known])


def list_transitive_user_members(call: Call) -> Answer:
    """``GET /groups/{id}/transitiveMembers/microsoft.graph.user``."""
    return _user_members(call, call.tenant.store.transitive_users(_group(call)))


def count_members(call: Call) -> Answer:
    """``GET /groups/{id}/members/$count``, as text."""
    return Answer(200, str(len(call.tenant.store.members(_group(call)))))


def count_transitive_members(call: Call) -> Answer:
    """``GET /groups/{id}/transitiveMembers/$count``, as text."""
    return Answer(200, str(len(call.tenant.store.transitive_members(_group(call)))))


def count_transitive_user_members(call: Call) -> Answer:
    """``GET /groups/{id}/transitiveMembers/microsoft.graph.user/$count``, as text."""
    return Answer(200, str(len(call.tenant.store.transitive_users(_group(call)))))


def referenced(call: Call, url: str) -> str:
    """The id of the object that a reference URL names; 400 for a URL of another cloud, 404 when there is no object."""
    for version in ("v1.0", "beta"):
        for kind in ("directoryObjects", "users", "groups", "servicePrincipals"):
            prefix = f"{call.tenant.root}/{version}/{kind}/"
            if url.startswith(prefix):
                found: str = _object(call, url.removeprefix(prefix))["id"]
                return found
    raise bad_request("Invalid URL specified in the reference: it must name a directory object of this service.")


def _refuse_dynamic(group: Group) -> None:
    if group.dynamic:
        raise bad_request(
            "Insufficient privileges: the membership of a group with dynamic membership cannot be changed."
        )
    if group.properties["onPremisesSyncEnabled"]:
        raise bad_request("Unable to update the specified properties for on-premises mastered Directory Sync objects.")
    if group.properties["isAssignableToRole"]:
        raise access_denied()


def _add(call: Call, group: Group, urls: Sequence[str]) -> None:
    _refuse_dynamic(group)
    members = [referenced(call, url) for url in urls]
    if len(set(members)) < len(members) or any(member in group.members for member in members):
        message = "One or more added object references already exist for the following modified properties: 'members'."
        raise bad_request(message)
    call.tenant.store.change_members(group, members)
    for member in members:
        record(call, "Add member to group", "GroupManagement", _member_target(call, member), _target(group))


def add_member(call: Call) -> Answer:
    """``POST /groups/{id}/members/$ref``."""
    _add(call, _group(call), [call.body["@odata.id"]])
    return Answer(204)


def update_group(call: Call) -> Answer:
    """``PATCH /groups/{id}``: properties, and up to 20 new members, all or none."""
    group = _group(call)
    urls = call.body.get("members@odata.bind")
    if urls is not None:
        if len(urls) > BIND_LIMIT:
            raise bad_request(f"The number of references in 'members@odata.bind' exceeds the limit of {BIND_LIMIT}.")
        _add(call, group, urls)
    changed = {name: value for name, value in call.body.items() if name != "members@odata.bind"}
    if changed:
        group.properties.update(changed)
        record(call, "Update group", "GroupManagement", _target(group))
    return Answer(204)


def remove_member(call: Call) -> Answer:
    """``DELETE /groups/{id}/members/{id}/$ref``."""
    group = _group(call)
    _refuse_dynamic(group)
    member = call.values["member"].lower()
    if member not in group.members:
        raise object_missing(member)
    call.tenant.store.change_members(group, removed=[member])
    record(call, "Remove member from group", "GroupManagement", _member_target(call, member), _target(group))
    return Answer(204)


def _target(group: Group) -> dict[str, Any]:
    return {"id": group.id, "displayName": group.properties["displayName"], "type": "Group", "groupType": "azureAD"}


def _member_target(call: Call, member: str) -> dict[str, Any]:
    found = _object(call, member)
    kind = found["@odata.type"].rpartition(".")[2]
    return {"id": member, "displayName": found.get("displayName"), "type": kind[0].upper() + kind[1:]}
