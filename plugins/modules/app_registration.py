#!/usr/bin/python
# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The application registration that migrates."""

from __future__ import annotations

DOCUMENTATION = r"""
module: app_registration
short_description: Manage the application registration that reads and writes authentication methods
version_added: 1.0.0
description:
  - Creates or updates an application registration with its service principal, the certificates it signs in with and
    the application permissions (app roles) of Microsoft Graph that it asks for, and can grant them.
  - Made for the registration named C(MFA Server Migration Utility) that the servers and the migration log in with.
  - Certificates that stand there already are kept, and so are permissions of other services and delegated permissions.
options:
  display_name:
    description:
      - Exact display name of the application.
      - Two applications of one name are an error that lists their ids.
    type: str
    default: MFA Server Migration Utility
  app_roles:
    description:
      - Names of the application permissions of Microsoft Graph that the registration asks for, no more and no fewer.
      - Their ids are looked up in the tenant. A name that Microsoft Graph does not offer is an error.
      - Left alone when not given. Grants are never revoked; RV(granted) shows what is held in excess.
    type: list
    elements: str
  certificates:
    description:
      - Certificates to add, each either PEM text or a dictionary with the key C(path) that names a PEM file on the
        controller.
      - A file may also hold the private key, which is never read. PEM text with a private key is an error, so that no
        key comes into logs.
      - A certificate that stands there already is recognised by its thumbprint.
    type: list
    elements: raw
    default: []
  purge_expired_certificates:
    description: Whether certificates that have ended are taken off the application.
    type: bool
    default: false
  consent:
    description:
      - Whether permissions in O(app_roles) that are not granted yet are granted for the whole organisation. Without
        O(app_roles) this means the permissions that the registration asks for already.
      - Granting takes effect at once and needs C(AppRoleAssignment.ReadWrite.All), a permission that amounts to
        control of the tenant. Use a separate login for this module and drop the permission afterwards.
    type: bool
    default: false
  state:
    description: Whether the application exists.
    type: str
    default: present
    choices:
      present: The application exists as described.
      absent: The application is deleted, and with it its service principal and everything granted to it.
attributes:
  check_mode:
    support: full
    details:
      - Looks everything up and returns what would change, without a write; ids of new objects are all zeros.
  diff_mode:
    support: full
    details:
      - Shows application, requested and granted permissions, and certificates without their keys.
  idempotent:
    support: full
    details:
      - A second run finds the application as wanted and changes nothing.
notes:
  - Needs the application permissions C(Application.ReadWrite.OwnedBy) and C(Application.Read.All), and with
    O(consent) also C(AppRoleAssignment.ReadWrite.All).
requirements:
  - cryptography
seealso:
  - module: entra.mfa.migration_utility
  - module: entra.mfa.tenant_info
  - name: Application
    description: Microsoft Graph reference.
    link: https://learn.microsoft.com/graph/api/resources/application
extends_documentation_fragment:
  - entra.mfa.attributes
  - entra.mfa.graph
author:
  - The entra.mfa contributors (@entra-mfa)
"""

EXAMPLES = r"""
- name: Register the application that migrates, with one certificate
  entra.mfa.app_registration:
    app_roles:
      - User.Read.All
      - GroupMember.Read.All
      - UserAuthenticationMethod.ReadWrite.All
      - Policy.ReadWrite.AuthenticationMethod
    certificates:
      - path: /etc/entra/migration.pem
  register: registration

- name: Stop while permissions wait for an administrator
  ansible.builtin.assert:
    that: registration.missing | length == 0
    fail_msg: "Grant {{ registration.missing | join(', ') }} to {{ registration.application.app_id }}."

- name: Add the certificate of a server, drop those that have ended, and grant what is asked for
  entra.mfa.app_registration:
    certificates:
      - "{{ server_certificate.certificate.pem }}"
    purge_expired_certificates: true
    consent: true

- name: Remove the application
  entra.mfa.app_registration:
    state: absent
"""

RETURN = r"""
application:
  description: The application, also the one that was removed; null when there is none.
  type: dict
  returned: success
  sample: {"id": "9b0b4b8e-6f38-4f0d-8a43-54f3b7ad7c21", "app_id": "5f2d7f6a-0a59-4a1b-8f0e-6b0d3d7c8e90"}
  contains:
    id:
      description: Object id of the application.
      type: str
    app_id:
      description: Application (client) id.
      type: str
service_principal:
  description: The service principal, also the one that was removed; null when there is none.
  type: dict
  returned: success
  sample: {"id": "d1c2a0c7-54a5-4c9e-9d43-1e7a5c1e6f02"}
  contains:
    id:
      description: Object id of the service principal.
      type: str
granted:
  description: Names of all application permissions of Microsoft Graph that are granted to the service principal.
  type: list
  elements: str
  returned: success
  sample: ["GroupMember.Read.All", "User.Read.All"]
missing:
  description: Names of the permissions that still wait for admin consent.
  type: list
  elements: str
  returned: success
  sample: []
certificates:
  description: Certificates on the application after the run.
  type: list
  elements: dict
  returned: success
  sample:
    - thumbprint: 0B5F1E4E3F1D2C6A7B8C9D0E1F2A3B4C5D6E7F80
      name: CN=migration.contoso.example
      not_after: "2027-03-01T10:15:00Z"
  contains:
    thumbprint:
      description: SHA-1 thumbprint in upper-case hexadecimal; null when Graph does not show it.
      type: str
    name:
      description: Display name, for certificates added by this module their subject.
      type: str
    not_after:
      description: End of validity (UTC, ISO 8601), or null.
      type: str
"""

from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.directory import certificates, registration
from ansible_collections.entra.mfa.plugins.module_utils.module import GraphModule

ARGUMENT_SPEC: dict[str, Any] = {
    "display_name": {"type": "str", "default": "MFA Server Migration Utility"},
    "app_roles": {"type": "list", "elements": "str"},
    "certificates": {"type": "list", "elements": "raw", "default": []},
    "purge_expired_certificates": {"type": "bool", "default": False},
    "consent": {"type": "bool", "default": False},
    "state": {"type": "str", "default": "present", "choices": ["present", "absent"]},
}


def work(module: GraphModule) -> dict[str, Any]:
    """Bring the registration to the wanted state."""
    options = module.params
    if options["state"] == "absent":
        return registration.ensure_absent(module.client, options["display_name"], check_mode=module.check_mode)
    wanted = registration.Wanted(
        display_name=options["display_name"],
        app_roles=None if options["app_roles"] is None else tuple(options["app_roles"]),
        certificates=tuple(certificates.read(value, n) for n, value in enumerate(options["certificates"])),
        purge_expired=options["purge_expired_certificates"],
        consent=options["consent"],
    )
    return registration.ensure_present(module.client, wanted, check_mode=module.check_mode)


def main() -> None:
    """Entry point of the module."""
    GraphModule(ARGUMENT_SPEC).run(work)


if __name__ == "__main__":
    main()
