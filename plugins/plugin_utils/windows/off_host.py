# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copies of backups on the controller: private, verified, and made only once."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from ansible_collections.entra.mfa.plugins.plugin_utils.windows import files, manifest, paths
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.encryption import Encryption, is_encrypted_file
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import WindowsHost
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.manifest import Backup

FOLDER_MODE = 0o700
FILE_MODE = 0o600


def destination(folder: str, host: WindowsHost, backup: Backup) -> Path:
    """Where the copy of a host's backup lies on the controller."""
    return Path(folder).expanduser().absolute() / host.name / paths.name(backup.path)


def is_current(path: Path, backup: Backup, encryption: Encryption | None = None) -> bool:
    """Whether an equal copy stands there, private, with its manifest, and encrypted if it shall be."""
    if not path.is_file() or not _manifest_path(path).is_file() or path.stat().st_mode & 0o077:
        return False
    if encryption is None:
        return files.local_sha256(str(path)) == backup.sha256
    content = path.read_bytes()
    return is_encrypted_file(str(path)) and encryption.sha256_of_plain(content) == backup.sha256


def refuse_to_reveal(host: WindowsHost, path: Path, encryption: Encryption | None) -> None:
    """Refuses to replace an encrypted copy by a plain one."""
    if encryption is None and is_encrypted_file(str(path)):
        raise host.error(
            f"copy to {path} on the controller",
            "the copy there is encrypted with Ansible Vault and would be replaced by a plain one",
            "Give fetch_vault_id or vault_password_file, or remove the file.",
        )


def fetch(host: WindowsHost, backup: Backup, path: Path, encryption: Encryption | None = None) -> None:
    """Brings the copy and its manifest to the controller, readable by its owner only; replaces them whole or not.

    The manifest stays plain: it holds no secret.
    """
    attempt = f"copy {backup.path} to {path} on the controller"
    try:
        path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        _fetch_one(host, backup.path + manifest.SUFFIX, _manifest_path(path), None, None)
        _fetch_one(host, backup.path, path, backup.sha256, encryption)
    except OSError as error:
        raise host.error(attempt, error.strerror or str(error), "Check fetch_to on the controller.") from None


def _fetch_one(
    host: WindowsHost, remote: str, local: Path, checksum: str | None, encryption: Encryption | None
) -> None:
    """Fetches through a temporary file in the same folder, so that a run that is cut off leaves no half file."""
    handle, temporary = tempfile.mkstemp(dir=local.parent, prefix=f".{local.name}.")
    os.close(handle)
    try:
        host.fetch_file(remote, temporary)
        if checksum is not None and files.local_sha256(temporary) != checksum:
            raise host.error(
                f"copy {remote} to {local} on the controller",
                "the SHA-256 of what arrived differs from that of the backup",
                "Nothing was kept on the controller. Run again; the backup on the host stands.",
            )
        if encryption is not None:
            Path(temporary).write_bytes(encryption.encrypt(Path(temporary).read_bytes()))
        Path(temporary).chmod(FILE_MODE)
        Path(temporary).replace(local)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(temporary).unlink()
        raise


def _manifest_path(path: Path) -> Path:
    return path.with_name(path.name + manifest.SUFFIX)
