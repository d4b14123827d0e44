# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ansible Vault for copies on the controller: with a Vault id of the play, or with a password file."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ansible import constants
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret, get_file_vault_secret, is_encrypted
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import WindowsHost

DEFAULT_ID = "default"
FILE_MODE = 0o600


@dataclass(frozen=True, slots=True)
class Encryption:
    """A secret that encrypts; its id stands in the first line of what it encrypts."""

    vault_id: str
    secret: VaultSecret = field(repr=False)

    def encrypt(self, content: bytes) -> bytes:
        """The content as a Vault file."""
        return bytes(VaultLib([]).encrypt(content, self.secret, vault_id=self.vault_id))

    def sha256_of_plain(self, content: bytes) -> str | None:
        """The SHA-256 of what a Vault file holds, None if this secret does not open it."""
        try:
            return hashlib.sha256(VaultLib([(self.vault_id, self.secret)]).decrypt(content)).hexdigest()
        except AnsibleError:
            return None


def chosen(host: WindowsHost, loader: DataLoader, vault_id: str | None, password_file: str | None) -> Encryption | None:
    """The secret to encrypt with: of the password file, else of the play's Vault id; None for plain copies."""
    if password_file is not None:
        return Encryption(vault_id or DEFAULT_ID, _secret_of_file(host, loader, password_file))
    if vault_id is None:
        return None
    known = dict(loader._vault.secrets or [])
    if vault_id not in known:
        raise host.error(
            "encrypt the copy on the controller",
            f"the play has no Vault secret of the id {vault_id!r}",
            f"Start it with --vault-id {vault_id}@FILE, or give vault_password_file.",
        )
    return Encryption(vault_id, known[vault_id])


def is_encrypted_file(path: str) -> bool:
    """Whether a file is encrypted with Ansible Vault."""
    try:
        with Path(path).open("rb") as stream:
            return bool(is_encrypted(stream.read(64)))
    except OSError:
        return False


@contextmanager
def opened(host: WindowsHost, loader: DataLoader, path: str, password_file: str | None) -> Iterator[str]:
    """The path of the plain text of an encrypted file, mode 0600; it is removed in any case.

    The password file opens it, or any Vault secret of the play.
    """
    secrets = list(loader._vault.secrets or [])
    if password_file is not None:
        secrets.insert(0, (DEFAULT_ID, _secret_of_file(host, loader, password_file)))
    try:
        plain = VaultLib(secrets).decrypt(Path(path).read_bytes())
    except AnsibleError:
        raise host.error(
            f"decrypt {path}",
            "no Vault secret of the play opens it",
            "Give vault_password_file, or start the play with the Vault id that it was encrypted with.",
        ) from None
    handle, temporary = tempfile.mkstemp(dir=constants.DEFAULT_LOCAL_TMP)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(plain)
        yield temporary
    finally:
        Path(temporary).unlink(missing_ok=True)


def _secret_of_file(host: WindowsHost, loader: DataLoader, path: str) -> VaultSecret:
    try:
        secret = get_file_vault_secret(filename=loader.path_dwim(str(Path(path).expanduser())), loader=loader)
        secret.load()
    except AnsibleError as error:
        reason = str(error.message).splitlines()[0]
        raise host.error(f"read the Vault password of {path}", reason, "Check vault_password_file.") from None
    return secret
