#!/usr/bin/python
# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Temporary Access Passes for users who must register again."""

from __future__ import annotations

DOCUMENTATION = r"""
module: temporary_access_pass
short_description: Give users Temporary Access Passes, or take them away
version_added: 1.0.0
description:
  - Makes Temporary Access Passes, with which users who have no method left can sign in once more and register the
    Authenticator app.
  - Entra shows a pass a single time, when it is made. The module writes it to O(output_path) and nowhere else. No pass
    is ever in the result, in a diff or in a log.
  - Passes are made in requests of 20, and the file is whole on the disk before the next request.
  - Users whom the authentication methods policy does not allow to use passes are skipped. A user who is refused fails
    the task, after all others have had theirs.
options:
  users:
    description:
      - Object ids or user principal names. An unknown name is an error that lists all unknown names.
      - One of O(users) and O(from_report) is required; together they add up.
    type: list
    elements: str
  from_report:
    description:
      - The file that a task of M(entra.mfa.migration_batch) wrote as O(entra.mfa.migration_batch#module:report_path).
        Its users with C(needs_registration) get a pass.
    type: path
  lifetime_in_minutes:
    description:
      - How long a pass can be used, from 10 to 43200 minutes and within the limits of the policy. Left out, the policy
        decides.
    type: int
  is_usable_once:
    description: Whether a pass can be used a single time. Left out, the policy decides.
    type: bool
  start_date_time:
    description: From when a pass can be used, in ISO 8601 with a time zone. Left out, it is usable at once.
    type: str
  output_path:
    description:
      - File that gets the passes, made with mode 0600. A name that ends in C(.csv) means CSV, any other JSON.
      - Passes that the file holds already stay, because they cannot be shown again; a new one of the same user takes
        the place of the old one. The file is not touched when no pass is made.
      - Required for O(state=present).
    type: path
  replace:
    description:
      - Make a new pass also for a user who has one that can be used, now or later. The old one is void then.
      - Without it such a user is left alone.
    type: bool
    default: false
  state:
    description: Whether users have a pass.
    type: str
    default: present
    choices:
      present: They have one that can be used.
      absent: They have none.
attributes:
  check_mode:
    support: full
    details:
      - Reads policy and passes, and tells who would get or lose one. The file is not written.
  diff_mode:
    support: full
    details:
      - Lists who gets or loses a pass, and never the pass.
  idempotent:
    support: full
    details:
      - A second run leaves users alone who have a usable pass. With O(replace=true) every run makes new passes.
notes:
  - Needs the application permissions C(UserAuthMethod-TAP.ReadWrite.All), C(User.Read.All), and, with
    O(state=present), C(Policy.Read.AuthenticationMethod) and C(GroupMember.Read.All).
  - In a CSV file a pass may begin with a character that a spreadsheet takes for a formula; import the column as text.
  - Hand the passes out by a safe way, and delete the file.
seealso:
  - module: entra.mfa.authentication_methods_policy
  - module: entra.mfa.migration_batch
  - name: Create a Temporary Access Pass
    description: Microsoft Graph reference.
    link: https://learn.microsoft.com/graph/api/authentication-post-temporaryaccesspassmethods
extends_documentation_fragment:
  - entra.mfa.attributes
  - entra.mfa.graph
author:
  - The entra.mfa contributors (@entra-mfa)
"""

EXAMPLES = r"""
- name: Give a user a pass
  entra.mfa.temporary_access_pass:
    users: [anna@contoso.example]
    output_path: passes.json

- name: Give everybody a pass who has to register again after the migration
  entra.mfa.temporary_access_pass:
    from_report: migration-record/report-1.jsonl
    lifetime_in_minutes: 480
    is_usable_once: true
    output_path: passes-1.csv
  register: passes

- name: Say how many were made
  ansible.builtin.debug:
    msg: "{{ passes.summary.created }} passes are in passes-1.csv."

- name: Take the passes away again
  entra.mfa.temporary_access_pass:
    from_report: migration-record/report-1.jsonl
    state: absent
"""

RETURN = r"""
summary:
  description: Counts of users. C(targeted) is the sum of the others.
  type: dict
  returned: when the users were worked on
  sample: {targeted: 12, created: 10, replaced: 0, deleted: 0, unchanged: 1, skipped: 1, failed: 0}
  contains:
    targeted:
      description: Users named by the options.
      type: int
    created:
      description: Users who had no usable pass and got one.
      type: int
    replaced:
      description: Users who got another pass.
      type: int
    deleted:
      description: Users whose pass was taken away.
      type: int
    unchanged:
      description: Users who were as wanted.
      type: int
    skipped:
      description: Users whom the policy does not allow to use passes.
      type: int
    failed:
      description: Users who were refused.
      type: int
users:
  description:
    - The users, without the passes. At most 250,000 characters are returned; users who failed come first.
  type: list
  elements: dict
  returned: when the users were worked on
  sample:
    - id: 0f3f2a5e-52d7-4bd4-9f8a-2d3a0f2c6a11
      upn: anna@contoso.example
      status: created
      reason: null
      starts_at: "2024-05-01T08:00:00Z"
      lifetime_in_minutes: 480
      is_usable_once: true
  contains:
    id:
      description: Object id.
      type: str
    upn:
      description: User principal name.
      type: str
    status:
      description: One of V(created), V(replaced), V(deleted), V(unchanged), V(skipped) and V(failed).
      type: str
    reason:
      description: V(already_has_one), V(not_allowed), or what the service said.
      type: str
    starts_at:
      description: From when the pass can be used; null in check mode and where there is none.
      type: str
    lifetime_in_minutes:
      description: How long the pass can be used; null in check mode and where there is none.
      type: int
    is_usable_once:
      description: Whether the pass can be used a single time; null in check mode and where there is none.
      type: bool
users_omitted:
  description: How many users are missing from RV(users).
  type: int
  returned: when the users were worked on
  sample: 0
output_path:
  description: The file with the passes; null when none was made.
  type: str
  returned: when the users were worked on
  sample: passes.json
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.directory import (
    issuing_passes,
    members,
    methods_policy,
    users,
)
from ansible_collections.entra.mfa.plugins.module_utils.directory.access_passes import AccessPass
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.migration.coverage import Room
from ansible_collections.entra.mfa.plugins.module_utils.migration.pass_file import PassFile
from ansible_collections.entra.mfa.plugins.module_utils.migration.policy import AllowedMethods
from ansible_collections.entra.mfa.plugins.module_utils.migration.report_reading import users_to_register
from ansible_collections.entra.mfa.plugins.module_utils.module import GraphModule

ARGUMENT_SPEC: dict[str, Any] = {
    "users": {"type": "list", "elements": "str"},
    "from_report": {"type": "path"},
    "lifetime_in_minutes": {"type": "int"},
    "is_usable_once": {"type": "bool"},
    "start_date_time": {"type": "str"},
    "output_path": {"type": "path"},
    "replace": {"type": "bool", "default": False},
    "state": {"type": "str", "default": "present", "choices": ["present", "absent"]},
}


def work(module: GraphModule) -> dict[str, Any]:
    """Make passes, or delete them."""
    try:
        results = _issue(module) if module.params["state"] == "present" else _revoke(module)
    except UnusableInputError as error:
        raise InputError(str(error)) from error
    result = _result(module, results)
    failed = [item for item in results if item.status == "failed"]
    if failed:
        first = failed[0]
        message = f"{len(failed)} of {len(results)} users failed; the first is {first.user.upn} ({first.reason})."
        module.fail_json(msg=message, **result)
    return result


def _issue(module: GraphModule) -> list[issuing_passes.PassResult]:
    options, client = module.params, module.client
    wishes = issuing_passes.Wishes(
        options["lifetime_in_minutes"], options["is_usable_once"], options["start_date_time"], options["replace"]
    )
    file = PassFile(options["output_path"])
    policy = methods_policy.read(client)
    issuing_passes.check(wishes, policy.configurations.get(issuing_passes.METHOD))
    found = _users(module)
    only = {name: found for name, found in policy.configurations.items() if name == issuing_passes.METHOD}
    allowed = AllowedMethods(only, partial(members.ids_of_group, client), also=(issuing_passes.METHOD,))

    def save(passes: Sequence[tuple[users.User, AccessPass]]) -> None:
        module.no_log_values.update(made.code for _user, made in passes)
        file.add(
            {"id": user.id, "upn": user.upn, "temporary_access_pass": made.code, **made.properties()}
            for user, made in passes
        )

    allows = partial(allowed.allows, issuing_passes.METHOD)
    return issuing_passes.issue(client, found, wishes, allows, save, check_mode=module.check_mode)


def _revoke(module: GraphModule) -> list[issuing_passes.PassResult]:
    return issuing_passes.revoke(module.client, _users(module), check_mode=module.check_mode)


def _users(module: GraphModule) -> list[users.User]:
    path = module.params["from_report"]
    reported = [users.User(user.id, user.upn) for user in users_to_register(path)] if path else []
    return [*users.resolve(module.client, module.params["users"] or ()).values(), *reported]


def _result(module: GraphModule, results: list[issuing_passes.PassResult]) -> dict[str, Any]:
    summary = issuing_passes.summary(results)
    room = Room()
    shown = [item.as_dict() for item in sorted(results, key=lambda item: item.status != "failed")]
    kept = [user for user in shown if room.take(user)]
    made = [item.user.upn for item in results if item.status in ("created", "replaced")]
    deleted = [item.user.upn for item in results if item.status == "deleted"]
    had_one = [item.user.upn for item in results if item.status == "replaced"]
    return {
        "changed": bool(made or deleted),
        "summary": summary,
        "users": kept,
        "users_omitted": len(shown) - len(kept),
        "output_path": module.params["output_path"] if made and not module.check_mode else None,
        "diff": {"before": {"with_a_pass": had_one + deleted}, "after": {"with_a_pass": made}},
    }


def main() -> None:
    """Entry point of the module."""
    module = GraphModule(
        ARGUMENT_SPEC,
        required_one_of=[("users", "from_report")],
        required_if=[("state", "present", ("output_path",))],
    )
    module.run(work)


if __name__ == "__main__":
    main()
