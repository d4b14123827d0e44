# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths, held files and free space."""

from __future__ import annotations

from pathlib import Path

import pytest
from entra_simulator.windows.errors import (
    DiskFullError,
    IllegalPathError,
    PathNotFoundError,
    SharingViolationError,
    WindowsError,
)
from entra_simulator.windows.filesystem import Drives


@pytest.fixture
def drives(tmp_path: Path) -> Drives:
    drives = Drives(tmp_path, {"C": 1000, "d": 10})
    drives.make_directory("C:\\Folder\\Sub Folder")
    drives.write("C:\\Folder\\File.txt", b"content")
    return drives


@pytest.mark.parametrize(
    "path",
    ["C:\\folder\\FILE.TXT", "c:/Folder/file.txt", "C:\\Folder\\x\\..\\File.txt. ", "\\\\?\\C:\\folder\\file.txt"],
)
def test_one_file_has_many_spellings(drives: Drives, path: str) -> None:
    assert drives.read(path) == b"content"
    assert drives.full_name(path) == "C:\\Folder\\File.txt"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/etc/passwd", IllegalPathError),
        ("Folder\\File.txt", IllegalPathError),
        ("C:File.txt", IllegalPathError),
        ("C:\\a|b", IllegalPathError),
        ("C:\\a:b", IllegalPathError),
        ("C:\\Folder\\nul", IllegalPathError),
        ("C:\\" + "x" * 260, IllegalPathError),
        ("E:\\a", PathNotFoundError),
        ("\\\\server\\share", PathNotFoundError),
    ],
)
def test_illegal_paths_are_refused(drives: Drives, path: str, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        drives.exists(path)


def test_a_path_never_leaves_its_drive(drives: Drives, tmp_path: Path) -> None:
    drives.write("C:\\..\\..\\escaped.txt", b"x")
    assert (tmp_path / "C" / "escaped.txt").exists()


def test_an_existing_file_keeps_its_spelling(drives: Drives) -> None:
    drives.write("C:\\FOLDER\\FILE.TXT", b"new")
    assert drives.children("C:\\Folder") == ["C:\\Folder\\File.txt", "C:\\Folder\\Sub Folder"]


def test_the_folder_of_a_new_file_must_exist(drives: Drives) -> None:
    with pytest.raises(PathNotFoundError, match="Could not find a part of the path"):
        drives.write("C:\\Absent\\a", b"")


def test_a_folder_is_no_file(drives: Drives) -> None:
    with pytest.raises(WindowsError, match="denied"):
        drives.read("C:\\Folder")
    with pytest.raises(WindowsError, match="denied"):
        drives.write("C:\\Folder", b"")
    with pytest.raises(WindowsError, match="already exists"):
        drives.make_directory("C:\\Folder\\File.txt\\Sub")


def test_free_space_is_counted_and_enforced(drives: Drives) -> None:
    drives.write("D:\\a", b"12345")
    drives.write("D:\\a", b"1234567890")
    assert drives.free["D"] == 0
    with pytest.raises(DiskFullError, match="not enough space"):
        drives.copy_file("D:\\a", "D:\\b")
    assert not drives.exists("D:\\b")
    drives.delete("D:\\a")
    assert drives.free["D"] == 10


def test_a_held_file_is_neither_read_nor_changed(drives: Drives) -> None:
    drives.hold("c:\\folder\\file.TXT", "service")
    for action in (
        lambda: drives.read("C:\\Folder\\File.txt"),
        lambda: drives.write("C:\\Folder\\File.txt", b""),
        lambda: drives.delete("C:\\Folder\\File.txt"),
        lambda: drives.delete("C:\\Folder"),
    ):
        with pytest.raises(SharingViolationError, match="being used by another process"):
            action()
    drives.release("service")
    drives.delete("C:\\Folder")
    assert not drives.exists("C:\\Folder")
    assert drives.free["C"] == 1000


def test_walking_gives_folders_before_their_files(drives: Drives) -> None:
    drives.write("C:\\Folder\\Sub Folder\\b", b"22")
    assert [path.removeprefix("C:\\") for path in drives.walk("C:\\")] == [
        "Folder",
        "Folder\\File.txt",
        "Folder\\Sub Folder",
        "Folder\\Sub Folder\\b",
    ]
    assert drives.size("C:\\") == 9
    assert drives.document()["C:\\Folder\\Sub Folder\\b"]["size"] == 2
