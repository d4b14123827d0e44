# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`win_stat`, `win_file`, `win_tempfile`, `slurp` and `win_wait_for`."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from entra_simulator.windows.host import Host

from ..conftest import Call, module_text


def test_win_stat_of_a_file(host: Host, call: Call) -> None:
    host.drives.write("C:\\Windows\\a.txt", b"abc")
    stat = call(host, "win_stat", path="c:\\windows\\A.TXT", checksum_algorithm="sha256")["stat"]
    assert stat["path"] == "C:\\Windows\\a.txt"
    assert (stat["isreg"], stat["isdir"], stat["size"], stat["extension"]) == (True, False, 3, ".TXT")
    assert stat["checksum"] == hashlib.sha256(b"abc").hexdigest()


def test_win_stat_of_folders_and_nothing(host: Host, call: Call) -> None:
    host.drives.write("C:\\Windows\\System32\\a", b"abc")
    stat = call(host, "win_stat", path="C:\\Windows", get_checksum=True)["stat"]
    assert (stat["isdir"], stat["isreg"], stat["size"]) == (True, False, 3)
    assert "checksum" not in stat
    assert call(host, "win_stat", path="C:\\absent")["stat"] == {"exists": False}
    assert call(host, "win_stat", path="Z:\\a")["failed"] is True


def test_win_file_makes_folders_once(host: Host, call: Call) -> None:
    assert call(host, "win_file", path="C:\\a\\b", state="directory", check=True)["changed"] is True
    assert not host.drives.exists("C:\\a")
    assert call(host, "win_file", path="C:\\a\\b", state="directory")["changed"] is True
    assert call(host, "win_file", path="C:\\A\\B", state="directory")["changed"] is False


def test_win_file_deletes_folders_with_their_content(host: Host, call: Call) -> None:
    host.drives.make_directory("C:\\a\\b")
    host.drives.write("C:\\a\\b\\c", b"")
    assert call(host, "win_file", path="C:\\a", state="absent", check=True)["changed"] is True
    assert host.drives.exists("C:\\a\\b\\c")
    assert call(host, "win_file", path="C:\\a", state="absent")["changed"] is True
    assert call(host, "win_file", path="C:\\a", state="absent")["changed"] is False


def test_win_file_tells_files_from_folders(host: Host, call: Call) -> None:
    host.drives.write("C:\\a", b"")
    assert "is not a directory" in call(host, "win_file", path="C:\\a", state="directory")["msg"]
    assert "is not a file" in call(host, "win_file", path="C:\\Windows", state="file")["msg"]
    assert "will not be created" in call(host, "win_file", path="C:\\b", state="file")["msg"]
    assert "will not be created" in call(host, "win_file", path="C:\\b")["msg"]
    assert call(host, "win_file", path="C:\\b\\")["changed"] is True
    assert host.drives.is_directory("C:\\b")


def test_win_file_touches(host: Host, call: Call) -> None:
    assert call(host, "win_file", path="C:\\a", state="touch", check=True)["changed"] is True
    assert not host.drives.exists("C:\\a")
    call(host, "win_file", path="C:\\a", state="touch")
    assert host.drives.size("C:\\a") == 0
    host.drives.set_modified("C:\\a", 1000.0)
    call(host, "win_file", path="C:\\a", state="touch")
    assert host.drives.information("C:\\a").st_mtime > 1000
    assert call(host, "win_file", path="C:\\absent\\a", state="touch")["failed"] is True


@pytest.mark.parametrize("state", ["file", "directory"])
def test_win_tempfile_makes_something_new_each_time(host: Host, call: Call, state: str) -> None:
    paths = {call(host, "win_tempfile", state=state, prefix="p.", suffix=".s")["path"] for _attempt in range(2)}
    assert len(paths) == 2
    for path in paths:
        assert path.startswith(f"{host.environment['TEMP']}\\p.")
        assert path.endswith(".s")
        assert host.drives.is_file(path) == (state == "file")
    checked = call(host, "win_tempfile", state=state, check=True)["path"]
    assert not host.drives.exists(checked)
    assert call(host, "win_tempfile", path="C:\\absent")["failed"] is True


def test_slurp(host: Host, call: Call) -> None:
    host.drives.write("C:\\a", b"\x00\xff")
    result = call(host, "slurp", src="C:\\A")
    assert base64.b64decode(result["content"]) == b"\x00\xff"
    assert "is a directory" in call(host, "slurp", src="C:\\Windows")["msg"]
    assert "is not found" in call(host, "slurp", src="C:\\absent")["msg"]


def test_win_wait_for_looks_once(host: Host, call: Call) -> None:
    host.drives.write("C:\\log", b"first line\r\nReady now\r\n")
    assert call(host, "win_wait_for", path="C:\\log")["elapsed"] == 0
    assert "failed" not in call(host, "win_wait_for", path="C:\\log", regex="^ready|ready")
    assert "failed" not in call(host, "win_wait_for", path="C:\\absent", state="absent")
    assert call(host, "win_wait_for", path="C:\\log", regex="done", timeout=5)["elapsed"] == 5
    assert "timeout" in call(host, "win_wait_for", path="C:\\absent")["msg"]
    assert "should only be used" in call(host, "win_wait_for", path="C:\\log", state="drained")["msg"]
    assert call(host, "win_wait_for", path="C:\\absent", timeout=6, sleep=2)["wait_attempts"] == 3


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"port": 443}, "not for ports"),
        ({"port": 443, "path": "C:\\a"}, "can not both be passed"),
        ({"port": 443, "regex": "a"}, "regex should by used"),
        ({"path": "C:\\a", "exclude_hosts": "a"}, "only be with state=drained"),
    ],
)
def test_win_wait_for_refuses(host: Host, call: Call, options: dict[str, Any], reason: str) -> None:
    assert reason in call(host, "win_wait_for", **options)["msg"]


def test_explicit_times_are_refused(host: Host, call: Call) -> None:
    if "modification_time" not in module_text("win_file"):
        pytest.skip("this version of ansible.windows sets no times")
    options = {"path": "C:\\Windows", "modification_time": "2026-01-01 00:00:00"}
    assert "does not set the modification_time" in call(host, "win_file", **options)["msg"]
