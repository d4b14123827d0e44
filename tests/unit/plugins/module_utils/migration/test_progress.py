# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file that tells how far a run is."""

from __future__ import annotations

import json
from pathlib import Path

from ansible_collections.entra.mfa.plugins.module_utils.migration.progress import ProgressFile


def test_entries_are_written_at_most_once_a_second_and_always_at_the_end(tmp_path: Path) -> None:
    path, now = tmp_path / "progress.json", [100.0]
    tell = ProgressFile(tmp_path, lambda: now[0])

    def entry(done: int, at: float) -> object:
        now[0] = at
        tell(done=done, failed=1, total=40)
        return json.loads(path.read_text())

    assert entry(0, 100.0) == {"done": 0, "failed": 1, "total": 40, "seconds": 0.0}
    assert entry(10, 100.5) == {"done": 0, "failed": 1, "total": 40, "seconds": 0.0}
    assert entry(20, 101.5) == {"done": 20, "failed": 1, "total": 40, "seconds": 1.5}
    assert entry(40, 101.6) == {"done": 40, "failed": 1, "total": 40, "seconds": 1.6}
    assert list(tmp_path.iterdir()) == [path]


def test_path_that_cannot_be_written_does_not_stop_the_run(tmp_path: Path) -> None:
    ProgressFile(tmp_path / "none")(done=1, failed=0, total=2)

    assert list(tmp_path.iterdir()) == []
