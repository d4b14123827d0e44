# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that may be encrypted with Ansible Vault."""

from __future__ import annotations

import stat
from contextlib import suppress
from pathlib import Path

import pytest
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.entra.mfa.plugins.plugin_utils import vault

SECRET = VaultSecret(b"correct horse")


@pytest.fixture
def loader(tmp_path: Path) -> DataLoader:
    made = DataLoader()
    made.set_basedir(str(tmp_path))
    made.set_vault_secrets([("default", SECRET)])
    return made


def encrypted(path: Path, secret: VaultSecret = SECRET) -> Path:
    path.write_bytes(VaultLib([("default", secret)]).encrypt(b'{"users": []}'))
    return path


def test_encrypted_file_is_opened_for_the_owner_and_removed(tmp_path: Path, loader: DataLoader) -> None:
    path = encrypted(tmp_path / "export.json")
    with vault.opened(loader, str(path)) as opened:
        assert Path(opened).read_text() == '{"users": []}'
        assert stat.S_IMODE(Path(opened).stat().st_mode) == 0o600
        assert opened != str(path)
    assert not Path(opened).exists()
    assert path.exists()


def test_opened_file_is_removed_after_an_error(tmp_path: Path, loader: DataLoader) -> None:
    path = encrypted(tmp_path / "export.json")
    with suppress(KeyError), vault.opened(loader, str(path)) as opened:
        raise KeyError
    assert not Path(opened).exists()


def test_plain_file_is_used_where_it_is(tmp_path: Path, loader: DataLoader) -> None:
    path = tmp_path / "export.json"
    path.write_text("{}")
    with vault.opened(loader, "export.json") as opened:
        assert opened == str(path)
    assert path.exists()


def test_missing_file_is_left_to_the_module(tmp_path: Path, loader: DataLoader) -> None:
    with vault.opened(loader, "none.json") as opened:
        assert opened == str(tmp_path / "none.json")


def test_wrong_secret_is_told_in_one_sentence(tmp_path: Path, loader: DataLoader) -> None:
    path = encrypted(tmp_path / "export.json", VaultSecret(b"another"))
    with pytest.raises(AnsibleError) as caught, vault.opened(loader, str(path)):
        pass
    sentence = vault.one_sentence(caught.value, "export.json")
    assert sentence.startswith("The file export.json could not be decrypted with the Vault secrets of this play: ")
    assert "\n" not in sentence
