# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role ``awx`` against a controller: looked at in check mode, created, left alone but for one changed survey."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from support.awx_api import TOKEN, AwxApi
from support.awx_controller import Controller
from support.playbook import PlaybookRun, run_playbook

pytestmark = pytest.mark.xdist_group("awx")

NAME = "entra.mfa.awx"
PLAYBOOKS = Path(__file__).parents[2] / "playbooks"
NOT_LAUNCHED = {"awx", "rehearse", "site"}
LOGIN = {
    "tenant_id": "contoso.example",
    "client_id": "40000000-0000-4000-8000-000000000001",
    "client_secret": "client-secret-for-tests",
    "certificate": "-----BEGIN PRIVATE KEY-----\ncertificate-for-tests\n-----END PRIVATE KEY-----\n",
    "rollout_access_token": "rollout-token-for-tests",
}
SECRETS = ("client-secret-for-tests", "certificate-for-tests", "rollout-token-for-tests", TOKEN)
BATCHES_INVENTORY = "Entra MFA batches"
BATCHES = [{"name": "pilot", "group": "MFA migration pilot"}]


def playbooks() -> list[str]:
    """The names of the playbooks that are launched from a controller."""
    return sorted(path.stem for path in PLAYBOOKS.glob("*.yml") if path.stem not in NOT_LAUNCHED)


class Site:
    """A controller, and runs of the playbook against it."""

    def __init__(self, folder: Path, api: AwxApi) -> None:
        self.folder = folder
        self.api = api
        self.controller = api.controller

    def apply(
        self, *arguments: str, playbook: str | Sequence[Mapping[str, Any]] = NAME, **more: Any
    ) -> tuple[PlaybookRun, list[tuple[str, str]]]:
        """Run the playbook; gives the run, and method and path of each change."""
        before = len(self.controller.writes)
        variables = {
            "entra_mfa_awx_host": self.api.url,
            "entra_mfa_awx_token": TOKEN,
            "entra_mfa_awx_project_url": "https://git.contoso.example/mfa.git",
            "entra_mfa_awx_login": LOGIN,
            "entra_mfa_awx_execution_environment": "Entra MFA environment",
            "entra_mfa_awx_execution_environment_image": "registry.contoso.example/entra-mfa:1",
            "entra_mfa_awx_servers": {"mfa01": {"ansible_host": "mfa01.contoso.example"}},
            "entra_mfa_awx_variables": {"entra_mfa_domains": ["contoso.example"], "entra_mfa_default_method": "always"},
        }
        run = run_playbook(self.folder, playbook, variables={**variables, **more}, arguments=arguments)
        return run, [(write.method, write.path) for write in self.controller.writes[before:]]

    def synchronise(self) -> None:
        """Do what AWX does with an inventory source: write hosts, groups, and variables of the inventory itself."""
        for name, inventory in self.controller.named("inventories").items():
            inventory["variables"] = json.dumps({"entra_mfa_batches": BATCHES})
            group = self.controller.named("groups", name)["entra_mfa_batches"]
            _status, host = self.controller.handle(
                "POST", "hosts/", {}, {"name": "pilot", "inventory": inventory["id"]}
            )
            self.controller.handle("POST", f"groups/{group['id']}/hosts/", {}, {"id": host["id"]})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A controller to which the definitions have been applied, after a look in check mode, as loud as Ansible gets."""
    controller = Controller([f"playbooks/{name}.yml" for name in playbooks()])
    with AwxApi(controller) as api:
        running = Site(tmp_path_factory.mktemp("awx"), api)
        look, changes = running.apply("--check", "-vvvv")
        assert look.returncode == 0, look.output
        assert "Not on the controller yet" in look.output
        assert changes == []
        run, _changes = running.apply("-vvvv")
        assert run.returncode == 0, run.output
        for output in (look.output, run.output):
            assert [secret for secret in SECRETS if secret in output] == []
        yield running


def test_every_playbook_has_its_job_template(site: Site) -> None:
    templates = site.controller.named("job_templates")

    assert sorted(templates) == [f"Entra MFA {name}" for name in playbooks()]
    for name in playbooks():
        template = templates[f"Entra MFA {name}"]
        assert template["playbook"] == f"playbooks/{name}.yml"
        assert template["ask_job_type_on_launch"] is True
        assert site.controller.linked("job_templates", template["name"], "credentials") == ["Entra MFA login"]
        questions = site.controller.survey("job_templates", template["name"])
        assert {one["type"] for one in questions.values()} <= {"text", "integer", "multiplechoice", "multiselect"}
        assert questions["entra_mfa_record_dir"]["default"] == "/var/lib/entra-mfa/migration-record"


def test_surveys_follow_the_argument_specs(site: Site) -> None:
    migrate = site.controller.survey("job_templates", "Entra MFA migrate")
    finalize = site.controller.survey("job_templates", "Entra MFA finalize")

    assert migrate["entra_mfa_default_method"]["choices"] == ["always", "if_unset", "most_secure_if_unset"]
    assert migrate["entra_mfa_default_method"]["default"] == "always", "as the variables of the migration say"
    assert migrate["entra_mfa_only_changed"]["default"] == "true", "as the argument spec says"
    assert migrate["entra_mfa_batch"]["required"] is False
    assert finalize["entra_mfa_override_gates"]["type"] == "multiselect"
    assert "backup" in finalize["entra_mfa_override_gates"]["choices"]


def test_login_goes_by_environment_and_file(site: Site) -> None:
    kind = site.controller.named("credential_types")["Entra MFA tenant"]
    credential = site.controller.named("credentials")["Entra MFA login"]

    assert kind["injectors"]["file"]["template.certificate"] == "{{ certificate }}"
    assert "extra_vars" not in kind["injectors"]
    assert credential["inputs"] == LOGIN


def test_inventories_have_localhost_servers_and_batches(site: Site) -> None:
    controller, main = site.controller, "Entra MFA inventory"
    localhost = json.loads(controller.named("hosts", main)["localhost"]["variables"])

    assert localhost == {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
    }
    assert controller.linked("groups", "mfa_servers", "hosts", main) == ["mfa01"]
    children = controller.linked("groups", "entra_mfa", "children", main)
    assert set(children) == {"mfa_servers", "adfs_servers", "entra_mfa_batches"}
    for inventory in (main, BATCHES_INVENTORY):
        source = controller.named("inventory_sources", inventory)[f"{inventory} source"]
        assert (source["source_path"], source["update_on_launch"]) == ("inventory/entra_mfa.batches.yml", True)
        common = json.loads(controller.named("groups", inventory)["entra_mfa"]["variables"])
        assert common["entra_mfa_domains"] == ["contoso.example"]


def test_job_slices_of_a_migration_hold_nothing_but_batches(site: Site) -> None:
    place = site.controller.named("inventories")[BATCHES_INVENTORY]["id"]
    sliced = {name for name, one in site.controller.named("job_templates").items() if one["inventory"] == place}

    assert sliced == {"Entra MFA migrate", "Entra MFA sync"}
    assert site.controller.named("hosts", BATCHES_INVENTORY) == {}


def test_workflow_stops_for_both_approvals(site: Site) -> None:
    steps, approvals = ["prepare"], site.controller.named("workflow_approval_templates")
    while following := site.controller.linked("workflow_job_template_nodes", steps[-1], "success_nodes"):
        (step,) = following
        steps.append(step)
    nodes = site.controller.named("workflow_job_template_nodes")
    runs = {item["id"]: name for name, item in site.controller.named("job_templates").items()}

    assert steps == ["prepare", "approve_migration", "migrate", "rollout", "approve_finalization", "finalize"]
    for step in steps:
        target = nodes[step]["unified_job_template"]
        assert (target in {one["id"] for one in approvals.values()}) == step.startswith("approve")
        assert step.startswith("approve") or runs[target] == f"Entra MFA {step}"
    assert "entra_mfa_batch" in site.controller.survey("workflow_job_templates", "Entra MFA migration")


def test_schedule_waits_to_be_switched_on(site: Site) -> None:
    schedule = site.controller.named("schedules")["Entra MFA sync schedule"]

    assert schedule["unified_job_template"] == site.controller.named("job_templates")["Entra MFA sync"]["id"]
    assert schedule["enabled"] is False
    assert "RRULE:FREQ=HOURLY;INTERVAL=4" in schedule["rrule"]


def test_second_run_changes_nothing(site: Site) -> None:
    """Also when inventory sources were synchronised meanwhile."""
    site.synchronise()

    run, changes = site.apply()

    assert run.returncode == 0, run.output
    assert changes == []
    assert " changed=0 " in run.output


def test_one_changed_survey_changes_one_job_template_and_nothing_else(site: Site) -> None:
    """Also by the modules of the other collection."""
    other = site.folder / "collections/ansible_collections/ansible/controller"
    other.parent.mkdir(parents=True)
    other.symlink_to(Path(sys.prefix) / "collections/ansible_collections/awx/awx")
    template = site.controller.named("job_templates")["Entra MFA migrate"]
    questions = ["entra_mfa_batch", "entra_mfa_mobile_app"]

    run, changes = site.apply(
        playbook=[{"import_playbook": NAME}],
        entra_mfa_awx_collection="ansible.controller",
        entra_mfa_awx_surveys={"migrate": questions},
    )

    assert run.returncode == 0, run.output
    assert changes == [("POST", f"job_templates/{template['id']}/survey_spec/")]
    assert " changed=1 " in run.output
    assert "[WARNING]" not in run.output
    assert list(site.controller.survey("job_templates", "Entra MFA migrate")) == questions


def test_wrong_token_is_told(site: Site) -> None:
    run, changes = site.apply(entra_mfa_awx_token="expired")

    assert run.returncode == 2
    assert changes == []
    assert "Invalid authentication credentials" in run.output
