#!/usr/bin/python

# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: pfdata_backup
short_description: Make a verified copy of the data file of an MFA Server
version_added: 1.0.0
description:
  - Copies C(PhoneFactor.pfdata), the database of Azure MFA Server, with the services of the server stopped, and
    proves by SHA-256 that the copy equals the file. The services are started again in any case, also after a
    failure.
  - Beside each copy lies a manifest (the name of the copy with C(.json) at its end) with checksum, size, time, host
    and the version of the server. M(entra.mfa.pfdata_restore) reads it.
  - No new copy is made, and no service is stopped, while the newest copy is intact and the data file still has the
    size and the last write time it was copied with.
  - The copy holds personal data and OATH secrets. A backup folder that the module makes can be read by
    administrators and the system only; a copy on the controller is readable by its owner only.
options:
  path:
    description:
      - The data file.
      - If left out, it is found below the install path that the registry names, else below the folder of the main
        service, else below the default install path.
    type: str
  backup_dir:
    description:
      - Folder for the copies, on a drive of the host. Made if absent. A share is refused; use O(fetch_to) for a
        copy off the host.
    type: str
    default: C:\ProgramData\entra.mfa\backup
  quiesce:
    description:
      - Stop the running services of the server, and the running services that need them, while the file is copied.
      - Without it the copy fails while a service holds the file, and also if the file changes while it is copied.
    type: bool
    default: true
  whole_folder:
    description:
      - Copy the whole folder of the data file, as one zip. The manifest holds the checksum of each file in it.
      - M(entra.mfa.pfdata_restore) puts the whole folder back.
    type: bool
    default: false
  fetch_to:
    description:
      - Folder on the controller for a second copy, below a folder named after the host. A relative path starts at
        the working folder of the run.
      - What is already there with the right checksum is not transferred again.
    type: path
  fetch_vault_id:
    description:
      - Encrypt the copy on the controller with Ansible Vault, with the play's secret of this Vault id.
      - The manifest beside it stays plain; it holds no secret. The whole copy is held in memory for a moment.
    type: str
  vault_password_file:
    description:
      - Encrypt the copy on the controller with the password of this file, or the output of this program, in place of a
        secret of the play.
    type: path
  keep:
    description:
      - How many copies to keep in O(backup_dir); the oldest are removed with their manifests. If left out, all are
        kept.
      - Copies of the whole folder count apart from copies of the data file. Copies on the controller are not removed.
    type: int
  service_timeout:
    description:
      - The most seconds that the services may take to stop, and again to start.
    type: int
    default: 120
notes:
  - While the services are stopped the server answers nobody. Run it in a quiet hour.
  - A second copy on the controller goes through the connection of the host. Over WinRM, some 100 MB take minutes.
attributes:
  check_mode:
    description: Can run in check mode and say what would be copied, fetched and removed, without changing the host.
    support: full
  diff_mode:
    description: Shows the newest backup before and after, and the copies that were removed.
    support: full
  idempotent:
    description: A second run without a change of the data file changes nothing.
    support: full
requirements:
  - The collection C(ansible.windows) on the controller
seealso:
  - module: entra.mfa.pfdata_restore
  - module: entra.mfa.mfa_server_info
extends_documentation_fragment:
  - entra.mfa.attributes.windows
author:
  - The entra.mfa contributors (@entra-mfa)
"""

EXAMPLES = r"""
---
- name: Back up the data file
  entra.mfa.pfdata_backup:

- name: Back up to another drive, keep five copies there and one on the controller
  entra.mfa.pfdata_backup:
    backup_dir: D:\Backup
    keep: 5
    fetch_to: /srv/mfa-backup
  register: data_file

- name: Back up the whole folder, with an encrypted copy on the controller
  entra.mfa.pfdata_backup:
    whole_folder: true
    fetch_to: /srv/mfa-backup
    fetch_vault_id: mfa

- name: Show what was copied
  ansible.builtin.debug:
    msg: "{{ data_file.backup.path }} has SHA-256 {{ data_file.backup.sha256 }}"
"""

RETURN = r"""
---
backup:
  description: The newest verified copy. In check mode, the copy that would be made.
  returned: success
  type: dict
  contains:
    path:
      description: Where the copy lies on the host.
      type: str
      returned: always
      sample: C:\ProgramData\entra.mfa\backup\PhoneFactor-20240430T100000Z.pfdata
    sha256:
      description: SHA-256 of the copy, null for a copy that check mode announces.
      type: str
      returned: always
      sample: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    size:
      description: Size in bytes.
      type: int
      returned: always
      sample: 7340032
    created_at:
      description: When the copy was made, in UTC, null for a copy that check mode announces.
      type: str
      returned: always
      sample: "2024-04-30T10:00:00Z"
    server_version:
      description: Version of the MFA Server at that time, null if none was installed.
      type: str
      returned: always
      sample: 8.0.2.1
    host:
      description: Inventory name of the host.
      type: str
      returned: always
      sample: mfa01
fetched_to:
  description: The copy on the controller, null without O(fetch_to).
  returned: success
  type: str
  sample: /srv/mfa-backup/mfa01/PhoneFactor-20240430T100000Z.pfdata
fetched_sha256:
  description:
    - SHA-256 of the file on the controller as it lies there; another one than RV(backup.sha256) where it is encrypted.
    - Null without O(fetch_to), and in check mode where there is no copy yet.
  returned: success
  type: str
  sample: 60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752
"""
