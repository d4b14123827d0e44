# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are written encrypted with Ansible Vault: in plain text they exist in a folder of the owner only."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ansible import constants
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret, get_file_vault_secret, is_encrypted

_MODE = 0o600


class EncryptedFile:
    """A file at its place, and where its plain text is while somebody works on it.

    Attributes:
        plain_path: the plain text, with mode 0600; absent when there is no file yet, or none that is encrypted.
        must_be_written: whether the file at its place is not encrypted, or open to others.
    """

    def __init__(self, path: Path, folder: Path, secret: VaultSecret) -> None:
        self._path = path
        self._vault = VaultLib([("default", secret)])
        self._secret = secret
        self.plain_path = folder / path.name
        self.must_be_written = False
        if path.is_file():
            self._open()

    def _open(self) -> None:
        content = self._path.read_bytes()
        self.must_be_written = stat.S_IMODE(self._path.stat().st_mode) != _MODE
        if is_encrypted(content):
            content = self._vault.decrypt(content)
        else:
            self.must_be_written = True
        with os.fdopen(os.open(self.plain_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE), "wb") as plain:
            plain.write(content)

    def write(self) -> None:
        """Encrypt the plain text and put it into the place of the file at once."""
        content = self._vault.encrypt(self.plain_path.read_bytes(), self._secret)
        part = self._path.with_name(f".{self._path.name}.part")
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE), "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(self._path)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def opened(loader: DataLoader, path: str, password_file: str) -> Iterator[EncryptedFile]:
    """The file, with its plain text in a temporary folder that is removed in any case.

    Raises AnsibleError when the password file gives no password, or the file that is there does not open with it.
    """
    secret = get_file_vault_secret(filename=loader.path_dwim(str(Path(password_file).expanduser())), loader=loader)
    secret.load()
    with tempfile.TemporaryDirectory(dir=constants.DEFAULT_LOCAL_TMP) as folder:
        try:
            yield EncryptedFile(Path(path), Path(folder), secret)
        except OSError as error:
            raise AnsibleError(f"{error.strerror}") from error


def is_encrypted_file(path: str) -> bool:
    """Whether there is a file that is encrypted with Ansible Vault."""
    try:
        with Path(path).open("rb") as stream:
            return bool(is_encrypted(stream.read(64)))
    except OSError:
        return False
