# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A crowd in a simulated tenant, and runs of ``migration_batch`` over it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.crowd import applied_writes, crowd_export, crowd_organisation, group_name, methods_by_user, user_id
from support.module_process import ModuleProcess
from support.playbook import login
from support.simulator import Simulator

MOST_RUNS = 8
LEAVERS = frozenset(user_id(number) for number in (0, 100, 200))
"""Users whom `STORM` deletes; comparisons leave them out."""

_WRITES = {"method": ["POST", "PATCH", "DELETE"]}
STORM: list[dict[str, Any]] = [
    {"kind": "group_changed", "count": 2, "match": {"path": "/transitiveMembers/"}},
    {"kind": "status", "status": 429, "retry_after": 1, "rate": 0.004},
    {"kind": "status", "status": 429, "rate": 0.004},
    {"kind": "status", "status": 503, "rate": 0.012},
    {"kind": "lost_answer", "rate": 0.02},
    {"kind": "not_applied", "rate": 0.015},
    {"kind": "reset", "applied": True, "rate": 0.005},
    {"kind": "reset", "applied": False, "rate": 0.005},
    {"kind": "slow", "seconds": 0.1, "rate": 0.02},
    {"kind": "slow", "seconds": 1.3, "rate": 0.02, "match": {"path": r"^/\$batch$"}},
    {"kind": "lag", "seconds": 0.3, "rate": 0.03, "match": _WRITES},
    {"kind": "missing", "rate": 0.1, "match": {"path": "/activate$"}},
    {"kind": "expire_token", "rate": 0.005},
]
"""Every fault there is; together they hit about every tenth request. The longer of the slow answers come too late."""

DELETIONS: list[dict[str, Any]] = [
    {"kind": "user_deleted", "match": {"path": f"/users/{leaver}/", **_WRITES}} for leaver in sorted(LEAVERS)
]
"""The leavers are deleted just before the first write to them."""


@dataclass(frozen=True)
class Migration:
    """A tenant with a crowd, and the options of the module."""

    simulator: Simulator
    folder: Path
    options: dict[str, Any]

    @classmethod
    def begin(cls, folder: Path, users: int, groups: int = 1) -> Migration:
        """Start a tenant. The options name its first group; every change of the record counts."""
        simulator = Simulator(folder, crowd_organisation(users, groups))
        export = folder / "export.json"
        export.write_text(json.dumps(crowd_export(users)), encoding="utf-8")
        options = {
            **login(simulator.ready),
            "group": group_name(0),
            "export_path": str(export),
            "ledger_path": str(folder / "ledger"),
            "default_method": "always",
            "concurrency": 16,
            "timeout": 1,
        }
        return cls(simulator, folder, options)

    def start(self, **options: Any) -> ModuleProcess:
        """Start a run."""
        return ModuleProcess(self.folder, {**self.options, **options})

    def run(self, **options: Any) -> dict[str, Any]:
        """Run to the end and return the module's result."""
        return self.start(**options).result()

    def converge(self, users: int, **options: Any) -> int:
        """Run until so many users are there and nobody failed; returns the number of runs."""
        for number in range(1, MOST_RUNS + 1):
            result = self.run(fail_on="none", **options)
            summary = result.get("summary")
            if summary and (summary["targeted"], summary["failed"]) == (users, 0):
                return number
        raise AssertionError(f"Not done after {MOST_RUNS} runs: {result}")

    def disturb(self, *rules: dict[str, Any]) -> None:
        """Put these faults in force, instead of any others."""
        self.simulator.control("POST", "/faults", list(rules))

    def methods(self) -> dict[str, Any]:
        """What everybody has now."""
        return methods_by_user(self.simulator.control("GET", "/state"), LEAVERS)

    def requests(self) -> int:
        """How many requests the tenant has seen."""
        count: int = self.simulator.control("GET", "/statistics")["requests"]
        return count

    def writes(self, since: int = 0) -> Counter[tuple[str, str]]:
        """The changes that were made after so many requests."""
        found = applied_writes(self.simulator.log(since))
        return Counter({key: found[key] for key in found if not any(leaver in key[1] for leaver in LEAVERS)})
