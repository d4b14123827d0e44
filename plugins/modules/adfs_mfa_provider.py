#!/usr/bin/python

# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: adfs_mfa_provider
short_description: Offer, withdraw or unregister the authentication provider of MFA Server in AD FS
version_added: 1.0.0
description:
  - Takes the AD FS adapter of MFA Server out of the additional authentication methods of the global policy, puts it
    back there, or unregisters it.
  - Refuses while relying party trusts or the global policy would be left without a provider for the MFA that they
    demand. Their users would meet an error instead of a sign-in.
  - Writes rules and policies to a file on the host before anything is taken away.
options:
  name:
    description:
      - Name of the provider.
      - If left out, it is the one of MFA Server, C(AzureMfaServerAuthentication) or
        C(WindowsAzureMultiFactorAuthentication), that AD FS has.
    type: str
  state:
    description:
      - V(enabled) adds the provider to the additional authentication methods of the global policy. It must be
        registered.
      - V(disabled) takes it out of them. The provider stays registered, so that V(enabled) brings it back.
      - V(absent) unregisters it too. Only providers of MFA Server can be unregistered, and only
        C(Register-MultiFactorAuthenticationAdfsAdapter.ps1) of MFA Server brings them back.
    type: str
    choices: [enabled, disabled, absent]
    required: true
  backup_path:
    description:
      - File on the host for rules and policies as JSON, as in O(entra.mfa.adfs_mfa_info#module:backup_path).
      - Needed where something is to be taken away.
    type: str
  accepted_relying_parties:
    description:
      - Names of trusts that may be left without a provider for the MFA that they demand. The global policy is named
        V(global policy).
    type: list
    elements: str
    default: []
attributes:
  diff_mode:
    description: Shows the state of the provider before and after.
    support: full
notes:
  - Run it on the primary computer of the farm.
  - AD FS must be restarted on each server of the farm after a provider was unregistered. The module restarts nothing;
    see RV(restart_required).
requirements:
  - The collection C(ansible.windows) on the controller
seealso:
  - module: entra.mfa.adfs_mfa_info
  - name: Build a custom authentication method for AD FS
    description: Microsoft's description of how a provider is unregistered.
    link: https://learn.microsoft.com/windows-server/identity/ad-fs/development/ad-fs-build-custom-auth-method
extends_documentation_fragment:
  - entra.mfa.attributes.windows
author:
  - The entra.mfa contributors (@entra-mfa)
"""

EXAMPLES = r"""
---
- name: Stop offering the adapter of MFA Server
  entra.mfa.adfs_mfa_provider:
    state: disabled
    backup_path: D:\Backup\adfs-before-migration.json

- name: Offer it again
  entra.mfa.adfs_mfa_provider:
    state: enabled

- name: Unregister it, although one trust that nobody uses demands MFA
  entra.mfa.adfs_mfa_provider:
    state: absent
    backup_path: D:\Backup\adfs-before-migration.json
    accepted_relying_parties: [Payroll]
  register: provider

- name: Restart AD FS, one server after the other
  ansible.windows.win_service:
    name: adfssrv
    state: restarted
  when: provider.restart_required
"""

RETURN = r"""
---
name:
  description: The provider, null if AD FS has none of MFA Server.
  returned: success
  type: str
  sample: WindowsAzureMultiFactorAuthentication
state:
  description: State of the provider now, in check mode the one that it would have.
  returned: success
  type: str
  sample: absent
previous:
  description: State before.
  returned: success
  type: str
  sample: enabled
additional:
  description: The additional authentication methods of the global policy now.
  returned: success
  type: list
  elements: str
  sample: [AzureMfaAuthentication]
restart_required:
  description: Whether AD FS must be restarted on each server of the farm.
  returned: success
  type: bool
  sample: true
nodes:
  description: Names of these servers, empty before Windows Server 2016.
  returned: success
  type: list
  elements: str
  sample: [adfs01.contoso.com]
backup:
  description: The file that holds rules and policies, null where nothing was taken away.
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
