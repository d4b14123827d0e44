#!/usr/bin/python

# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: pfdata_restore
short_description: Put a backup of the data file of an MFA Server back
version_added: 1.0.0
description:
  - Replaces C(PhoneFactor.pfdata) by a backup that M(entra.mfa.pfdata_backup) made. The checksum is proved before
    and after.
  - The file that is replaced stays beside it under the name C(PhoneFactor.pfdata.replaced-TIME).
  - A backup of the whole folder replaces the whole folder. Its files from before stay in C(Data.replaced-TIME).
  - If an MFA Server is installed, its running services are stopped meanwhile and started again in any case. Without
    one, as between the uninstallation of the new and the installation of the old version, the file is just put into
    its place.
  - What happened in the server after the backup is lost.
options:
  backup:
    description:
      - The backup. One of the dictionary RV(entra.mfa.pfdata_backup#module:backup), the path of a manifest or of a
        copy on the host, or the path of a copy on the controller with its manifest beside it.
      - A dictionary whose C(path) is on the controller needs C(path) and C(sha256) only.
    type: raw
    required: true
  force:
    description:
      - Restore although another version of MFA Server is installed than the one the backup was taken with.
    type: bool
    default: false
  vault_password_file:
    description:
      - Opens a copy on the controller that is encrypted with Ansible Vault. If left out, the Vault secrets of the play
        do.
    type: path
  service_timeout:
    description:
      - The most seconds that the services may take to stop, and again to start.
    type: int
    default: 120
attributes:
  check_mode:
    description: Can run in check mode and say what would be replaced, without changing the host.
    support: full
  diff_mode:
    description: Shows path and checksum of the data file before and after.
    support: full
notes:
  - The file goes to where the manifest says it came from, else below the install path of the server, else below the
    default install path.
  - If a service holds the data file, and neither size nor time tell whether it is the backup already, the services
    are stopped to compare. This is no change.
requirements:
  - The collection C(ansible.windows) on the controller
seealso:
  - module: entra.mfa.pfdata_backup
extends_documentation_fragment:
  - entra.mfa.attributes.windows
author:
  - The entra.mfa contributors (@entra-mfa)
"""

EXAMPLES = r"""
---
- name: Restore what an earlier task backed up
  entra.mfa.pfdata_restore:
    backup: "{{ data_file.backup }}"

- name: Restore the copy from the controller to a host that was set up anew
  entra.mfa.pfdata_restore:
    backup: /srv/mfa-backup/mfa01/PhoneFactor-20240430T100000Z.pfdata
"""

RETURN = r"""
---
restored_from:
  description: The backup that was put back, on the host or on the controller.
  returned: success
  type: str
  sample: C:\ProgramData\entra.mfa\backup\PhoneFactor-20240430T100000Z.pfdata
sha256:
  description: SHA-256 of the backup. For a backup of the data file alone, that of the data file now.
  returned: success
  type: str
  sample: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
replaced_sha256:
  description:
    - SHA-256 of the data file that was replaced, null if nothing was replaced.
    - Also null in check mode while a service holds the file.
  returned: success
  type: str
  sample: 60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752
"""
