#!/usr/bin/python

# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: adfs_mfa_info
short_description: Show which sign-ins of AD FS demand MFA on-premises
version_added: 1.0.0
description:
  - Reads the farm behavior level, the authentication providers, the global policy and every relying party trust of
    AD FS, and says which trusts demand MFA by their access control policy or their additional authentication rules.
    Such trusts go on asking MFA Server until they are changed.
  - Finds claim types that are written with C(https) where C(http) is meant. A rule with one never applies.
  - Changes nothing in AD FS. With O(backup_path) it first writes rules and policies to a file on the host.
options:
  backup_path:
    description:
      - File on the host for rules and policies as JSON, written before anything else. Its folder, if the module makes
        it, can be read by administrators and the system only.
      - A backup that is there already is never overwritten, since it holds the state before a change; if AD FS differs
        from it by now, there is a warning.
    type: str
attributes:
  check_mode:
    description: Reads as usual, and writes no backup.
    support: full
  diff_mode:
    description: There is nothing to compare.
    support: none
notes:
  - Run it on the primary computer of the farm. In a farm with the Windows Internal Database the others do not show the
    configuration.
  - Rules are searched for the claims that they issue, not interpreted. A policy counts as demanding MFA if one of its
    conditions is about MFA or its name says so.
requirements:
  - The collection C(ansible.windows) on the controller
seealso:
  - module: entra.mfa.mfa_server_info
  - module: entra.mfa.federation_mfa_behavior
extends_documentation_fragment:
  - entra.mfa.attributes.windows
author:
  - The entra.mfa contributors (@entra-mfa)
"""

EXAMPLES = r"""
---
- name: Look at AD FS, and keep its rules before anybody changes them
  entra.mfa.adfs_mfa_info:
    backup_path: D:\Backup\adfs-before-migration.json
  register: adfs

- name: Show which applications still demand MFA on-premises
  ansible.builtin.debug:
    var: adfs.demanding_mfa
"""

RETURN = r"""
---
farm:
  description: The farm.
  returned: success
  type: dict
  contains:
    behavior_level:
      description: Farm behavior level, V(3) for Windows Server 2016, V(4) for 2019. Null before Windows Server 2016.
      type: int
      returned: always
      sample: 4
    nodes:
      description: Names of the servers.
      type: list
      elements: str
      returned: always
      sample: [adfs01.contoso.com]
providers:
  description: Authentication providers.
  returned: success
  type: dict
  contains:
    registered:
      description: All that are registered.
      type: list
      elements: str
      returned: always
      sample: [CertificateAuthentication, AzureMfaAuthentication]
    additional:
      description: Those that the global policy allows as additional authentication.
      type: list
      elements: str
      returned: always
      sample: [AzureMfaAuthentication]
    cloud:
      description: Whether C(AzureMfaAuthentication) is among them, so that AD FS can ask Microsoft Entra for MFA.
      type: bool
      returned: always
      sample: true
    mfa_server:
      description: The registered providers of MFA Server.
      type: list
      elements: str
      returned: always
      sample: [WindowsAzureMultiFactorAuthentication]
global_policy:
  description: The global authentication policy.
  returned: success
  type: dict
  contains:
    primary_intranet:
      description: Primary authentication in the intranet.
      type: list
      elements: str
      returned: always
      sample: [WindowsAuthentication]
    primary_extranet:
      description: Primary authentication from outside.
      type: list
      elements: str
      returned: always
      sample: [FormsAuthentication]
    additional_authentication_rules:
      description: The global rules, null without any.
      type: str
      returned: always
      sample: null
    demands_mfa:
      description: Whether these rules demand MFA.
      type: bool
      returned: always
      sample: false
relying_parties:
  description: All relying party trusts.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the trust.
      type: str
      returned: always
      sample: Payroll
    identifiers:
      description: Its identifiers.
      type: list
      elements: str
      returned: always
      sample: ["https://payroll.contoso.com/"]
    enabled:
      description: Whether it is in use.
      type: bool
      returned: always
      sample: true
    access_control_policy:
      description: Name of its access control policy, null if rules take its place.
      type: str
      returned: always
      sample: Permit everyone and require MFA
    additional_authentication_rules:
      description: Its additional authentication rules, null without any.
      type: str
      returned: always
      sample: null
    demands_mfa:
      description: Whether it demands MFA on-premises.
      type: bool
      returned: always
      sample: true
    demanded_by:
      description: What does, V(access_control_policy) or V(additional_authentication_rules).
      type: list
      elements: str
      returned: always
      sample: [access_control_policy]
demanding_mfa:
  description: Names of the trusts that demand MFA on-premises.
  returned: success
  type: list
  elements: str
  sample: [Payroll]
misspelt_claim_types:
  description: Claim types with C(https) where C(http) is meant.
  returned: success
  type: list
  elements: dict
  contains:
    relying_party:
      description: The trust, empty for the global policy.
      type: str
      returned: always
      sample: Payroll
    rules:
      description: Which of its rules.
      type: str
      returned: always
      sample: additional_authentication_rules
    claim_type:
      description: What is written.
      type: str
      returned: always
      sample: https://schemas.microsoft.com/ws/2008/06/identity/claims/groupsid
    meant:
      description: What is meant.
      type: str
      returned: always
      sample: http://schemas.microsoft.com/ws/2008/06/identity/claims/groupsid
backup:
  description: The file that holds rules and policies, null without O(backup_path).
  returned: success
  type: dict
  contains:
    path:
      description: The file on the host.
      type: str
      returned: always
      sample: D:\Backup\adfs-before-migration.json
    sha256:
      description: Its SHA-256, null for one that check mode announces.
      type: str
      returned: always
      sample: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    current:
      description: Whether AD FS is still as the file has it.
      type: bool
      returned: always
      sample: true
"""
