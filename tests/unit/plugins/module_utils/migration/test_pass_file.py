# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file of passes."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.migration.pass_file import COLUMNS, PassFile, PassFileError


def entry(name: str, code: str = "=1+2") -> dict[str, Any]:
    return dict(zip(COLUMNS, (name, f"{name}@x", code, "2024-05-01T08:00:00Z", 60, False), strict=True))


def read(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".csv":
        with path.open(newline="") as file:
            return list(csv.DictReader(file))
    return json.loads(path.read_text())


@pytest.mark.parametrize("name", ["passes.json", "passes.csv", "deep/er/passes"])
def test_passes_are_kept_for_the_owner_alone_and_older_ones_stay(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    file = PassFile(str(path))
    assert not path.exists()
    file.add([entry("anna"), entry("ben")])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    PassFile(str(path)).add([entry("ben", "second"), entry("cleo")])
    found = [(item["id"], item["temporary_access_pass"]) for item in read(path)]
    assert found == [("anna", "=1+2"), ("ben", "second"), ("cleo", "=1+2")]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [item.name for item in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("passes.json", ""),
        ("passes.json", '{"users": []}'),
        ("passes.json", '["anna"]'),
        ("passes.csv", "a,b\n1,2\n"),
        ("passes.csv", ""),
    ],
)
def test_file_of_something_else_is_refused_and_left_alone(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(PassFileError, match="is no file of passes made here"):
        PassFile(str(path))
    assert path.read_text() == content


def test_folder_that_is_a_file_is_refused_before_any_pass_is_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PassFileError):
        PassFile(str(tmp_path / "file" / "passes.json"))


def test_failure_to_write_is_told_in_one_sentence(tmp_path: Path) -> None:
    file = PassFile(str(tmp_path / "folder" / "passes.json"))
    (tmp_path / "folder").write_text("in the way")
    with pytest.raises(PassFileError, match="cannot be written"):
        file.add([entry("anna")])
