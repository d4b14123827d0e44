# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input and failing servers in phase 1: one clear message each, the server as it was found, no secret shown."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from support.organisation import small_organisation
from support.playbook import PlaybookRun, login, run_playbook, server_inventory
from support.refusal import complaints, leaked, secrets_of
from support.simulator import Simulator

NEW_BUILD = "8.1.10.1"
BACKUP_DRIVE = "D:\\"


@dataclass(frozen=True, slots=True)
class Case:
    """Parts of the one message, variables that differ, faults of the server, and the app that logs in.

    A variable of None is taken away; a dictionary changes the good one. ``out`` says why the server stays out of load
    balancing; without it, it goes back.
    """

    name: str
    parts: tuple[str, ...]
    variables: Mapping[str, Any] = field(default_factory=dict)
    faults: Sequence[Mapping[str, Any]] = ()
    app: str = "setup"
    out: str = ""


REFUSED = [
    Case("no_installer", ("entra_mfa_installer is not set", "entra_mfa_update"), {"entra_mfa_installer": None}),
    Case(
        "installer_elsewhere",
        ("C:\\Install\\none.exe is not on mfa01", "Copy the installer there"),
        {"entra_mfa_installer": {"path": "C:\\Install\\none.exe"}},
    ),
    Case(
        "no_previous_installer",
        ("installer of the installed build 8.0.1.1 is not on mfa01", "entra_mfa_waive_previous_installer"),
        {"entra_mfa_previous_installer": None},
    ),
    Case(
        "no_load_balancer_answer",
        ("mfa01 is out of load balancing", "entra_mfa_out_of_load_balancer: true"),
        {"entra_mfa_out_of_load_balancer": None},
    ),
    Case(
        "out_of_reach",
        ("mfa01: could not reach login and Graph", "https://graph.microsoft.com", "Nothing was changed"),
        faults=[{"module": "network", "match": "graph"}],
    ),
    Case(
        "no_such_certificate",
        ("mfa01: could not use the certificate", "0" * 40),
        {"entra_mfa_certificate_thumbprint": "0" * 40},
    ),
    Case("unknown_utility_host", ("names mfa09", "inventory"), {"entra_mfa_utility_hosts": ["mfa09"]}),
    Case("unknown_log_size", ("no value for the size of a log", "entra_mfa_log_size_value"), {"entra_mfa_log_size": 5}),
    Case(
        "no_permission", ("HTTP 403", "grant the app the application permission Application.Read.All"), app="powerless"
    ),
    Case(
        "disk_full",
        ("mfa01: could not back up", "drive D:\\ has 0 bytes free", "Free some space"),
        faults=[{"module": "drive.full"}],
    ),
    Case(
        "copy_differs",
        ("mfa01: could not verify the copy", "SHA-256", "Check the drive", "MultiFactorAuthAdSync are running"),
        faults=[{"module": "win_copy", "match": "pfdata", "corrupt": True}],
    ),
    Case(
        "service_stays",
        ("could not stop the service MultiFactorAuth", "Look at the service", "MultiFactorAuthAdSync are running"),
        faults=[{"module": "service.stop", "match": "^MultiFactorAuth$"}],
    ),
]
FAILED_UPDATES = [
    Case(
        "installer_fails",
        ("mfa01 runs MFA Server 8.0.1.1", "the installer failed: it", "Check entra_mfa_installer", "roll back"),
        faults=[{"module": "win_package", "match": "8\\.1\\.10", "message": "it broke off."}],
    ),
    Case(
        "installer_waits",
        ("the installer failed: it did not end within 2 seconds", "entra_mfa_installer.arguments", "roll back"),
        {"entra_mfa_installer_timeout": 2},
        faults=[{"module": "win_package", "match": "8\\.1\\.10", "delay": 6}],
        out="it has MFA Server 8.0.1.1, and its installer did not end.",
    ),
]
OTHER_VERSION = Case(
    "other_version",
    (f"mfa01 runs MFA Server {NEW_BUILD} after the update, expected 8.2.0.1", "Check entra_mfa_installer"),
    {"entra_mfa_installer": {"version": "8.2.0.1"}},
    out=f"it has MFA Server {NEW_BUILD}, and MultiFactorAuthAdSync stands still. The next run that",
)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """Servers that every case leaves as it found them."""
    with Simulator(tmp_path_factory.mktemp("servers"), small_organisation(), hosts=True) as simulator:
        yield simulator


def inventory(ready: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The inventory with the named servers alone."""
    content = server_inventory(ready, "mfa_servers")
    hosts = content["mfa_servers"]["hosts"]
    content["mfa_servers"]["hosts"] = {name: hosts[name] for name in names}
    return content


def prepare(simulator: Simulator, folder: Path, case: Case, content: Mapping[str, Any] | None = None) -> PlaybookRun:
    """Run the playbook with good variables, spoilt by the case."""
    ready = simulator.ready
    folder.mkdir(exist_ok=True)
    variables: dict[str, Any] = {
        "entra_mfa_graph_options": login(ready, case.app),
        "entra_mfa_record_dir": str(folder / "records"),
        "entra_mfa_backup_dir": BACKUP_DRIVE + case.name,
        "entra_mfa_installer": ready["installers"]["new"],
        "entra_mfa_previous_installer": ready["installers"]["previous"],
        "entra_mfa_redistributables": ready["installers"]["redistributables"],
        "entra_mfa_out_of_load_balancer": True,
    }
    hook = {"path": str(folder / "calls.txt"), "line": "{{ __entra_mfa_now.version }}", "create": True, "mode": "0600"}
    tasks = [{"name": "Put it back", "ansible.builtin.lineinfile": hook, "delegate_to": "localhost"}]
    variables["entra_mfa_load_balancer_return_tasks"] = str(folder / "back.yml")
    (folder / "back.yml").write_text(json.dumps(tasks), encoding="utf-8")
    for name, value in case.variables.items():
        variables[name] = {**variables[name], **value} if isinstance(value, dict) else value
    simulator.control("POST", "/hosts/mfa01/faults", list(case.faults))
    run = run_playbook(
        folder,
        "entra.mfa.prepare",
        inventory=content or inventory(ready, "mfa01"),
        variables={name: value for name, value in variables.items() if value is not None},
    )
    simulator.control("POST", "/hosts/mfa01/faults", [])
    return run


def picture(simulator: Simulator) -> dict[str, Any]:
    """What a refusal must leave alone on the server: services, product, registry, data file and its copies."""
    state = simulator.control("GET", "/hosts/mfa01/state")
    copies = {
        path: entry for path, entry in state["files"].items() if path.lower().endswith((".pfdata", ".pfdata.json"))
    }
    return {"copies": copies, **{key: state[key] for key in ("services", "mfa_server", "registry", "certificates")}}


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_refused(case: Case, servers: Simulator, tmp_path: Path) -> None:
    before = picture(servers)

    run = prepare(servers, tmp_path, case)

    assert run.returncode == 2, run.output
    assert complaints(run, "mfa01", case.parts) == []
    assert picture(servers) == before
    assert servers.applied_writes() == 0
    assert not (tmp_path / "records").exists()
    assert leaked(run, secrets_of(servers.ready)) == []


def test_a_server_out_of_reach_stops_the_others_before_the_first_change(servers: Simulator, tmp_path: Path) -> None:
    content = inventory(servers.ready, "mfa01", "mfa02")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        content["mfa_servers"]["hosts"]["mfa02"]["ansible_port"] = closed.getsockname()[1]
    before = picture(servers)

    run = prepare(servers, tmp_path, Case("out_of_reach", ()), content)

    assert run.returncode == 4, run.output
    parts = ("mfa02: could not be reached at 127.0.0.1", "the connection was refused", "Check that the host is on")
    assert complaints(run, "mfa02", parts) == []
    assert picture(servers) == before
    assert servers.applied_writes() == 0
    assert leaked(run, secrets_of(servers.ready)) == []


def calls(folder: Path) -> list[str]:
    """With which versions the server was put back into load balancing."""
    path = folder / "calls.txt"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def failed_update(simulator: Simulator, folder: Path, case: Case) -> None:
    """Let an update fail: the message is clear, the service runs, backup and record are there, nothing was written."""
    data = picture(simulator)["copies"].popitem()[1]
    run = prepare(simulator, folder, case)
    after = picture(simulator)
    recorded = json.loads((folder / "records/prepare.json").read_text(encoding="utf-8"))["servers"]["mfa01"]

    assert run.returncode == 2, run.output
    last = replace(run, results=run.failures[-1:])  # of an installer that ran out of time, Ansible tells that first
    assert complaints(last, "mfa01", case.parts) == []
    assert simulator.applied_writes() == 0
    assert after["services"]["MultiFactorAuth"]["state"] == "running"
    assert recorded["previous_version"] == "8.0.1.1"
    assert recorded["version"] != recorded["previous_version"]
    assert recorded["backup"]["sha256"] == data["sha256"] == after["copies"][recorded["backup"]["path"]]["sha256"]
    assert (f"mfa01 stays out of load balancing: {case.out}" in run.output) is bool(case.out)
    assert leaked(run, secrets_of(simulator.ready)) == []


@pytest.mark.parametrize("case", FAILED_UPDATES, ids=lambda case: case.name)
def test_an_update_that_fails_leaves_backup_and_record(case: Case, tmp_path: Path) -> None:
    with Simulator(tmp_path / "simulator", small_organisation(), hosts=True) as simulator:
        failed_update(simulator, tmp_path / "run", case)

    assert calls(tmp_path / "run") == ([] if case.out else ["8.0.1.1"])


def test_a_server_that_stays_out_goes_back_with_the_run_that_completes(tmp_path: Path) -> None:
    with Simulator(tmp_path / "simulator", small_organisation(), hosts=True) as simulator:
        failed_update(simulator, tmp_path / "run", OTHER_VERSION)
        early = calls(tmp_path / "run")
        run = prepare(simulator, tmp_path / "run", Case("again", ()))

    assert run.returncode == 0, run.output
    assert (early, calls(tmp_path / "run")) == ([], [NEW_BUILD])
