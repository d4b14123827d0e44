# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run every integration target by a real ``ansible-playbook`` against simulators of its own.

A target is a role below ``targets/``. Its ``aliases`` say where it runs: ``windows`` on the simulated servers, anything
else on the controller. It gets ``simulator`` (the content of ready.json), ``graph_login`` and ``delegated_login``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.organisation import small_organisation
from support.simulator import Simulator

TARGETS = Path(__file__).parent / "targets"


def targets() -> list[str]:
    """Return the names of all targets, without the ones that only set others up."""
    return sorted(path.parent.name for path in TARGETS.glob("*/tasks") if not path.parent.name.startswith("setup_"))


def on_windows(target: str) -> bool:
    """Return whether a target runs on the simulated servers."""
    return "windows" in (TARGETS / target / "aliases").read_text(encoding="utf-8").split()


def login(ready: dict[str, Any], app: str) -> dict[str, Any]:
    """Return the login options of one app of the simulated tenant."""
    registration = ready["apps"][app]
    return {
        "tenant_id": ready["tenant_id"],
        "client_id": registration["client_id"],
        "client_secret": registration["client_secret"],
        "graph_url": ready["graph_url"],
        "authority_url": ready["authority_url"],
        "ca_path": ready["ca_path"],
    }


def variables(ready: dict[str, Any]) -> dict[str, Any]:
    """Return the variables that every target may use."""
    delegated = {key: ready[key] for key in ("graph_url", "authority_url", "ca_path")}
    delegated["access_token"] = ready["delegated"]["hybrid_admin"]["access_token"]
    return {"simulator": ready, "graph_login": login(ready, "migration"), "delegated_login": delegated}


def inventory(ready: dict[str, Any]) -> dict[str, Any]:
    """Return an inventory with the simulated servers."""
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
    return {"windows": {"hosts": hosts, "vars": connection}}


def play(target: str) -> list[dict[str, Any]]:
    """Return the playbook that runs one target."""
    head: dict[str, Any] = {"hosts": "windows", "gather_facts": False}
    if not on_windows(target):
        head = {
            "hosts": "localhost",
            "connection": "local",
            "gather_facts": False,
            "module_defaults": {"group/entra.mfa.graph": "{{ graph_login }}"},
            "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        }
    return [{**head, "roles": [target]}]


@pytest.mark.parametrize("target", targets())
def test_target(target: str, tmp_path: Path) -> None:
    with Simulator(tmp_path / "simulator", small_organisation(), hosts=on_windows(target)) as simulator:
        files = {
            "inventory.json": inventory(simulator.ready),
            "variables.json": {**variables(simulator.ready), "output_dir": str(tmp_path / "output")},
            "play.json": play(target),
        }
        for name, content in files.items():
            (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
        (tmp_path / "output").mkdir()
        run = subprocess.run(
            [sys.executable, "-m", "ansible", "playbook", "-i", "inventory.json", "-e", "@variables.json", "play.json"],
            cwd=tmp_path,
            env={
                **os.environ,
                "ANSIBLE_COLLECTIONS_PATH": str(Path(sys.prefix) / "collections"),
                "ANSIBLE_HOME": str(tmp_path / "ansible"),
                "ANSIBLE_NOCOLOR": "1",
                "ANSIBLE_ROLES_PATH": str(TARGETS),
            },
            capture_output=True,
            text=True,
            check=False,
        )

    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
