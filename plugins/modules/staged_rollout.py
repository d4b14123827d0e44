#!/usr/bin/python
# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Staged Rollout of Microsoft Entra multifactor authentication."""

from __future__ import annotations

DOCUMENTATION = r"""
module: staged_rollout
short_description: Manage a Staged Rollout policy and its groups
version_added: 1.0.0
description:
  - Creates, changes and removes the feature rollout policy that moves groups of federated users to Microsoft Entra
    multifactor authentication, while the rest of the domain stays with the federated identity provider.
  - Entra keeps one policy per feature. The policy is found by O(feature) first and by O(name) only when there is none
    of that feature; its name and state are then brought to what is given.
  - All groups are looked up and checked before the first write.
options:
  name:
    description: Display name of the policy.
    type: str
    default: MFA rollout policy
  description:
    description: Description of the policy. Left alone when not given, removed when empty.
    type: str
  feature:
    description: Feature that is rolled out.
    type: str
    default: multiFactorAuthentication
    choices:
      - multiFactorAuthentication
      - passwordHashSync
      - passthroughAuthentication
      - seamlessSso
      - certificateBasedAuthentication
      - emailAsAlternateId
  enabled:
    description: Whether the policy is in force.
    type: bool
    default: true
  groups:
    description: Object ids or exact display names of groups. Two groups of one name are an error that lists their ids.
    type: list
    elements: str
    default: []
  groups_mode:
    description: What O(groups) means. With V(exact) and no O(groups) every group leaves the policy.
    type: str
    default: add
    choices:
      add: The policy applies to these groups; others stay.
      remove: The policy does not apply to these groups; others stay. A policy that does not exist is not created.
      exact: The policy applies to these groups alone.
  first_add_limit:
    description:
      - Most members a group may have when it is first added. Microsoft advises 200 at most, since all of them switch
        at once. More members can be added to the group later.
      - Groups that the policy applies to already are not counted again.
    type: int
    default: 200
  state:
    description: Whether the policy exists.
    type: str
    default: present
    choices:
      present: The policy exists as described.
      absent: All groups are taken out of the policy, then it is deleted. The other options but O(name) and O(feature)
        do not count.
attributes:
  check_mode:
    support: full
    details:
      - Looks up, checks and returns the same as a real run, without a write; the id of a new policy is all
        zeros.
  diff_mode:
    support: full
    details:
      - Shows the policy with its groups before and after.
  idempotent:
    support: full
    details:
      - A second run finds the policy as wanted and changes nothing.
notes:
  - Microsoft documents these calls for delegated access only. Pass the token of a user who is Hybrid Identity
    Administrator, with the permission C(Policy.ReadWrite.HybridAuthentication), in O(access_token).
  - Groups that are dynamic, have nested groups or have contacts are refused, and so is an eleventh group of a feature.
  - A user switches at the next sign-in that still takes the old way. Members who join or leave a group of the policy
    later may need up to 24 hours.
seealso:
  - module: entra.mfa.group_members
  - module: entra.mfa.federation_mfa_behavior
  - name: Feature rollout policies
    description: Microsoft Graph reference.
    link: https://learn.microsoft.com/graph/api/resources/featurerolloutpolicy
extends_documentation_fragment:
  - entra.mfa.attributes
  - entra.mfa.graph
author:
  - The entra.mfa contributors (@entra-mfa)
"""

EXAMPLES = r"""
- name: Roll multifactor authentication out to a pilot group
  entra.mfa.staged_rollout:
    access_token: "{{ lookup('ansible.builtin.env', 'ENTRA_ACCESS_TOKEN') }}"
    groups:
      - MFA rollout pilot
  register: rollout

- name: Name the policy
  ansible.builtin.debug:
    msg: "Policy {{ rollout.policy.id }} applies to {{ rollout.policy.groups | length }} groups."

- name: Apply the policy to two groups and no others
  entra.mfa.staged_rollout:
    access_token: "{{ lookup('ansible.builtin.env', 'ENTRA_ACCESS_TOKEN') }}"
    groups:
      - MFA rollout pilot
      - 7a0e5a4c-6a0e-4a50-9d0e-0a3f3f1f4a10
    groups_mode: exact

- name: Switch Staged Rollout off and keep the policy
  entra.mfa.staged_rollout:
    access_token: "{{ lookup('ansible.builtin.env', 'ENTRA_ACCESS_TOKEN') }}"
    enabled: false

- name: Remove the policy
  entra.mfa.staged_rollout:
    access_token: "{{ lookup('ansible.builtin.env', 'ENTRA_ACCESS_TOKEN') }}"
    state: absent
"""

RETURN = r"""
policy:
  description: The policy after the run, or as it would be in check mode; null when there is none.
  type: dict
  returned: success
  sample:
    id: 3c1ae5a8-6a2e-4f70-9a9c-0d2f1e7b7c55
    displayName: MFA rollout policy
    description: null
    feature: multiFactorAuthentication
    isEnabled: true
    groups: [7a0e5a4c-6a0e-4a50-9d0e-0a3f3f1f4a10]
  contains:
    id:
      description: Id of the policy.
      type: str
    displayName:
      description: Display name.
      type: str
    description:
      description: Description, or null.
      type: str
    feature:
      description: Feature that is rolled out.
      type: str
    isEnabled:
      description: Whether the policy is in force.
      type: bool
    groups:
      description: Object ids of the groups, sorted.
      type: list
      elements: str
previous:
  description: The policy before the run, with the same keys; null when there was none.
  type: dict
  returned: success
  sample: null
"""

from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.directory import staged_rollout
from ansible_collections.entra.mfa.plugins.module_utils.module import GraphModule

ARGUMENT_SPEC: dict[str, Any] = {
    "name": {"type": "str", "default": "MFA rollout policy"},
    "description": {"type": "str"},
    "feature": {
        "type": "str",
        "default": "multiFactorAuthentication",
        "choices": list(staged_rollout.FEATURES),
    },
    "enabled": {"type": "bool", "default": True},
    "groups": {"type": "list", "elements": "str", "default": []},
    "groups_mode": {"type": "str", "default": "add", "choices": ["add", "remove", "exact"]},
    "first_add_limit": {"type": "int", "default": 200},
    "state": {"type": "str", "default": "present", "choices": ["present", "absent"]},
}


def work(module: GraphModule) -> dict[str, Any]:
    """Bring the policy to the wanted state."""
    options = module.params
    wanted = staged_rollout.Wanted(
        name=options["name"],
        feature=options["feature"],
        enabled=options["enabled"],
        description=options["description"],
        groups=tuple(options["groups"]),
        mode=options["groups_mode"],
        first_add_limit=options["first_add_limit"],
    )
    ensure = staged_rollout.ensure_present if options["state"] == "present" else staged_rollout.ensure_absent
    return ensure(module.client, wanted, check_mode=module.check_mode)


def main() -> None:
    """Entry point of the module."""
    GraphModule(ARGUMENT_SPEC).run(work)


if __name__ == "__main__":
    main()
