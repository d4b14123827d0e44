# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Feature rollout policies, the data behind Staged Rollout (Graph pages *featureRolloutPolicy*, *Assign appliesTo*).

Always v1.0: the beta enumeration does not know `multiFactorAuthentication`. Every read asks for members that sort after
the enumeration's sentinel, or such a feature would come back as `unknownFutureValue`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.directory.answers import created
from ansible_collections.entra.mfa.plugins.module_utils.directory.consistency import (
    missing,
    read_until,
    unless_missing,
    write_once,
    write_when_replicated,
)
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import GraphClient, quote
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError, UnknownOutcome

PATH = "policies/featureRolloutPolicies"
ALL_MEMBERS = {"Prefer": "include-unknown-enum-members"}


@dataclass(frozen=True, slots=True)
class RolloutPolicy:
    """A rollout policy and the ids of the groups it applies to, sorted."""

    id: str
    name: str
    description: str | None
    feature: str
    enabled: bool
    groups: tuple[str, ...]

    def summary(self) -> dict[str, Any]:
        """The policy as modules return it, with Graph's property names."""
        return {
            "id": self.id,
            "displayName": self.name,
            "description": self.description,
            "feature": self.feature,
            "isEnabled": self.enabled,
            "groups": list(self.groups),
        }


def policies(client: GraphClient) -> list[RolloutPolicy]:
    """All rollout policies with their groups."""
    return [read(client, item["id"]) for item in client.items(PATH, headers=ALL_MEMBERS)]


def read(client: GraphClient, policy_id: str) -> RolloutPolicy:
    """One policy with its groups."""
    item = client.get(f"{PATH}/{quote(policy_id)}", params={"$expand": "appliesTo"}, headers=ALL_MEMBERS)
    return RolloutPolicy(
        id=item["id"],
        name=item["displayName"],
        description=item.get("description") or None,
        feature=item["feature"],
        enabled=item.get("isEnabled") is True,
        groups=tuple(sorted(group["id"].lower() for group in item.get("appliesTo") or ())),
    )


def create(client: GraphClient, body: Mapping[str, Any]) -> str:
    """Create a policy and return its id; after a cut-off request the policy of the same feature is looked for first."""
    try:
        answer = client.post(PATH, body)
    except UnknownOutcome:
        found = read_until(lambda: _of_feature(client, body["feature"]), lambda policy: policy is not None)
        if found is not None:
            return found.id
        answer = client.post(PATH, body)
    return str(created(answer)["id"])


def update(client: GraphClient, policy_id: str, body: Mapping[str, Any]) -> None:
    """Change name, description or state of a policy."""

    def done() -> bool:
        found = read(client, policy_id).summary()
        return all(found[name] == value for name, value in body.items())

    write_once(lambda: client.patch(f"{PATH}/{quote(policy_id)}", body), done)


def delete(client: GraphClient, policy_id: str) -> None:
    """Delete a policy; one that is already gone is fine."""
    path = f"{PATH}/{quote(policy_id)}"
    unless_missing(lambda: write_once(lambda: client.delete(path), lambda: missing(lambda: read(client, policy_id))))


def add_group(client: GraphClient, policy_id: str, group_id: str) -> None:
    """Let a policy apply to a group.

    A policy that was created a moment ago may still be unknown (404). A refusal (400) of a group that turns out to
    stand there already is fine.
    """
    body = {"@odata.id": client.reference(f"directoryObjects/{group_id}")}

    def write() -> None:
        try:
            client.post(f"{PATH}/{quote(policy_id)}/appliesTo/$ref", body)
        except GraphError as error:
            if error.status != 400 and not isinstance(error, UnknownOutcome):
                raise
            policy = read_until(lambda: read(client, policy_id), lambda found: group_id in found.groups)
            if group_id not in policy.groups:
                raise

    write_when_replicated(write, lambda error: error.status == 404)


def remove_group(client: GraphClient, policy_id: str, group_id: str) -> None:
    """Take a group out of a policy; one that is already out is fine."""
    path = f"{PATH}/{quote(policy_id)}/appliesTo/{quote(group_id)}/$ref"
    unless_missing(
        lambda: write_once(lambda: client.delete(path), lambda: group_id not in read(client, policy_id).groups)
    )


def _of_feature(client: GraphClient, feature: str) -> RolloutPolicy | None:
    return next((policy for policy in policies(client) if policy.feature == feature), None)
