# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`win_find`."""

from __future__ import annotations

import time
from typing import Any

import pytest
from entra_simulator.windows.host import Host

from ..conftest import Call


@pytest.fixture
def tree(host: Host) -> Host:
    host.drives.make_directory("C:\\T\\Sub\\Deep")
    for path, size in (("One.txt", 10), ("two.log", 3000), ("Sub\\three.txt", 5), ("Sub\\Deep\\four.TXT", 1)):
        host.drives.write(f"C:\\T\\{path}", b"x" * size)
    host.drives.set_modified("C:\\T\\two.log", time.time() - 7200)
    return host


def found(host: Host, call: Call, **options: Any) -> list[str]:
    result = call(host, "win_find", paths=["C:\\T"], **options)
    assert result["matched"] == len(result["files"])
    return [item["path"].removeprefix("C:\\T\\") for item in result["files"]]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["One.txt", "two.log"]),
        ({"recurse": True}, ["One.txt", "Sub\\Deep\\four.TXT", "Sub\\three.txt", "two.log"]),
        ({"recurse": True, "depth": 2}, ["One.txt", "Sub\\three.txt", "two.log"]),
        ({"file_type": "directory", "recurse": True}, ["Sub", "Sub\\Deep"]),
        ({"file_type": "any"}, ["One.txt", "Sub", "two.log"]),
        ({"patterns": ["*.txt"], "recurse": True}, ["One.txt", "Sub\\Deep\\four.TXT", "Sub\\three.txt"]),
        ({"patterns": ["^o"], "use_regex": True}, ["One.txt"]),
        ({"patterns": ["^o"], "use_regex": True, "case_sensitive": True}, []),
        ({"size": "1k"}, ["two.log"]),
        ({"size": "-1k"}, ["One.txt"]),
        ({"age": "1h"}, ["two.log"]),
        ({"age": "-1h"}, ["One.txt"]),
    ],
)
def test_criteria(tree: Host, call: Call, options: dict[str, Any], expected: list[str]) -> None:
    assert found(tree, call, **options) == expected


@pytest.mark.parametrize("options", [{"age": "soon"}, {"size": "big"}])
def test_wrong_quantities(tree: Host, call: Call, options: dict[str, Any]) -> None:
    assert "pattern specified" in call(tree, "win_find", paths=["C:\\T"], **options)["msg"]


def test_what_cannot_be_searched_is_a_warning(tree: Host, call: Call) -> None:
    result = call(tree, "win_find", paths=["C:\\absent", "C:\\T\\One.txt"])
    assert result["matched"] == 0
    assert result["warnings"] == [
        "Argument path 'C:\\absent' does not exist or is not accessible, skipping",
        "Argument path 'C:\\T\\One.txt' is a file not a directory, skipping",
    ]


def test_a_held_file_has_no_checksum(tree: Host, call: Call) -> None:
    tree.drives.hold("C:\\T\\One.txt", "somebody")
    one, two = call(tree, "win_find", paths=["C:\\T"])["files"]
    assert one["checksum"] is None
    assert two["checksum"] is not None
    assert two["size"] == 3000
