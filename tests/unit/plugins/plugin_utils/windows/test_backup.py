# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Taking a copy: verified or nothing, and the services run afterwards in any case."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.plugin_utils.windows import backup, manifest
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import HostError
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.server import Installation
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.services import Service

SOURCE = "C:\\MFA\\Data\\PhoneFactor.pfdata"
CONTENT = b"the data file"
REQUEST = backup.Request(SOURCE, "D:\\B", quiesce=True, timeout=5)
SERVICE = Service("MultiFactorAuth", "Main", "started", "auto", "C:\\MFA\\svc.exe", ())
SERVER = Installation("C:\\MFA\\", {}, [SERVICE], [SERVICE], {})


def server_host(fake: Any, **state: Any) -> Any:
    """A running server that holds its data file."""
    files = {SOURCE: CONTENT, **state.pop("files", {})}
    return fake(files=files, services={"MultiFactorAuth": "running"}, locked={SOURCE}, **state)


def copies(host: Any) -> list[str]:
    return sorted(path for path in host.files if path.startswith("D:\\B\\"))


def test_a_copy_and_its_manifest(fake: Any) -> None:
    host = server_host(fake)
    outcome = backup.take(host.view(), SERVER, REQUEST)
    path = outcome.backup.path
    assert outcome.changed
    assert copies(host) == [path, f"{path}.json"]
    assert host.files[path] == CONTENT
    assert manifest.from_text(host.files[f"{path}.json"].decode()).backup == outcome.backup
    assert outcome.backup.sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_stop_hash_copy_hash_start(fake: Any) -> None:
    host = server_host(fake)
    backup.take(host.view(), SERVER, REQUEST)
    during = host.calls[host.calls.index("set_service_state Stopped") :]
    assert during == [
        "set_service_state Stopped",
        "win_stat",
        "win_stat",
        "win_copy",
        "win_stat",
        "win_stat",
        "win_copy",
        "set_service_state Running",
    ]


def test_check_mode_writes_nothing_and_stops_nothing(fake: Any) -> None:
    host = server_host(fake, check_mode=True)
    outcome = backup.take(host.view(), SERVER, REQUEST)
    assert (outcome.changed, outcome.backup.sha256) == (True, None)
    assert set(host.calls) == {"win_stat", "free_space"}
    assert copies(host) == []


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ({"corrupted": (".pfdata",)}, r"its SHA-256 .* is not that of"),
        ({"failing": {"win_copy": "There is not enough space on the disk."}}, "not enough space"),
    ],
)
def test_a_bad_copy_is_removed_and_the_service_runs(fake: Any, state: dict[str, Any], reason: str) -> None:
    host = server_host(fake, **state)
    with pytest.raises(HostError, match=reason) as caught:
        backup.take(host.view(), SERVER, REQUEST)
    assert "The service MultiFactorAuth is running." in str(caught.value)
    assert host.services == {"MultiFactorAuth": "running"}
    assert copies(host) == []


def test_a_service_that_does_not_stop(fake: Any) -> None:
    host = server_host(fake, stubborn={"MultiFactorAuth stopped"})
    with pytest.raises(HostError, match="could not stop the service MultiFactorAuth: it is running after 5 seconds"):
        backup.take(host.view(), SERVER, REQUEST)
    assert host.services == {"MultiFactorAuth": "running"}
    assert "win_copy" not in host.calls


def test_a_service_that_does_not_start_again_is_named_beside_the_first_failure(fake: Any) -> None:
    host = server_host(fake, stubborn={"MultiFactorAuth running"}, failing={"win_copy": "broken"})
    with pytest.raises(HostError, match=r"broken.*looked after by hand.*could not start the service MultiFactorAuth"):
        backup.take(host.view(), SERVER, REQUEST)


def test_a_full_drive_is_seen_before_anything_stops(fake: Any) -> None:
    host = server_host(fake, free_bytes=1000)
    with pytest.raises(HostError, match=r"drive D:\\ has 1,000 bytes free, 1,048,589 are needed"):
        backup.take(host.view(), SERVER, REQUEST)
    assert not any(call.startswith("set_service_state") for call in host.calls)


@pytest.mark.parametrize("folder", ["\\\\nas\\share", "/srv", "backup"])
def test_a_folder_that_is_not_on_a_drive_is_refused(fake: Any, folder: str) -> None:
    host = server_host(fake)
    with pytest.raises(HostError, match="not a folder on a drive"):
        backup.take(host.view(), SERVER, backup.Request(SOURCE, folder, quiesce=True, timeout=5))


def test_without_quiesce_a_held_file_is_a_failure_that_names_the_option(fake: Any) -> None:
    host = server_host(fake)
    with pytest.raises(HostError, match="quiesce"):
        backup.take(host.view(), SERVER, backup.Request(SOURCE, "D:\\B", quiesce=False, timeout=5))


def test_no_data_file(fake: Any) -> None:
    host = fake()
    with pytest.raises(HostError, match="does not exist"):
        backup.take(host.view(), SERVER, REQUEST)


def test_the_newest_copies_stay(fake: Any) -> None:
    names = [f"D:\\B\\PhoneFactor-2024040{day}T000000Z.pfdata" for day in (1, 2, 3)]
    host = fake(files={path: b"x" for name in names for path in (name, f"{name}.json")})
    newest = manifest.Backup(names[2], None, 1, None, None, None)
    assert backup.remove_surplus(host.view(), newest, 2) == names[:1]
    assert sorted(host.files) == sorted(path for name in names[1:] for path in (name, f"{name}.json"))
    assert backup.remove_surplus(host.view(), newest, None) == []


def test_check_mode_counts_the_copy_it_announces(fake: Any) -> None:
    old = "D:\\B\\PhoneFactor-20240401T000000Z.pfdata"
    host = fake(files={old: b"x", f"{old}.json": b"x"}, check_mode=True)
    planned = manifest.Backup("D:\\B\\PhoneFactor-20240402T000000Z.pfdata", None, 1, None, None, None)
    assert backup.remove_surplus(host.view(), planned, 1) == [old]
    assert len(host.files) == 2


def test_what_a_run_left_that_was_cut_off_is_named(fake: Any) -> None:
    host = server_host(fake, files={"D:\\B\\PhoneFactor-20240401T000000Z.pfdata": b"half"})
    view = host.view()
    assert backup.take(view, SERVER, REQUEST).changed
    assert ["20240401T000000Z.pfdata has no manifest" in warning for warning in view.warnings] == [True]
