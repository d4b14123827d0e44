# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole data folder: packed and proved file by file, put back whole, or everything as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.plugin_utils.windows import (
    backup,
    folder_backup,
    folder_restore,
    manifest,
    restore,
)
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import HostError
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.server import Installation
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.services import Service

FOLDER = "C:\\MFA\\Data"
DATA_FILE = f"{FOLDER}\\PhoneFactor.pfdata"
NESTED = f"{FOLDER}\\Plugins\\settings.xml"
REQUEST = backup.Request(FOLDER, "D:\\B", quiesce=True, timeout=5)
SERVICE = Service("MultiFactorAuth", "Main", "started", "auto", "C:\\MFA\\svc.exe", ())
SERVER = Installation("C:\\MFA\\", {}, [SERVICE], [SERVICE], {})


def server_host(fake: Any, **state: Any) -> Any:
    """A running server that holds its data file."""
    files = {DATA_FILE: b"data", NESTED: b"<settings/>"}
    return fake(files=files, services={"MultiFactorAuth": "running"}, locked={DATA_FILE}, **state)


def folder_of(host: Any) -> dict[str, bytes]:
    return {path: content for path, content in host.files.items() if path.startswith(FOLDER + "\\")}


def taken(host: Any) -> restore.Source:
    """A backup of the host's folder, found again by its path."""
    return restore.locate(host.view(), folder_backup.take(host.view(), SERVER, REQUEST).backup.path)


def test_every_file_is_described_and_the_service_runs(fake: Any) -> None:
    host = server_host(fake)
    outcome = folder_backup.take(host.view(), SERVER, REQUEST)
    written = manifest.from_text(host.files[outcome.backup.path + ".json"].decode())
    assert outcome.changed
    assert written.backup == outcome.backup
    assert [record.name for record in written.files] == ["PhoneFactor.pfdata", "Plugins\\settings.xml"]
    assert written.source.size == len(b"data<settings/>")
    assert host.services == {"MultiFactorAuth": "running"}


def test_an_unchanged_folder_stops_no_service(fake: Any) -> None:
    host = server_host(fake)
    first = folder_backup.take(host.view(), SERVER, REQUEST)
    host.calls.clear()
    second = folder_backup.take(host.view(), SERVER, REQUEST)
    assert (second.changed, second.backup) == (False, first.backup)
    assert not any("service" in call for call in host.calls)


def test_a_new_time_alone_is_no_change(fake: Any) -> None:
    host = server_host(fake)
    first = folder_backup.take(host.view(), SERVER, REQUEST)
    host.times[DATA_FILE] = 2.0
    second = folder_backup.take(host.view(), SERVER, REQUEST)
    assert (second.changed, second.backup) == (False, first.backup)
    assert "set_service_state Stopped" in host.calls


@pytest.mark.parametrize("change", ["content", "name", "lost", "zip"])
def test_a_change_makes_another_copy(fake: Any, change: str) -> None:
    host = server_host(fake)
    first = folder_backup.take(host.view(), SERVER, REQUEST)
    match change:
        case "content":
            host.files[DATA_FILE] = b"atad"
            host.times[DATA_FILE] = 2.0
        case "name":
            host.files[f"{FOLDER}\\new"] = b""
        case "lost":
            del host.files[NESTED]
        case "zip":
            host.files[first.backup.path] = b"{}"
    second = folder_backup.take(host.view(), SERVER, REQUEST)
    assert second.changed
    assert second.backup.path != first.backup.path


def test_check_mode_announces(fake: Any) -> None:
    host = server_host(fake, check_mode=True)
    before = dict(host.files)
    outcome = folder_backup.take(host.view(), SERVER, REQUEST)
    assert (outcome.changed, outcome.backup.sha256) == (True, None)
    assert host.files == before


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ({"corrupted": (".xml",)}, "does not hold the files"),
        ({"failing": {"archive_folder": "The disk is full"}}, "The disk is full"),
        ({"failing": {"win_copy": "The disk is full"}}, "The disk is full"),
        ({"free_bytes": 10}, "10 bytes free"),
        ({"stubborn": {"MultiFactorAuth stopped"}}, "could not stop the service"),
    ],
)
def test_a_failure_leaves_no_copy_and_a_running_service(fake: Any, state: dict[str, Any], reason: str) -> None:
    host = server_host(fake, **state)
    with pytest.raises(HostError, match=reason):
        folder_backup.take(host.view(), SERVER, REQUEST)
    assert not any(path.startswith("D:\\B\\") for path in host.files)
    assert host.services == {"MultiFactorAuth": "running"}


def test_what_cannot_be_packed_is_refused(fake: Any) -> None:
    with pytest.raises(HostError, match="another process holds the file"):
        folder_backup.take(server_host(fake).view(), SERVER, replace(REQUEST, quiesce=False))
    with pytest.raises(HostError, match="holds no file"):
        folder_backup.take(fake().view(), SERVER, REQUEST)
    with pytest.raises(HostError, match="lies inside it"):
        folder_backup.take(server_host(fake).view(), SERVER, replace(REQUEST, folder=FOLDER))


def test_copies_of_both_kinds_are_kept_apart(fake: Any) -> None:
    host = server_host(fake)
    alone = backup.take(host.view(), SERVER, replace(REQUEST, source=DATA_FILE)).backup
    whole = folder_backup.take(host.view(), SERVER, REQUEST).backup
    host.files[NESTED] = b"<other/>"
    newest = folder_backup.take(host.view(), SERVER, REQUEST).backup
    assert backup.remove_surplus(host.view(), newest, 1) == [whole.path]
    assert alone.path in host.files


def test_the_folder_is_put_back_and_what_it_replaces_kept(fake: Any) -> None:
    host = server_host(fake)
    before, source = folder_of(host), taken(host)
    assert not folder_restore.put_back(server_with(host, fake, before).view(), SERVER, source, 5).changed
    changed = {DATA_FILE: b"changed", f"{FOLDER}\\added": b"more"}
    other = server_with(host, fake, changed)
    outcome = folder_restore.put_back(other.view(), SERVER, source, 5)
    assert outcome.changed
    assert folder_of(other) == before
    kept = {path.rpartition("\\")[2]: data for path, data in other.files.items() if ".replaced-" in path}
    assert kept == {"PhoneFactor.pfdata": b"changed", "added": b"more"}
    assert not any(".restoring-" in path for path in other.files)
    assert other.services == {"MultiFactorAuth": "running"}


def server_with(host: Any, fake: Any, folder: dict[str, bytes], **state: Any) -> Any:
    """The host with other files in its data folder."""
    copies = {path: content for path, content in host.files.items() if path.startswith("D:\\")}
    return fake(files={**copies, **folder}, services={"MultiFactorAuth": "running"}, locked={DATA_FILE}, **state)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ({"failing": {"expand_archive": "no archive"}}, "no archive"),
        ({"corrupted": ("Data\\Plugins\\settings.xml",)}, "differ from the backup afterwards"),
        ({"stubborn": {"MultiFactorAuth stopped"}}, "could not stop the service"),
        ({"free_bytes": 10}, "10 bytes free"),
    ],
)
def test_a_failed_restore_leaves_the_files_from_before(fake: Any, state: dict[str, Any], reason: str) -> None:
    source = taken(host := server_host(fake))
    before = {DATA_FILE: b"changed", f"{FOLDER}\\added": b"more"}
    other = server_with(host, fake, before, **state)
    with pytest.raises(HostError, match=reason):
        folder_restore.put_back(other.view(), SERVER, source, 5)
    assert folder_of(other) == before
    assert not any(".restoring-" in path for path in other.files)
    assert other.services == {"MultiFactorAuth": "running"}


def test_a_damaged_zip_is_refused(fake: Any) -> None:
    host = server_host(fake)
    source = taken(host)
    host.files[source.backup.path] = b"{}"
    with pytest.raises(HostError, match="The file is damaged"):
        folder_restore.put_back(host.view(), SERVER, source, 5)


def test_a_copy_of_the_controller_needs_its_manifest(fake: Any, tmp_path: Path) -> None:
    host = server_host(fake)
    made = folder_backup.take(host.view(), SERVER, REQUEST).backup
    local = tmp_path / made.path.rpartition("\\")[2]
    local.write_bytes(host.files[made.path])
    given = {"path": str(local), "sha256": made.sha256}
    with pytest.raises(HostError, match="with the names of its files is not there"):
        restore.locate(host.view(), given)
    local.with_name(local.name + ".json").write_bytes(host.files[made.path + ".json"])
    for found in (restore.locate(host.view(), given), restore.locate(host.view(), str(local))):
        assert len(found.files) == 2
        empty = server_with(host, fake, {})
        assert folder_restore.put_back(empty.view(), SERVER, found, 5).changed
        assert folder_of(empty) == folder_of(host)


@pytest.mark.parametrize("name", ["..\\evil", "C:\\evil", "\\evil", "a/../../evil", ""])
def test_a_manifest_that_leaves_its_folder_is_refused(fake: Any, name: str) -> None:
    host = server_host(fake)
    made = folder_backup.take(host.view(), SERVER, REQUEST).backup
    described = json.loads(host.files[made.path + ".json"])
    described["files"][0]["name"] = name
    with pytest.raises(manifest.ManifestError, match="outside the folder"):
        manifest.from_text(json.dumps(described))


@pytest.mark.parametrize(("seconds", "stopped"), [(1.5, False), (2.5, True)])
def test_of_a_held_file_size_and_time_decide_within_the_seconds_of_a_zip(
    fake: Any, seconds: float, stopped: bool
) -> None:
    host = server_host(fake)
    source = taken(host)
    host.times[DATA_FILE] = 1.0 + seconds
    host.calls.clear()
    assert not folder_restore.put_back(host.view(), SERVER, source, 5).changed
    assert ("set_service_state Stopped" in host.calls) is stopped


def test_a_folder_that_changes_while_it_is_packed_is_no_backup(fake: Any) -> None:
    class Busy(fake):  # type: ignore[misc]
        def _pack(self, folder: str, archive: str) -> list[dict[str, Any]]:
            packed: list[dict[str, Any]] = super()._pack(folder, archive)
            self.files[NESTED] = b"<other/>"
            return packed

    host = server_host(Busy)
    with pytest.raises(HostError, match="changed while it was copied"):
        folder_backup.take(host.view(), SERVER, REQUEST)
    assert not any(path.startswith("D:\\B\\") for path in host.files)


def test_the_plain_text_of_an_encrypted_copy_is_what_goes_to_the_host(fake: Any, tmp_path: Path) -> None:
    host = server_host(fake)
    source = taken(host)
    plain = tmp_path / "plain"
    plain.write_bytes(host.files[source.backup.path])
    encrypted = replace(source, on_controller=True, readable=str(plain))
    empty = server_with(host, fake, {})
    assert folder_restore.put_back(empty.view(), SERVER, encrypted, 5).changed
    assert folder_of(empty) == folder_of(host)
