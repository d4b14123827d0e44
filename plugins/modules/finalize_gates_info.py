#!/usr/bin/python
# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gates before all MFA is left to Entra."""

from __future__ import annotations

DOCUMENTATION = r"""
module: finalize_gates_info
short_description: Judge for each domain whether all MFA may be left to Entra
version_added: 1.0.0
description:
  - Judges the gates C(coverage) (each user of the domain really has in Entra what MFA Server knows), C(dependencies)
    (what still asks MFA Server is declared moved) and C(rollout) (the batches with users of the domain are in Staged
    Rollout) from what was read before.
  - Coverage comes from reports of M(entra.mfa.migration_batch) in check mode without a ledger, which compares what
    each user has with the export - what such a plan would write is what is missing. Users without a record and users
    whose record is disabled miss nothing. A domain of which no user is in a batch is red.
  - Reads files of the controller line by line, whatever their size, and asks nobody.
options:
  domains:
    description: The domains. A user belongs to the domain of the user principal name, or to the next one above it.
    type: list
    elements: str
    required: true
  batches:
    required: true
  reports:
    description: The O(entra.mfa.migration_batch#module:report_path) of each batch, by its name.
    type: dict
    required: true
  accepted_users:
    description: User principal names of users who may go without their methods.
    type: list
    elements: str
    default: []
  groups:
    description: The rollout groups as RV(entra.mfa.tenant_info#module:groups) has them.
    type: dict
    default: {}
  rollout_policies:
    description: The policies as RV(entra.mfa.tenant_info#module:rollout_policies) has them; left out when unknown.
    type: list
    elements: dict
  rollout_problem:
    description: Why O(rollout_policies) is not known.
    type: str
    default: ""
  servers:
    description: The servers of the record of the prepare phase, by host, each with C(dependencies).
    type: dict
    default: {}
  dependencies_moved:
    description: Names of the dependencies that no longer ask MFA Server.
    type: list
    elements: str
    default: []
notes:
  - Runs on the controller, with a local connection. Nothing is sent anywhere.
seealso:
  - module: entra.mfa.migration_batch
  - module: entra.mfa.federation_mfa_behavior
extends_documentation_fragment:
  - entra.mfa.attributes.info
  - entra.mfa.batches
author:
  - The entra.mfa contributors (@entra-mfa)
"""

EXAMPLES = r"""
- name: Compare what the users have with the export
  entra.mfa.migration_batch:
    group: MFA migration pilot
    export_path: export.json
    only_changed: false
    fail_on: none
    report_path: migration-record/coverage-pilot.jsonl
  check_mode: true

- name: Judge two domains
  entra.mfa.finalize_gates_info:
    domains: [contoso.example, fabrikam.example]
    batches:
      - name: pilot
        group: MFA migration pilot
        rollout_group: MFA rollout pilot
    reports:
      pilot: migration-record/coverage-pilot.jsonl
    groups: "{{ tenant.groups }}"
    rollout_policies: "{{ tenant.rollout_policies }}"
  register: judged
"""

RETURN = r"""
gates:
  description: What is missing for any of the domains, by gate; an empty text for a green one.
  type: dict
  returned: success
  sample: {"coverage": "", "dependencies": "", "rollout": ""}
gates_by_domain:
  description: The same for each domain.
  type: dict
  returned: success
  sample: {"contoso.example": {"coverage": "", "dependencies": "", "rollout": ""}}
domains:
  description: What was counted.
  type: dict
  returned: success
  sample:
    contoso.example:
      users: 60
      batches: [pilot]
      missing: {count: 1, users: [anna@contoso.example]}
      accepted: 2
  contains:
    users:
      description: Number of users of the batches in this domain.
      type: int
    batches:
      description: The batches that have such users.
      type: list
      elements: str
    missing:
      description: Number of users who miss methods (C(count)), and the first ten of them in alphabetical order.
      type: dict
    accepted:
      description: Number of users who miss methods and may.
      type: int
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.migration import domain_coverage, gates
from ansible_collections.entra.mfa.plugins.module_utils.migration.assessment_tenant import BATCH_OPTIONS, BatchGroups

ARGUMENT_SPEC: dict[str, Any] = {
    "domains": {"type": "list", "elements": "str", "required": True},
    "batches": {"type": "list", "elements": "dict", "required": True, "options": BATCH_OPTIONS},
    "reports": {"type": "dict", "required": True},
    "accepted_users": {"type": "list", "elements": "str", "default": []},
    "groups": {"type": "dict", "default": {}},
    "rollout_policies": {"type": "list", "elements": "dict"},
    "rollout_problem": {"type": "str", "default": ""},
    "servers": {"type": "dict", "default": {}},
    "dependencies_moved": {"type": "list", "elements": "str", "default": []},
}
MOST_NAMES = 10


def work(options: dict[str, Any]) -> dict[str, Any]:
    """Count and judge."""
    coverage = domain_coverage.count(options["reports"], options["domains"], options["accepted_users"], MOST_NAMES)
    by_domain = gates.judge(
        coverage,
        [BatchGroups(**batch) for batch in options["batches"]],
        gates.Rollout(
            options["rollout_policies"],
            {name: facts["id"] for name, facts in options["groups"].items()},
            options["rollout_problem"],
        ),
        options["servers"],
        options["dependencies_moved"],
    )
    return {
        "gates": gates.together(by_domain),
        "gates_by_domain": by_domain,
        "domains": {domain: counts.as_dict() for domain, counts in coverage.items()},
    }


def main() -> None:
    """Entry point of the module."""
    module = AnsibleModule(ARGUMENT_SPEC, supports_check_mode=True)
    try:
        result = work(module.params)
    except UnusableInputError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
