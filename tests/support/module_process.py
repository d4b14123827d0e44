# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ``migration_batch`` as a process of its own that can be killed.

The module is the shipped one; only the waits before it looks at an unclear write again are a twentieth as long.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

SHORTER = 20


class ModuleProcess:
    """A run under way. ``directory`` takes its temporary files."""

    def __init__(self, directory: Path, options: Mapping[str, Any]) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        arguments = {**options, "_ansible_tmpdir": str(directory)}
        self.process = subprocess.Popen(
            [sys.executable, __file__, json.dumps(arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(sys.prefix) / "collections")},
        )

    def result(self) -> dict[str, Any]:
        """Wait for the end and return what the module says; RuntimeError when it says nothing."""
        output, errors = self.process.communicate()
        try:
            told: dict[str, Any] = json.loads(output)
        except ValueError:
            raise RuntimeError(f"The module ended with {self.process.returncode}: {output}{errors}") from None
        return told

    def kill(self) -> int:
        """End it without warning and return its exit code, which is that of its own end when it came first."""
        self.process.kill()
        self.process.communicate()
        return self.process.returncode


def main() -> None:
    """Be the module."""
    from ansible.module_utils.testing import patch_module_args
    from ansible_collections.entra.mfa.plugins.module_utils.migration import runner
    from ansible_collections.entra.mfa.plugins.modules import migration_batch

    pauses = tuple(pause / SHORTER for pause in runner.PAUSES)
    runner.Surroundings = partial(runner.Surroundings, pauses=pauses)  # type: ignore[misc, assignment]
    with patch_module_args(json.loads(sys.argv[1])):
        migration_batch.main()


if __name__ == "__main__":
    main()
