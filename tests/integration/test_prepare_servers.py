# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phase 1 on several servers: the order of the update, what the operator may ask for, and the way back from it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from support.organisation import small_organisation
from support.playbook import PlaybookRun, login, run_playbook, server_inventory
from support.refusal import complaints, leaked, secrets_of
from support.simulator import Simulator

KEY = "HKLM:\\SOFTWARE\\WOW6432Node\\Positive Networks\\PhoneFactor"
APP = "MFA Server Migration Utility"
OLD_BUILD, NEW_BUILD = "8.0.1.1", "8.1.10.1"
GIVE_LOG_A_SIZE = [
    {
        "name": "Give the log a size",
        "ansible.windows.win_regedit": {"path": KEY, "name": "MaxLogFileSize", "data": 10, "type": "dword"},
    }
]
VAULT_PASSWORD = "a password for the copy"


class Servers:
    """Two MFA Servers and an AD FS server of one simulator; the secondary server runs the utility."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.records = folder / "records"
        self.simulator = Simulator(folder / "simulator", small_organisation(), hosts=True)
        (folder / "vault-password").write_text(VAULT_PASSWORD, encoding="utf-8")
        self.hooks = {
            "entra_mfa_load_balancer_tasks": self.hook("out.yml", "leaves with {{ __entra_mfa_before.version }}"),
            "entra_mfa_load_balancer_return_tasks": self.hook("back.yml", "is back with {{ __entra_mfa_now.version }}"),
        }

    def hook(self, name: str, line: str) -> str:
        """A task file that writes down that it was called."""
        call = {
            "ansible.builtin.lineinfile": {
                "path": str(self.folder / "calls.txt"),
                "line": f"{{{{ inventory_hostname }}}} {line}",
                "create": True,
                "mode": "0600",
            },
            "delegate_to": "localhost",
            "throttle": 1,
        }
        path = self.folder / name
        path.write_text(json.dumps([{"name": "Tell the load balancer", **call}]), encoding="utf-8")
        return str(path)

    def inventory(self) -> dict[str, Any]:
        """The servers in the groups of the playbooks."""
        content = server_inventory(self.simulator.ready, "every")
        content["every"]["hosts"]["mfa02"] |= {"entra_mfa_server_role": "secondary", "entra_mfa_log_size": 50}
        content["mfa_servers"] = {"hosts": {name: {} for name in ("mfa01", "mfa02")}}
        content["adfs_servers"] = {"hosts": {"adfs01": {}}}
        return content

    def play(self, playbook: str, *arguments: str, **variables: Any) -> PlaybookRun:
        """Run a playbook on all servers."""
        ready = self.simulator.ready
        common = {
            "entra_mfa_graph_options": login(ready, "setup"),
            "entra_mfa_record_dir": str(self.records),
            "entra_mfa_backup_dir": "D:\\Backup",
            "entra_mfa_backup_whole_folder": True,
            "entra_mfa_backup_vault_password_file": str(self.folder / "vault-password"),
            "entra_mfa_adfs_backup_path": "D:\\Backup\\adfs.json",
            "entra_mfa_installer": ready["installers"]["new"],
            "entra_mfa_previous_installer": ready["installers"]["previous"],
            "entra_mfa_redistributables": ready["installers"]["redistributables"],
            **self.hooks,
            "entra_mfa_utility_hosts": ["mfa02"],
        }
        given = {name: value for name, value in {**common, **variables}.items() if value is not None}
        folder, name = self.folder / "run", f"entra.mfa.{playbook}"
        return run_playbook(folder, name, inventory=self.inventory(), variables=given, arguments=arguments)

    def tasks(self, host: str, tasks: Sequence[dict[str, Any]]) -> None:
        """Do something on a server that is not part of the test."""
        play = {"hosts": host, "gather_facts": False, "tasks": list(tasks)}
        run = run_playbook(self.folder / "tasks", [play], inventory=self.inventory())
        assert run.returncode == 0, run.output

    def state(self, host: str) -> dict[str, Any]:
        """The whole state of a host."""
        found: dict[str, Any] = self.simulator.control("GET", f"/hosts/{host}/state")
        return found

    def picture(self) -> dict[str, Any]:
        """What a refusal and check mode must leave alone."""
        keys = ("services", "registry", "certificates", "mfa_server")
        states = {name: self.state(name) for name in ("mfa01", "mfa02")}
        return {name: {key: state[key] for key in keys} for name, state in states.items()}

    def record(self, name: str) -> dict[str, Any]:
        """A record of the phase."""
        found: dict[str, Any] = json.loads((self.records / f"{name}.json").read_text(encoding="utf-8"))
        return found

    def app_certificates(self) -> set[str]:
        """The thumbprints of the certificates that the app registration signs in with."""
        token = self.simulator.token("setup")
        apps = self.simulator.graph("GET", f"v1.0/applications?$filter=displayName eq '{APP}'", token=token).json()
        path = f"v1.0/applications/{apps['value'][0]['id']}?$select=keyCredentials"
        credentials = self.simulator.graph("GET", path, token=token).json()["keyCredentials"]
        keys = [base64.b64decode(credential["key"]) for credential in credentials]
        return {hashlib.sha1(key, usedforsecurity=False).hexdigest().upper() for key in keys}


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    running = Servers(tmp_path)
    yield running
    running.simulator.stop()


def test_a_runtime_that_is_missing_is_asked_for(servers: Servers) -> None:
    code = servers.simulator.ready["installers"]["redistributables"][1]["product_id"]
    package = {"product_id": code, "arguments": "/quiet", "state": "absent"}
    servers.tasks("mfa01", [{"name": "Remove a runtime", "ansible.windows.win_package": package}])
    before = servers.picture()

    run = servers.play("prepare", entra_mfa_redistributables=[], entra_mfa_log_size=None)

    assert run.returncode == 2, run.output
    assert complaints(run, "mfa01", ("mfa01 lacks the Visual C++ 2015", "entra_mfa_redistributables")) == []
    assert servers.picture() == before


def test_check_mode_changes_nothing_and_takes_a_waiver(servers: Servers) -> None:
    servers.tasks("mfa02", GIVE_LOG_A_SIZE)
    before, writes = servers.picture(), servers.simulator.applied_writes()

    waived = {"entra_mfa_previous_installer": None, "entra_mfa_waive_previous_installer": True}
    run = servers.play("prepare", "--check", **waived)

    assert run.returncode == 0, run.output
    assert servers.picture() == before
    assert servers.simulator.applied_writes() == writes
    assert not (servers.records / "prepare.json").exists()


def test_servers_are_prepared_in_order_and_come_back(servers: Servers) -> None:
    servers.tasks("mfa02", GIVE_LOG_A_SIZE)
    prepared_in_order_with_what_was_asked_for(servers)
    one_more_server_brings_its_certificate(servers)
    the_folder_comes_back_from_the_controller(servers)
    for name in ("mfa01", "mfa02"):
        state = servers.state(name)
        assert state["mfa_server"]["version"] == OLD_BUILD
        assert state["services"]["MultiFactorAuth"]["state"] == "running"
    assert servers.state("mfa01")["services"]["MultiFactorAuthAdSync"]["state"] == "running"


def prepared_in_order_with_what_was_asked_for(servers: Servers) -> None:
    """Prepare both servers, twice."""
    whole = {name: servers.state(name)["files"] for name in ("mfa01", "mfa02")}
    run = servers.play("prepare")
    assert run.returncode == 0, run.output

    # The primary server goes first; each is out of the load balancer for its own update alone.
    calls = (servers.folder / "calls.txt").read_text(encoding="utf-8").splitlines()
    assert calls == [
        f"{name} {words}" for name in whole for words in (f"leaves with {OLD_BUILD}", f"is back with {NEW_BUILD}")
    ]
    assert {name: servers.state(name)["mfa_server"]["version"] for name in whole} == dict.fromkeys(whole, NEW_BUILD)
    assert "Unhandled SB" in run.output

    # The whole folder is on the server; its copy on the controller is encrypted, and the record knows its checksum.
    recorded = servers.record("prepare")["servers"]
    backup = recorded["mfa01"]["backup"]
    assert backup["path"].endswith(".zip")
    assert backup["path"] in servers.state("mfa01")["files"]
    assert Path(recorded["mfa01"]["fetched_to"]).read_bytes().startswith(b"$ANSIBLE_VAULT")
    assert recorded["mfa01"]["fetched_sha256"] != backup["sha256"]

    # The utility runs on the secondary server alone, and the app registration knows its certificate.
    assert [(name, entry["utility"]) for name, entry in recorded.items()] == [("mfa01", False), ("mfa02", True)]
    assert recorded["mfa01"]["certificate"] is None
    assert servers.app_certificates() == {recorded["mfa02"]["certificate"].upper()}
    assert "Microsoft.Graph.Applications" in recorded["mfa02"]["script"]["modules"]

    # Only the log that was named grows.
    sizes = {name: servers.state(name)["registry"].get(KEY, {}).get("MaxLogFileSize") for name in whole}
    assert (sizes["mfa01"], sizes["mfa02"]["data"]) == (None, 50)

    # The rules of AD FS are kept on both sides, and what still demands MFA is named.
    farm = servers.record("adfs-adfs01")
    assert farm["demanding_mfa"] == ["Microsoft Office 365 Identity Platform", "Payroll", "Suppliers"]
    kept = json.loads(Path(farm["fetched_to"]).read_text(encoding="utf-8"))
    assert kept["configuration"]["global_policy"]["additional_providers"]
    assert Path(farm["fetched_to"]).stat().st_mode & 0o077 == 0
    assert leaked(run, {*secrets_of(servers.simulator.ready), VAULT_PASSWORD}) == []

    again = servers.play("prepare")
    assert again.returncode == 0, again.output
    assert again.output.count("changed=0") == 3


def one_more_server_brings_its_certificate(servers: Servers) -> None:
    """Let the primary server run the utility too: the app registration keeps the certificate that it has."""
    first = servers.app_certificates()
    run = servers.play("prepare", "--limit", "mfa01", entra_mfa_utility_hosts=["mfa01", "mfa02"])

    assert run.returncode == 0, run.output
    assert servers.app_certificates() == {*first, servers.record("prepare")["servers"]["mfa01"]["certificate"].upper()}
    assert len(servers.app_certificates()) == 2


def the_folder_comes_back_from_the_controller(servers: Servers) -> None:
    """Roll both servers back after the copy on the primary server was lost."""
    before = servers.record("prepare")["servers"]
    remove = {"path": "D:\\Backup", "state": "absent"}
    servers.tasks("mfa01", [{"name": "Lose the copy", "ansible.windows.win_file": remove}])

    without = servers.play(
        "rollback", "--tags", "server", "--limit", "mfa01", entra_mfa_backup_vault_password_file=None
    )
    assert without.returncode == 2, without.output
    assert complaints(without, "mfa01", ("could not decrypt", "vault_password_file")) == []
    assert servers.state("mfa01")["mfa_server"]["version"] == NEW_BUILD

    run = servers.play("rollback", "--tags", "server")
    assert run.returncode == 0, run.output
    assert before["mfa01"]["backup"]["path"] not in servers.state("mfa01")["files"]
