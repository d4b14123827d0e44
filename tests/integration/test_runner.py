# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every job template of the definitions, launched as AWX launches it, one after the other as the workflow has them.

Each is launched twice: first in check mode, which writes nothing, and by the other one of the two ways in which
``ansible-runner`` runs a job, in place and on an execution node. Every boolean and number that a role takes comes as
text, as a survey gives it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.organisation import NAMES, ROLLOUT, group_id, small_organisation, user_id
from support.playbook import LOCAL_PLAY, run_playbook
from support.runner import Job, Project
from support.simulator import Simulator

pytestmark = pytest.mark.xdist_group("runner")

BATCHES = [
    {"name": "one", "group": "MFA migration batch 1", "rollout_group": "MFA rollout"},
    {"name": "two", "group": "MFA migration batch 2", "rollout_group": group_id(7)},
]
MOVED = ["radius", "ldap", "ad_sync", "iis", "adfs", "user_portal", "web_service_sdk", "mobile_app_service"]


ROLES = Path(__file__).parents[2] / "roles"


def defaults_as_text() -> dict[str, str]:
    """The booleans and numbers that the roles of the jobs take, each with its default, or true, as text."""
    found = {}
    for path in ROLES.glob("*/meta/argument_specs.yml"):
        if path.parts[-3] in {"awx", "rehearsal"}:
            continue
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"].values():
            for name, option in entry.get("options", {}).items():
                if option["type"] == "bool" or (option["type"] in {"int", "float"} and "default" in option):
                    found[name] = str(option.get("default", True)).lower()
    return found


def export() -> dict[str, Any]:
    """What the MFA Server knows: a telephone of each user of the batches."""
    users = [
        {"username": f"{name}@contoso.example", "phone": {"country_code": "1", "number": f"206555012{place}"}}
        for place, name in enumerate(NAMES[:9])
    ]
    return {"format": "entra.mfa/export-v1", "users": users}


class Landscape:
    """A tenant, an MFA Server, and a controller that has the definitions of the role."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.records = folder / "persistent/migration-record"
        self.records.parent.mkdir()
        self.simulator = Simulator(folder / "simulator", small_organisation(), hosts=True)
        ready = self.simulator.ready
        export_path = folder / "persistent/export.json"
        export_path.write_text(json.dumps(export()), encoding="utf-8")
        source = folder / "entra_mfa.batches.yml"
        source.write_text(json.dumps({"plugin": "entra.mfa.batches", "batches": BATCHES}), encoding="utf-8")
        server = ready["hosts"]["mfa01"]
        authorities = Path(ready["ca_path"]).read_text(encoding="utf-8")
        self.secrets = [ready["apps"][name]["client_secret"] for name in ("migration", "setup")]
        self.secrets += [server["password"], ready["delegated"]["hybrid_admin"]["access_token"]]
        common = {
            "tenant_id": ready["tenant_id"],
            "graph_url": ready["graph_url"],
            "authority_url": ready["authority_url"],
            "ca_certificates": authorities,
        }
        setup = {
            **common,
            "client_id": ready["apps"]["setup"]["client_id"],
            "client_secret": ready["apps"]["setup"]["client_secret"],
        }
        migration = {
            **common,
            "client_id": ready["apps"]["migration"]["client_id"],
            "certificate": Path(ready["apps"]["migration"]["certificate_path"]).read_text(encoding="utf-8"),
            "rollout_access_token": ready["delegated"]["hybrid_admin"]["access_token"],
        }
        variables = {
            "entra_mfa_awx_project_url": "https://git.contoso.example/mfa.git",
            "entra_mfa_awx_server_credential": "MFA Servers",
            "entra_mfa_awx_servers": {
                "mfa01": {"ansible_host": server["address"], "ansible_port": server["port"]},
            },
            "entra_mfa_awx_server_variables": {
                "ansible_connection": "winrm",
                "ansible_winrm_scheme": "http",
                "ansible_winrm_transport": "basic",
            },
            "entra_mfa_awx_record_dir": str(self.records),
            "entra_mfa_awx_variables": {
                **defaults_as_text(),
                "entra_mfa_export": str(export_path),
                "entra_mfa_domains": ["contoso.example"],
                "entra_mfa_backup_dir": "D:\\Backup",
                "entra_mfa_installer": ready["installers"]["new"],
                "entra_mfa_previous_installer": ready["installers"]["previous"],
                "entra_mfa_redistributables": ready["installers"]["redistributables"],
            },
            "entra_mfa_awx_template_options": {
                name: {"credentials": ["setup", "MFA Servers"]} for name in ("prepare", "decommission")
            },
            "entra_mfa_awx_definitions_file": str(folder / "definitions.yml"),
        }
        role = {"include_role": {"name": "entra.mfa.awx", "tasks_from": "definitions"}}
        run = run_playbook(folder / "definitions", [{**LOCAL_PLAY, "tasks": [role]}], variables=variables)
        assert run.returncode == 0, run.output
        logins = {"setup": setup, "Entra MFA login": migration}
        machine = (server["username"], server["password"])
        self.project = Project(folder / "jobs", folder / "definitions.yml", logins, machine, source)

    def launch(self, name: str, *arguments: Any, **more: Any) -> Job:
        """Launch a job template; no job says a secret."""
        job = self.project.launch(name, *arguments, **more)
        assert [secret for secret in self.secrets if secret in job.output] == []
        return job

    def look_and_launch(self, name: str, *arguments: Any, remote: bool = False) -> Job:
        """Launch a job template in check mode and then for real, one in place and the other on an execution node."""
        before = self.simulator.applied_writes(), self.version()
        look = self.launch(name, *arguments, check=True, remote=not remote)
        assert look.status == "successful", look.output
        assert (self.simulator.applied_writes(), self.version()) == before
        return self.launch(name, *arguments, remote=remote)

    def state(self) -> dict[str, Any]:
        """The state of the tenant."""
        found: dict[str, Any] = self.simulator.control("GET", "/state")
        return found

    def members(self) -> set[str]:
        """The names of the users in the rollout group."""
        ids = next(group["members"] for group in self.state()["groups"] if group["id"] == ROLLOUT)
        return {name for name in NAMES if user_id(name) in ids}

    def behavior(self) -> str | None:
        """What the domain leaves MFA to."""
        domain = next(one for one in self.state()["domains"] if one["id"] == "contoso.example")
        found: str | None = domain["federation"].get("federatedIdpMfaBehavior")
        return found

    def version(self) -> str | None:
        """The version of the MFA Server."""
        found: str | None = self.simulator.control("GET", "/hosts/mfa01/state")["mfa_server"]["version"]
        return found


@pytest.fixture(scope="module")
def landscape(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Landscape]:
    running = Landscape(tmp_path_factory.mktemp("runner"))
    yield running
    running.simulator.stop()


def test_a_migration_from_end_to_end(landscape: Landscape) -> None:
    launch, look_and_launch = landscape.launch, landscape.look_and_launch
    assess = look_and_launch("assess")
    assert assess.status == "successful", assess.output

    # The workflow: each job gets what those before it have handed on.
    prepare = look_and_launch("prepare", {"entra_mfa_out_of_load_balancer": "true"})
    assert prepare.status == "successful", prepare.output
    assert prepare.artifacts["entra_mfa_record_dir"] == str(landscape.records)
    handed_on = dict(prepare.artifacts)

    # No answer: each host of the inventory source migrates its own batch, once.
    migrate = look_and_launch("migrate", {"entra_mfa_batch": ""}, handed_on)
    assert migrate.status == "successful", migrate.output
    summaries = migrate.artifacts["entra_mfa_summaries"]
    assert {name: (one["targeted"], one["failed"]) for name, one in summaries.items()} == {"one": (6, 0), "two": (3, 0)}
    assert migrate.output.count("'batch': '") + migrate.output.count('"batch": "') == len(BATCHES)
    handed_on |= migrate.artifacts

    rollout = look_and_launch("rollout", {"entra_mfa_batch": ""}, handed_on, remote=True)
    assert rollout.status == "successful", rollout.output
    assert rollout.artifacts["entra_mfa_rolled_out"] == ["one", "two"]
    assert landscape.members() == set(NAMES[:6])
    handed_on |= rollout.artifacts

    answers: dict[str, Any] = {"entra_mfa_accept_irreversible": "true", "entra_mfa_dependencies_moved": MOVED}
    finalize = look_and_launch("finalize", answers, handed_on)
    assert finalize.status == "successful", finalize.output
    assert landscape.behavior() == "rejectMfaByFederatedIdp"
    assert finalize.artifacts["entra_mfa_effective_by"] is not None

    # The templates beside the workflow.
    writes = landscape.simulator.applied_writes()
    again = look_and_launch("sync", remote=True)
    assert again.status == "successful", again.output
    assert landscape.simulator.applied_writes() == writes
    assert again.output.count(" 0 changed, ") == len(BATCHES)

    for name in ("verify", "report", "announce"):
        job = look_and_launch(name)
        assert job.status == "successful", job.output

    answers = {"entra_mfa_decommission_confirmed": "true", "entra_mfa_quiet_since": "2026-01-01"}
    for remote in (False, True):
        early = launch("decommission", answers | {"entra_mfa_dependencies_moved": MOVED}, remote=remote)
        assert early.status == "failed"
        assert "may take effect as late as" in early.output

    rollback = look_and_launch("rollback", remote=True)
    assert rollback.status == "successful", rollback.output
    assert landscape.behavior() == "enforceMfaByFederatedIdp"
    assert landscape.version() == "8.0.1.1"
    assert [policy["isEnabled"] for policy in landscape.state()["rolloutPolicies"]] == [False]


def test_nothing_is_left_in_the_folders_of_the_jobs(landscape: Landscape) -> None:
    """Records live in their own folder; a job that is over takes nothing with it."""
    assert {"assess.json", "prepare.json", "batch-one.json", "rollout.json", "finalize.json"} <= {
        path.name for path in landscape.records.iterdir()
    }
    assert list(landscape.project.folder.rglob("migration-record")) == []


def test_every_job_template_has_been_launched_in_place_and_on_a_node(landscape: Landscape) -> None:
    folder = landscape.project.folder
    launched: dict[bool, set[str]] = {False: set(), True: set()}
    for path in folder.glob("job-*"):
        _job, number, name = path.name.split("-")
        launched[(folder / f"node-{number}").exists()].add(name)

    assert (
        launched[False]
        == launched[True]
        == {Path(template["playbook"]).stem for template in landscape.project.definitions["controller_templates"]}
    )
