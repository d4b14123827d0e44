# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fault at every step of prepare and of the rollback of a server, in turn.

The steps come from the call log of a run without faults: each one that changes something, the one after it, and the
first of each kind that reads. Every run meets the fault after that of the run before it, and so shows that the run
after a fault gets further; the last one meets none and completes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from entra_simulator.installers import installers
from entra_simulator.windows import default_hosts, start_hosts
from support.host_steps import Step, steps_of
from support.playbook import PlaybookRun, run_playbook, server_inventory
from support.refusal import complaints, leaked, messages, secrets_of

HOST = "mfa01"
OLD_BUILD, NEW_BUILD = "8.0.1.1", "8.1.10.1"
DATA_FILE = "\\Data\\PhoneFactor.pfdata"
NO_SERVER = "mfa01 now has no MFA Server. Run the rollback again"
BROKEN_OFF = (2, 4)
"""Exit codes of a run in which a task failed, or the server was out of reach."""


class Server:
    """A simulated server in a folder of its own, and the runs on it; no tenant is asked."""

    def __init__(self, folder: Path, *, prepared: bool) -> None:
        self.folder = folder
        blueprints = [blueprint for blueprint in default_hosts() if blueprint.name == HOST]
        (self.running,) = start_hosts(folder / "simulator", blueprints)
        address = {"address": "127.0.0.1", "port": self.running.port}
        login = {"username": self.running.username, "password": self.running.password}
        self.ready: dict[str, Any] = {"apps": {}, "delegated": {}, "hosts": {HOST: {**address, **login}}}
        self.original = self.data_file()
        if prepared:
            assert self.play("prepare").returncode == 0

    def stop(self) -> None:
        """End the server."""
        self.running.stop()

    def play(self, playbook: str, step: Step | None = None, **outcome: Any) -> PlaybookRun:
        """Run prepare, or the rollback of the server alone, with a fault at a step."""
        paths = installers()
        variables = {
            "entra_mfa_record_dir": str(self.folder / "records"),
            "entra_mfa_backup_dir": "D:\\Backup",
            "entra_mfa_installer": paths["new"],
            "entra_mfa_previous_installer": paths["previous"],
            "entra_mfa_redistributables": paths["redistributables"],
            "entra_mfa_out_of_load_balancer": True,
            "entra_mfa_register_app": False,
        }
        self.running.host.set_faults([step.fault(**outcome)] if step else [])
        return run_playbook(
            self.folder / "run",
            f"entra.mfa.{playbook}",
            inventory=server_inventory(self.ready, "mfa_servers"),
            variables=variables,
            arguments=["--tags", "server"] if playbook == "rollback" else [],
        )

    def log(self) -> list[dict[str, Any]]:
        """The calls so far."""
        return list(self.running.host.log)

    def state(self) -> dict[str, Any]:
        """The whole state of the host."""
        return self.running.host.state_document()

    def data_file(self) -> str:
        """The checksum of the data file."""
        files = self.state()["files"]
        return str(next(entry["sha256"] for path, entry in files.items() if path.endswith(DATA_FILE)))

    def broken_files(self, whole: set[str]) -> list[str]:
        """Data files and copies of it that are not whole; ``whole`` are the checksums that the data file may have."""
        files = {path: entry["sha256"] for path, entry in self.state()["files"].items() if path.endswith(".pfdata")}
        return [
            f"{path} is broken"
            for path, checksum in files.items()
            if checksum not in (whole if path.endswith(DATA_FILE) else {self.original})
        ]

    def untold(self, before: Mapping[str, Any], told: str) -> list[str]:
        """Services that a run has left stopped, and a server that it has left uninstalled, without a word about it."""
        state = self.state()
        stopped = running(before) - running(state)
        wrong = [
            f"{service} stands still" for service in sorted(stopped) if service not in told and NO_SERVER not in told
        ]
        return wrong + (
            ["the server is gone"] if state["mfa_server"]["version"] is None and NO_SERVER not in told else []
        )


def running(state: Mapping[str, Any]) -> set[str]:
    """The services that run."""
    return {name for name, service in state["services"].items() if service["state"] == "running"}


def steps_without_faults(playbook: str, folder: Path) -> tuple[list[Step], str]:
    """The steps of a run without faults, and the checksum that prepare leaves the data file with."""
    server = Server(folder, prepared=playbook == "rollback")
    earlier, converted = len(server.log()), server.data_file()
    run = server.play(playbook)
    steps, after = steps_of(server.log()[earlier:]), server.data_file()
    server.stop()
    assert run.returncode == 0, run.output
    return steps, converted if playbook == "rollback" else after


def with_outcomes(steps: Sequence[Step]) -> list[tuple[Step, dict[str, Any]]]:
    """Each step with a failure, and each one that changes something with a connection that is cut as well."""
    outcomes: dict[bool, list[dict[str, Any]]] = {False: [{}], True: [{}, {"cut": True}]}
    return [(step, outcome) for step in steps for outcome in outcomes[step.changed]]


def judge(server: Server, run: PlaybookRun, before: Mapping[str, Any], whole: set[str], *, cut: bool) -> list[str]:
    """What is wrong after a run that met a fault. Of a server out of reach nobody can tell how it stands."""
    wrong = server.broken_files(whole)
    wrong += [f"{secret} is shown" for secret in leaked(run, secrets_of(server.ready))]
    told = messages(run, HOST)
    if cut:
        return wrong + ([] if any("onnection" in message for message in told) else [f"the cut is not told: {told}"])
    return wrong + server.untold(before, " ".join(told)) + complaints(replace(run, results=run.failures[-1:]), HOST, ())


@pytest.mark.parametrize(("playbook", "end"), [("prepare", NEW_BUILD), ("rollback", OLD_BUILD)])
def test_a_fault_at_each_step(playbook: str, end: str, tmp_path: Path) -> None:
    steps, converted = steps_without_faults(playbook, tmp_path / "without")
    assert len([step for step in steps if step.changed]) > 3
    number, wrong = 0, []
    server = Server(tmp_path / "0", prepared=playbook == "rollback")
    try:
        whole = {server.original, converted}
        for step, outcome in with_outcomes(steps):
            before = server.state()
            run = server.play(playbook, step, **outcome)
            if run.returncode == 0:
                # What the faults before have left made this step needless, so a fresh server meets it.
                server.stop()
                number += 1
                server = Server(tmp_path / str(number), prepared=playbook == "rollback")
                before = server.state()
                run = server.play(playbook, step, **outcome)
            assert run.returncode in BROKEN_OFF, (str(step), run.output[-3000:])
            found = judge(server, run, before, whole, cut=bool(outcome))
            wrong += [f"{step}{', cut' if outcome else ''}: {text}" for text in found]

        last = server.play(playbook)
        assert last.returncode == 0, last.output[-3000:]
        state = server.state()
        assert wrong == []
        assert state["mfa_server"]["version"] == end
        assert state["services"]["MultiFactorAuth"]["state"] == "running"
        assert state["services"]["MultiFactorAuthAdSync"]["state"] == "running"
        assert server.data_file() == (server.original if playbook == "rollback" else converted)
    finally:
        server.stop()
