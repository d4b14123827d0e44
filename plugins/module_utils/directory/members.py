# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The users of a batch."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.directory import groups
from ansible_collections.entra.mfa.plugins.module_utils.directory.users import user_path
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import Call, GraphClient
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError


def of_group(client: GraphClient, group: str, select: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The users of a group (object id or exact display name), those of nested groups included.

    Raises InputError when there is no such group, or more than one.
    """
    return groups.transitive_users(client, groups.resolve(client, group).id, select)


def named(client: GraphClient, names: Collection[str], select: Sequence[str]) -> Iterator[dict[str, Any]]:
    """These users, by object id or user principal name.

    Raises InputError that lists every name the tenant does not know, and GraphError when a look-up is refused.
    """
    wanted = list(dict.fromkeys(names))
    calls = [Call("GET", user_path(name), params={"$select": ",".join(select)}) for name in wanted]
    replies = client.batch(calls)
    unknown = []
    for name, reply in zip(wanted, replies, strict=True):
        if reply.error is not None and reply.error.status != 404:
            raise reply.error
        if reply.body is None:
            unknown.append(name)
    if unknown:
        raise InputError(f"The tenant has no user {', '.join(unknown)}; give object ids or user principal names.")
    return (reply.body for reply in replies if reply.body is not None)


def ids_of_group(client: GraphClient, group_id: str) -> set[str]:
    """Object ids of the users of a group, those of nested groups included."""
    return {user["id"] for user in groups.transitive_users(client, group_id, ("id",))}
