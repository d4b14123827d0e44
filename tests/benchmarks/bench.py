# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated tenant of so many users, and what a benchmark does with it."""

from __future__ import annotations

import json
from pathlib import Path
from types import TracebackType
from typing import Any

from benchmarks.module_run import Measured, run_module
from benchmarks.organisation import GROUP, export, organisation
from support.playbook import login
from support.simulator import Simulator

UNLIMITED = 10**9


class Bench:
    """A tenant in a folder of its own. Use it as a context manager.

    Without a word to the contrary the tenant answers after 50 ms and has no limits.
    """

    def __init__(self, folder: Path, users: int, **settings: Any) -> None:
        self.folder = folder
        self.users = users
        self.simulator = Simulator(folder, organisation(users))
        self.export_path = folder / "export.json"
        self.export_path.write_text(json.dumps(export(users)), encoding="utf-8")
        values = {"latency_ms": 50, "unit_limit": UNLIMITED, "write_limit": UNLIMITED, **settings}
        self.simulator.control("POST", "/settings", values)
        self.options: dict[str, Any] = {
            **login(self.simulator.ready),
            "group": GROUP,
            "export_path": str(self.export_path),
            "write_budget": "none",
        }

    @property
    def ledger(self) -> str:
        """Path of the tenant's ledger."""
        return str(self.folder / "ledger")

    def migrate(self, **options: Any) -> Measured:
        """Run the module over all users."""
        return run_module(self.folder, {**self.options, **options})

    def __enter__(self) -> Bench:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.simulator.stop()
