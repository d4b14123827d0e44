# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same users migrated three ways: by the module, by a playbook of ``uri`` tasks, by a script on Microsoft's client.

All three leave the same behind, which is checked.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.bench import Bench
from benchmarks.figures import Figure, tell
from benchmarks.organisation import GROUP, user_id
from support.playbook import LOCAL_PLAY, login, run_playbook

USERS = 500
USERS_BY_URI = 50
LATENCY = 0.05
CONCURRENCY = 8
"""Requests in flight, of the module as of the script."""
RUNS = 5
"""What comes after the members takes half a second, so the fastest of so many runs counts."""


@dataclass(frozen=True, slots=True)
class Way:
    """What one way took, in seconds a user: its own work, and its whole process."""

    own: float
    process: float


def figures(folder: Path) -> Iterator[Figure]:
    """Measure."""
    module, (script, script_left), (uri, uri_left) = (
        _by_module(folder / "module"),
        _by_script(folder / "script"),
        _by_uri(folder / "uri"),
    )
    if not (module.left == script_left and module.left[:USERS_BY_URI] == uri_left):
        raise RuntimeError("The three ways leave different methods behind.")
    way = module.way
    for name, found in {"module": way, "script": script, "uri playbook": uri}.items():
        tell(f"      {name}: {found.own * 1000:.2f} ms a user, as a process {found.process * 1000:.2f} ms")
    yield Figure("uri playbook / module, by the module's own seconds", uri.process / way.own, ">=", 300)
    yield Figure("msgraph-sdk script / module, by their own seconds", script.own / way.own, ">=", 10)
    yield Figure("msgraph-sdk script / module, as whole processes", script.process / way.process, ">=", 4)
    yield Figure("after the members' list / (batches x latency / threads)", module.against_bound, "<=", 1.3)


@dataclass(frozen=True, slots=True)
class _ModuleRun:
    way: Way
    against_bound: float
    left: list[Any]


def _by_module(folder: Path) -> _ModuleRun:
    """One run as a playbook for the whole process, some on tenants of their own for what comes after the members."""
    with Bench(folder / "playbook", USERS) as bench:
        graph_login = login(bench.simulator.ready) | {"write_budget": "none", "concurrency": CONCURRENCY}
        task = {
            "name": "Migrate",
            "entra.mfa.migration_batch": {"group": GROUP, "export_path": str(bench.export_path)},
        }
        started = time.monotonic()
        run = run_playbook(
            bench.folder / "play", [{**LOCAL_PLAY, "tasks": [task]}], variables={"graph_login": graph_login}
        )
        process = time.monotonic() - started
        if run.failures or len(run.results) != 1:
            raise RuntimeError(run.output)
        way = Way(run.results[0].result["summary"]["seconds"] / USERS, process / USERS)
        left = _left(bench, USERS)
    against_bound = min(_against_bound(folder / f"alone{number}") for number in range(RUNS))
    return _ModuleRun(way, against_bound, left)


def _against_bound(folder: Path) -> float:
    with Bench(folder, USERS) as bench:
        measured = bench.migrate(concurrency=CONCURRENCY)
        batches = sum(entry["path"] == "/$batch" for entry in bench.simulator.log())
    return measured.users_seconds / (batches * LATENCY / CONCURRENCY)


def _by_script(folder: Path) -> tuple[Way, list[Any]]:
    with Bench(folder, USERS) as bench:
        login_path = folder / "login.json"
        login_path.write_text(json.dumps(login(bench.simulator.ready) | {"group": GROUP}), encoding="utf-8")
        script = Path(__file__).with_name("sdk_script.py")
        started = time.monotonic()
        finished = subprocess.run(
            [sys.executable, script, login_path, bench.export_path], capture_output=True, text=True, check=False
        )
        process = time.monotonic() - started
        if finished.returncode != 0:
            raise RuntimeError(finished.stderr)
        told = json.loads(finished.stdout)
        return Way(told["seconds"] / told["users"], process / told["users"]), _left(bench, USERS)


def _by_uri(folder: Path) -> tuple[Way, list[Any]]:
    with Bench(folder, USERS) as bench:
        variables = {
            "graph_login": login(bench.simulator.ready),
            "export_path": str(bench.export_path),
            "limit": USERS_BY_URI,
        }
        playbook = str(Path(__file__).with_name("uri_playbook.yml"))
        started = time.monotonic()
        run = run_playbook(folder / "play", playbook, variables=variables)
        seconds = (time.monotonic() - started) / USERS_BY_URI
        if run.returncode != 0:
            raise RuntimeError(run.output)
        return Way(seconds, seconds), _left(bench, USERS_BY_URI)


def _left(bench: Bench, count: int) -> list[Any]:
    """The telephones and the default method of the first users."""
    users = {user["id"]: user["methods"] for user in bench.simulator.control("GET", "/state")["users"]}
    found = [users[user_id(number)] for number in range(count)]
    return [
        ({phone["phoneType"]: phone["phoneNumber"] for phone in methods["phone"]}, methods["preferred"])
        for methods in found
    ]
