# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies on the controller: private, verified, made once, never half."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.plugin_utils.windows import off_host
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import HostError
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.manifest import Backup

COPY = "D:\\B\\PhoneFactor-20240430T100000Z.pfdata"
CONTENT = b"the data file"
BACKUP = Backup(COPY, hashlib.sha256(CONTENT).hexdigest(), len(CONTENT), None, None, "mfa01")


def test_fetched_whole_private_and_recognised(fake: Any, tmp_path: Path) -> None:
    view = fake(files={COPY: CONTENT, f"{COPY}.json": b"{}"}).view()
    path = off_host.destination(str(tmp_path / "new"), view, BACKUP)
    assert path == tmp_path / "new" / "mfa01" / "PhoneFactor-20240430T100000Z.pfdata"
    assert not off_host.is_current(path, BACKUP)
    off_host.fetch(view, BACKUP, path)
    assert path.read_bytes() == CONTENT
    assert {entry.stat().st_mode & 0o777 for entry in path.parent.iterdir()} == {0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert off_host.is_current(path, BACKUP)


@pytest.mark.parametrize("loss", ["content", "manifest", "mode"])
def test_what_is_not_equal_private_and_described_is_fetched_again(fake: Any, tmp_path: Path, loss: str) -> None:
    view = fake(files={COPY: CONTENT, f"{COPY}.json": b"{}"}).view()
    path = off_host.destination(str(tmp_path), view, BACKUP)
    off_host.fetch(view, BACKUP, path)
    match loss:
        case "content":
            path.write_bytes(b"other")
        case "manifest":
            path.with_name(path.name + ".json").unlink()
        case "mode":
            path.chmod(0o644)
    assert not off_host.is_current(path, BACKUP)


def test_what_arrives_damaged_is_not_kept(fake: Any, tmp_path: Path) -> None:
    view = fake(files={COPY: CONTENT, f"{COPY}.json": b"{}"}, corrupted=(".pfdata",)).view()
    path = off_host.destination(str(tmp_path), view, BACKUP)
    with pytest.raises(HostError, match="the SHA-256 of what arrived differs"):
        off_host.fetch(view, BACKUP, path)
    assert [entry.name for entry in path.parent.iterdir()] == [path.name + ".json"]


def test_a_folder_that_cannot_be_made_is_one_sentence(fake: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    view = fake(files={COPY: CONTENT}).view()
    path = off_host.destination(str(tmp_path / "file"), view, BACKUP)
    with pytest.raises(HostError, match="Check fetch_to on the controller"):
        off_host.fetch(view, BACKUP, path)
