#!/usr/bin/python
# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit log of a migration."""

from __future__ import annotations

DOCUMENTATION = r"""
module: migration_audit_info
short_description: Read what the audit log of Microsoft Entra says about a migration
version_added: 1.0.0
description:
  - Reads the directory audits that an actor has left - by default those of the vendor's MFA Server Migration Utility,
    which writes as C(Azure MFA Management) - and decodes what changed for each user and each device.
  - Does what the audit view and the two Log Analytics queries of the vendor's migration guide do, without a workspace -
    the first query is RV(entries), the second one, which counts the users of each day, is RV(days).
  - Tokens and telephone numbers in the records are hidden, and so is whatever is not known to be harmless.
options:
  actor:
    description: Display name of the app that made the changes.
    type: str
    default: Azure MFA Management
  app_id:
    description:
      - Application (client) id of the app that made the changes; O(actor) is not looked at then. The way to find the
        changes of M(entra.mfa.migration_batch), under the id of its login.
      - Services of Microsoft have no application id in the log.
    type: str
  since:
    description:
      - Date, or date and time (ISO 8601, UTC unless it says otherwise), from which records count. Seven days ago when
        left out.
    type: str
  until:
    description: Date or date and time up to which records count. Now when left out.
    type: str
  users:
    description:
      - Object ids or user principal names; only records about them count. Nobody is looked up, so that users who have
        been deleted can be found.
    type: list
    elements: str
  report_path:
    description:
      - A JSON Lines file with one line for every record, with the keys of RV(entries), made with mode 0600.
    type: path
  query:
    description:
      - JMESPath expression over everything the module returns; its result is returned as RV(query_result).
      - Names with other characters than letters, digits and underscores need double quotes.
    type: str
notes:
  - Needs the application permission C(AuditLog.Read.All).
  - A record appears minutes to hours after its change, and is kept for 7 to 30 days depending on the licence.
  - The log answers five requests in ten seconds, each with up to 999 records; the module keeps to that.
  - Microsoft offers the log in the public cloud and in the clouds of the US government.
requirements:
  - jmespath (for O(query))
seealso:
  - module: entra.mfa.migration_batch
  - module: entra.mfa.user_methods_info
  - name: directoryAudit
    description: Microsoft Graph reference.
    link: https://learn.microsoft.com/graph/api/resources/directoryaudit
extends_documentation_fragment:
  - entra.mfa.attributes.info
  - entra.mfa.graph
author:
  - The entra.mfa contributors (@entra-mfa)
"""

EXAMPLES = r"""
- name: Read what the migration utility did in the last seven days
  entra.mfa.migration_audit_info:
  register: utility

- name: Show how many users it migrated each day
  ansible.builtin.debug:
    var: utility.days

- name: Find the users of a batch whom it has not reached since Monday
  entra.mfa.migration_audit_info:
    since: "2026-03-02"
    users:
      - anna@contoso.example
      - ben@contoso.example
    query: without_entries
  register: waiting

- name: Read what this collection wrote
  entra.mfa.migration_audit_info:
    app_id: 66666666-7777-8888-9999-000000000000
    report_path: migration-record/audit.jsonl
"""

RETURN = r"""
entries:
  description:
    - The records about users, the oldest first. At most 120,000 characters are returned.
  type: list
  elements: dict
  returned: success
  sample:
    - id: Directory_5f2d7f6a-0a59-4a1b-8f0e-6b0d3d7c8e90
      at: "2026-03-01T10:15:00Z"
      kind: user
      initiated_by: Azure MFA Management
      user: {id: 0f3f2a5e-52d7-4bd4-9f8a-2d3a0f2c6a11, upn: anna@contoso.example}
      activity: Update user
      succeeded: true
      reason: ""
      methods:
        before: {methods: [push, oath], default: push}
        after: {methods: [voiceMobile, sms, push, oath], default: push}
      devices: null
      numbers: null
      other_properties: []
  contains:
    id:
      description: Id of the record.
      type: str
    at:
      description: When the change was made (UTC, ISO 8601).
      type: str
    kind:
      description: V(device) for the separate record about migrated devices, otherwise V(user).
      type: str
    initiated_by:
      description: Display name of the app that made the change.
      type: str
    user:
      description: Object id (C(id)) and user principal name (C(upn)).
      type: dict
    activity:
      description: Name of the activity.
      type: str
    succeeded:
      description: Whether the change was made.
      type: bool
    reason:
      description: Why it was not.
      type: str
    methods:
      description:
        - The methods C(before) and C(after), each with the list C(methods) and the C(default), or null. The names are
          V(voiceMobile), V(voiceOffice), V(voiceAlternateMobile), V(sms), V(push) and V(oath) (hardware or software);
          any other is V(code) with its number.
        - Null when the record does not speak of methods.
      type: dict
    devices:
      description: The devices C(before) and C(after), without tokens; null when the record does not speak of them.
      type: dict
    numbers:
      description: The numbers C(before) and C(after), masked; null when the record does not speak of them.
      type: dict
    other_properties:
      description: Names of further properties that changed.
      type: list
      elements: str
entries_omitted:
  description: How many records are missing from RV(entries) and only in the report.
  type: int
  returned: success
  sample: 0
users:
  description:
    - What the records say about each user, in the order of their first record. At most 80,000 characters are returned.
  type: list
  elements: dict
  returned: success
  sample:
    - id: 0f3f2a5e-52d7-4bd4-9f8a-2d3a0f2c6a11
      upn: anna@contoso.example
      first_at: "2026-03-01T10:15:00Z"
      last_at: "2026-03-01T10:15:02Z"
      entries: 2
      device_entries: 1
      failed: 0
      methods: [voiceMobile, sms, push, oath]
      default_method: push
  contains:
    id:
      description: Object id.
      type: str
    upn:
      description: User principal name.
      type: str
    first_at:
      description: When the first change was made (UTC, ISO 8601).
      type: str
    last_at:
      description: When the last change was made.
      type: str
    entries:
      description: Number of records.
      type: int
    device_entries:
      description: How many of them are about devices.
      type: int
    failed:
      description: How many of them tell of a change that was not made.
      type: int
    methods:
      description: The methods after the last change of methods; null when there was none.
      type: list
      elements: str
    default_method:
      description: The default among them, or null.
      type: str
users_omitted:
  description: How many users are missing from RV(users).
  type: int
  returned: success
  sample: 0
devices:
  description:
    - What became of each device, in the order of the log, without tokens. At most 50,000 characters are returned.
  type: list
  elements: dict
  returned: success
  sample:
    - user: {id: 0f3f2a5e-52d7-4bd4-9f8a-2d3a0f2c6a11, upn: anna@contoso.example}
      name: Anna's phone
      change: added
      app_version: 6.8.0
      at: "2026-03-01T10:15:02Z"
      succeeded: true
  contains:
    user:
      description: Object id (C(id)) and user principal name (C(upn)).
      type: dict
    name:
      description: Name of the device; empty where the log has none.
      type: str
    change:
      description: V(added), V(updated) or V(removed).
      type: str
    app_version:
      description: Version of the app, or null.
      type: str
    at:
      description: When the change was made (UTC, ISO 8601).
      type: str
    succeeded:
      description: Whether it was made.
      type: bool
devices_omitted:
  description: How many devices are missing from RV(devices).
  type: int
  returned: success
  sample: 0
days:
  description: Number of different users each day (UTC) and actor.
  type: list
  elements: dict
  returned: success
  sample: [{"day": "2026-03-01", "initiated_by": "Azure MFA Management", "users": 60}]
  contains:
    day:
      description: The day.
      type: str
    initiated_by:
      description: Display name of the app that made the changes.
      type: str
    users:
      description: Number of users.
      type: int
summary:
  description:
    - Number of C(users), of C(entries), of those about devices (C(device_entries)), and of those that C(failed).
  type: dict
  returned: success
  sample: {"users": 60, "entries": 75, "device_entries": 15, "failed": 0}
without_entries:
  description: The names in O(users) of which there is no record.
  type: list
  elements: str
  returned: success
  sample: []
query_result:
  description: What O(query) selects.
  type: raw
  returned: when O(query) is given
  sample: []
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils import query
from ansible_collections.entra.mfa.plugins.module_utils.directory import audits
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.migration.coverage import Room
from ansible_collections.entra.mfa.plugins.module_utils.migration.report import open_report
from ansible_collections.entra.mfa.plugins.module_utils.module import GraphModule

ARGUMENT_SPEC: dict[str, Any] = {
    "actor": {"type": "str", "default": audits.UTILITY_ACTOR},
    "app_id": {"type": "str"},
    "since": {"type": "str"},
    "until": {"type": "str"},
    "users": {"type": "list", "elements": "str"},
    "report_path": {"type": "path"},
    "query": {"type": "str"},
}
CHARACTERS_OF_ENTRIES = 120_000
CHARACTERS_OF_USERS = 80_000
CHARACTERS_OF_DEVICES = 50_000
DAYS = 7


def work(module: GraphModule) -> dict[str, Any]:
    """Read the log and select from it."""
    expression = module.params["query"]
    query.check(expression)
    try:
        found = _read(module)
    except UnusableInputError as error:
        raise InputError(str(error)) from error
    return found if expression is None else {**found, "query_result": query.select(expression, found)}


def _read(module: GraphModule) -> dict[str, Any]:
    options = module.params
    names = options["users"] or ()
    tally, room = audits.Tally(), Room(CHARACTERS_OF_ENTRIES)
    entries = []
    with open_report(options["report_path"]) as report:
        for record in audits.read(module.client, _selection(options), names):
            tally.add(record)
            report.add(record)
            entry = record.as_dict()
            if room.take(entry):
                entries.append(entry)
    room = Room(CHARACTERS_OF_USERS)
    users = [user for user in (found.as_dict() for found in tally.users.values()) if room.take(user)]
    room = Room(CHARACTERS_OF_DEVICES)
    devices = [device for device in tally.devices if room.take(device)]
    summary = tally.summary()
    return {
        "changed": False,
        "entries": entries,
        "entries_omitted": summary["entries"] - len(entries),
        "users": users,
        "users_omitted": summary["users"] - len(users),
        "devices": devices,
        "devices_omitted": len(tally.devices) - len(devices),
        "days": tally.days(),
        "summary": summary,
        "without_entries": tally.without_entries(names),
    }


def _selection(options: dict[str, Any]) -> audits.Selection:
    since = datetime.now(UTC) - timedelta(days=DAYS)
    if options["since"]:
        since = audits.moment(options["since"], "since")
    until = audits.moment(options["until"], "until") if options["until"] else None
    if until is not None and until < since:
        raise InputError(f"until ({options['until']}) lies before since ({options['since']}).")
    return audits.Selection(since, until, options["actor"], options["app_id"])


def main() -> None:
    """Entry point of the module."""
    module = GraphModule(ARGUMENT_SPEC)
    if module.params["users"] == []:
        module.fail_json(msg="users is an empty list; name users, or leave it out to read about all of them.")
    module.run(work)


if __name__ == "__main__":
    main()
