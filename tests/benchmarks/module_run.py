# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ``migration_batch`` as a process of its own and measures it from inside."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Measured:
    """A run that has ended.

    Attributes:
        summary: as the module returns it.
        seconds: of the module's own work, as the summary tells it rounded.
        users_seconds: from the end of the members' list to the end of the last user.
        processor_seconds: of the process, its start included.
        peak_megabytes: most memory that was resident.
        process_seconds: of the whole process, its start included.
    """

    summary: Mapping[str, Any]
    seconds: float
    users_seconds: float
    processor_seconds: float
    peak_megabytes: float
    process_seconds: float

    @property
    def requests_per_user(self) -> float:
        """HTTP requests divided by users."""
        return float(self.summary["http_requests"] / self.summary["targeted"])


def run_module(folder: Path, options: Mapping[str, Any]) -> Measured:
    """Run the shipped module; raises RuntimeError when it does not succeed."""
    folder.mkdir(parents=True, exist_ok=True)
    measures = folder / "measures.json"
    measures.unlink(missing_ok=True)
    arguments = json.dumps({**options, "_ansible_tmpdir": str(folder)})
    started = time.monotonic()
    finished = subprocess.run(
        [sys.executable, __file__, arguments, str(measures)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(sys.prefix) / "collections")},
    )
    process_seconds = time.monotonic() - started
    if finished.returncode != 0:
        raise RuntimeError(f"The module ended with {finished.returncode}: {finished.stdout}{finished.stderr}")
    summary = json.loads(finished.stdout)["summary"]
    return Measured(summary, process_seconds=process_seconds, **json.loads(measures.read_text(encoding="utf-8")))


def _peak_megabytes() -> float:
    """Of this program alone: the figure of ``getrusage`` begins with that of the process that started it."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    if found is None:
        raise RuntimeError("The system does not tell how much memory a process has used.")
    return int(found[1]) * 1024 / 1e6


def _be_the_module(arguments: dict[str, Any], measures: Path) -> None:
    from ansible.module_utils.testing import patch_module_args
    from ansible_collections.entra.mfa.plugins.module_utils.migration import runner
    from ansible_collections.entra.mfa.plugins.modules import migration_batch

    migrate, work = runner.migrate, migration_batch.work
    found: dict[str, float] = {}

    def timed_migrate(*positional: Any, **named: Any) -> Iterator[Any]:
        started = time.monotonic()
        yield from migrate(*positional, **named)
        found["users_seconds"] = time.monotonic() - started

    def timed_work(module: Any) -> dict[str, Any]:
        started = time.monotonic()
        result = work(module)
        found["seconds"] = time.monotonic() - started
        return result

    runner.migrate, migration_batch.work = timed_migrate, timed_work
    try:
        with patch_module_args(arguments):
            migration_batch.main()
    finally:
        found |= {"processor_seconds": time.process_time(), "peak_megabytes": _peak_megabytes()}
        measures.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    _be_the_module(json.loads(sys.argv[1]), Path(sys.argv[2]))
