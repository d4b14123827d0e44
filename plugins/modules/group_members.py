#!/usr/bin/python
# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Members of a security group."""

from __future__ import annotations

DOCUMENTATION = r"""
module: group_members
short_description: Manage the members of a security group in Microsoft Entra
version_added: 1.0.0
description:
  - Adds users to a group, takes them out, or brings the group to exactly the users given.
  - Adding goes in requests of 20 members. When one of the 20 already stands in the group, Entra refuses the whole
    request; the module then reads the group again and adds the rest one by one.
  - Group and users are all looked up before the first write, so an unknown name changes nothing.
  - Only direct members count. Users who are in the group through a nested group are not seen as members.
options:
  group:
    description:
      - Object id or exact display name of the group.
      - Two groups of one name are an error that lists their ids.
    type: str
    required: true
  members:
    description:
      - Object ids or user principal names of users.
      - An empty list with O(state=exact) empties the group.
    type: list
    elements: str
    required: true
  state:
    description: What the list means.
    type: str
    default: present
    choices:
      present: The users are members; others stay.
      absent: The users are not members; others stay.
      exact: The users are the only direct members. Nested groups, contacts and devices leave the group as well.
attributes:
  check_mode:
    support: full
    details:
      - Looks everything up and returns what would change, without a write.
  diff_mode:
    support: full
    details:
      - Lists under C(before) who leaves and under C(after) who enters; members who stay are not listed.
  idempotent:
    support: full
    details:
      - A second run finds the members as wanted and changes nothing.
notes:
  - Needs the application permissions C(GroupMember.ReadWrite.All) and, to look up users, C(User.Read.All).
  - The members of a dynamic group follow its rule, and those of a synchronised group come from the on-premises
    directory. Changing either is refused.
seealso:
  - module: entra.mfa.staged_rollout
  - name: Add members
    description: Microsoft Graph reference.
    link: https://learn.microsoft.com/graph/api/group-post-members
extends_documentation_fragment:
  - entra.mfa.attributes
  - entra.mfa.graph
author:
  - The entra.mfa contributors (@entra-mfa)
"""

EXAMPLES = r"""
- name: Put the pilot users into the migration group
  entra.mfa.group_members:
    group: MFA migration batch 1
    members:
      - anna@contoso.example
      - ben@contoso.example

- name: Manage several groups with one login
  hosts: localhost
  gather_facts: false
  module_defaults:
    group/entra.mfa.graph:
      tenant_id: 11111111-2222-3333-4444-555555555555
      client_id: 66666666-7777-8888-9999-000000000000
      certificate_path: /etc/entra/migration.pem
  tasks:
    - name: Make a batch the only members of the rollout group
      entra.mfa.group_members:
        group: MFA rollout
        members: "{{ pilot_users }}"
        state: exact
      register: rollout_members

    - name: Say who entered
      ansible.builtin.debug:
        msg: "{{ rollout_members.added | length }} entered, {{ rollout_members.members_count }} are in the group."

- name: Take a user out of a group
  entra.mfa.group_members:
    group: 7a0e5a4c-6a0e-4a50-9d0e-0a3f3f1f4a10
    members: [anna@contoso.example]
    state: absent
"""

RETURN = r"""
group:
  description: The group.
  type: dict
  returned: success
  sample: {"id": "7a0e5a4c-6a0e-4a50-9d0e-0a3f3f1f4a10", "displayName": "MFA migration batch 1"}
  contains:
    id:
      description: Object id.
      type: str
    displayName:
      description: Display name.
      type: str
added:
  description: Object ids of the members that were added, or would be in check mode.
  type: list
  elements: str
  returned: success
  sample: ["0f3f2a5e-52d7-4bd4-9f8a-2d3a0f2c6a11"]
removed:
  description: Object ids of the members that were taken out, or would be in check mode.
  type: list
  elements: str
  returned: success
  sample: []
members_count:
  description: Number of direct members after the changes.
  type: int
  returned: success
  sample: 60
"""

from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.directory import membership
from ansible_collections.entra.mfa.plugins.module_utils.module import GraphModule

ARGUMENT_SPEC: dict[str, Any] = {
    "group": {"type": "str", "required": True},
    "members": {"type": "list", "elements": "str", "required": True},
    "state": {"type": "str", "default": "present", "choices": ["present", "absent", "exact"]},
}


def work(module: GraphModule) -> dict[str, Any]:
    """Bring the group to the wanted members."""
    options = module.params
    return membership.ensure(
        module.client, options["group"], options["members"], options["state"], check_mode=module.check_mode
    )


def main() -> None:
    """Entry point of the module."""
    GraphModule(ARGUMENT_SPEC).run(work)


if __name__ == "__main__":
    main()
