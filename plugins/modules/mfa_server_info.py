#!/usr/bin/python

# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: mfa_server_info
short_description: Show the MFA Server of a host
version_added: 1.0.0
description:
  - Reads version, services, registry, components and dependencies of Azure MFA Server on a Windows host. Changes
    nothing.
  - A host without MFA Server is no failure; then RV(installed=false).
  - Services are recognised by the folder of their program and products by their display name, since their names
    differ between versions.
attributes:
  check_mode:
    description: Reads only, so check mode makes no difference.
    support: full
  diff_mode:
    description: There is nothing to compare.
    support: none
  idempotent:
    description: Never changes anything.
    support: full
  platform:
    description: Target platform.
    platforms: windows
    support: full
notes:
  - A host does not show whether its server is the primary. RV(role) is what the inventory declares in the variable
    C(entra_mfa_server_role), V(primary) or V(secondary).
requirements:
  - The collection C(ansible.windows) on the controller
seealso:
  - module: entra.mfa.pfdata_backup
  - module: entra.mfa.migration_utility
author:
  - The entra.mfa contributors (@entra-mfa)
"""

EXAMPLES = r"""
---
- name: Look at the MFA Server
  entra.mfa.mfa_server_info:
  register: server

- name: Stop where dependent applications still use it
  ansible.builtin.assert:
    that:
      - not server.dependencies.radius
      - not server.dependencies.ldap
"""

RETURN = r"""
---
installed:
  description: Whether MFA Server is installed. An AD FS adapter or a User portal alone does not count.
  returned: success
  type: bool
  sample: true
version:
  description: Version of the server, null if not known.
  returned: success
  type: str
  sample: 8.0.2.1
install_path:
  description: Folder of the server with a backslash at its end, null if nothing points to one.
  returned: success
  type: str
  sample: C:\Program Files\Multi-Factor Authentication Server\
role:
  description: V(primary) or V(secondary) as declared in the inventory, else V(unknown).
  returned: success
  type: str
  sample: primary
services:
  description: The services whose program lies in the install path.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the service.
      type: str
      returned: always
      sample: MultiFactorAuth
    display_name:
      description: Display name of the service.
      type: str
      returned: always
      sample: Multi-Factor Auth Server Service
    state:
      description: State, such as V(started) or V(stopped).
      type: str
      returned: always
      sample: started
    start_mode:
      description: Start mode, such as V(auto) or V(manual).
      type: str
      returned: always
      sample: auto
    program:
      description: The executable.
      type: str
      returned: always
      sample: C:\Program Files\Multi-Factor Authentication Server\MultiFactorAuthSvc.exe
registry:
  description: The values of the server's registry key by name.
  returned: success
  type: dict
  sample:
    InstallPath: C:\Program Files\Multi-Factor Authentication Server\
components:
  description:
    - The components C(user_portal), C(web_service_sdk), C(mobile_app_service) and C(adfs_adapter), each with
      C(installed), C(version), C(path) and C(product_id).
  returned: success
  type: dict
  sample:
    user_portal:
      installed: true
      path: C:\inetpub\wwwroot\MultiFactorAuth
      product_id: "{11111111-2222-3333-4444-555555555555}"
      version: 8.0.2.1
dependencies:
  description: Whether C(radius), C(ldap), C(iis) and C(adfs) of this host use the server.
  returned: success
  type: dict
  sample:
    adfs: false
    iis: false
    ldap: false
    radius: true
"""
