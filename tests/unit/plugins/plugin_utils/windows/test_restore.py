# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Putting a copy back: checked before and after, and the old file is back when it goes wrong."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.plugin_utils.windows import restore
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.files import FileState
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import HostError
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.manifest import Backup, Manifest
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.restore import Source
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.server import Installation
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.services import Service

TARGET = "C:\\MFA\\Data\\PhoneFactor.pfdata"
COPY = "D:\\B\\PhoneFactor-20240430T100000Z.pfdata"
GOOD = b"from the backup"
SHA256 = hashlib.sha256(GOOD).hexdigest()
BACKUP = Backup(COPY, SHA256, len(GOOD), "2024-04-30T10:00:00Z", "8.0.2", "mfa01")
SOURCE = Source(BACKUP, TARGET, on_controller=False)
SERVICE = Service("MultiFactorAuth", "Main", "started", "auto", "C:\\MFA\\svc.exe", ())
PRODUCT = {"product_id": "{1}", "display_name": "Multi-Factor Authentication Server", "version": "8.1.10"}


def installed(version: str | None = None) -> Installation:
    products = [PRODUCT | {"version": version}] if version else []
    return Installation("C:\\MFA\\", {}, [SERVICE], [SERVICE], {"products": products})


def server_host(fake: Any, **state: Any) -> Any:
    files = {TARGET: b"other, and longer than that", COPY: GOOD}
    return fake(files=files, services={"MultiFactorAuth": "running"}, locked={TARGET}, **state)


def replaced(host: Any) -> list[str]:
    return [path for path in host.files if ".replaced-" in path]


def test_the_backup_is_in_place_and_the_old_file_beside_it(fake: Any) -> None:
    host = server_host(fake)
    old = host.files[TARGET]
    outcome = restore.put_back(host.view(), installed(), SOURCE, 5)
    assert outcome.changed
    assert outcome.replaced_sha256 == hashlib.sha256(old).hexdigest()
    assert host.files[TARGET] == GOOD
    assert [host.files[path] for path in replaced(host)] == [old]
    assert host.services == {"MultiFactorAuth": "running"}


def test_the_same_size_and_time_is_enough_to_leave_it(fake: Any) -> None:
    host = server_host(fake)
    host.files[TARGET] = GOOD
    assert not restore.put_back(host.view(), installed(), SOURCE, 5).changed
    assert not any(call.startswith("set_service_state") for call in host.calls)


def test_a_bad_copy_on_the_way_brings_the_old_file_back(fake: Any) -> None:
    host = server_host(fake)
    old, host.corrupted = host.files[TARGET], ("PhoneFactor.pfdata",)
    host.files[COPY] = GOOD
    with pytest.raises(HostError, match="restore") as caught:
        restore.put_back(host.view(), installed(), SOURCE, 5)
    assert "The service MultiFactorAuth is running." in str(caught.value)
    assert len(host.files[TARGET]) == len(old)
    assert replaced(host) == []


def test_without_a_server_nothing_is_stopped(fake: Any) -> None:
    host = fake(files={COPY: GOOD})
    nothing = Installation(None, {}, [], [], {})
    assert restore.put_back(host.view(), nothing, SOURCE, 5).replaced_sha256 is None
    assert host.files[TARGET] == GOOD
    assert not any(call.startswith("set_service_state") for call in host.calls)


def test_check_mode_changes_nothing(fake: Any) -> None:
    host = server_host(fake, check_mode=True)
    before = dict(host.files)
    assert restore.put_back(host.view(), installed(), SOURCE, 5).changed
    assert host.files == before
    assert set(host.calls) == {"win_stat", "free_space"}


def test_a_damaged_backup_is_refused(fake: Any) -> None:
    host = server_host(fake)
    host.files[COPY] = b"damaged"
    with pytest.raises(HostError, match=r"its SHA-256 is .* the backup's is"):
        restore.put_back(host.view(), installed(), SOURCE, 5)


def test_another_version_needs_force(fake: Any) -> None:
    view = fake().view()
    with pytest.raises(HostError, match=r"taken with MFA Server 8\.0\.2, version 8\.1\.10 is installed"):
        restore.require_version(view, installed("8.1.10"), SOURCE, force=False)
    restore.require_version(view, installed("8.1.10"), SOURCE, force=True)
    restore.require_version(view, installed("8.0.2"), SOURCE, force=False)
    restore.require_version(view, Installation(None, {}, [], [], {}), SOURCE, force=False)


def test_a_full_drive_is_refused(fake: Any) -> None:
    host = server_host(fake, free_bytes=10)
    with pytest.raises(HostError, match="bytes free"):
        restore.put_back(host.view(), installed(), SOURCE, 5)


def manifest_text(path: str) -> str:
    return Manifest(Backup(path, SHA256, len(GOOD), None, None, None), FileState(TARGET, len(GOOD), 1.0)).as_text()


@pytest.fixture
def local_copy(tmp_path: Path) -> Path:
    copy = tmp_path / "PhoneFactor-20240430T100000Z.pfdata"
    copy.write_bytes(GOOD)
    return copy


@pytest.mark.parametrize("ending", ["", ".json"])
def test_a_file_on_the_controller_with_its_manifest(fake: Any, local_copy: Path, ending: str) -> None:
    local_copy.with_name(local_copy.name + ".json").write_text(manifest_text(COPY), encoding="utf-8")
    found = restore.locate(fake().view(), str(local_copy) + ending)
    assert (found.backup.path, found.target, found.on_controller) == (str(local_copy), TARGET, True)


def test_a_file_on_the_controller_without_manifest_needs_its_checksum(fake: Any, local_copy: Path) -> None:
    with pytest.raises(HostError, match="the checksum is not known"):
        restore.locate(fake().view(), str(local_copy))
    found = restore.locate(fake().view(), {"path": str(local_copy), "sha256": SHA256})
    assert (found.on_controller, found.target, found.backup.size) == (True, None, len(GOOD))


def test_what_pfdata_backup_returned(fake: Any) -> None:
    assert restore.locate(fake().view(), BACKUP.as_result()).backup == BACKUP
    assert restore.locate(fake().view(), json.dumps(BACKUP.as_result())).backup == BACKUP


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        5,
        [],
        {},
        {"path": COPY},
        {"path": COPY, "sha256": "x"},
        "/no/such/file",
        COPY,
        {"path": "/no", "sha256": SHA256},
    ],
)
def test_what_is_no_backup_is_one_sentence(fake: Any, given: Any) -> None:
    with pytest.raises(HostError, match="could not find the backup to restore"):
        restore.locate(fake().view(), given)
