# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users of the directory, looked up many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.graph.client import Call, GraphClient, quote
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError


@dataclass(frozen=True, slots=True)
class User:
    """A user as far as membership is concerned."""

    id: str
    upn: str


def user_path(name: str) -> str:
    """Path of the user with this object id or user principal name.

    A name that starts with a dollar sign needs the key form (Graph page *Get a user*).
    """
    if name.startswith("$"):
        return f"users('{quote(name)}')"
    return f"users/{quote(name)}"


def look_up(client: GraphClient, names: Iterable[str], select: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Read users by object id or user principal name, in requests of 20.

    Returns the selected properties of each user, keyed by the name as it was given. Raises InputError that lists every
    name the tenant does not know, and GraphError when a look-up is refused for another reason.
    """
    wanted = list(dict.fromkeys(names))
    calls = [Call("GET", user_path(name), params={"$select": ",".join(select)}) for name in wanted]
    found: dict[str, dict[str, Any]] = {}
    unknown: list[str] = []
    for name, reply in zip(wanted, client.batch(calls), strict=True):
        if reply.error is not None:
            if reply.error.status != 404:
                raise reply.error
            unknown.append(name)
        elif reply.body is not None:
            found[name] = reply.body
    if unknown:
        raise InputError(f"The tenant has no user {', '.join(unknown)}; give object ids or user principal names.")
    return found


def resolve(client: GraphClient, names: Iterable[str]) -> dict[str, User]:
    """Find users as `look_up` does, with no more than what membership takes."""
    found = look_up(client, names, ("id", "userPrincipalName"))
    return {name: User(item["id"].lower(), item["userPrincipalName"]) for name, item in found.items()}
