# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are written encrypted with Ansible Vault."""

from __future__ import annotations

import stat
from contextlib import suppress
from pathlib import Path

import pytest
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.entra.mfa.plugins.plugin_utils import vault_output

VAULT = VaultLib([("default", VaultSecret(b"correct horse"))])


@pytest.fixture
def loader(tmp_path: Path) -> DataLoader:
    """A loader that looks in a folder with a file of the password and a script that prints it."""
    (tmp_path / "password").write_text("correct horse\n")
    (tmp_path / "script").write_text("#!/bin/sh\necho correct horse\n")
    (tmp_path / "script").chmod(0o700)
    made = DataLoader()
    made.set_basedir(str(tmp_path))
    return made


@pytest.mark.parametrize("password_file", ["password", "script"])
def test_what_is_written_is_encrypted_in_a_new_folder(password_file: str, loader: DataLoader, tmp_path: Path) -> None:
    path = tmp_path / "new" / "export.json"
    with vault_output.opened(loader, str(path), password_file) as file:
        assert not file.plain_path.exists()
        assert stat.S_IMODE(file.plain_path.parent.stat().st_mode) == 0o700
        file.plain_path.write_text("users")
        file.write()
    assert VAULT.decrypt(path.read_bytes()) == b"users"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_encrypted_file_is_there_in_plain_text_and_removed_after_an_error(loader: DataLoader, tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_bytes(VAULT.encrypt(b"users"))
    path.chmod(0o600)
    with suppress(KeyError), vault_output.opened(loader, str(path), "password") as file:
        assert file.plain_path.read_text() == "users"
        assert stat.S_IMODE(file.plain_path.stat().st_mode) == 0o600
        assert file.must_be_written is False
        raise KeyError
    assert not file.plain_path.parent.exists()
    assert vault_output.is_encrypted_file(str(path))


def test_file_that_is_open_to_others_or_plain_must_be_written(loader: DataLoader, tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_bytes(VAULT.encrypt(b"users"))
    path.chmod(0o640)
    with vault_output.opened(loader, str(path), "password") as file:
        assert file.must_be_written is True
    path.write_text("users")
    path.chmod(0o600)
    assert not vault_output.is_encrypted_file(str(path))
    with vault_output.opened(loader, str(path), "password") as file:
        assert file.must_be_written is True


@pytest.mark.parametrize("password_file", ["none", "new"])
def test_password_file_that_gives_none_is_refused(password_file: str, loader: DataLoader, tmp_path: Path) -> None:
    (tmp_path / "new").write_text("\n")
    with pytest.raises(AnsibleError), vault_output.opened(loader, str(tmp_path / "export.json"), password_file):
        pass


def test_missing_file_is_not_encrypted(tmp_path: Path) -> None:
    assert not vault_output.is_encrypted_file(str(tmp_path / "none.json"))
