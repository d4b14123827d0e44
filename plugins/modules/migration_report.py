#!/usr/bin/python

# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: migration_report
short_description: Show where a migration stands
version_added: 1.0.0
description:
  - Reads the records that the phases of a migration left in a folder and writes a report as one HTML file that needs
    nothing else, as JSON, and as two CSV files, one with every user and one with the batches.
  - Any record may be missing. The report says which phases have not run, and what comes next.
  - With O(kind=recipients) it writes the recipients of the announcement for one batch instead.
  - The files hold user principal names, no telephone number and no secret. They are made with mode 0600.
  - Users are read line by line, so that a batch may be large.
options:
  record_dir:
    description:
      - Folder on the controller that holds the records.
    type: path
    required: true
  dest:
    description:
      - Folder on the controller for the files. It is made with mode 0700 when there is none.
    type: path
    required: true
  kind:
    description:
      - What to write.
    type: str
    choices:
      report: C(report.html), C(report.json), C(report-users.csv) and C(report-batches.csv).
      recipients:
        C(recipients-NAME.csv) with the users of O(batch) who move - those whose methods are in Entra, and those who
        register their app first.
    default: report
  template:
    description:
      - Jinja2 template of the page. It sees C(report), the content of C(report.json); every value is escaped.
      - A relative path is looked for where Ansible looks for templates.
      - Required with O(kind=report).
    type: path
  title:
    description:
      - Title of the report.
    type: str
    default: Migration to Microsoft Entra multifactor authentication
  batches:
    description:
      - The batches in the order in which they are migrated. Batches of which only a record knows come after them.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Short name of the batch.
        type: str
        required: true
      group:
        description: Id or display name of the migration group.
        type: str
      rollout_group:
        description: Id or display name of the Staged Rollout group.
        type: str
  batch:
    description:
      - Name of the batch to announce. Required with O(kind=recipients).
      - Before its migration the users come from the report of a migration in check mode.
    type: str
  people:
    description:
      - CSV file with the columns C(userPrincipalName), C(displayName) and C(mail), as the Entra admin center downloads
        users. Names and mail addresses of the recipients come from it.
    type: path
  ledger:
    description:
      - The ledger of the migration, which says what was written when.
      - If left out, C(ledger.sqlite) in O(record_dir).
    type: path
  most_users:
    description:
      - How many users each list of the page names at most. C(report-users.csv) holds all.
    type: int
    default: 500
  dependencies_moved:
    description:
      - Names of the dependencies that no longer ask MFA Server.
    type: list
    elements: str
    default: []
  accepted_users:
    description:
      - Users who may be without their methods when the domains are flipped.
    type: list
    elements: str
    default: []
attributes:
  check_mode:
    description: Can run in check mode and say what would change, without writing a file.
    support: full
  diff_mode:
    description: Shows what changed.
    support: none
  idempotent:
    description: The same records give the same files. The time of the report is that of the newest record.
    support: full
  platform:
    description: Target platform.
    platforms: posix
    support: full
notes:
  - Runs on the controller, whatever the host of the task is. Nothing is sent anywhere.
  - A cell of a CSV file that a spreadsheet would take for a formula gets an apostrophe in front.
seealso:
  - module: entra.mfa.migration_batch
author:
  - The entra.mfa contributors (@entra-mfa)
"""

EXAMPLES = r"""
---
- name: Report where the migration stands
  entra.mfa.migration_report:
    record_dir: migration-record
    dest: migration-record/report
    template: "{{ playbook_dir }}/templates/report.html.j2"
  register: report

- name: Say it in a sentence
  ansible.builtin.debug:
    msg: "{{ report.headline.text }} {{ report.files.html }}"

- name: List the users to whom the announcement goes
  entra.mfa.migration_report:
    kind: recipients
    batch: pilot
    record_dir: migration-record
    dest: announcement
    people: users.csv
"""

RETURN = r"""
---
files:
  description:
    - Paths of the files, by C(html), C(json), C(users_csv) and C(batches_csv), or C(recipients_csv).
  returned: success
  type: dict
  sample:
    html: migration-record/report/report.html
changed_files:
  description: Names of the files that changed.
  returned: success
  type: list
  elements: str
  sample: [report.html]
headline:
  description:
    - Where the migration stands - C(state), a sentence (C(text)), and its C(tone) (C(good), C(warning), C(bad),
      C(neutral)).
  returned: with O(kind=report)
  type: dict
  sample:
    state: migrating
    text: "Migrating: 71 of 94 users have their methods in Entra."
    tone: good
next_steps:
  description: What is to be done, the first step first - C(title), C(why), and the C(command), if there is one.
  returned: with O(kind=report)
  type: list
  elements: dict
  sample:
    - title: Migrate batch sales
      why: 23 users wait in it.
      command: ansible-playbook entra.mfa.migrate -e entra_mfa_batch=sales
totals:
  description: Counts over the users of all batches.
  returned: with O(kind=report)
  type: dict
  sample: {users: 94, reached: 71, failed: 0, skipped: 3, needs_registration: 9}
data_as_of:
  description: Time of the newest record, null without any.
  returned: with O(kind=report)
  type: str
  sample: "2026-03-02T09:14:00Z"
recipients:
  description: How many recipients there are (C(all)), how many are C(ready) and how many C(register) first.
  returned: with O(kind=recipients)
  type: dict
  sample: {all: 71, ready: 62, register: 9}
from_plan:
  description: Whether the recipients come from a migration in check mode.
  returned: with O(kind=recipients)
  type: bool
  sample: false
"""
