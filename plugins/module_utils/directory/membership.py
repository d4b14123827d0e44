# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Desired members of a group: what has to be added and removed, and doing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.directory import groups, users
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import GraphClient
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError


@dataclass(frozen=True, slots=True)
class MembershipPlan:
    """Changes of one group; ids in the order they are written, names for people to read."""

    group: groups.Group
    add: tuple[str, ...]
    remove: tuple[str, ...]
    names: dict[str, str]
    present: int

    def result(self, added: Sequence[str], removed: Sequence[str]) -> dict[str, Any]:
        """The module result for what was done, or in check mode would be done.

        A member who came or went by other hands in the meantime is neither added nor removed, and counts all the same.
        """
        return {
            "changed": bool(added or removed),
            "group": self.group.summary(),
            "added": list(added),
            "removed": list(removed),
            "members_count": self.present + len(self.add) - len(self.remove),
            "diff": {
                "before": {"group": self.group.display_name, "members": self._names(removed)},
                "after": {"group": self.group.display_name, "members": self._names(added)},
            },
        }

    def _names(self, ids: Sequence[str]) -> list[str]:
        return sorted(self.names[member] for member in ids)


def plan(
    group: groups.Group, wanted: Sequence[users.User], current: Sequence[groups.Member], state: str
) -> MembershipPlan:
    """Compare wanted with direct members; `state` is `present`, `absent` or `exact`."""
    names = {member.id: member.name for member in current} | {user.id: user.upn for user in wanted}
    wanted_ids = list(dict.fromkeys(user.id for user in wanted))
    current_ids = {member.id for member in current}
    add = [] if state == "absent" else [member for member in wanted_ids if member not in current_ids]
    remove: list[str] = []
    if state == "absent":
        remove = [member for member in wanted_ids if member in current_ids]
    elif state == "exact":
        kept = set(wanted_ids)
        remove = [member.id for member in current if member.id not in kept]
    return MembershipPlan(group, tuple(add), tuple(remove), names, len(current_ids))


def ensure(client: GraphClient, group: str, members: Sequence[str], state: str, *, check_mode: bool) -> dict[str, Any]:
    """Bring a group to the wanted members and return the module result.

    Everything is looked up before the first write: an unknown group or user, or a group whose members are not ours to
    change, stops the run with InputError while nothing is done. Members to leave go before members to enter.
    """
    target = groups.resolve(client, group)
    current = groups.direct_members(client, target.id)
    changes = plan(target, _wanted(client, members, current), current, state)
    if changes.add or changes.remove:
        refuse_foreign_management(target)
    if check_mode:
        return changes.result(changes.add, changes.remove)
    removed = groups.remove_members(client, target.id, changes.remove)
    added = groups.add_members(client, target.id, changes.add)
    return changes.result(added, removed)


def refuse_foreign_management(group: groups.Group) -> None:
    """Raise InputError when a rule or the on-premises directory decides who is in the group."""
    if group.dynamic:
        raise InputError(
            f"The group '{group.display_name}' ({group.id}) is dynamic, its members follow a rule; "
            "change the rule or use a group with assigned members."
        )
    if group.synchronised:
        raise InputError(
            f"The group '{group.display_name}' ({group.id}) is synchronised from the on-premises directory; "
            "change its members there or use a group that was created in Entra."
        )


def _wanted(client: GraphClient, members: Sequence[str], current: Sequence[groups.Member]) -> list[users.User]:
    """Wanted members as users; an id that already stands in the group needs no look-up."""
    known = {member.id: users.User(member.id, member.name) for member in current}
    found = users.resolve(client, [name for name in members if name.lower() not in known])
    return [found.get(name) or known[name.lower()] for name in members]
