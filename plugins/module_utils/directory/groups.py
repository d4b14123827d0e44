# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of the directory and their members (Graph pages *List group members*, *Add members*, *Remove member*)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.directory.consistency import (
    read_until,
    unless_missing,
    write_once,
)
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import GraphClient, quote
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError, InputError, UnknownOutcome

IDENTIFIER = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
BIND_SIZE = 20
PAGE_SIZE = "999"
_PROPERTIES = "id,displayName,groupTypes,securityEnabled,membershipRule,onPremisesSyncEnabled"


@dataclass(frozen=True, slots=True)
class Group:
    """A group and what decides who may change its members."""

    id: str
    display_name: str
    security: bool
    dynamic: bool
    synchronised: bool

    def summary(self) -> dict[str, str]:
        """The group as modules return it, with Graph's property names."""
        return {"id": self.id, "displayName": self.display_name}


@dataclass(frozen=True, slots=True)
class Member:
    """A direct member; `kind` is Graph's type name without its prefix, such as `user`, `group` or `orgContact`."""

    id: str
    kind: str
    name: str


def transitive_users(client: GraphClient, group_id: str, select: Sequence[str]) -> Iterator[dict[str, Any]]:
    """All users of a group, those of nested groups included, with the selected properties.

    The cast to users is an advanced query: it needs the header and the count, and reads an index that lags behind
    writes.
    """
    return client.items(
        f"groups/{quote(group_id)}/transitiveMembers/microsoft.graph.user",
        params={"$count": "true", "$select": ",".join(select), "$top": PAGE_SIZE},
        headers={"ConsistencyLevel": "eventual"},
    )


def resolve(client: GraphClient, group: str) -> Group:
    """Find a group by object id or by its exact display name.

    Raises InputError when there is none, or when several have that name (the message lists their ids).
    """
    if IDENTIFIER.fullmatch(group):
        return _by_id(client, group)
    literal = group.replace("'", "''")
    found = [
        _group(item)
        for item in client.items("groups", params={"$filter": f"displayName eq '{literal}'", "$select": _PROPERTIES})
    ]
    if not found:
        raise InputError(f"The tenant has no group named '{group}'; give the exact display name or the object id.")
    if len(found) > 1:
        ids = ", ".join(sorted(match.id for match in found))
        raise InputError(f"{len(found)} groups are named '{group}'; give the object id of one of them: {ids}.")
    return found[0]


def direct_members(client: GraphClient, group_id: str) -> list[Member]:
    """The direct members of a group, of every kind."""
    items = client.items(
        f"groups/{quote(group_id)}/members",
        params={"$select": "id,displayName,userPrincipalName", "$top": PAGE_SIZE},
    )
    return [_member(item) for item in items]


def add_members(client: GraphClient, group_id: str, ids: Sequence[str]) -> list[str]:
    """Add members in requests of 20 and return the ids that were added.

    One request is all or nothing: when one of its members already stands in the group, the whole request is refused.
    The group is then read again and the rest of these members go in one by one.
    """
    added: list[str] = []
    for start in range(0, len(ids), BIND_SIZE):
        part = ids[start : start + BIND_SIZE]
        body = {"members@odata.bind": [client.reference(f"directoryObjects/{member}") for member in part]}
        try:
            client.patch(f"groups/{quote(group_id)}", body)
        except UnknownOutcome:
            added += _add_after_unknown_outcome(client, group_id, part)
        except GraphError as error:
            if error.status != 400:
                raise
            present = _member_ids(client, group_id)
            added += [member for member in part if member not in present and _add_one(client, group_id, member)]
        else:
            added += part
    return added


def remove_members(client: GraphClient, group_id: str, ids: Iterable[str]) -> list[str]:
    """Remove members one by one and return the ids that were removed.

    The path always ends in `/$ref`: without it Graph deletes the member itself. A member that is already gone (404)
    does not count as removed.
    """
    return [member for member in ids if _remove_one(client, group_id, member)]


def _by_id(client: GraphClient, group_id: str) -> Group:
    try:
        return _group(client.get(f"groups/{quote(group_id)}", params={"$select": _PROPERTIES}))
    except GraphError as error:
        if error.status == 404:
            raise InputError(f"The tenant has no group with the object id {group_id}.") from error
        raise


def _group(item: dict[str, Any]) -> Group:
    dynamic = "DynamicMembership" in (item.get("groupTypes") or []) or bool(item.get("membershipRule"))
    return Group(
        id=item["id"].lower(),
        display_name=item.get("displayName") or "",
        security=item.get("securityEnabled") is True,
        dynamic=dynamic,
        synchronised=item.get("onPremisesSyncEnabled") is True,
    )


def _member(item: dict[str, Any]) -> Member:
    kind = str(item.get("@odata.type", "")).removeprefix("#microsoft.graph.")
    name = item.get("userPrincipalName") or item.get("displayName") or item["id"]
    return Member(item["id"].lower(), kind, name)


def _member_ids(client: GraphClient, group_id: str) -> set[str]:
    return {member.id for member in direct_members(client, group_id)}


def _add_one(client: GraphClient, group_id: str, member: str) -> bool:
    """Add one member; False when it turns out to stand in the group already."""
    body = {"@odata.id": client.reference(f"directoryObjects/{member}")}
    try:
        client.post(f"groups/{quote(group_id)}/members/$ref", body)
    except GraphError as error:
        unknown = isinstance(error, UnknownOutcome)
        if not unknown and error.status != 400:
            raise
        if member not in read_until(partial(_member_ids, client, group_id), lambda present: member in present):
            raise
        return unknown
    return True


def _add_after_unknown_outcome(client: GraphClient, group_id: str, members: Sequence[str]) -> list[str]:
    """Add what a cut-off request did not add; everything in it counts as added by this run."""
    present = read_until(partial(_member_ids, client, group_id), lambda found: found.issuperset(members))
    for member in members:
        if member not in present:
            _add_one(client, group_id, member)
    return list(members)


def _remove_one(client: GraphClient, group_id: str, member: str) -> bool:
    """Remove one member; False when it had left the group already."""
    path = f"groups/{quote(group_id)}/members/{quote(member)}/$ref"
    return unless_missing(
        lambda: write_once(lambda: client.delete(path), lambda: member not in _member_ids(client, group_id))
    )
