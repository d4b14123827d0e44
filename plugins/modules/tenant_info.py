#!/usr/bin/python
# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A read-only picture of the tenant."""

from __future__ import annotations

DOCUMENTATION = r"""
module: tenant_info
short_description: Read what matters for the migration from a Microsoft Entra tenant
version_added: 1.0.0
description:
  - Returns the organisation, its domains with their federation, the authentication methods policy, the Staged Rollout
    policies, and what the login that asks may do.
  - A part that Microsoft Graph refuses to this login is null, and a warning says which permission it takes.
    RV(identity.missing) lists the missing permissions by phase of the migration.
options:
  gather:
    description: The parts to read; the others are null.
    type: list
    elements: str
    choices: [organization, domains, methods_policy, rollout_policies]
    default: [organization, domains, methods_policy, rollout_policies]
  count_users:
    description: Whether to count the users of each federated domain whose account is enabled, for RV(domains).
    type: bool
    default: false
  groups:
    description: Object ids or display names of groups to look at, for RV(groups).
    type: list
    elements: str
    default: []
  query:
    description:
      - JMESPath expression over everything the module returns; its result is returned as RV(query_result).
      - Names with other characters than letters, digits and underscores need double quotes.
    type: str
notes:
  - Staged Rollout policies can be read with a delegated token only, see M(entra.mfa.staged_rollout).
  - The hardware OATH configuration comes from the beta version of Microsoft Graph and is left out where that cannot
    be read.
requirements:
  - jmespath (for O(query))
seealso:
  - module: entra.mfa.staged_rollout
  - module: entra.mfa.federation_mfa_behavior
  - module: entra.mfa.app_registration
  - name: JMESPath
    description: The query language.
    link: https://jmespath.org/specification.html
extends_documentation_fragment:
  - entra.mfa.attributes.info
  - entra.mfa.graph
author:
  - The entra.mfa contributors (@entra-mfa)
"""

EXAMPLES = r"""
- name: Read the tenant
  entra.mfa.tenant_info:
  register: tenant

- name: Stop when the login cannot migrate
  ansible.builtin.assert:
    that: tenant.identity.missing.migrate | length == 0
    fail_msg: "The application {{ tenant.identity.app_id }} lacks {{ tenant.identity.missing.migrate | join(', ') }}."

- name: Read the Staged Rollout policies as a person, and what the rollout group can serve for
  entra.mfa.tenant_info:
    access_token: "{{ lookup('ansible.builtin.env', 'ENTRA_ROLLOUT_ACCESS_TOKEN') }}"
    gather: [rollout_policies]
    groups: [MFA rollout pilot]
  register: rollout

- name: Read which federated domains were never given a behavior
  entra.mfa.tenant_info:
    query: "domains[?authenticationType == 'Federated' && federation.federatedIdpMfaBehavior == null].id"
  register: never_set

- name: Show them
  ansible.builtin.debug:
    var: never_set.query_result
"""

RETURN = r"""
organization:
  description: The organisation; null when it could not be read.
  type: dict
  returned: success
  sample: {"id": "11111111-2222-3333-4444-555555555555", "displayName": "Contoso", "onPremisesSyncEnabled": true}
  contains:
    id:
      description: Tenant id.
      type: str
    displayName:
      description: Name of the organisation.
      type: str
    onPremisesSyncEnabled:
      description: Whether users come from an on-premises directory; null when they never did.
      type: bool
domains:
  description: The domains; null when they could not be read.
  type: list
  elements: dict
  returned: success
  sample:
    - id: contoso.example
      authenticationType: Federated
      isDefault: true
      isVerified: true
      federation:
        id: 6601d14b-d113-8f64-fda2-9b5ddda18ecc
        displayName: Contoso
        issuerUri: http://adfs.contoso.example/adfs/services/trust
        federatedIdpMfaBehavior: null
      enabledUsers: 1250
  contains:
    id:
      description: Name of the domain.
      type: str
    authenticationType:
      description: V(Federated) or V(Managed).
      type: str
    isDefault:
      description: Whether new users get this domain.
      type: bool
    isVerified:
      description: Whether ownership is proved.
      type: bool
    federation:
      description: Federation configuration; null for a managed domain and when it could not be read.
      type: dict
      contains:
        id:
          description: Id of the configuration.
          type: str
        displayName:
          description: Display name.
          type: str
        issuerUri:
          description: Issuer of the federated identity provider.
          type: str
        federatedIdpMfaBehavior:
          description: Who does multifactor authentication; null when it was never set.
          type: str
    enabledUsers:
      description: Number of users who may sign in; of federated domains only, with O(count_users).
      type: int
methods_policy:
  description: The authentication methods policy; null when it could not be read.
  type: dict
  returned: success
  sample:
    policyMigrationState: migrationComplete
    configurations:
      sms:
        state: enabled
        includeTargets:
          - id: all_users
            targetType: group
            isRegistrationRequired: false
            isUsableForSignIn: false
        excludeTargets: []
  contains:
    policyMigrationState:
      description: How far the tenant has left the legacy policies; null when Graph does not say.
      type: str
    configurations:
      description: Settings by method, such as C(sms), C(voice), C(microsoftAuthenticator), C(softwareOath) and
        C(hardwareOath), each with C(state), C(includeTargets), C(excludeTargets) and the properties of that method.
      type: dict
rollout_policies:
  description: The Staged Rollout policies with the keys of RV(entra.mfa.staged_rollout#module:policy); null when they
    could not be read.
  type: list
  elements: dict
  returned: success
  sample:
    - id: 3c1ae5a8-6a2e-4f70-9a9c-0d2f1e7b7c55
      displayName: MFA rollout policy
      description: null
      feature: multiFactorAuthentication
      isEnabled: true
      groups: [7a0e5a4c-6a0e-4a50-9d0e-0a3f3f1f4a10]
identity:
  description: The login that asks.
  type: dict
  returned: success
  sample:
    app_id: 66666666-7777-8888-9999-000000000000
    tenant_id: 11111111-2222-3333-4444-555555555555
    delegated: false
    roles: [Domain.Read.All, User.Read.All]
    scopes: []
    missing:
      discover: [AuditLog.Read.All]
      migrate: []
      groups: []
      rollout: [Policy.ReadWrite.HybridAuthentication]
      finalize: []
      app_registration: [AppRoleAssignment.ReadWrite.All]
  contains:
    app_id:
      description: Application (client) id.
      type: str
    tenant_id:
      description: Tenant id of the token.
      type: str
    delegated:
      description: Whether the token acts for a signed-in user.
      type: bool
    roles:
      description: Application permissions in the token.
      type: list
      elements: str
    scopes:
      description: Delegated permissions in the token.
      type: list
      elements: str
    missing:
      description: For each of C(discover), C(migrate), C(groups), C(rollout), C(finalize) and C(app_registration) the
        permissions the token lacks. Where several would do, the least privileged one is named.
      type: dict
groups:
  description: The groups of O(groups), by the name or id that was given.
  type: dict
  returned: success
  sample:
    MFA rollout pilot:
      id: 7a0e5a4c-6a0e-4a50-9d0e-0a3f3f1f4a10
      displayName: MFA rollout pilot
      security: true
      dynamic: false
      synchronised: false
      members: {total: 60, users: 60, groups: 0, contacts: 0}
      problem: null
  contains:
    id:
      description: Object id; null when RV(groups.problem) says why nothing is known, as are the other keys.
      type: str
    displayName:
      description: Display name.
      type: str
    security:
      description: Whether it is a security group.
      type: bool
    dynamic:
      description: Whether a rule decides who is a member.
      type: bool
    synchronised:
      description: Whether the on-premises directory decides who is a member.
      type: bool
    members:
      description: Number of direct members (C(total)), and how many of them are C(users), C(groups) and C(contacts).
      type: dict
    problem:
      description: Why the group could not be found or read.
      type: str
cloud:
  description: The cloud of the login, V(global), V(us_gov), V(us_gov_dod) or V(china).
  type: str
  returned: success
  sample: global
query_result:
  description: What O(query) selects.
  type: raw
  returned: when O(query) is given
  sample: [contoso.example]
"""

from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils import query
from ansible_collections.entra.mfa.plugins.module_utils.directory import group_facts, tenant
from ansible_collections.entra.mfa.plugins.module_utils.module import GraphModule

ARGUMENT_SPEC: dict[str, Any] = {
    "gather": {"type": "list", "elements": "str", "choices": list(tenant.PARTS), "default": list(tenant.PARTS)},
    "count_users": {"type": "bool", "default": False},
    "groups": {"type": "list", "elements": "str", "default": []},
    "query": {"type": "str"},
}


def work(module: GraphModule) -> dict[str, Any]:
    """Read the tenant and select from it."""
    options, client = module.params, module.client
    expression = options["query"]
    query.check(expression)
    found = {
        "changed": False,
        **tenant.picture(client, module.warn, options["gather"], count_users=options["count_users"]),
        "groups": {name: group_facts.facts(client, name) for name in dict.fromkeys(options["groups"])},
        "cloud": options["cloud"],
    }
    return found if expression is None else {**found, "query_result": query.select(expression, found)}


def main() -> None:
    """Entry point of the module."""
    GraphModule(ARGUMENT_SPEC).run(work)


if __name__ == "__main__":
    main()
