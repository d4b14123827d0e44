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
from support.simulator import Simulator

POLICY = "MFA rollout policy"
PARTS = ("server", "federation", "rollout")
BACK = {
    "server": ("8.0.1.1", "running"),
    "federation": {"contoso.example": "enforceMfaByFederatedIdp", "fabrikam.example": "enforceMfaByFederatedIdp"},
    "rollout": [False],
}
REJECT = "rejectMfaByFederatedIdp"


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

    def play(self, playbook: str, *arguments: str) -> PlaybookRun:
        """Run a playbook for the server mfa01."""
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
        folder = self.folder / "run"
        return run_playbook(
            folder, f"entra.mfa.{playbook}", inventory=content, variables=variables, arguments=arguments
        )

    def break_off(self) -> None:
        """Let a rollback break off between the uninstallation of the new build and the restoration of the data file."""
        fault = {"module": "win_copy", "match": "pfdata"}
        self.simulator.control("POST", "/hosts/mfa01/faults", [fault])
        run = self.play("rollback", "--tags", "server")
        assert run.returncode == 2
        assert "mfa01 now has no MFA Server" in run.output

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


@pytest.fixture
def phases(tmp_path: Path) -> Iterator[Phases]:
    running = Phases(tmp_path)
    yield running
    running.simulator.stop()


@pytest.mark.parametrize("order", [PARTS, PARTS[::-1]], ids="-".join)
def test_each_part_alone(order: tuple[str, ...], phases: Phases) -> None:
    phases.break_off()
    stands = phases.stands()
    assert stands["server"] == (None, None)

    for part in order:
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
