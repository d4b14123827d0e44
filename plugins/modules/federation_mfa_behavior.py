#!/usr/bin/python
# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The federatedIdpMfaBehavior of a domain."""

from __future__ import annotations

DOCUMENTATION = r"""
module: federation_mfa_behavior
short_description: Set who does multifactor authentication for a federated domain
version_added: 1.0.0
description:
  - Sets C(federatedIdpMfaBehavior) in the federation configuration of one domain, and nothing else.
  - This is the switch that sends users of a federated domain to Microsoft Entra multifactor authentication instead of
    the one on premises, and back.
  - The previous value is returned, so that a playbook can record it and restore it later.
options:
  domain:
    description:
      - Name of the domain, such as V(contoso.example).
      - A managed domain has no such setting and is an error.
    type: str
    required: true
  behavior:
    description: Wanted behavior.
    type: str
    required: true
    choices:
      acceptIfMfaDoneByFederatedIdp:
        Entra accepts multifactor authentication done by the federated identity provider, and does it itself otherwise.
      enforceMfaByFederatedIdp:
        Entra accepts multifactor authentication done by the federated identity provider, and sends users back to it
        otherwise.
      rejectMfaByFederatedIdp:
        Entra always does multifactor authentication itself.
  accept_irreversible:
    description:
      - Needed when the value was never set. As long as it was never set, the older C(SupportsMfa) setting decides,
        and Entra has no way back to that state.
    type: bool
    default: false
attributes:
  check_mode:
    support: full
    details:
      - Reads the configuration and returns what would change, without a write.
  diff_mode:
    support: full
    details:
      - Shows the value before and after.
  idempotent:
    support: full
    details:
      - A second run finds the value as wanted and changes nothing.
notes:
  - Needs the application permission C(Domain-InternalFederation.ReadWrite.All), or C(Domain.ReadWrite.All).
  - Entra takes up to 24 hours until every sign-in follows a change.
seealso:
  - module: entra.mfa.staged_rollout
  - module: entra.mfa.tenant_info
  - name: Update internalDomainFederation
    description: Microsoft Graph reference.
    link: https://learn.microsoft.com/graph/api/internaldomainfederation-update
extends_documentation_fragment:
  - entra.mfa.attributes
  - entra.mfa.graph
author:
  - The entra.mfa contributors (@entra-mfa)
"""

EXAMPLES = r"""
- name: Let Entra do multifactor authentication for the domain
  entra.mfa.federation_mfa_behavior:
    domain: contoso.example
    behavior: rejectMfaByFederatedIdp
  register: flip

- name: Say until when the change may take
  ansible.builtin.debug:
    msg: "Was {{ flip.previous }}, in effect by {{ flip.effective_by }}."
  when: flip is changed

- name: Set the value of a domain where it was never set
  entra.mfa.federation_mfa_behavior:
    domain: fabrikam.example
    behavior: rejectMfaByFederatedIdp
    accept_irreversible: true

- name: Go back to the multifactor authentication on premises
  entra.mfa.federation_mfa_behavior:
    domain: contoso.example
    behavior: "{{ flip.previous | default('enforceMfaByFederatedIdp', true) }}"
"""

RETURN = r"""
domain:
  description: Name of the domain.
  type: str
  returned: success
  sample: contoso.example
configuration_id:
  description: Id of the federation configuration of the domain.
  type: str
  returned: success
  sample: 6601d14b-d113-8f64-fda2-9b5ddda18ecc
previous:
  description: Value before the run; null when it was never set.
  type: str
  returned: success
  sample: enforceMfaByFederatedIdp
behavior:
  description: Value after the run, or the value it would have in check mode.
  type: str
  returned: success
  sample: rejectMfaByFederatedIdp
effective_by:
  description: Time (UTC, ISO 8601) by which every sign-in follows the change; null when nothing changed.
  type: str
  returned: success
  sample: "2026-03-02T10:15:00Z"
"""

from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.directory import federation
from ansible_collections.entra.mfa.plugins.module_utils.module import GraphModule

ARGUMENT_SPEC: dict[str, Any] = {
    "domain": {"type": "str", "required": True},
    "behavior": {"type": "str", "required": True, "choices": list(federation.BEHAVIORS)},
    "accept_irreversible": {"type": "bool", "default": False},
}


def work(module: GraphModule) -> dict[str, Any]:
    """Bring the domain to the wanted behavior."""
    options = module.params
    return federation.ensure_behavior(
        module.client,
        options["domain"],
        options["behavior"],
        accept_irreversible=options["accept_irreversible"],
        check_mode=module.check_mode,
        warn=module.warn,
    )


def main() -> None:
    """Entry point of the module."""
    GraphModule(ARGUMENT_SPEC).run(work)


if __name__ == "__main__":
    main()
