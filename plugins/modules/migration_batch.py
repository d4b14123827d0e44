#!/usr/bin/python
# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrate the users of one group."""

from __future__ import annotations

DOCUMENTATION = r"""
module: migration_batch
short_description: Migrate the MFA methods of a group's users to Microsoft Entra
version_added: 1.0.0
description:
  - Copies telephone numbers, OATH tokens and the default method of the users of one group from an export of MFA Server
    to Microsoft Entra. Data flows one way, and nothing on the server or in the sign-in changes.
  - Users are matched from the Entra side - by user principal name, then by on-premises security identifier, then by
    O(match_attribute). A record that could belong to two users, or a user to whom two records could belong, is left
    alone and fails.
  - Every user gets a plan from what the record says and what Entra holds, and only the difference is written. A second
    run writes nothing.
  - Public Graph cannot create push registrations of the Authenticator app. An app whose secret is in the export becomes
    an OATH token with the same codes; users of other apps have to register again and are counted.
  - A user whose write is refused keeps what was written, gets nothing more in this run and is taken up again by the
    next. The other users go on.
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
      - The export file, in the format C(entra.mfa/export-v1).
      - A file that is encrypted with Ansible Vault is opened with the Vault secrets of the play, into a temporary file
        that only the owner can read and that is removed in any case.
    type: path
    required: true
  default_method:
    description: What happens to the method that a user is asked for first.
    type: str
    default: if_unset
    choices:
      always: The one of the record is set.
      if_unset: The one of the record is set where Entra has none.
      most_secure_if_unset: The most secure one that the user has and may use is set where Entra has none.
  only_changed:
    description:
      - Leave out users whose record and settings are those of the last run, as O(ledger_path) remembers it.
      - V(false) compares every user with Entra.
    type: bool
    default: true
  alternate_without_mobile:
    description: What happens to a backup phone when the user has no mobile phone, which Entra asks for first.
    type: str
    default: promote
    choices:
      promote: It becomes the mobile phone.
      skip: It is skipped and reported.
  mobile_app:
    description: What happens to registrations of the Authenticator app.
    type: str
    default: auto
    choices:
      auto: One with a secret becomes an OATH token; any other is reported.
      oath: One with a secret becomes an OATH token; any other is skipped.
      report: All are reported, none becomes a token.
  oath_activation:
    description: How OATH tokens are activated.
    type: str
    default: computed
    choices:
      computed: With a code computed from the secret.
      none: Not at all; they stay assigned until the user activates them.
  ledger_path:
    description:
      - A SQLite file that remembers who is done and what was created. It is made with mode 0600 when there is none.
        Several batches may share one, also at the same time. Together they keep to O(write_budget) then, which they
        count in a file beside it that has the ending C(.writes).
      - It holds fingerprints and ids, no telephone number and no secret.
      - Without it every user is compared with Entra, which is slower and just as right.
      - Required for O(state=undone).
    type: path
  fail_on:
    description:
      - When the task fails because of users who failed - V(any), V(none), or a percentage of the batch such as C(5%)
        that may not be exceeded.
    type: str
    default: any
  state:
    description: Which way to go.
    type: str
    default: migrated
    choices:
      migrated: The users have the methods of their records.
      undone: What the ledger says was created here is taken back. Numbers and tokens that were there before stay.
attributes:
  check_mode:
    support: full
    details:
      - Plans and reports without a write to Entra or to the ledger. The report file is written.
      - Needs permissions to read only. The inventory of OATH tokens has none of that kind; without it the plan takes
        every token for a new one, with a warning.
  diff_mode:
    support: full
    details:
      - Shows before and after for each user with a change, numbers masked to their last two digits, secrets never.
  idempotent:
    support: full
    details:
      - A second run finds everything in place and writes nothing.
notes:
  - Needs the application permissions C(User.Read.All), C(GroupMember.Read.All),
    C(UserAuthenticationMethod.ReadWrite.All) and C(Policy.Read.AuthenticationMethod); for OATH tokens
    C(Policy.ReadWrite.AuthenticationMethod) instead of the last.
  - Hardware OATH tokens and default methods are in the beta version of Graph only.
  - Runs on the controller, with a local connection. Long runs show a line of progress every few seconds.
requirements:
  - phonenumbers >= 8.13
seealso:
  - module: entra.mfa.group_members
  - name: Phone authentication method
    description: Microsoft Graph reference.
    link: https://learn.microsoft.com/graph/api/resources/phoneauthenticationmethod
extends_documentation_fragment:
  - entra.mfa.attributes
  - entra.mfa.graph
  - entra.mfa.matching
  - entra.mfa.user_report
author:
  - The entra.mfa contributors (@entra-mfa)
"""

EXAMPLES = r"""
- name: Migrate the users of a group
  entra.mfa.migration_batch:
    group: MFA migration batch 1
    export_path: export.json

- name: Migrate with a login that all tasks share
  hosts: localhost
  gather_facts: false
  module_defaults:
    group/entra.mfa.graph:
      tenant_id: 11111111-2222-3333-4444-555555555555
      client_id: 66666666-7777-8888-9999-000000000000
      certificate_path: /etc/entra/migration.pem
  tasks:
    - name: Migrate a batch, with a ledger and a report
      entra.mfa.migration_batch:
        group: MFA migration batch 1
        export_path: vault/export.json
        match_attribute: onPremisesSamAccountName
        ledger_path: migration-record/ledger.sqlite
        report_path: migration-record/report-1.jsonl
        fail_on: 5%
      register: batch

    - name: Say who has to register again
      ansible.builtin.debug:
        msg: "{{ batch.users | selectattr('needs_registration') | map(attribute='upn') }}"

- name: Migrate two users of the group again, unchanged or not
  entra.mfa.migration_batch:
    group: MFA migration batch 1
    users:
      - anna@contoso.example
      - ben@contoso.example
    export_path: export.json
    ledger_path: ledger.sqlite
    only_changed: false

- name: Take a batch back
  entra.mfa.migration_batch:
    group: MFA migration batch 1
    export_path: export.json
    ledger_path: ledger.sqlite
    state: undone
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
      description: Users with at least one write, in check mode with at least one planned.
      type: int
    unchanged:
      description: Users with nothing to write, of whose methods at least one stands in Entra.
      type: int
    skipped:
      description: Users without a record, with a disabled one, or with nothing that can be migrated.
      type: int
    failed:
      description: Users with a refused write, an ambiguous match, a broken record or a token that somebody else holds.
      type: int
    needs_registration:
      description: Users who have to register the Authenticator app again.
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
    - The users who are not C(unchanged). List and diff together are at most 250,000 characters long; users who failed
      are kept first.
  type: list
  elements: dict
  returned: when the users were worked on
  sample:
    - id: 0f3f2a5e-52d7-4bd4-9f8a-2d3a0f2c6a11
      upn: anna@contoso.example
      matched_by: upn
      status: migrated
      reason: null
      needs_registration: true
      actions:
        - {target: mobile, action: create, reason: null}
        - {target: mobileApp, action: skip, reason: needs_registration}
        - {target: defaultMethod, action: create, reason: null}
      default_method: {before: null, after: sms}
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
      description: Whether the user has to register the Authenticator app again.
      type: bool
    actions:
      description:
        - What was done, found done, or left, with C(target) (C(mobile), C(alternateMobile), C(office), C(hardwareOath),
          C(mobileApp), C(defaultMethod)), C(action) (C(create), C(update), C(none), C(skip)) and C(reason).
      type: list
      elements: dict
    default_method:
      description: The default method C(before) and C(after).
      type: dict
users_omitted:
  description: How many users that are not C(unchanged) are missing from RV(users) and only in the report.
  type: int
  returned: when the users were worked on
  sample: 0
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import missing_required_lib
from ansible_collections.entra.mfa.plugins.module_utils.directory import members, methods_policy
from ansible_collections.entra.mfa.plugins.module_utils.directory.methods import TenantMethods
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError, InputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.export_json import read_export
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.libraries import PHONENUMBERS_IMPORT_ERROR
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import Export
from ansible_collections.entra.mfa.plugins.module_utils.migration import matching, runner
from ansible_collections.entra.mfa.plugins.module_utils.migration.collecting import Collector, Tolerance
from ansible_collections.entra.mfa.plugins.module_utils.migration.ledger import Ledger, open_ledger
from ansible_collections.entra.mfa.plugins.module_utils.migration.plan import Rules
from ansible_collections.entra.mfa.plugins.module_utils.migration.policy import AllowedMethods
from ansible_collections.entra.mfa.plugins.module_utils.migration.progress import ProgressFile
from ansible_collections.entra.mfa.plugins.module_utils.migration.report import open_report
from ansible_collections.entra.mfa.plugins.module_utils.migration.results import UserResult
from ansible_collections.entra.mfa.plugins.module_utils.migration.settings import Settings
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
    "only_changed": {"type": "bool", "default": True},
    "alternate_without_mobile": {"type": "str", "default": "promote", "choices": ["promote", "skip"]},
    "mobile_app": {"type": "str", "default": "auto", "choices": ["auto", "oath", "report"]},
    "oath_activation": {"type": "str", "default": "computed", "choices": ["computed", "none"]},
    "ledger_path": {"type": "path"},
    "report_path": {"type": "path"},
    "merge_report": {"type": "bool", "default": False},
    "fail_on": {"type": "str", "default": "any"},
    "state": {"type": "str", "default": "migrated", "choices": ["migrated", "undone"]},
}


def work(module: GraphModule) -> dict[str, Any]:
    """Migrate the batch, or take it back."""
    try:
        return _run(module)
    except UnusableInputError as error:
        raise InputError(str(error)) from error


def _run(module: GraphModule) -> dict[str, Any]:
    options = module.params
    started = time.monotonic()
    tolerance = Tolerance.parse(options["fail_on"])
    matching.check_export_match_field(options["export_match_field"])
    undoing = options["state"] == "undone"
    export = Export(()) if undoing else read_export(options["export_path"])
    for warning in export.warnings:
        module.warn(warning)
    tenant = TenantMethods(module.client, inventory_optional=module.check_mode)
    broken_off: GraphError | None = None
    with ExitStack() as stack:
        ledger = open_ledger(options["ledger_path"], _tenant_id(module), read_only=module.check_mode)
        if ledger is not None:
            stack.callback(ledger.close)
            if not module.check_mode:
                module.client.share_write_budget(Path(f"{options['ledger_path']}.writes"))
        report = stack.enter_context(open_report(options["report_path"], merge=options["merge_report"]))
        collector = Collector(report, with_diff=module._diff)
        try:
            collector.add_all(_results(module, export, tenant, ledger))
        except GraphError as error:
            if not collector.summary.targeted and not tenant.has_sent_writes:
                raise
            broken_off = error
    if tenant.inventory_refusal is not None:
        refusal = tenant.inventory_refusal
        module.warn(f"The plan takes every OATH token for a new one, as the inventory cannot be read: {refusal}")
    statistics = module.client.statistics
    summary = {
        **collector.summary.as_dict(),
        "http_requests": statistics.http_requests,
        "throttled": statistics.throttled,
        "seconds": round(time.monotonic() - started, 1),
    }
    result = {
        "changed": collector.summary.wrote,
        "summary": summary,
        "users": collector.users,
        "users_omitted": collector.users_omitted,
        **({"diff": collector.diff} if module._diff else {}),
    }
    if broken_off is not None:
        result["changed"] = tenant.has_sent_writes
        note = (
            f"The run broke off after {collector.summary.targeted} users; what was written stays, run it again to go on"
        )
        module.fail_refused(broken_off, note=note, **result)
    if tolerance.is_exceeded_by(collector.summary):
        module.fail_json(msg=collector.failure_message(options["fail_on"]), **result)
    return result


def _results(module: GraphModule, export: Export, tenant: TenantMethods, ledger: Ledger | None) -> Iterator[UserResult]:
    options = module.params
    attribute = options["match_attribute"]
    batch = matching.members_from(_users(module, matching.properties_to_select(attribute)), attribute)
    selected = matching.select_members(batch, options["users"])
    settings = Settings(**{name: options[name] for name in Settings.__match_args__})
    around = runner.Surroundings(
        tenant=tenant,
        rules=partial(_rules, module, settings),
        ledger=ledger,
        concurrency=options["concurrency"],
        check_mode=module.check_mode,
        progress=ProgressFile(Path(module.tmpdir)),
    )
    if options["state"] == "undone":
        return runner.undo([member for member in batch if member.id in selected], around)
    matches = matching.match_users(
        batch,
        (*export.records, *export.broken),
        match_attribute=attribute,
        export_match_field=options["export_match_field"],
    )
    chosen = [match for match in matches if match.member.id in selected]
    return runner.migrate(chosen, settings, around, only_changed=options["only_changed"])


def _users(module: GraphModule, select: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    if module.params["group"]:
        return members.of_group(module.client, module.params["group"], select)
    return members.named(module.client, module.params["users"], select)


def _rules(module: GraphModule, settings: Settings) -> Rules:
    client = module.client
    policy = methods_policy.read_with_hardware_oath(client)
    allowed = AllowedMethods(policy.configurations, partial(members.ids_of_group, client))
    return Rules(_tenant_id(module), allowed, settings)


def _tenant_id(module: GraphModule) -> str:
    return str(module.client.identity()["tenant_id"] or module.params["tenant_id"])


def main() -> None:
    """Entry point of the module."""
    module = GraphModule(
        ARGUMENT_SPEC,
        required_one_of=[("group", "users")],
        required_if=[("state", "undone", ("ledger_path",))],
    )
    if PHONENUMBERS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("phonenumbers"), exception=PHONENUMBERS_IMPORT_ERROR)
    if module.params["users"] == []:
        module.fail_json(msg="users is an empty list; name users, or leave it out to take the whole group.")
    module.run(work)


if __name__ == "__main__":
    main()
