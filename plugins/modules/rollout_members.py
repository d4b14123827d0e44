#!/usr/bin/python
# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The members of a rollout group, wave by wave."""

from __future__ import annotations

DOCUMENTATION = r"""
module: rollout_members
short_description: Let a rollout group grow in waves from migrated users only
version_added: 1.0.0
description:
  - Puts users whose methods are in Entra, as the report of a migration says, into the group of a Staged Rollout, in
    waves. Every run goes on with the wave that it finds, and begins the next one when the last has had its time.
  - How far the rollout is follows from who stands in the group, so that a run that broke off goes on where it was.
  - Members are added in requests of 20. Nothing but counts is returned, whatever the size of the group.
options:
  group:
    description: Object id or exact display name of the rollout group.
    type: str
    required: true
  report_path:
    description: The O(entra.mfa.migration_batch#module:report_path) of the batch, of a real run.
    type: path
    required: true
  known_reports:
    description: Reports of other batches whose migrated users may stand in the same group.
    type: list
    elements: path
    default: []
  ledger_path:
    description: The ledger of the migrations; users that it knows as done may stand in the group as well.
    type: path
  users:
    description: Object ids or user principal names that narrow the batch. All of them must have been migrated.
    type: list
    elements: str
  waves:
    description:
      - How many users of the batch the waves reach, such as C([200, 1000, 5000]). One more wave takes the rest.
      - Without waves everybody enters at once.
    type: list
    elements: int
    default: []
  wave_hours:
    description: Hours from the last change of the group until the next wave may begin. Entra may take a day for a wave.
    type: float
    default: 24.0
  last_wave_at:
    description: When the group was changed last (ISO 8601), so that the next wave can wait.
    type: str
  at_most:
    description: Most members that the group may have after this run. No limit when left out.
    type: int
  state:
    description: V(present) lets the group grow, V(absent) takes the users of the batch out of it.
    type: str
    choices: [present, absent]
    default: present
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
    details:
      - A second run before the next wave may begin changes nothing.
notes:
  - Needs the application permission C(GroupMember.ReadWrite.All).
  - Changes of members can take up to 24 hours to route users, in both directions.
  - Runs on the controller, with a local connection.
seealso:
  - module: entra.mfa.staged_rollout
  - module: entra.mfa.migration_batch
extends_documentation_fragment:
  - entra.mfa.attributes
  - entra.mfa.graph
author:
  - The entra.mfa contributors (@entra-mfa)
"""

EXAMPLES = r"""
- name: Let the next wave of the pilot in
  entra.mfa.rollout_members:
    group: MFA rollout pilot
    report_path: migration-record/report-pilot.jsonl
    waves: [200, 1000]
    last_wave_at: "2026-03-01T08:00:00Z"
  register: rollout

- name: Say how far it is
  ansible.builtin.debug:
    msg: "Wave {{ rollout.wave.number }}: {{ rollout.wave.reached }} of {{ rollout.wave.total }} users."

- name: Send a user back to the federated provider
  entra.mfa.rollout_members:
    group: MFA rollout pilot
    report_path: migration-record/report-pilot.jsonl
    users: [anna@contoso.example]
    state: absent
"""

RETURN = r"""
group:
  description: The group (C(id), C(displayName)).
  type: dict
  returned: success
  sample: {"id": "7a0e5a4c-6a0e-4a50-9d0e-0a3f3f1f4a10", "displayName": "MFA rollout pilot"}
added:
  description: Number of users who entered, or would in check mode.
  type: int
  returned: success
  sample: 200
removed:
  description: Number of users who left, or would in check mode.
  type: int
  returned: success
  sample: 0
members_count:
  description: Number of direct members after the changes.
  type: int
  returned: success
  sample: 200
changed_at:
  description: When the group was changed (UTC, ISO 8601), for O(last_wave_at) of a later run; null when it was not.
  type: str
  returned: success
  sample: "2026-03-01T08:00:00Z"
wave:
  description: The wave after the changes.
  type: dict
  returned: success
  sample:
    number: 1
    of: 3
    target: 200
    total: 1500
    reached: 200
    complete: false
    due: false
    next_at: "2026-03-02T08:00:00Z"
  contains:
    number:
      description: Which wave this is.
      type: int
    of:
      description: How many there are.
      type: int
    target:
      description: Number of users of the batch that it reaches.
      type: int
    total:
      description: Number of migrated users of the batch.
      type: int
    reached:
      description: How many of them stand in the group.
      type: int
    complete:
      description: Whether all of them do.
      type: bool
    due:
      description: Whether a run could change the group now.
      type: bool
    next_at:
      description: When the next wave may begin; null when nothing waits.
      type: str
strangers:
  description:
    - Members who are no migrated users (C(count)), and the first ten of them (C(users)). They are routed to Entra
      whether their methods are there or not.
  type: dict
  returned: success
  sample: {"count": 0, "users": []}
"""

from datetime import UTC, datetime
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.directory import audits, groups, membership
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.migration import waves
from ansible_collections.entra.mfa.plugins.module_utils.migration.ledger import open_ledger
from ansible_collections.entra.mfa.plugins.module_utils.migration.report_reading import users_reached
from ansible_collections.entra.mfa.plugins.module_utils.module import GraphModule

ARGUMENT_SPEC: dict[str, Any] = {
    "group": {"type": "str", "required": True},
    "report_path": {"type": "path", "required": True},
    "known_reports": {"type": "list", "elements": "path", "default": []},
    "ledger_path": {"type": "path"},
    "users": {"type": "list", "elements": "str"},
    "waves": {"type": "list", "elements": "int", "default": []},
    "wave_hours": {"type": "float", "default": 24.0},
    "last_wave_at": {"type": "str"},
    "at_most": {"type": "int"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}


def work(module: GraphModule) -> dict[str, Any]:
    """Plan the next step of the group and take it."""
    try:
        return _grow(module)
    except UnusableInputError as error:
        raise InputError(str(error)) from error


def _grow(module: GraphModule) -> dict[str, Any]:
    options, client, now = module.params, module.client, datetime.now(UTC).replace(microsecond=0)
    schedule = _schedule(options, None)
    migrated = waves.select([waves.Migrated(*user) for user in users_reached(options["report_path"])], options["users"])
    group = groups.resolve(client, options["group"])
    members = {member.id: member.name for member in groups.direct_members(client, group.id)}
    if options["state"] == "absent":
        plan = waves.plan_absent(members, migrated, now)
    else:
        plan = waves.plan_present(members, migrated, _known(module), schedule, now, options["at_most"])
    if plan.add or plan.remove:
        membership.refuse_foreign_management(group)
    added, removed = plan.add, plan.remove
    if not module.check_mode:
        added = tuple(groups.add_members(client, group.id, plan.add))
        removed = tuple(groups.remove_members(client, group.id, plan.remove))
    reached = plan.wave.reached + len(plan.add) - len(plan.remove)
    after = waves.next_wave(_schedule(options, now if added else None), reached, len(migrated), now)
    return {
        "changed": bool(added or removed),
        "group": group.summary(),
        "added": len(added),
        "removed": len(removed),
        "members_count": len(members) + len(plan.add) - len(plan.remove),
        "changed_at": waves.text(now) if added or removed else None,
        "wave": after.as_dict(),
        "strangers": {"count": plan.strangers.count, "users": plan.strangers.examples},
    }


def _schedule(options: dict[str, Any], changed_at: datetime | None) -> waves.Schedule:
    last = options["last_wave_at"]
    last_at = changed_at or (audits.moment(last, "last_wave_at") if last else None)
    return waves.Schedule(options["waves"], options["wave_hours"], last_at)


def _known(module: GraphModule) -> set[str]:
    known = {user.id for path in module.params["known_reports"] for user in users_reached(path)}
    tenant_id = str(module.client.identity()["tenant_id"] or module.params["tenant_id"])
    ledger = open_ledger(module.params["ledger_path"], tenant_id, read_only=True)
    if ledger is not None:
        known |= ledger.done_users().keys()
        ledger.close()
    return known


def main() -> None:
    """Entry point of the module."""
    module = GraphModule(ARGUMENT_SPEC)
    if module.params["users"] == []:
        module.fail_json(msg="users is an empty list; name users, or leave it out to take the whole batch.")
    module.run(work)


if __name__ == "__main__":
    main()
