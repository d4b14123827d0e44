# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`win_copy` in its four modes."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from typing import Any

import pytest
from entra_simulator.windows.host import Host

from ..conftest import Call


@pytest.fixture
def tree(host: Host) -> Host:
    host.drives.make_directory("C:\\Source\\Sub")
    host.drives.write("C:\\Source\\one.txt", b"one")
    host.drives.write("C:\\Source\\Sub\\two.txt", b"two")
    return host


def remote(host: Host, call: Call, source: str, destination: str, **options: Any) -> dict[str, Any]:
    return call(host, "win_copy", _copy_mode="remote", src=source, dest=destination, **options)


def test_a_file_is_copied_once(tree: Host, call: Call) -> None:
    result = remote(tree, call, "C:\\source\\ONE.TXT", "C:\\copy.txt")
    assert result["changed"] is True
    assert result["checksum"] == hashlib.sha1(b"one").hexdigest()
    assert (result["size"], result["operation"], result["dest"]) == (3, "file_copy", "C:\\copy.txt")
    assert tree.drives.read("C:\\copy.txt") == b"one"
    assert remote(tree, call, "C:\\Source\\one.txt", "C:\\copy.txt")["changed"] is False


def test_a_folder_as_destination_keeps_the_name(tree: Host, call: Call) -> None:
    assert remote(tree, call, "C:\\Source\\one.txt", "C:\\Windows")["dest"] == "C:\\Windows\\one.txt"
    assert remote(tree, call, "C:\\Source\\one.txt", "C:\\New\\")["changed"] is True
    assert tree.drives.read("C:\\New\\one.txt") == b"one"


def test_the_folder_of_a_named_destination_must_exist(tree: Host, call: Call) -> None:
    message = remote(tree, call, "C:\\Source\\one.txt", "C:\\New\\copy.txt")["msg"]
    assert message == "Destination directory 'C:\\New' does not exist"
    assert "is currently a file" in remote(tree, call, "C:\\Source\\one.txt", "C:\\Source\\one.txt\\a")["msg"]


def test_an_absent_source_fails(tree: Host, call: Call) -> None:
    assert "does not exist" in remote(tree, call, "C:\\absent", "C:\\a")["msg"]


def test_without_force_an_existing_file_stays(tree: Host, call: Call) -> None:
    tree.drives.write("C:\\copy.txt", b"old")
    assert remote(tree, call, "C:\\Source\\one.txt", "C:\\copy.txt", force=False)["changed"] is False
    assert tree.drives.read("C:\\copy.txt") == b"old"


def test_a_backup_is_kept(tree: Host, call: Call) -> None:
    tree.drives.write("C:\\copy.txt", b"old")
    result = remote(tree, call, "C:\\Source\\one.txt", "C:\\copy.txt", backup=True)
    assert tree.drives.read(result["backup_file"]) == b"old"
    assert tree.drives.read("C:\\copy.txt") == b"one"


def test_check_mode_and_difference(tree: Host, call: Call) -> None:
    result = remote(tree, call, "C:\\Source\\one.txt", "C:\\copy.txt", check=True, diff=True)
    assert result["changed"] is True
    assert result["size"] is None
    assert result["diff"] == {"prepared": "+C:\\copy.txt\n"}
    assert not tree.drives.exists("C:\\copy.txt")


def test_folders_are_copied_with_and_without_their_name(tree: Host, call: Call) -> None:
    assert remote(tree, call, "C:\\Source", "C:\\A")["operation"] == "folder_copy"
    assert tree.drives.read("C:\\A\\Source\\Sub\\two.txt") == b"two"
    assert remote(tree, call, "C:\\Source\\", "C:\\B")["changed"] is True
    assert tree.drives.read("C:\\B\\Sub\\two.txt") == b"two"
    assert remote(tree, call, "C:\\Source\\", "C:\\B")["changed"] is False


def test_a_folder_does_not_replace_a_file(tree: Host, call: Call) -> None:
    tree.drives.make_directory("C:\\B")
    tree.drives.write("C:\\B\\Sub", b"")
    assert "dest is already a file" in remote(tree, call, "C:\\Source\\", "C:\\B")["msg"]
    assert "is not a folder" in remote(tree, call, "C:\\Source", "C:\\B\\Sub")["msg"]
    tree.drives.make_directory("C:\\C\\one.txt")
    assert "dest is already a folder" in remote(tree, call, "C:\\Source\\", "C:\\C")["msg"]


def test_a_full_disk_fails(tree: Host, call: Call) -> None:
    tree.drives.free["D"] = 2
    assert "not enough space" in remote(tree, call, "C:\\Source\\one.txt", "D:\\copy.txt")["msg"]


def test_query_names_what_differs(tree: Host, call: Call) -> None:
    same = {"src": "/x/one.txt", "dest": "one.txt", "checksum": hashlib.sha1(b"one").hexdigest()}
    other = {"src": "/x/two.txt", "dest": "Sub\\two.txt", "checksum": "0"}
    new = {"src": "/x/new.txt", "dest": "new.txt", "checksum": "0"}
    folders = [{"src": "/x/Sub", "dest": "Sub"}, {"src": "/x/New", "dest": "New"}]
    options = {"dest": "C:\\Source", "files": [same, other, new], "directories": folders, "symlinks": []}
    result = call(tree, "win_copy", _copy_mode="query", **options)
    assert result["files"] == [other, new]
    assert result["directories"] == [folders[1]]
    assert call(tree, "win_copy", _copy_mode="query", force=False, **options)["files"] == [new]


def test_single_puts_the_transferred_file_into_place(tree: Host, call: Call) -> None:
    tree.drives.write("C:\\Windows\\source", b"new")
    options = {"_copy_mode": "single", "src": "C:\\Windows\\source", "_original_basename": "name.txt"}
    assert call(tree, "win_copy", dest="C:\\Source", **options)["changed"] is True
    assert tree.drives.read("C:\\Source\\name.txt") == b"new"
    assert "does not exist" in call(tree, "win_copy", dest="C:\\No\\a.txt", **options)["msg"]
    assert "src" in call(tree, "win_copy", dest="C:\\a.txt", _copy_mode="single")["msg"]


def test_explode_unpacks_encoded_names(tree: Host, call: Call) -> None:
    def name(text: str) -> str:
        return base64.b64encode(text.encode()).decode()

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"{name('Leer')}/", b"")
        archive.writestr(name("Täler/ä.txt"), b"umlaut")
    tree.drives.write("C:\\a.zip", buffer.getvalue())
    options = {"_copy_mode": "explode", "src": "C:\\a.zip", "dest": "C:\\Out"}
    assert call(tree, "win_copy", check=True, **options)["changed"] is True
    assert not tree.drives.exists("C:\\Out")
    assert call(tree, "win_copy", **options)["changed"] is True
    assert tree.drives.read("C:\\Out\\Täler\\ä.txt") == b"umlaut"
    assert tree.drives.is_directory("C:\\Out\\Leer")
    assert "does not exist" in call(tree, "win_copy", _copy_mode="explode", src="C:\\no.zip", dest="C:\\Out")["msg"]
