#!/usr/bin/python

# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: migration_utility
short_description: Prepare a server for the MFA Server Migration Utility
version_added: 1.0.0
description:
  - Does on a server what the vendor's C(Configure-MultiFactorAuthMigrationUtility.ps1) does there, without a person
    at the console. The certificate with which the utility logs in to Microsoft Graph is made on the server, or chosen,
    and the registry names the endpoints of a government cloud.
  - Reads the text of the vendor's script without running it, and returns what it imports, asks for and contacts.
  - Each server that runs the utility or its synchronisation needs a certificate of its own.
  - Register the returned RV(certificate.pem) with M(entra.mfa.app_registration).
options:
  cloud:
    description:
      - The cloud of the tenant. V(global) needs no registry values, so they are removed.
    type: str
    choices: [global, us_gov, us_gov_dod, china]
    default: global
  certificate:
    description:
      - The self-signed certificate in the store C(LocalMachine\\My). Its private key cannot be exported.
    type: dict
    suboptions:
      subject:
        description:
          - Subject of the certificate, by which it is found again. A value with a comma needs quotation marks. If
            left out, C(CN=MFA Server Migration Utility, COMPUTERNAME).
        type: str
      thumbprint:
        description:
          - Use this certificate of the store, such as one from your own certification authority, and make none. It must
            be valid and have its private key there. It is never removed, also not with O(state=absent).
          - Excludes O(certificate.subject).
        type: str
      valid_days:
        description:
          - Lifetime of a new certificate in days.
        type: int
        default: 365
      renew_days:
        description:
          - Make a new certificate when the present one ends within so many days. The present one stays until it has
            expired, so that the utility works until the new one is registered.
          - A certificate that was given by O(certificate.thumbprint) only gets a warning then.
        type: int
        default: 30
  check_endpoints:
    description:
      - Call login and Graph of the cloud from the host first, the way that .NET programs of the host take, and fail
        before any change if one does not answer. Any answer counts.
    type: bool
    default: true
  inspect_script:
    description:
      - Read the vendor's script on the host, and fail where it is not there yet. V(false) leaves it alone, such as
        before the build that brings it is installed.
    type: bool
    default: true
  state:
    description:
      - V(absent) removes the certificates of the subject with their keys, and the registry values.
    type: str
    choices: [present, absent]
    default: present
attributes:
  check_mode:
    description:
      - Can run in check mode and say what would change. The certificate that would be made is null then, and so is
        the script before the migration build is installed.
    support: full
  diff_mode:
    description: Shows thumbprint and end of the certificate and the registry values before and after.
    support: full
notes:
  - A name that the vendor's script builds at run time cannot be seen in its text.
requirements:
  - The collection C(ansible.windows) on the controller
  - Windows Server 2016 or newer on the host
seealso:
  - module: entra.mfa.app_registration
  - module: entra.mfa.mfa_server_info
extends_documentation_fragment:
  - entra.mfa.attributes.windows
author:
  - The entra.mfa contributors (@entra-mfa)
"""

EXAMPLES = r"""
---
- name: Prepare the server
  entra.mfa.migration_utility:
  register: utility

- name: Register its certificate in the tenant
  entra.mfa.app_registration:
    certificates:
      - "{{ utility.certificate.pem }}"
  delegate_to: localhost

- name: Prepare a server with a certificate of your own certification authority
  entra.mfa.migration_utility:
    certificate:
      thumbprint: D6E5F0A1B2C3D4E5F60718293A4B5C6D7E8F9012

- name: Prepare a server of a tenant in the US government cloud
  entra.mfa.migration_utility:
    cloud: us_gov
    certificate:
      subject: CN=MFA migration mfa01
      valid_days: 180
"""

RETURN = r"""
---
certificate:
  description: The certificate that the utility uses. Null with O(state=absent), and in check mode when one would be
    made.
  returned: success
  type: dict
  contains:
    thumbprint:
      description: SHA-1 thumbprint.
      type: str
      returned: always
      sample: D6E5F0A1B2C3D4E5F60718293A4B5C6D7E8F9012
    pem:
      description: The certificate without its key.
      type: str
      returned: always
      sample: "-----BEGIN CERTIFICATE-----\n..."
    not_after:
      description: End of validity, in UTC.
      type: str
      returned: always
      sample: "2025-04-30T10:00:00Z"
registry:
  description: The values C(StsUrl) and C(GraphUrl), null where absent.
  returned: success
  type: dict
  sample:
    GraphUrl: https://graph.microsoft.us
    StsUrl: https://login.microsoftonline.us
endpoints:
  description: Whether the host reaches login and Graph. Null with O(state=absent) or O(check_endpoints=false).
  returned: success
  type: list
  elements: dict
  contains:
    address:
      description: The address.
      type: str
      returned: always
      sample: https://graph.microsoft.com
    reachable:
      description: Whether it answered.
      type: bool
      returned: always
      sample: true
    detail:
      description: What went wrong, null if it answered.
      type: str
      returned: always
      sample: null
script:
  description: What the text of the vendor's script names. Null with O(state=absent), and in check mode when it is
    not there yet.
  returned: success
  type: dict
  contains:
    modules:
      description: PowerShell modules that it imports, or whose commands it uses.
      type: list
      elements: str
      returned: always
      sample: [Microsoft.Graph.Applications]
    permissions:
      description: Names and ids of permissions, roles and applications.
      type: list
      elements: str
      returned: always
      sample: [Application.ReadWrite.All]
    hosts:
      description: Hosts in its addresses.
      type: list
      elements: str
      returned: always
      sample: [graph.microsoft.com, login.microsoftonline.com]
"""
