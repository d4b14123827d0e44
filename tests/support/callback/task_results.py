# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Callback plugin of the tests: writes what each task gave on each host to a file, one JSON object a line.

It also spares the run some work that changes no result: the process that is forked for each task finds the filters and
tests of Jinja loaded, which it would load itself, and leaves the memory that it shares alone.
"""

from __future__ import annotations

import gc
import json
import os
from typing import Any

from ansible.plugins.callback import CallbackBase
from ansible.plugins.loader import filter_loader, test_loader

DOCUMENTATION = """
name: task_results
type: aggregate
short_description: Write task results to a file
description: Appends one JSON object for each task and host to the file that the environment names.
"""


class CallbackModule(CallbackBase):
    """Appends to the file that ``TASK_RESULTS_FILE`` names."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "task_results"

    def v2_playbook_on_start(self, playbook: Any) -> None:
        """The run begins."""
        for loader in (filter_loader, test_loader):
            list(loader.all())
        gc.collect()
        gc.freeze()
        gc.disable()

    def v2_runner_on_ok(self, result: Any) -> None:
        """A task succeeded."""
        self._write(result, "ok")

    def v2_runner_on_skipped(self, result: Any) -> None:
        """A task was skipped."""
        self._write(result, "skipped")

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """A task failed."""
        self._write(result, "ignored" if ignore_errors else "failed")

    def v2_runner_on_unreachable(self, result: Any) -> None:
        """A host could not be reached."""
        self._write(result, "unreachable")

    def _write(self, result: Any, status: str) -> None:
        entry = {
            "host": result._host.get_name(),
            "task": result._task.get_name().strip(),
            "status": status,
            "result": result._result,
        }
        with open(os.environ["TASK_RESULTS_FILE"], "a", encoding="utf-8") as stream:
            stream.write(json.dumps(entry, default=str) + "\n")
