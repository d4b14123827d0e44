# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of progress while a module runs."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.plugin_utils import progress


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"done": 0, "failed": 0, "total": 80, "seconds": 0.0}, "0 of 80 users, 0 failed"),
        (
            {"done": 40, "failed": 2, "total": 80, "seconds": 10.0},
            "40 of 80 users, 2 failed, 4.0 users a second, about 10 s left",
        ),
        (
            {"done": 10, "failed": 0, "total": 1510, "seconds": 10.0},
            "10 of 1510 users, 0 failed, 1.0 users a second, about 25 min 0 s left",
        ),
        (
            {"done": 10, "failed": 0, "total": 40010, "seconds": 10.0},
            "10 of 40010 users, 0 failed, 1.0 users a second, about 11 h 6 min left",
        ),
    ],
)
def test_line(entry: dict[str, Any], expected: str) -> None:
    assert progress.line(entry) == expected


def test_lines_are_shown_while_the_body_runs(tmp_path: Path) -> None:
    path, shown, first = tmp_path / "progress.json", [], threading.Event()

    def show(line: str) -> None:
        shown.append(line)
        first.set()

    path.write_text(json.dumps({"done": 1, "failed": 0, "total": 2, "seconds": 1.0}))
    with progress.shown(tmp_path, show, interval=0.001):
        assert first.wait(10)
    assert shown == ["1 of 2 users, 0 failed, 1.0 users a second, about 1 s left"]


def test_missing_or_broken_file_is_waited_out(tmp_path: Path) -> None:
    path, first = tmp_path / "progress.json", threading.Event()
    path.write_text("{")
    with progress.shown(tmp_path, lambda line: first.set(), interval=0.001):
        assert not first.wait(0.05)
        path.unlink()
        assert not first.wait(0.05)
        path.write_text(json.dumps({"done": 1, "failed": 0, "total": 2, "seconds": 1.0}))
        assert first.wait(10)


def test_watcher_ends_with_the_body(tmp_path: Path) -> None:
    before = threading.active_count()
    with pytest.raises(KeyError), progress.shown(tmp_path, print):
        raise KeyError
    assert threading.active_count() == before
