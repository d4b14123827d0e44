# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Temporary Access Passes of users (Graph page *temporaryAccessPassAuthenticationMethod*).

A user has at most one pass. Its code is in the answer to its creation and nowhere else, and a new pass takes the place
of the old one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.graph.client import Call, GraphClient, Reply, quote
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError

_NOT_YET_VALID = "notyetvalid"


@dataclass(frozen=True, slots=True)
class AccessPass:
    """A pass; ``code`` is empty unless it was just made, and stays out of the representation.

    ``usable`` counts one whose time has not come yet, too.
    """

    id: str
    usable: bool
    starts_at: str | None
    lifetime_in_minutes: int | None
    usable_once: bool | None
    code: str = field(default="", repr=False)

    def properties(self) -> dict[str, Any]:
        """What may be told about the pass."""
        return {
            "starts_at": self.starts_at,
            "lifetime_in_minutes": self.lifetime_in_minutes,
            "is_usable_once": self.usable_once,
        }


@dataclass(frozen=True, slots=True)
class Found:
    """What a user's list of passes shows; ``access_pass`` is None for none."""

    access_pass: AccessPass | None = None
    error: GraphError | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a write; ``unknown`` says that it may have been applied."""

    access_pass: AccessPass | None = None
    error: GraphError | None = None
    unknown: bool = False


def read(client: GraphClient, user_ids: Sequence[str]) -> list[Found]:
    """The passes of these users, in their order, twenty in a request."""
    return [_found(reply) for reply in client.batch([Call("GET", _path(user_id)) for user_id in user_ids])]


def create(client: GraphClient, user_ids: Sequence[str], body: Mapping[str, Any]) -> list[Answer]:
    """Make a pass for each of these users, in their order.

    ``body`` may hold ``lifetimeInMinutes``, ``isUsableOnce`` and ``startDateTime``; what it leaves out is the policy's.
    """
    replies = client.batch([Call("POST", _path(user_id), body) for user_id in user_ids])
    return [_answer(reply) for reply in replies]


def delete(client: GraphClient, passes: Sequence[tuple[str, str]]) -> list[Answer]:
    """Delete passes, given as ids of user and pass. One that is gone already (404) counts as deleted."""
    replies = client.batch([Call("DELETE", f"{_path(user_id)}/{quote(pass_id)}") for user_id, pass_id in passes])
    return [
        Answer() if reply.error is not None and reply.error.status == 404 else Answer(None, reply.error, reply.unknown)
        for reply in replies
    ]


def _path(user_id: str) -> str:
    return f"users/{quote(user_id)}/authentication/temporaryAccessPassMethods"


def _found(reply: Reply) -> Found:
    if reply.error is not None:
        return Found(error=reply.error)
    items = (reply.body or {}).get("value") or []
    return Found(_access_pass(items[0]) if items else None)


def _answer(reply: Reply) -> Answer:
    if reply.error is not None:
        return Answer(None, reply.error, reply.unknown)
    made = _access_pass(reply.body or {})
    if not made.code:
        return Answer(None, GraphError(201, "answer_empty", "the pass was made and the answer does not show it"))
    return Answer(made)


def _access_pass(item: Mapping[str, Any]) -> AccessPass:
    reason = str(item.get("methodUsabilityReason") or "").lower()
    return AccessPass(
        id=str(item.get("id") or ""),
        usable=item.get("isUsable") is True or reason == _NOT_YET_VALID,
        starts_at=item.get("startDateTime"),
        lifetime_in_minutes=item.get("lifetimeInMinutes"),
        usable_once=item.get("isUsableOnce"),
        code=str(item.get("temporaryAccessPass") or ""),
    )
