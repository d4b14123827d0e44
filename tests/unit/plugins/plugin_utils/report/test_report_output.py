# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files change only where they differ, with mode 0600, and never in check mode."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from ansible_collections.entra.mfa.plugins.plugin_utils.report.errors import ReportInputError
from ansible_collections.entra.mfa.plugins.plugin_utils.report.output import Output


def write(folder: Path, text: str, *, check_mode: bool = False) -> list[str]:
    """Write one file; returns what changed."""
    output = Output(folder, check_mode=check_mode)
    output.write("file.txt", lambda file: file.write(text))
    return output.changed


def test_a_file_is_made_and_then_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"

    assert write(folder, "one") == ["file.txt"]
    first = (folder / "file.txt").stat()
    assert write(folder, "one") == []
    assert (folder / "file.txt").stat().st_mtime_ns == first.st_mtime_ns
    assert write(folder, "two") == ["file.txt"]

    assert (folder / "file.txt").read_text("utf-8") == "two"
    assert stat.S_IMODE((folder / "file.txt").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.iterdir()] == ["file.txt"]


def test_a_file_that_others_can_read_is_made_anew(tmp_path: Path) -> None:
    write(tmp_path, "one")
    (tmp_path / "file.txt").chmod(0o644)

    assert write(tmp_path, "one") == ["file.txt"]
    assert stat.S_IMODE((tmp_path / "file.txt").stat().st_mode) == 0o600


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine", encoding="utf-8")
    (tmp_path / "file.txt").symlink_to(elsewhere)

    assert write(tmp_path, "one") == ["file.txt"]
    assert elsewhere.read_text("utf-8") == "mine"
    assert not (tmp_path / "file.txt").is_symlink()


def test_check_mode_says_what_would_change_and_writes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    assert write(folder, "one", check_mode=True) == ["file.txt"]
    assert not folder.exists()

    write(folder, "one")
    assert write(folder, "one", check_mode=True) == []
    assert write(folder, "two", check_mode=True) == ["file.txt"]
    assert (folder / "file.txt").read_text("utf-8") == "one"


def test_an_error_leaves_the_file_from_before(tmp_path: Path) -> None:
    write(tmp_path, "one")

    def break_off(_file: object) -> None:
        raise ReportInputError("no")

    with pytest.raises(ReportInputError):
        Output(tmp_path).write("file.txt", break_off)

    assert [path.name for path in tmp_path.iterdir()] == ["file.txt"]
    assert (tmp_path / "file.txt").read_text("utf-8") == "one"


def test_a_folder_that_cannot_be_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(ReportInputError, match="give a folder that can be"):
        write(tmp_path / "file", "one")
