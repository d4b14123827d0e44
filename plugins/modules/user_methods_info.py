#!/usr/bin/python
# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both sides of named users, and the coverage of a group."""

from __future__ import annotations

DOCUMENTATION = r"""
module: user_methods_info
short_description: Compare users' MFA methods in Microsoft Entra with MFA Server, and tell who can do MFA
version_added: 1.0.0
description:
  - Shows users from both sides, as the window I(View) of the migration utility does - the record of MFA Server and what
    stands in Entra - and whether each method of the record stands there.
  - Counts who can really do multifactor authentication. A user counts when a method is registered and the
    authentication methods policy allows that method to this user, with the members of its include and exclude groups.
    The registration report of Entra is not used, because it lags and does not look at the policy of the moment.
  - Telephone numbers are masked to their last two digits, and secrets are never shown.
  - Users are read in requests of 20, and the members of each group once.
options:
  users:
    description:
      - Object ids or user principal names of the users to show.
      - An unknown name is an error that lists all unknown names.
      - One of O(users) and O(group) is required.
    type: list
    elements: str
  group:
    description:
      - Object id or exact display name of the group whose coverage is counted. Members of nested groups count.
      - Two groups of one name are an error that lists their ids.
      - Together with O(users) the group is counted and the named users are shown, in the group or not.
    type: str
  export_path:
    description:
      - The export file, in the format C(entra.mfa/export-v1). Without it only Entra is looked at.
      - A file that is encrypted with Ansible Vault is opened with the Vault secrets of the play, into a temporary file
        that only the owner can read and that is removed in any case.
    type: path
  mobile_app:
    description:
      - What a migration would make of the Authenticator apps of a record, as for
        O(entra.mfa.migration_batch#module:mobile_app).
    type: str
    choices: [auto, oath, report]
    default: auto
  alternate_without_mobile:
    description:
      - What it would make of a backup phone without a first one, as for
        O(entra.mfa.migration_batch#module:alternate_without_mobile).
    type: str
    choices: [promote, skip]
    default: promote
  report_path:
    description:
      - A JSON Lines file with one line for every user that was looked at, made with mode 0600. It has the keys of
        RV(users), and C(status), C(needs_registration), C(actions) and C(default_method) as the report of
        M(entra.mfa.migration_batch) has them, for what a migration would do.
    type: path
  query:
    description:
      - JMESPath expression over everything the module returns; its result is returned as RV(query_result).
      - Names with other characters than letters, digits and underscores need double quotes.
    type: str
notes:
  - Needs the application permissions C(User.Read.All), C(GroupMember.Read.All), C(UserAuthenticationMethod.Read.All)
    and C(Policy.Read.AuthenticationMethod). Microsoft documents C(UserAuthenticationMethod.ReadWrite.All) for reading
    default methods; a login that may not read them sees users without, and a warning says so.
  - While RV(policy_migration_state) is not V(migrationComplete), the legacy MFA and SSPR policies may allow more than
    the methods policy does. Graph does not show them.
  - Hardware OATH tokens and default methods are in the beta version of Graph only.
  - Runs on the controller, with a local connection.
requirements:
  - jmespath (for O(query))
  - phonenumbers >= 8.13 (for O(export_path))
seealso:
  - module: entra.mfa.migration_batch
  - module: entra.mfa.temporary_access_pass
  - module: entra.mfa.authentication_methods_policy
extends_documentation_fragment:
  - entra.mfa.attributes.info
  - entra.mfa.graph
  - entra.mfa.matching
author:
  - The entra.mfa contributors (@entra-mfa)
"""

EXAMPLES = r"""
- name: Show two users as Entra sees them
  entra.mfa.user_methods_info:
    users:
      - anna@contoso.example
      - ben@contoso.example

- name: Compare a user with the record of MFA Server
  entra.mfa.user_methods_info:
    users: [anna@contoso.example]
    export_path: vault/export.json
    query: "users[0].methods[?!stands]"
  register: anna

- name: Count who of a migrated group can do MFA
  entra.mfa.user_methods_info:
    group: MFA migration batch 1
    report_path: migration-record/coverage-1.jsonl
  register: batch

- name: Stop while somebody cannot
  ansible.builtin.assert:
    that: batch.coverage.incapable.count == 0
    fail_msg: "{{ batch.coverage.incapable.users | map(attribute='upn') | join(', ') }}"

- name: Say who will lose their only method when text messages and calls end
  ansible.builtin.debug:
    msg: "By {{ batch.coverage.phone_only.delivery_ends }}: {{ batch.coverage.phone_only.users | join(', ') }}"
"""

RETURN = r"""
users:
  description:
    - With O(users) the named users, otherwise the members of the group. At most 150,000 characters are returned.
  type: list
  elements: dict
  returned: success
  sample:
    - id: 0f3f2a5e-52d7-4bd4-9f8a-2d3a0f2c6a11
      upn: anna@contoso.example
      account_enabled: true
      matched_by: upn
      reason: null
      record:
        username: CONTOSO\anna
        enabled: true
        default_method: phone_call
        pin_modes: []
        phone: {number: •••• 00, has_extension: false}
        backup_phone: null
        mobile_apps: [{name: "Anna's phone", has_secret: false, registered_at: "2024-01-02T00:00:00Z"}]
        oath_token: {serial: "900001", has_secret: true}
        changed_at: "2024-04-30T08:00:00Z"
      entra:
        phones: {mobile: •••• 00, alternateMobile: null, office: null}
        authenticators: []
        software_oath: 0
        hardware_oath: [{serial: "900001", activated: true}]
        other_methods: []
        default_method: voiceMobile
        system_preferred: false
        system_preferred_method: null
      methods:
        - {target: mobile, stands: true, reason: null}
        - {target: hardwareOath, stands: true, reason: null}
        - {target: mobileApp, stands: false, reason: needs_registration}
        - {target: defaultMethod, stands: true, reason: null}
      complete: false
      mfa: {capable: true, phone_only: false, usable: [oath, voiceMobile], not_allowed: [sms], reason: null}
      expected: {capable: true, phone_only: false, usable: [oath, voiceMobile], not_allowed: [sms], reason: null}
  contains:
    id:
      description: Object id.
      type: str
    upn:
      description: User principal name.
      type: str
    account_enabled:
      description: Whether the account may sign in; null when Entra does not say.
      type: bool
    matched_by:
      description: How the record was found - C(upn), C(sid), C(attribute), or null for no record or no export.
      type: str
    reason:
      description: Why Entra could not be read, or why there is no record to compare with, such as
        V(not_in_mfa_server), V(ambiguous_match), V(disabled) or V(invalid_record) with the details behind a colon.
      type: str
    record:
      description: The record of MFA Server; null when there is none.
      type: dict
    entra:
      description: What Entra holds; null when it could not be read.
      type: dict
    methods:
      description:
        - For each method of the record the C(target) as in RV(entra.mfa.migration_batch#module:users), whether it
          C(stands) in Entra, and otherwise the C(reason) - V(missing), V(differs), V(not_activated), or the reason for
          which the migration leaves it out.
      type: list
      elements: dict
    complete:
      description: Whether all of them stand; null when there is nothing to compare.
      type: bool
    mfa:
      description:
        - Whether the user is C(capable) of MFA, has only phone methods (C(phone_only)), the C(usable) methods from the
          most secure, the registered ones the policy does not allow (C(not_allowed)), and the C(reason) for having none
          - V(no_method), V(not_activated) or V(not_allowed).
        - Null when Entra could not be read.
      type: dict
    expected:
      description: The same once a migration has written what the record holds; null when it would write nothing for
        the user, because there is no record to go by.
      type: dict
users_omitted:
  description: How many users are missing from RV(users) and only in the report.
  type: int
  returned: success
  sample: 0
coverage:
  description:
    - Counts over the members of O(group), without it over O(users).
    - C(total) is the sum of C(capable), C(incapable), C(disabled) and C(unreadable); C(phone_only) is part of
      C(capable). The names are at most 100,000 characters long together.
  type: dict
  returned: success
  sample:
    total: 80
    capable: {count: 70, users: [anna@contoso.example], methods: {sms: 60, push: 20}}
    phone_only: {count: 50, users: [ben@contoso.example], delivery_ends: "2027-02-01"}
    incapable: {count: 8, users: [{upn: cleo@contoso.example, reason: no_method}], reasons: {no_method: 8}}
    disabled: {count: 2, users: [dora@contoso.example]}
    unreadable: {count: 0, users: []}
    records: {matched: 76, complete: 60, incomplete: {count: 12, users: [cleo@contoso.example]}}
    users_omitted: 0
  contains:
    total:
      description: Number of users counted.
      type: int
    capable:
      description: Users with a method that is registered and allowed, with counts by method.
      type: dict
    phone_only:
      description: Users of C(capable) who have text messages and calls only, and the day their delivery ends.
      type: dict
    incapable:
      description: Users without such a method, each with the reason, and counts by reason.
      type: dict
    disabled:
      description: Users whose account is switched off.
      type: dict
    unreadable:
      description: Users whose methods could not be read, each with the reason.
      type: dict
    records:
      description: With an export, how many users have a record, and how many have all or not all of its methods in
        Entra.
      type: dict
    users_omitted:
      description: How many names are left out of the lists.
      type: int
policy_migration_state:
  description: How far the tenant has left the legacy policies; null when Graph does not say.
  type: str
  returned: success
  sample: migrationComplete
query_result:
  description: What O(query) selects.
  type: raw
  returned: when O(query) is given
  sample: []
"""

from collections.abc import Collection
from typing import Any

from ansible.module_utils.basic import missing_required_lib
from ansible_collections.entra.mfa.plugins.module_utils import query
from ansible_collections.entra.mfa.plugins.module_utils.directory import (
    groups,
    members,
    methods_policy,
)
from ansible_collections.entra.mfa.plugins.module_utils.directory.methods import TenantMethods
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.export_json import read_export
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.libraries import PHONENUMBERS_IMPORT_ERROR
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import AnyRecord
from ansible_collections.entra.mfa.plugins.module_utils.migration import matching, user_view
from ansible_collections.entra.mfa.plugins.module_utils.migration.coverage import Coverage, Room
from ansible_collections.entra.mfa.plugins.module_utils.migration.mfa_verdict import FIDO2
from ansible_collections.entra.mfa.plugins.module_utils.migration.plan import Rules
from ansible_collections.entra.mfa.plugins.module_utils.migration.policy import AllowedMethods
from ansible_collections.entra.mfa.plugins.module_utils.migration.report import open_report
from ansible_collections.entra.mfa.plugins.module_utils.migration.settings import Settings
from ansible_collections.entra.mfa.plugins.module_utils.module import GraphModule

ARGUMENT_SPEC: dict[str, Any] = {
    "users": {"type": "list", "elements": "str"},
    "group": {"type": "str"},
    "export_path": {"type": "path"},
    "match_attribute": {"type": "str", "choices": list(matching.MATCH_ATTRIBUTES)},
    "export_match_field": {"type": "str", "default": "username"},
    "mobile_app": {"type": "str", "choices": ["auto", "oath", "report"], "default": "auto"},
    "alternate_without_mobile": {"type": "str", "choices": ["promote", "skip"], "default": "promote"},
    "report_path": {"type": "path"},
    "query": {"type": "str"},
}
CHARACTERS_OF_USERS = 150_000
CHARACTERS_OF_COVERAGE = 100_000
USERS_IN_A_BATCH = 20


def work(module: GraphModule) -> dict[str, Any]:
    """Look at the users and select from what is found."""
    expression = module.params["query"]
    query.check(expression)
    try:
        found = _look(module)
    except UnusableInputError as error:
        raise InputError(str(error)) from error
    return found if expression is None else {**found, "query_result": query.select(expression, found)}


def _look(module: GraphModule) -> dict[str, Any]:
    options, client = module.params, module.client
    records = _records(module)
    select = (*matching.properties_to_select(options["match_attribute"]), "accountEnabled")
    named = {user["id"]: user for user in members.named(client, options["users"] or (), select)}
    counted, groups_read = named, {}
    if options["group"] is not None:
        group_id = groups.resolve(client, options["group"]).id
        counted = {user["id"]: user for user in groups.transitive_users(client, group_id, select)}
        groups_read[group_id] = frozenset(counted)
    policy = methods_policy.read_with_hardware_oath(client)

    def members_of(group: str) -> Collection[str]:
        return groups_read.get(group) or members.ids_of_group(client, group)

    allowed = AllowedMethods(policy.configurations, members_of, also=(FIDO2,))
    choices = {name: options[name] for name in ("mobile_app", "alternate_without_mobile")}
    rules = Rules(_tenant_id(module), allowed, Settings(default_method="always", **choices))
    people = _people(module, named | counted, records)
    named_ids, counted_ids = frozenset(named), frozenset(counted)
    del named, counted  # properties of every user of a large group, not needed any more
    coverage, room = Coverage(), Room(CHARACTERS_OF_USERS)
    shown, omitted = [], 0

    def refused(refusal: Any) -> None:
        module.warn(f"Default methods are left out, because they cannot be read: {refusal}.")

    with open_report(options["report_path"]) as report:
        slice_size = USERS_IN_A_BATCH * options["concurrency"]
        for view in user_view.look_at(people, TenantMethods(client), rules, slice_size, refused):
            report.add(user_view.ReportedView(view))
            if view.id in counted_ids:
                coverage.add(view)
            if options["users"] is None or view.id in named_ids:
                user = view.as_dict()
                if room.take(user):
                    shown.append(user)
                else:
                    omitted += 1
    return {
        "changed": False,
        "users": shown,
        "users_omitted": omitted,
        "coverage": coverage.as_dict(Room(CHARACTERS_OF_COVERAGE)),
        "policy_migration_state": policy.migration_state,
    }


def _records(module: GraphModule) -> tuple[AnyRecord, ...] | None:
    matching.check_export_match_field(module.params["export_match_field"])
    if module.params["export_path"] is None:
        return None
    export = read_export(module.params["export_path"])
    for warning in export.warnings:
        module.warn(warning)
    return (*export.records, *export.broken)


def _people(
    module: GraphModule, users: dict[str, dict[str, Any]], records: tuple[AnyRecord, ...] | None
) -> list[user_view.Person]:
    attribute = module.params["match_attribute"]
    batch = matching.members_from(users.values(), attribute)
    matches: list[Any] = [None] * len(batch)
    if records is not None:
        field = module.params["export_match_field"]
        matches = matching.match_users(batch, records, match_attribute=attribute, export_match_field=field)
    return [
        user_view.Person(member.id, member.upn, users[member.id].get("accountEnabled"), match)
        for member, match in zip(batch, matches, strict=True)
    ]


def _tenant_id(module: GraphModule) -> str:
    return str(module.client.identity()["tenant_id"] or module.params["tenant_id"])


def main() -> None:
    """Entry point of the module."""
    module = GraphModule(ARGUMENT_SPEC, required_one_of=[("users", "group")])
    if module.params["export_path"] is not None and PHONENUMBERS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("phonenumbers"), exception=PHONENUMBERS_IMPORT_ERROR)
    if module.params["users"] == []:
        module.fail_json(msg="users is an empty list; name users, or leave it out to look at a group alone.")
    module.run(work)


if __name__ == "__main__":
    main()
