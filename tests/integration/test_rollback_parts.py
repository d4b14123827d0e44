# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of the rollback, each alone by its tag, in any order, from a state that an earlier run left half done."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.organisation import ROLLOUT, small_organisation
from support.playbook import PlaybookRun, delegated_login, login, run_playbook, server_inventory
from support.refusal import messages
from support.simulator import Simulator

NEW_BUILD = "8.1.10.1"
POLICY = "MFA rollout policy"
PARTS = ("rollout", "federation", "server")
BACK = {
    "server": ("8.0.1.1", "running"),
    "federation": {"contoso.example": "enforceMfaByFederatedIdp", "fabrikam.example": "enforceMfaByFederatedIdp"},
    "rollout": [False],
}
REJECT = "rejectMfaByFederatedIdp"
_DESCRIBED = {"entra_mfa_batches": [], "entra_mfa_domains": ["contoso.example"], "entra_mfa_export": "export.json"}
PORTAL_ALONE = ("--tags", "portal", "-e", json.dumps(_DESCRIBED))
PORTAL = "C:\\inetpub\\wwwroot\\MultiFactorAuth\\web.config"


def organisation() -> dict[str, Any]:
    """Finalized and rolled out; an earlier rollback has given the second domain back already."""
    content = small_organisation()
    content["domains"][0]["federation"] = {"federatedIdpMfaBehavior": REJECT}
    policy = {"displayName": POLICY, "feature": "multiFactorAuthentication", "isEnabled": True}
    content["rolloutPolicies"] = [{**policy, "appliesTo": [ROLLOUT]}]
    return content


class Phases:
    """A server and a tenant with the records of all phases."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.simulator = Simulator(folder / "simulator", organisation(), hosts=True)
        assert (run := self.play("prepare")).returncode == 0, run.output
        flip = {"configuration_id": "id", "behavior": REJECT, "effective_by": None}
        domains = {
            "contoso.example": {**flip, "previous": None},
            "fabrikam.example": {**flip, "previous": "enforceMfaByFederatedIdp"},
        }
        for name, record in {
            "finalize": {"domains": domains, "overridden_gates": []},
            "rollout": {"policy": {"displayName": POLICY}, "batches": ["one"]},
        }.items():
            (folder / f"records/{name}.json").write_text(json.dumps(record), encoding="utf-8")

    def play(self, playbook: str | list[dict[str, Any]], *arguments: str) -> PlaybookRun:
        """Run a playbook, or plays, for the server mfa01."""
        ready = self.simulator.ready
        content = server_inventory(ready, "mfa_servers")
        hosts = content["mfa_servers"]["hosts"]
        content["mfa_servers"]["hosts"] = {"mfa01": hosts["mfa01"]}
        variables = {
            "entra_mfa_graph_options": login(ready),
            "entra_mfa_rollout_access_token": delegated_login(ready)["access_token"],
            "entra_mfa_record_dir": str(self.folder / "records"),
            "entra_mfa_backup_dir": "D:\\Backup",
            "entra_mfa_installer": ready["installers"]["new"],
            "entra_mfa_previous_installer": ready["installers"]["previous"],
            "entra_mfa_redistributables": ready["installers"]["redistributables"],
            "entra_mfa_out_of_load_balancer": True,
            "entra_mfa_register_app": False,
        }
        name = f"entra.mfa.{playbook}" if isinstance(playbook, str) else playbook
        return run_playbook(self.folder / "run", name, inventory=content, variables=variables, arguments=arguments)

    def break_off(self) -> None:
        """Let a rollback break off between the uninstallation of the new build and the restoration of the data file."""
        fault = {"module": "win_copy", "match": "pfdata"}
        self.simulator.control("POST", "/hosts/mfa01/faults", [fault])
        run = self.play("rollback", "--tags", "server")
        assert run.returncode == 2
        assert "mfa01 now has no MFA Server" in run.output

    def portal(self) -> str:
        """The checksum of the portal's configuration."""
        state = self.simulator.control("GET", "/hosts/mfa01/state")
        return str(state["files"][PORTAL]["sha256"])

    def stands(self) -> dict[str, Any]:
        """How each part stands."""
        tenant = self.simulator.control("GET", "/state")
        host = self.simulator.control("GET", "/hosts/mfa01/state")
        service = host["services"].get("MultiFactorAuth", {}).get("state")
        federated = [domain for domain in tenant["domains"] if domain["authenticationType"] == "Federated"]
        return {
            "server": (host["mfa_server"]["version"], service),
            "federation": {domain["id"]: domain["federation"]["federatedIdpMfaBehavior"] for domain in federated},
            "rollout": [policy["isEnabled"] for policy in tenant["rolloutPolicies"]],
        }


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phases]:
    """One simulator for all tests of the module; each leaves the server with its previous build."""
    running = Phases(tmp_path_factory.mktemp("rollback"))
    yield running
    running.simulator.stop()


@pytest.fixture
def phases(simulated: Phases) -> Phases:
    """The server with the new build."""
    if simulated.stands()["server"][0] != NEW_BUILD:
        run = simulated.play("prepare")
        assert run.returncode == 0, run.output
    return simulated


def test_each_part_alone(phases: Phases) -> None:
    phases.break_off()
    stands = phases.stands()
    assert stands["server"] == (None, None)

    for part in PARTS:
        check = phases.play("rollback", "--check", "--tags", part)
        assert check.returncode == 0, check.output
        assert phases.stands() == stands

        run = phases.play("rollback", "--tags", part)
        assert run.returncode == 0, run.output
        stands = {**stands, part: BACK[part]}
        assert phases.stands() == stands

    assert stands == BACK
    again = phases.play("rollback")
    assert again.returncode == 0, again.output
    assert again.output.count("changed=0") == 2


def test_each_step_of_a_server_alone(phases: Phases) -> None:
    updated = phases.stands()
    for step, reason in (("restore", "was taken with MFA Server 8.0.1.1"), ("install", "unexpected rc")):
        early = phases.play("rollback", "--tags", step)
        assert early.returncode == 2, early.output
        told = messages(early, "mfa01")[-1]
        assert reason in told
        assert "mfa01 now has MFA Server 8.1.10.1. Run the rollback again" in told
        assert phases.stands() == updated

    for step, server in (("uninstall", (None, None)), ("restore", (None, None)), ("install", BACK["server"])):
        run = phases.play("rollback", "--tags", step)
        assert run.returncode == 0, run.output
        assert phases.stands() == {**updated, "server": server}
    assert phases.play("rollback", "--tags", "verify").returncode == 0


def test_a_build_that_came_back_without_its_data_file_gets_it(phases: Phases) -> None:
    assert phases.play("rollback", "--tags", "uninstall").returncode == 0
    without = phases.play("rollback", "--tags", "install")
    assert without.returncode == 2, without.output
    assert phases.stands()["server"] == ("8.0.1.1", "stopped")

    run = phases.play("rollback", "--tags", "server")
    assert run.returncode == 0, run.output
    assert phases.stands()["server"] == BACK["server"]


def test_the_portal_comes_back(phases: Phases) -> None:
    own = phases.portal()
    check = phases.play("finalize", *PORTAL_ALONE, "--check")
    assert check.returncode == 0, check.output
    assert phases.portal() == own

    for changed in ("changed=2", "changed=0"):
        run = phases.play("finalize", *PORTAL_ALONE)
        assert run.returncode == 0, run.output
        assert changed in run.output
    assert phases.portal() != own
    record = json.loads((phases.folder / "records/portal-mfa01.json").read_text(encoding="utf-8"))
    assert (record["previous"], record["state"], record["url"]) == ("open", "redirected", "https://aka.ms/mfasetup")

    for changed in ("changed=1", "changed=0"):
        back = phases.play("rollback", "--tags", "portal")
        assert back.returncode == 0, back.output
        assert changed in back.output
    assert phases.portal() == own


def test_the_portal_is_kept_before_the_domains_are_finalized(phases: Phases) -> None:
    record = phases.folder / "records/finalize.json"
    hidden = record.rename(record.with_suffix(".hidden"))
    run = phases.play("finalize", *PORTAL_ALONE)
    hidden.rename(record)

    assert run.returncode == 2, run.output
    assert "Run the finalize playbook first" in messages(run, "mfa01")[0]
