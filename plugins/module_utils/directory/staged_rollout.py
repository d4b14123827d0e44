# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Desired state of Staged Rollout: one policy per feature, its groups, and the guards before a group enters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.directory import groups, rollout
from ansible_collections.entra.mfa.plugins.module_utils.directory.answers import NOT_YET_KNOWN
from ansible_collections.entra.mfa.plugins.module_utils.directory.consistency import read_until
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import GraphClient
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError, InputError

GROUPS_PER_FEATURE = 10
FEATURES = (
    "multiFactorAuthentication",
    "passwordHashSync",
    "passthroughAuthentication",
    "seamlessSso",
    "certificateBasedAuthentication",
    "emailAsAlternateId",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user asks for.

    `groups` are ids or display names, `mode` is `exact`, `add` or `remove`. A `description` of None is left alone, an
    empty one is removed.
    """

    name: str
    feature: str
    enabled: bool
    description: str | None
    groups: tuple[str, ...]
    mode: str
    first_add_limit: int


@dataclass(frozen=True, slots=True)
class RolloutPlan:
    """The policy before and after (None = none), and the group changes between them."""

    before: rollout.RolloutPolicy | None
    after: rollout.RolloutPolicy | None
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    def result(self) -> dict[str, Any]:
        """The module result."""
        before = self.before.summary() if self.before else None
        after = self.after.summary() if self.after else None
        return {
            "changed": self.before != self.after,
            "policy": after,
            "previous": before,
            "diff": {"before": before or {}, "after": after or {}},
        }


def select(existing: Sequence[rollout.RolloutPolicy], wanted: Wanted) -> rollout.RolloutPolicy | None:
    """The policy that is meant: the one of the feature, since Entra keeps one per feature, else the one of the name.

    Raises InputError when the name belongs to a policy of another feature, which Graph does not let anybody change.
    """
    of_feature = [policy for policy in existing if policy.feature == wanted.feature]
    if of_feature:
        return next((policy for policy in of_feature if policy.name == wanted.name), of_feature[0])
    named = next((policy for policy in existing if policy.name == wanted.name), None)
    if named is not None:
        raise InputError(
            f"The rollout policy '{wanted.name}' serves the feature {named.feature}, which cannot be changed; "
            "give another name."
        )
    return None


def plan(before: rollout.RolloutPolicy | None, wanted: Wanted, wanted_groups: Sequence[str]) -> RolloutPlan:
    """Compare the policy with what is wanted. Taking groups out of a policy that does not exist is nothing to do."""
    if before is None and wanted.mode == "remove":
        return RolloutPlan(None, None)
    current = before.groups if before else ()
    add = tuple(group for group in wanted_groups if group not in current) if wanted.mode != "remove" else ()
    remove: tuple[str, ...] = ()
    if wanted.mode == "remove":
        remove = tuple(group for group in current if group in wanted_groups)
    elif wanted.mode == "exact":
        remove = tuple(group for group in current if group not in wanted_groups)
    description = before.description if before else None
    if wanted.description is not None:
        description = wanted.description or None
    after = rollout.RolloutPolicy(
        id=before.id if before else NOT_YET_KNOWN,
        name=wanted.name,
        description=description,
        feature=wanted.feature,
        enabled=wanted.enabled,
        groups=tuple(sorted((set(current) | set(add)) - set(remove))),
    )
    return RolloutPlan(before, after, add, remove)


def ensure_present(client: GraphClient, wanted: Wanted, *, check_mode: bool) -> dict[str, Any]:
    """Bring policy and groups to the wanted state and return the module result.

    All look-ups and guards come before the first write. Groups to leave go before groups to enter, so that the limit
    per feature holds at every moment.
    """
    before = select(rollout.policies(client), wanted)
    resolved = {group.id: group for group in (groups.resolve(client, name) for name in wanted.groups)}
    changes = plan(before, wanted, list(resolved))
    _guard(client, changes, resolved, wanted.first_add_limit)
    if check_mode or changes.after is None:
        return changes.result()
    if before is None:
        changes = _create(client, changes, changes.after, wanted)
    _apply(client, changes)
    return changes.result()


def ensure_absent(client: GraphClient, wanted: Wanted, *, check_mode: bool) -> dict[str, Any]:
    """Take all groups out of the policy, delete it, and return the module result."""
    before = select(rollout.policies(client), wanted)
    if before is not None and not check_mode:
        for group_id in before.groups:
            rollout.remove_group(client, before.id, group_id)
        rollout.delete(client, before.id)
    return RolloutPlan(before, None).result()


def refuse_unfit(client: GraphClient, group: groups.Group, first_add_limit: int) -> None:
    """Raise InputError, with reason and way out, when Staged Rollout cannot take a group or should not take it yet."""
    label = f"The group '{group.display_name}' ({group.id})"
    if not group.security:
        raise InputError(f"{label} is no security group and Staged Rollout takes no others; use a security group.")
    if group.dynamic:
        raise InputError(
            f"{label} is dynamic and Staged Rollout takes no dynamic groups; "
            "use a group with assigned members and fill it with group_members."
        )
    members = groups.direct_members(client, group.id)
    nested = [member.name for member in members if member.kind == "group"]
    if nested:
        raise InputError(
            f"{label} has the nested group '{nested[0]}' ({len(nested)} in all) whose members would not be rolled out; "
            "put the users themselves into the group."
        )
    contacts = [member.name for member in members if member.kind == "orgContact"]
    if contacts:
        raise InputError(
            f"{label} has the contact '{contacts[0]}' ({len(contacts)} in all), which blocks adding it; "
            "take contacts out of the group."
        )
    if len(members) > first_add_limit:
        raise InputError(
            f"{label} has {len(members)} members, and at most {first_add_limit} should switch when a group is added; "
            "add it with fewer members and fill it afterwards, or raise first_add_limit."
        )


def _guard(
    client: GraphClient, changes: RolloutPlan, resolved: Mapping[str, groups.Group], first_add_limit: int
) -> None:
    for group_id in changes.add:
        refuse_unfit(client, resolved[group_id], first_add_limit)
    count = len(changes.after.groups) if changes.after else 0
    if changes.add and count > GROUPS_PER_FEATURE:
        raise InputError(
            f"Staged Rollout takes {GROUPS_PER_FEATURE} groups per feature, this would make {count}; "
            "merge groups or take one out first."
        )


def _create(client: GraphClient, changes: RolloutPlan, after: rollout.RolloutPolicy, wanted: Wanted) -> RolloutPlan:
    """Create the policy and return the plan with its id.

    When Entra refuses (400) because the feature has a policy that no read had shown yet, that policy is planned for.
    """
    body = {name: value for name, value in _properties(after).items() if value is not None}
    try:
        policy_id = rollout.create(client, body | {"feature": after.feature})
    except GraphError as error:
        if error.status != 400:
            raise
        appeared = read_until(lambda: select(rollout.policies(client), wanted), lambda policy: policy is not None)
        if appeared is None:
            raise
        return plan(appeared, wanted, changes.add)
    return replace(changes, after=replace(after, id=policy_id))


def _apply(client: GraphClient, changes: RolloutPlan) -> None:
    before, after = changes.before, changes.after
    if after is None:
        return
    for group_id in changes.remove:
        rollout.remove_group(client, after.id, group_id)
    if before is not None:
        current = _properties(before)
        body = {name: value for name, value in _properties(after).items() if value != current[name]}
        if body:
            rollout.update(client, after.id, body)
    for group_id in changes.add:
        rollout.add_group(client, after.id, group_id)


def _properties(policy: rollout.RolloutPolicy) -> dict[str, Any]:
    return {"displayName": policy.name, "description": policy.description, "isEnabled": policy.enabled}
