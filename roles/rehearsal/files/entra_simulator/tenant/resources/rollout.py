# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Feature rollout policies (staged rollout) and the groups they apply to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from entra_simulator.tenant import bodies
from entra_simulator.tenant.audits import record
from entra_simulator.tenant.errors import bad_request, object_missing
from entra_simulator.tenant.messages import Answer
from entra_simulator.tenant.query import EntityType
from entra_simulator.tenant.resources.groups import referenced
from entra_simulator.tenant.routing import Call
from entra_simulator.tenant.store import Group
from entra_simulator.tenant.tenant import Tenant

GROUP_LIMIT = 10
_PLAIN = ("passthroughAuthentication", "seamlessSso", "passwordHashSync", "emailAsAlternateId")
_EVOLVED = ("certificateBasedAuthentication", "multiFactorAuthentication")
_UNKNOWN = "unknownFutureValue"
_PREFER = "include-unknown-enum-members"

KIND = EntityType(name="featureRolloutPolicy", properties=frozenset())
CREATE_BODY: bodies.Shape = {
    "displayName": bodies.required(bodies.text),
    "feature": bodies.required(bodies.one_of(*_PLAIN, *_EVOLVED)),
    "isEnabled": bodies.required(bodies.flag),
    "description": bodies.optional(bodies.text),
    "isAppliedToOrganization": bodies.optional(bodies.flag),
}
UPDATE_BODY: bodies.Shape = {
    name: bodies.optional(CREATE_BODY[name].check)
    for name in ("displayName", "isEnabled", "description", "isAppliedToOrganization")
}


def load(tenant: Tenant, data: Mapping[str, Any]) -> None:
    """Add a policy of the organisation file."""
    policy = _new(tenant, data)
    policy["appliesTo"] = [group_id.lower() for group_id in data.get("appliesTo", [])]


def _new(tenant: Tenant, data: Mapping[str, Any]) -> dict[str, Any]:
    policy = {
        "id": data.get("id") or tenant.new_id(),
        "displayName": data["displayName"],
        "description": data.get("description"),
        "feature": data["feature"],
        "isEnabled": data["isEnabled"],
        "isAppliedToOrganization": bool(data.get("isAppliedToOrganization", False)),
        "appliesTo": [],
    }
    tenant.store.rollouts[policy["id"]] = policy
    return policy


def _shown(call: Call, policy: Mapping[str, Any]) -> dict[str, Any]:
    """A policy as it is sent: members after the enumeration's sentinel need the Prefer header."""
    shown = {name: value for name, value in policy.items() if name != "appliesTo"}
    if shown["feature"] in _EVOLVED and _PREFER not in call.request.headers.get("prefer", "").lower():
        shown["feature"] = _UNKNOWN
    expand = call.request.query.get("$expand")
    if expand is not None:
        if expand != "appliesTo":
            raise bad_request(
                f"Could not find a property named '{expand}' on type 'microsoft.graph.featureRolloutPolicy'."
            )
        shown["appliesTo"] = [_applied(call.tenant, group_id) for group_id in policy["appliesTo"]]
    return shown


def _applied(tenant: Tenant, group_id: str) -> dict[str, Any]:
    return {"@odata.type": "#microsoft.graph.group", **tenant.store.group(group_id).properties}


def _policy(call: Call) -> dict[str, Any]:
    policy = call.tenant.store.rollouts.get(call.values["policy"].lower())
    if policy is None:
        raise object_missing(call.values["policy"])
    return policy


def list_policies(call: Call) -> Answer:
    """``GET /policies/featureRolloutPolicies``."""
    return call.many([_shown(call, policy) for policy in call.tenant.store.rollouts.values()], KIND)


def get_policy(call: Call) -> Answer:
    """``GET /policies/featureRolloutPolicies/{id}``, with the groups on ``$expand=appliesTo``."""
    return Answer(200, _shown(call, _policy(call)))


def create_policy(call: Call) -> Answer:
    """``POST /policies/featureRolloutPolicies``: one policy per feature."""
    feature = call.body["feature"]
    if any(policy["feature"] == feature for policy in call.tenant.store.rollouts.values()):
        raise bad_request(f"A feature rollout policy for the feature '{feature}' already exists.")
    policy = _new(call.tenant, call.body)
    _record(call, "Create rollout policy for feature", policy)
    return Answer(201, _shown(call, policy))


def update_policy(call: Call) -> Answer:
    """``PATCH /policies/featureRolloutPolicies/{id}``."""
    policy = _policy(call)
    policy.update(call.body)
    _record(call, "Update rollout policy of feature", policy)
    return Answer(204)


def delete_policy(call: Call) -> Answer:
    """``DELETE /policies/featureRolloutPolicies/{id}``."""
    policy = _policy(call)
    del call.tenant.store.rollouts[policy["id"]]
    _record(call, "Remove rollout policy from feature", policy)
    return Answer(204)


def _check_group(call: Call, group: Group) -> None:
    if group.dynamic:
        raise bad_request("Groups with dynamic membership are not supported for staged rollout.")
    if not group.properties["securityEnabled"]:
        raise bad_request("Only security groups are supported for staged rollout.")
    if any(member in call.tenant.store.contacts for member in group.members):
        raise bad_request("The group contains contact objects, which staged rollout does not support.")


def add_group(call: Call) -> Answer:
    """``POST …/appliesTo/$ref``: groups only, at most ten, none dynamic or with contacts inside."""
    policy = _policy(call)
    group = call.tenant.store.groups.get(referenced(call, call.body["@odata.id"]))
    if group is None:
        raise bad_request("A feature rollout policy applies to groups only.")
    if group.id in policy["appliesTo"]:
        raise bad_request("One or more added object references already exist for the modified properties: 'appliesTo'.")
    if len(policy["appliesTo"]) >= GROUP_LIMIT:
        raise bad_request(f"A feature rollout policy applies to at most {GROUP_LIMIT} groups.")
    _check_group(call, group)
    policy["appliesTo"].append(group.id)
    _record(call, "Add group to feature rollout", policy)
    return Answer(204)


def remove_group(call: Call) -> Answer:
    """``DELETE …/appliesTo/{group}/$ref``."""
    policy = _policy(call)
    group_id = call.values["group"].lower()
    if group_id not in policy["appliesTo"]:
        raise object_missing(group_id)
    policy["appliesTo"].remove(group_id)
    _record(call, "Remove group from feature rollout", policy)
    return Answer(204)


def _record(call: Call, activity: str, policy: Mapping[str, Any]) -> None:
    target = {"id": policy["id"], "displayName": policy["displayName"], "type": "Policy"}
    record(call, activity, "Authentication", target)
