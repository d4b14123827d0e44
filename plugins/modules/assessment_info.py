#!/usr/bin/python
# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The judgement on what a migration will meet."""

from __future__ import annotations

DOCUMENTATION = r"""
module: assessment_info
short_description: Judge what a migration from MFA Server will meet
version_added: 1.0.0
description:
  - Puts together what M(entra.mfa.tenant_info), M(entra.mfa.user_methods_info), M(entra.mfa.mfa_server_info) and
    M(entra.mfa.adfs_mfa_info) have read, and the export, and returns findings with their remedies and a verdict.
  - Reads files of the controller only and asks nobody. The role P(entra.mfa.assess#role) collects what it needs.
  - Reports of users are read line by line, so that their size does not matter.
options:
  tenant:
    description: What M(entra.mfa.tenant_info) returned, with O(entra.mfa.tenant_info#module:groups) of all batches.
    type: dict
    required: true
  batches:
    default: []
  reports:
    description: For each batch the O(entra.mfa.user_methods_info#module:report_path) of its group, by name.
    type: dict
    default: {}
  problems:
    description: For a batch without report the reason, a sentence, by name.
    type: dict
    default: {}
  export_path:
    description:
      - The export file, in the format C(entra.mfa/export-v1).
      - A file that is encrypted with Ansible Vault is opened with the Vault secrets of the play, into a temporary file
        that only the owner can read and that is removed in any case.
    type: path
  servers:
    description:
      - The results of M(entra.mfa.mfa_server_info) by host, each with that of M(entra.mfa.adfs_mfa_info) under C(adfs)
        where there is one. A host that could not be read has C(problem) instead, a sentence.
    type: dict
    default: {}
  domains:
    description: The domains that are to be finalized.
    type: list
    elements: str
    default: []
  engine:
    description: What will write the methods, as O(entra.mfa.migrate#role:main:entra_mfa_engine).
    type: str
    choices: [graph, utility]
    default: graph
  accept_irreversible:
    description: Whether it is decided that a value that was never set may be set.
    type: bool
    default: false
  allow_same_group:
    description: Whether a rollout group may also be a migration group.
    type: bool
    default: false
  first_add_limit:
    description: Most members that a rollout group may have when it is first added.
    type: int
    default: 200
  portal_settings:
    description:
      - Settings that are in use in the User portal, by the names in RV(user_portal). Nothing on a server tells them;
        look in MFA Server under I(User Portal).
    type: list
    elements: str
    default: []
    choices:
      - activate_mobile_app
      - associate_oath_token
      - device_limit
      - oath_token_fallback
      - one_time_bypass
      - passed_sessions
      - portal_url
      - prompt_backup_phone
      - prompt_oath_token
      - questions_to_answer
      - security_questions
      - security_questions_fallback
      - select_language
      - select_method
      - select_mobile_app
      - select_oath_token
      - select_phone_call
      - select_text_message
      - session_timeout
      - trusted_ips
      - user_enrollment
  dependencies_moved:
    description: Names of the dependencies that no longer ask MFA Server.
    type: list
    elements: str
    default: []
  accepted_findings:
    description: Codes of findings that are accepted; they stay in RV(findings) and do not count for RV(verdict).
    type: list
    elements: str
    default: []
  examples:
    description: How many names a finding shows, from 1 to 100. They are the first in alphabetical order.
    type: int
    default: 10
notes:
  - Runs on the controller, with a local connection. Nothing is sent anywhere.
requirements:
  - phonenumbers >= 8.13 (for O(export_path))
seealso:
  - module: entra.mfa.tenant_info
  - module: entra.mfa.user_methods_info
  - module: entra.mfa.mfa_server_info
  - module: entra.mfa.adfs_mfa_info
extends_documentation_fragment:
  - entra.mfa.attributes.info
  - entra.mfa.batches
author:
  - The entra.mfa contributors (@entra-mfa)
"""

EXAMPLES = r"""
- name: Read the tenant and the groups of the batch
  entra.mfa.tenant_info:
    groups: [MFA migration pilot, MFA rollout pilot]
  register: tenant

- name: Look at the users of the batch from both sides
  entra.mfa.user_methods_info:
    group: MFA migration pilot
    export_path: export.json
    report_path: migration-record/assess-pilot.jsonl

- name: Judge
  entra.mfa.assessment_info:
    tenant: "{{ tenant }}"
    export_path: export.json
    batches:
      - name: pilot
        group: MFA migration pilot
        rollout_group: MFA rollout pilot
    reports:
      pilot: migration-record/assess-pilot.jsonl
  register: assessment

- name: Stop while something stands in the way
  ansible.builtin.assert:
    that: assessment.verdict != 'not_ready'
    fail_msg: "{{ assessment.findings | map(attribute='message') | first }}"
"""

RETURN = r"""
verdict:
  description:
    - V(not_ready) with a finding of severity V(blocker), V(ready_with_warnings) with one of severity V(warning), or
      V(ready). Accepted findings do not count.
  type: str
  returned: success
  sample: ready_with_warnings
counts:
  description: Number of findings by severity, without accepted ones.
  type: dict
  returned: success
  sample: {blocker: 0, warning: 3, info: 4}
findings:
  description: What was found, the worst first.
  type: list
  elements: dict
  returned: success
  sample:
    - code: invalid_number
      severity: warning
      message: Users with a telephone number that is not possible in its country.
      count: 2
      examples: [anna@contoso.example, ben@contoso.example]
      remedy: Correct number or country code on MFA Server, then export again.
      accepted: false
  contains:
    code:
      description: Stable name of the finding.
      type: str
    severity:
      description:
        - V(blocker) where a later phase would refuse or users would be locked out, V(warning) where somebody has to do
          something, V(info) otherwise.
      type: str
    message:
      description: What was found, in a sentence.
      type: str
    count:
      description: How many users, or other things, it touches; 0 where there is nothing to count.
      type: int
    examples:
      description: The first of them.
      type: list
      elements: str
    remedy:
      description: What to do.
      type: str
    accepted:
      description: Whether O(accepted_findings) names it.
      type: bool
cloud:
  description: The cloud that the login is for.
  type: str
  returned: success
  sample: global
batches:
  description:
    - Counts by batch - users (C(targeted)), those with a record (C(matched)), those whose methods are C(complete) in
      Entra, those for whom a migration writes something (C(to_migrate)), those who can do MFA in Entra now
      (C(capable_now)) and after a migration (C(capable_after)), who then have phones only (C(phone_only_after)), and
      C(needs_registration).
  type: dict
  returned: success
  sample:
    pilot:
      targeted: 60
      matched: 55
      complete: 10
      to_migrate: 40
      capable_now: 20
      capable_after: 58
      phone_only_after: 30
      needs_registration: 5
records:
  description:
    - Number of records in the export (C(total)), and of those C(disabled), C(broken), and belonging to no user of the
      batches (C(of_nobody)). Null without an export.
  type: dict
  returned: success
  sample: {total: 57, disabled: 1, broken: 0, of_nobody: 1}
methods:
  description:
    - The methods that are in use on MFA Server, with their equivalent in Entra by the table of the migration guide.
    - C(enabled) says whether the authentication methods policy has the method switched on, null where nobody knows.
  type: list
  elements: dict
  returned: success
  sample:
    - method: mobile_app
      mode: pin
      users: 12
      feature: Mobile app (PIN)
      entra: Number matching, which is always on
      action: null
      enabled: true
methods_after:
  description: How many users could use each method in Entra after a migration.
  type: dict
  returned: success
  sample: {oath: 12, push: 20, sms: 40}
domains:
  description:
    - The domains as RV(entra.mfa.tenant_info#module:domains) has them, with the number of C(users) of the batches, and
      whether C(federatedIdpMfaBehavior) was C(never_set), so that setting it cannot be undone.
  type: list
  elements: dict
  returned: success
  sample:
    - id: contoso.example
      authenticationType: Federated
      isDefault: true
      isVerified: true
      federation: {id: 6601d14b-d113-8f64-fda2-9b5ddda18ecc, federatedIdpMfaBehavior: null}
      never_set: true
      users: 55
dependencies:
  description: What asks MFA Server, on which hosts, and what takes its place.
  type: list
  elements: dict
  returned: success
  sample:
    - name: radius
      servers: [mfa01]
      feature: RADIUS authentication
      entra: SAML or OpenID Connect; else an NPS server with the Entra multifactor authentication extension
      action: Federate each RADIUS client with Entra where it can.
user_portal:
  description: The settings of the User portal with their equivalents; empty without a portal.
  type: list
  elements: dict
  returned: success
  sample:
    - name: one_time_bypass
      in_use: true
      feature: Allow users to initiate a One-Time Bypass
      entra: Temporary Access Pass
      action: Enable Temporary Access Pass; an administrator issues it, users cannot.
company_settings:
  description: Further company settings of MFA Server with their equivalents.
  type: list
  elements: dict
  returned: success
  sample:
    - {name: reports, feature: Reports, entra: Authentication methods activity reports, action: null}
dates:
  description: The days on which a service ends, and the number of users each of them touches.
  type: list
  elements: dict
  returned: success
  sample:
    - {date: "2024-09-30", what: Azure MFA Server answers no MFA request any more, users: 56}
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.export_json import read_export
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.libraries import PHONENUMBERS_IMPORT_ERROR
from ansible_collections.entra.mfa.plugins.module_utils.migration import assessment, equivalents
from ansible_collections.entra.mfa.plugins.module_utils.migration.assessment_tenant import (
    BATCH_OPTIONS,
    BatchGroups,
    Choices,
)

ARGUMENT_SPEC: dict[str, Any] = {
    "tenant": {"type": "dict", "required": True},
    "batches": {"type": "list", "elements": "dict", "default": [], "options": BATCH_OPTIONS},
    "reports": {"type": "dict", "default": {}},
    "problems": {"type": "dict", "default": {}},
    "export_path": {"type": "path"},
    "servers": {"type": "dict", "default": {}},
    "domains": {"type": "list", "elements": "str", "default": []},
    "engine": {"type": "str", "choices": ["graph", "utility"], "default": "graph"},
    "accept_irreversible": {"type": "bool", "default": False},
    "allow_same_group": {"type": "bool", "default": False},
    "first_add_limit": {"type": "int", "default": 200},
    "portal_settings": {
        "type": "list",
        "elements": "str",
        "default": [],
        "choices": sorted(equivalents.USER_PORTAL),
    },
    "dependencies_moved": {"type": "list", "elements": "str", "default": []},
    "accepted_findings": {"type": "list", "elements": "str", "default": []},
    "examples": {"type": "int", "default": 10},
}
MOST_EXAMPLES = 100


def work(options: dict[str, Any]) -> dict[str, Any]:
    """Read the files and judge."""
    material = assessment.Material(
        tenant=options["tenant"],
        batches=[BatchGroups(**batch) for batch in options["batches"]],
        reports=options["reports"],
        problems=options["problems"],
        export=read_export(options["export_path"]) if options["export_path"] else None,
        servers=options["servers"],
    )
    names = ("domains", "accept_irreversible", "allow_same_group", "first_add_limit")
    decisions = assessment.Decisions(
        choices=Choices(**{name: options[name] for name in names}),
        engine=options["engine"],
        portal_settings=options["portal_settings"],
        dependencies_moved=options["dependencies_moved"],
        accepted=options["accepted_findings"],
        examples=options["examples"],
    )
    return assessment.assess(material, decisions)


def main() -> None:
    """Entry point of the module."""
    module = AnsibleModule(ARGUMENT_SPEC, supports_check_mode=True)
    if module.params["export_path"] is not None and PHONENUMBERS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("phonenumbers"), exception=PHONENUMBERS_IMPORT_ERROR)
    if not 1 <= module.params["examples"] <= MOST_EXAMPLES:
        module.fail_json(msg=f"examples must be from 1 to {MOST_EXAMPLES}, not {module.params['examples']}.")
    try:
        result = work(module.params)
    except UnusableInputError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
