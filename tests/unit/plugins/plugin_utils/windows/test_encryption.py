# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Encrypted copies on the controller: the right secret opens them, nothing else does, and no plain text stays."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultSecret
from ansible_collections.entra.mfa.plugins.plugin_utils.windows import encryption, off_host
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.encryption import Encryption
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import HostError
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.manifest import Backup

COPY = "D:\\B\\PhoneFactor-20240430T100000Z.pfdata"
CONTENT = b"\x00the data file\xff"
BACKUP = Backup(COPY, hashlib.sha256(CONTENT).hexdigest(), len(CONTENT), None, None, "mfa01")
SECRET = Encryption("mfa", VaultSecret(b"right"))


@pytest.fixture
def loader() -> DataLoader:
    loader = DataLoader()
    loader.set_vault_secrets([("mfa", VaultSecret(b"right")), ("other", VaultSecret(b"wrong"))])
    return loader


@pytest.fixture
def password_file(tmp_path: Path) -> str:
    path = tmp_path / "password"
    path.write_text("right\n", encoding="utf-8")
    return str(path)


def test_the_secret_of_an_id_or_of_a_file(fake: Any, loader: DataLoader, password_file: str) -> None:
    view = fake().view()
    assert encryption.chosen(view, loader, None, None) is None
    for chosen in (
        encryption.chosen(view, loader, "mfa", None),
        encryption.chosen(view, loader, None, password_file),
        encryption.chosen(view, loader, "label", password_file),
    ):
        assert chosen is not None
        assert chosen.sha256_of_plain(SECRET.encrypt(CONTENT)) == BACKUP.sha256
        assert "right" not in repr(chosen)


def test_what_gives_no_secret_is_one_sentence(fake: Any, loader: DataLoader, tmp_path: Path) -> None:
    with pytest.raises(HostError, match="no Vault secret of the id 'none'"):
        encryption.chosen(fake().view(), loader, "none", None)
    with pytest.raises(HostError, match="Check vault_password_file"):
        encryption.chosen(fake().view(), loader, None, str(tmp_path / "none"))


def test_a_fetched_copy_is_encrypted_and_recognised(fake: Any, tmp_path: Path) -> None:
    view = fake(files={COPY: CONTENT, f"{COPY}.json": b"{}"}).view()
    path = off_host.destination(str(tmp_path), view, BACKUP)
    off_host.fetch(view, BACKUP, path, SECRET)
    assert path.read_bytes().startswith(b"$ANSIBLE_VAULT;1.2;AES256;mfa\n")
    assert {entry.stat().st_mode & 0o777 for entry in path.parent.iterdir()} == {0o600}
    assert off_host.is_current(path, BACKUP, SECRET)
    assert not off_host.is_current(path, BACKUP, Encryption("mfa", VaultSecret(b"wrong")))
    assert not off_host.is_current(path, BACKUP)
    with pytest.raises(HostError, match="would be replaced by a plain one"):
        off_host.refuse_to_reveal(view, path, None)


def test_a_plain_copy_is_encrypted_when_asked_for(fake: Any, tmp_path: Path) -> None:
    view = fake(files={COPY: CONTENT, f"{COPY}.json": b"{}"}).view()
    path = off_host.destination(str(tmp_path), view, BACKUP)
    off_host.fetch(view, BACKUP, path)
    assert not off_host.is_current(path, BACKUP, SECRET)
    off_host.refuse_to_reveal(view, path, SECRET)


@pytest.mark.parametrize("with_file", [True, False])
def test_the_plain_text_is_private_and_goes(
    fake: Any, loader: DataLoader, password_file: str, tmp_path: Path, with_file: bool
) -> None:
    path = tmp_path / "copy"
    path.write_bytes(SECRET.encrypt(CONTENT))
    used, given = (DataLoader(), password_file) if with_file else (loader, None)
    with encryption.opened(fake().view(), used, str(path), given) as plain:
        assert Path(plain).read_bytes() == CONTENT
        assert Path(plain).stat().st_mode & 0o777 == 0o600
    assert not Path(plain).exists()


def test_no_secret_opens_it(fake: Any, loader: DataLoader, tmp_path: Path) -> None:
    path = tmp_path / "copy"
    path.write_bytes(Encryption("default", VaultSecret(b"third")).encrypt(CONTENT))
    with (
        pytest.raises(HostError, match="no Vault secret of the play opens it"),
        encryption.opened(fake().view(), loader, str(path), None),
    ):
        pytest.fail("it was opened")
