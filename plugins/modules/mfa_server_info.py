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
notes:
  - A host does not say whether its server is the primary. RV(role) is what the inventory declares in the variable
    C(entra_mfa_server_role), V(primary) or V(secondary). RV(role_hint) is what logs and services speak for; a
    declared primary that they speak against gets a warning.
requirements:
  - The collection C(ansible.windows) on the controller
seealso:
  - module: entra.mfa.pfdata_backup
  - module: entra.mfa.migration_utility
extends_documentation_fragment:
  - entra.mfa.attributes.windows
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
role_hint:
  description:
    - V(secondary) if the logs hold C(Unhandled SB), which a server writes while its primary runs a newer build.
    - Else V(primary) if AD sync runs, which it may do on one server only. Else null.
  returned: success
  type: str
  sample: primary
role_hint_reason:
  description: The sign that RV(role_hint) rests on, null without one.
  returned: success
  type: str
  sample: AD sync runs here, which it may do on one server only
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
  description:
    - What of this host uses the server. C(radius), C(ldap) and C(ad_sync) are services of the server that run,
      C(iis) is its module in the web server, C(adfs) its adapter in AD FS, and C(user_portal), C(web_service_sdk) and
      C(mobile_app_service) are installed web components.
  returned: success
  type: dict
  sample:
    ad_sync: true
    adfs: false
    iis: false
    ldap: false
    mobile_app_service: false
    radius: true
    user_portal: true
    web_service_sdk: false
uninstall_entries:
  description: The products of the vendor that Windows can uninstall, from both views of the registry.
  returned: success
  type: list
  elements: dict
  contains:
    product_id:
      description: Name of the key, a product code for Windows Installer packages.
      type: str
      returned: always
      sample: "{11111111-2222-3333-4444-555555555555}"
    view:
      description: V(Registry64) or V(Registry32).
      type: str
      returned: always
      sample: Registry32
    display_name:
      description: Name of the product.
      type: str
      returned: always
      sample: Multi-Factor Authentication Server
    version:
      description: Version of the product.
      type: str
      returned: always
      sample: 8.0.2.1
    install_location:
      description: Folder of the product, empty where the entry names none.
      type: str
      returned: always
      sample: ""
    uninstall_string:
      description: The command line that uninstalls it.
      type: str
      returned: always
      sample: MsiExec.exe /X{11111111-2222-3333-4444-555555555555}
log_files:
  description: The files below the folder C(Logs) of the server.
  returned: success
  type: list
  elements: dict
  contains:
    path:
      description: The file.
      type: str
      returned: always
      sample: C:\Program Files\Multi-Factor Authentication Server\Logs\MultiFactorAuthSvc.log
    size:
      description: Size in bytes.
      type: int
      returned: always
      sample: 1048576
    modified:
      description: Last write, in UTC.
      type: str
      returned: always
      sample: "2024-04-30T10:00:00Z"
    unhandled_sb:
      description: How many lines hold C(Unhandled SB).
      type: int
      returned: always
      sample: 0
unhandled_sb:
  description:
    - Lines with C(Unhandled SB) in all logs together. Expected on a secondary whose primary was updated first; the
      log then grows quickly.
  returned: success
  type: int
  sample: 0
"""
