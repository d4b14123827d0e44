#!/usr/bin/python
# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A batch that the vendor's migration utility migrates."""

from __future__ import annotations

DOCUMENTATION = r"""
module: utility_batch
short_description: Wait until the MFA Server Migration Utility has migrated a group's users
version_added: 1.0.0
description:
  - Follows the users of a batch that the vendor's migration utility and its synchronisation service migrate, until each
    of them is done or the time is over. The utility alone can move push registrations of the Authenticator app.
  - A user is done when the methods of the record stand in Entra, or when the audit log shows that the utility has
    written to the user.
  - Result and report are those of M(entra.mfa.migration_batch), so that whatever reads them need not know which of the
    two has migrated.
  - Writes nothing. Put the users into the group of the utility by M(entra.mfa.group_members) first.
options:
  group:
    description:
      - Object id or exact display name of the group. Members of nested groups count.
      - Two groups of one name are an error that lists their ids.
      - Required unless O(users) is given.
    type: str
  users:
    description:
      - Object ids or user principal names.
      - With O(group) they narrow the batch to these members, and a name that is no member is an error.
    type: list
    elements: str
  export_path:
    description:
      - The export file, in the format C(entra.mfa/export-v1). It says what each user has on MFA Server.
      - A file that is encrypted with Ansible Vault is opened with the Vault secrets of the play, into a temporary file
        that only the owner can read and that is removed in any case.
    type: path
    required: true
  default_method:
    description: What the utility was told to do with the method that a user is asked for first.
    type: str
    default: if_unset
    choices:
      always: The one of the record is set.
      if_unset: The one of the record is set where Entra has none.
      most_secure_if_unset: The most secure one that the user has and may use is set where Entra has none.
  since:
    description:
      - Date, or date and time (ISO 8601, UTC unless it says otherwise), from which records of the audit log count.
        Seven days ago when left out.
    type: str
  wait:
    description:
      - Most seconds to wait for the last user; V(0) looks once.
      - Users without a usable record are not waited for.
    type: int
    default: 0
  poll_interval:
    description: Seconds between two looks at the users who are not done.
    type: int
    default: 300
  compare_with:
    description:
      - Report of an earlier look. Users who were done then count as C(unchanged), all others who are done as
        C(migrated). Without it those are C(unchanged) who are done at the first look.
      - May be the same file as O(report_path).
    type: path
  fail_on:
    description:
      - When the task fails because of users who failed, which users who are not done in time do - V(any), V(none), or a
        percentage of the batch such as C(5%) that may not be exceeded.
    type: str
    default: any
attributes:
  check_mode:
    support: full
    details:
      - Looks once without waiting, and tells users who are not done as C(migrated), as the utility would.
notes:
  - Needs the application permissions C(User.Read.All), C(GroupMember.Read.All),
    C(UserAuthenticationMethod.ReadWrite.All), C(Policy.Read.AuthenticationMethod) and, for the audit log,
    C(AuditLog.Read.All). Without the last only the methods count, and a warning says so.
  - A record appears in the audit log minutes to hours after its change.
  - Runs on the controller, with a local connection. A long wait shows a line whenever more users are done.
requirements:
  - phonenumbers >= 8.13
seealso:
  - module: entra.mfa.group_members
  - module: entra.mfa.migration_audit_info
  - module: entra.mfa.migration_batch
extends_documentation_fragment:
  - entra.mfa.attributes.info
  - entra.mfa.graph
  - entra.mfa.matching
  - entra.mfa.user_report
author:
  - The entra.mfa contributors (@entra-mfa)
"""

EXAMPLES = r"""
- name: Put two users into the group that the utility synchronises
  entra.mfa.group_members:
    group: MFA utility users
    members:
      - anna@contoso.example
      - ben@contoso.example

- name: Wait up to four hours until the utility has migrated them
  entra.mfa.utility_batch:
    users:
      - anna@contoso.example
      - ben@contoso.example
    export_path: vault/export.json
    wait: 14400
    fail_on: none
  register: batch

- name: Say who is missing
  ansible.builtin.debug:
    msg: "{{ batch.users | selectattr('reason', 'equalto', 'not_migrated_by_utility') | map(attribute='upn') }}"
"""

RETURN = r"""
summary:
  description:
    - Counts of users, and what the run took.
    - C(targeted) is the sum of C(migrated), C(unchanged), C(skipped) and C(failed).
  type: dict
  returned: when the users were worked on
  sample:
    targeted: 80
    matched: 76
    migrated: 70
    unchanged: 4
    skipped: 5
    failed: 1
    needs_registration: 12
    http_requests: 18
    throttled: 0
    seconds: 3.4
  contains:
    targeted:
      description: Users of the batch.
      type: int
    matched:
      description: Users with a record.
      type: int
    migrated:
      description: Users who are done and were not before, in check mode also those who are to be done.
      type: int
    unchanged:
      description: Users who were done before.
      type: int
    skipped:
      description: Users without a record, or with a disabled one.
      type: int
    failed:
      description: Users who were not done in time, with an ambiguous match or with a broken record.
      type: int
    needs_registration:
      description: Users whose Authenticator app does not stand in Entra.
      type: int
    http_requests:
      description: HTTP requests that were sent.
      type: int
    throttled:
      description: How often the service asked to wait.
      type: int
    seconds:
      description: How long the run took.
      type: float
users:
  description:
    - The users who are not C(unchanged). The list is at most 250,000 characters long; users who failed are kept first.
    - C(seen_in_audit_log) is the reason of those who are done although not every method stands, and
      C(not_migrated_by_utility) of those who are not done in time. A method that does not stand has the action C(skip)
      and the reason C(not_seen).
  type: list
  elements: dict
  returned: when the users were looked at
  sample:
    - id: 0f3f2a5e-52d7-4bd4-9f8a-2d3a0f2c6a11
      upn: anna@contoso.example
      matched_by: upn
      status: migrated
      reason: null
      needs_registration: false
      actions:
        - {target: mobile, action: none, reason: null}
        - {target: mobileApp, action: none, reason: already_registered}
      default_method: {before: push, after: push}
  contains:
    id:
      description: Object id.
      type: str
    upn:
      description: User principal name.
      type: str
    matched_by:
      description: How the record was found - C(upn), C(sid), C(attribute), or null for no record.
      type: str
    status:
      description: One of C(migrated), C(skipped), C(failed).
      type: str
    reason:
      description:
        - Why the user was skipped or failed. A code; a broken record and a refusal add the details behind a colon.
      type: str
    needs_registration:
      description: Whether an Authenticator app of the record does not stand in Entra.
      type: bool
    actions:
      description:
        - What stands (C(none)) or does not (C(skip)), with C(target) (C(mobile), C(alternateMobile), C(office),
          C(hardwareOath), C(mobileApp), C(defaultMethod)), C(action) and C(reason).
        - In check mode C(create) and C(update) stand for what the utility is still to do.
      type: list
      elements: dict
    default_method:
      description: The default method C(before) and C(after).
      type: dict
users_omitted:
  description: How many users that are not C(unchanged) are missing from RV(users) and only in the report.
  type: int
  returned: when the users were looked at
  sample: 0
"""

import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import missing_required_lib
from ansible_collections.entra.mfa.plugins.module_utils.directory import (
    audits,
    members,
    methods_policy,
)
from ansible_collections.entra.mfa.plugins.module_utils.directory.methods import TenantMethods
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError, InputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.export_json import read_export
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.libraries import PHONENUMBERS_IMPORT_ERROR
from ansible_collections.entra.mfa.plugins.module_utils.migration import matching, runner
from ansible_collections.entra.mfa.plugins.module_utils.migration.collecting import Collector, Tolerance
from ansible_collections.entra.mfa.plugins.module_utils.migration.matching import Match
from ansible_collections.entra.mfa.plugins.module_utils.migration.plan import Rules
from ansible_collections.entra.mfa.plugins.module_utils.migration.policy import AllowedMethods
from ansible_collections.entra.mfa.plugins.module_utils.migration.progress import ProgressFile
from ansible_collections.entra.mfa.plugins.module_utils.migration.report import open_report
from ansible_collections.entra.mfa.plugins.module_utils.migration.report_reading import users_of_status
from ansible_collections.entra.mfa.plugins.module_utils.migration.results import UserResult
from ansible_collections.entra.mfa.plugins.module_utils.migration.settings import Settings
from ansible_collections.entra.mfa.plugins.module_utils.migration.utility_watch import Patience, Senses, watch
from ansible_collections.entra.mfa.plugins.module_utils.module import GraphModule

ARGUMENT_SPEC: dict[str, Any] = {
    "group": {"type": "str"},
    "users": {"type": "list", "elements": "str"},
    "export_path": {"type": "path", "required": True},
    "default_method": {
        "type": "str",
        "default": "if_unset",
        "choices": ["always", "if_unset", "most_secure_if_unset"],
    },
    "match_attribute": {"type": "str", "choices": list(matching.MATCH_ATTRIBUTES)},
    "export_match_field": {"type": "str", "default": "username"},
    "since": {"type": "str"},
    "wait": {"type": "int", "default": 0},
    "poll_interval": {"type": "int", "default": 300},
    "compare_with": {"type": "path"},
    "report_path": {"type": "path"},
    "merge_report": {"type": "bool", "default": False},
    "fail_on": {"type": "str", "default": "any"},
}
DAYS = 7
FORBIDDEN = 403


def work(module: GraphModule) -> dict[str, Any]:
    """Follow the batch."""
    try:
        return _run(module)
    except UnusableInputError as error:
        raise InputError(str(error)) from error


def _run(module: GraphModule) -> dict[str, Any]:
    options = module.params
    started = time.monotonic()
    tolerance = Tolerance.parse(options["fail_on"])
    matching.check_export_match_field(options["export_match_field"])
    if options["wait"] < 0 or options["poll_interval"] < 1:
        raise InputError("wait must be at least 0 and poll_interval at least 1.")
    since = datetime.now(UTC) - timedelta(days=DAYS)
    if options["since"]:
        since = audits.moment(options["since"], "since")
    matches = _matches(module)
    with ExitStack() as stack:
        report = stack.enter_context(open_report(options["report_path"], merge=options["merge_report"]))
        collector = Collector(report, with_diff=False)
        collector.add_all(_results(module, matches, since))
    statistics = module.client.statistics
    result = {
        "changed": False,
        "summary": {
            **collector.summary.as_dict(),
            "http_requests": statistics.http_requests,
            "throttled": statistics.throttled,
            "seconds": round(time.monotonic() - started, 1),
        },
        "users": collector.users,
        "users_omitted": collector.users_omitted,
    }
    if tolerance.is_exceeded_by(collector.summary):
        module.fail_json(msg=collector.failure_message(options["fail_on"]), **result)
    return result


def _matches(module: GraphModule) -> list[Match]:
    options = module.params
    export = read_export(options["export_path"])
    for warning in export.warnings:
        module.warn(warning)
    attribute = options["match_attribute"]
    select = matching.properties_to_select(attribute)
    if options["group"]:
        found = members.of_group(module.client, options["group"], select)
    else:
        found = members.named(module.client, options["users"], select)
    batch = matching.members_from(found, attribute)
    selected = matching.select_members(batch, options["users"])
    matches = matching.match_users(
        batch,
        (*export.records, *export.broken),
        match_attribute=attribute,
        export_match_field=options["export_match_field"],
    )
    return [match for match in matches if match.member.id in selected]


def _results(module: GraphModule, matches: Sequence[Match], since: datetime) -> Iterator[UserResult]:
    options = module.params
    # The utility moves the app itself and makes no token of its secret; what it assigns counts as there.
    settings = Settings(default_method=options["default_method"], mobile_app="report", oath_activation="none")
    return watch(
        matches,
        Senses(partial(_plan, module, settings), _log(module, since)),
        Patience(0 if module.check_mode else options["wait"], options["poll_interval"]),
        known_done=_done_before(options["compare_with"]),
        foretell=module.check_mode,
        progress=ProgressFile(Path(module.tmpdir)),
    )


def _done_before(path: str | None) -> set[str] | None:
    """The ids of the users whom an earlier report calls done; None without one."""
    if path is None:
        return None
    return {user.id for user in users_of_status(path, "unchanged")}


def _plan(module: GraphModule, settings: Settings, matches: Sequence[Match]) -> Iterator[UserResult]:
    around = runner.Surroundings(
        tenant=TenantMethods(module.client, inventory_optional=True),
        rules=partial(_rules, module, settings),
        concurrency=module.params["concurrency"],
        check_mode=True,
    )
    return runner.migrate(matches, settings, around, only_changed=False)


def _log(module: GraphModule, since: datetime) -> Any:
    """What tells the ids of the users to whom the utility wrote; nobody where the log may not be read."""
    allowed = True

    def logged() -> Collection[str]:
        nonlocal allowed
        if not allowed:
            return ()
        try:
            records = audits.read(module.client, audits.Selection(since))
            return {record.user_id for record in records if record.succeeded}
        except GraphError as error:
            if error.status != FORBIDDEN:
                raise
            allowed = False
            module.warn(f"Only the methods of the users count, because the audit log cannot be read: {error}")
            return ()

    return logged


def _rules(module: GraphModule, settings: Settings) -> Rules:
    client = module.client
    policy = methods_policy.read_with_hardware_oath(client)
    allowed = AllowedMethods(policy.configurations, partial(members.ids_of_group, client))
    tenant_id = str(client.identity()["tenant_id"] or module.params["tenant_id"])
    return Rules(tenant_id, allowed, settings)


def main() -> None:
    """Entry point of the module."""
    module = GraphModule(ARGUMENT_SPEC, required_one_of=[("group", "users")])
    if PHONENUMBERS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("phonenumbers"), exception=PHONENUMBERS_IMPORT_ERROR)
    if module.params["users"] == []:
        module.fail_json(msg="users is an empty list; name users, or leave it out to take the whole group.")
    module.run(work)


if __name__ == "__main__":
    main()
