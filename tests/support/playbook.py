# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs real ``ansible-playbook`` processes against the simulators."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CALLBACKS = Path(__file__).parent / "callback"
LOGIN_VARIABLES = ("AZURE_", "ENTRA_", "REQUESTS_CA_BUNDLE")
LOCAL_PLAY: dict[str, Any] = {
    "hosts": "localhost",
    "connection": "local",
    "gather_facts": False,
    "module_defaults": {"group/entra.mfa.graph": "{{ graph_login }}"},
    "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
}


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What one task gave on one host; ``status`` is ``ok``, ``skipped``, ``failed``, ``ignored`` or ``unreachable``."""

    host: str
    task: str
    status: str
    result: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class PlaybookRun:
    """A finished run: exit code, everything it printed, and the result of each task."""

    returncode: int
    output: str = field(repr=False)
    results: Sequence[TaskResult] = field(repr=False)

    @property
    def failures(self) -> list[TaskResult]:
        """The tasks that ended the run for their host."""
        return [result for result in self.results if result.status in {"failed", "unreachable"}]


def login(ready: Mapping[str, Any], app: str = "migration") -> dict[str, Any]:
    """The login options of one app of the simulated tenant, by its secret."""
    registration = ready["apps"][app]
    return {
        "tenant_id": ready["tenant_id"],
        "client_id": registration["client_id"],
        "client_secret": registration["client_secret"],
        "graph_url": ready["graph_url"],
        "authority_url": ready["authority_url"],
        "ca_path": ready["ca_path"],
    }


def delegated_login(ready: Mapping[str, Any], person: str = "hybrid_admin") -> dict[str, Any]:
    """The login options of a signed-in person, by a ready-made token."""
    options = {key: ready[key] for key in ("graph_url", "authority_url", "ca_path")}
    return options | {"access_token": ready["delegated"][person]["access_token"]}


def server_inventory(ready: Mapping[str, Any], group: str) -> dict[str, Any]:
    """An inventory with the simulated servers in one group."""
    hosts = {
        name: {
            "ansible_host": host["address"],
            "ansible_port": host["port"],
            "ansible_user": host["username"],
            "ansible_password": host["password"],
        }
        for name, host in ready["hosts"].items()
    }
    connection = {"ansible_connection": "winrm", "ansible_winrm_scheme": "http", "ansible_winrm_transport": "basic"}
    return {group: {"hosts": hosts, "vars": connection}}


def run_playbook(
    directory: Path,
    playbook: str | Sequence[Mapping[str, Any]],
    *,
    inventory: Mapping[str, Any] | None = None,
    variables: Mapping[str, Any] | None = None,
    roles_path: Path | None = None,
    arguments: Sequence[str] = (),
) -> PlaybookRun:
    """Run a playbook in ``directory``, where its files are left.

    ``playbook`` is the plays themselves, or the full name of one of the collection's playbooks. The environment holds
    no login of the Microsoft cloud.
    """
    directory.mkdir(parents=True, exist_ok=True)
    results = directory / "results.jsonl"
    results.unlink(missing_ok=True)
    files: dict[str, Any] = {"inventory.json": inventory or {}, "variables.json": variables or {}}
    if not isinstance(playbook, str):
        files["play.json"] = list(playbook)
        playbook = "play.json"
    for name, content in files.items():
        (directory / name).write_text(json.dumps(content), encoding="utf-8")
    command = [sys.executable, "-m", "ansible", "playbook", "-i", "inventory.json", "-e", "@variables.json", playbook]
    finished = subprocess.run(
        [*command, *arguments],
        cwd=directory,
        env=_environment(directory, results, roles_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    lines = results.read_text(encoding="utf-8").splitlines() if results.exists() else []
    return PlaybookRun(finished.returncode, finished.stdout, [TaskResult(**json.loads(line)) for line in lines])


def _environment(directory: Path, results: Path, roles_path: Path | None) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(LOGIN_VARIABLES)}
    roles = {"ANSIBLE_ROLES_PATH": str(roles_path)} if roles_path else {}
    return (
        inherited
        | roles
        | {
            "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
            "ANSIBLE_CALLBACKS_ENABLED": "task_results",
            "ANSIBLE_COLLECTIONS_PATH": str(Path(sys.prefix) / "collections"),
            "ANSIBLE_HOME": str(directory / "ansible"),
            "ANSIBLE_LOCALHOST_WARNING": "0",
            "ANSIBLE_NOCOLOR": "1",
            "PWD": str(directory),
            "TASK_RESULTS_FILE": str(results),
        }
    )
