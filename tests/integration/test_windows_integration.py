# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Windows targets run by ``ansible-test windows-integration``, as a maintainer with Windows hosts runs them.

Here the inventory names simulated hosts, an AD FS farm of two computers among them, and the variable ``simulator`` by
which the targets set faults. The shipped template has the same groups and variables.
"""

from __future__ import annotations

import configparser
import subprocess
import sys
from pathlib import Path

import pytest
from support.organisation import small_organisation
from support.playbook import server_inventory
from support.simulator import Simulator

ROOT = Path(__file__).resolve().parents[2]
TARGETS = ROOT / "tests" / "integration" / "targets"
TEMPLATE = ROOT / "tests" / "integration" / "inventory.winrm.template"


def windows_targets() -> list[str]:
    """Return the names of the targets that run on Windows hosts."""
    aliases = TARGETS.glob("*/aliases")
    return sorted(path.parent.name for path in aliases if "windows" in path.read_text(encoding="utf-8").split())


def write_inventory(simulator: Simulator, path: Path) -> None:
    """Write the simulated hosts in the form of the template."""
    group = server_inventory(simulator.ready, "windows")["windows"]
    hosts = [
        " ".join([name, *(f"{key}={value}" for key, value in host.items())]) for name, host in group["hosts"].items()
    ]
    simulator_variable = {key: simulator.ready[key] for key in ("control_url", "ca_path")}
    variables = [f"{key}={value}" for key, value in {**group["vars"], "simulator": simulator_variable}.items()]
    path.write_text("\n".join(["[windows]", *hosts, "[windows:vars]", *variables, ""]), encoding="utf-8")
    path.chmod(0o600)


def test_the_windows_targets_run_by_ansible_test(tmp_path: Path) -> None:
    inventory = tmp_path / "inventory.winrm"
    organisation = {**small_organisation(), "adfsServers": 2}
    with Simulator(tmp_path / "simulator", organisation, hosts=True) as simulator:
        write_inventory(simulator, inventory)
        command = [sys.executable, str(ROOT / "tools" / "ansible_test.py"), "windows-integration"]
        finished = subprocess.run(
            [*command, *windows_targets(), "--inventory", str(inventory)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    assert finished.returncode == 0, finished.stdout[-8000:]
    for target in windows_targets():
        assert f"TASK [{target} : " in finished.stdout
    assert "TASK [setup_host_faults : Set the faults of the simulated host]" in finished.stdout


@pytest.mark.parametrize("section", ["windows", "windows:vars"])
def test_the_template_is_an_inventory_of_windows_hosts(section: str) -> None:
    parser = configparser.ConfigParser(allow_no_value=True, delimiters=("=",), interpolation=None)
    parser.read(TEMPLATE, encoding="utf-8")
    entries = dict(parser[section])
    if section == "windows":
        assert all("ansible_host" in name for name in entries)
    else:
        assert entries["ansible_connection"] == "winrm"
        assert entries["ansible_password"] == "change-me"
