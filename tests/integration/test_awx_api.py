# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in for AWX refuses what AWX refuses."""

from __future__ import annotations

from typing import Any

import pytest
from support.awx_controller import Controller, RefusedError

QUESTION = {"type": "text", "question_name": "Which?", "variable": "which", "required": True}
TYPE = {"name": "type", "kind": "cloud", "inputs": {"fields": [{"id": "user", "label": "User"}]}}


@pytest.fixture
def controller() -> Controller:
    """A controller with a synchronised project, an inventory and a job template."""
    found = Controller(["playbooks/sync.yml"])
    post(found, "projects/", {"name": "project", "organization": 1, "scm_type": "git", "scm_url": "https://x.example"})
    update = found.named("projects")["project"]["update"]
    for _look in range(2):
        found.handle("GET", f"project_updates/{update}/", {}, {})
    post(found, "inventories/", {"name": "inventory", "organization": 1})
    project = found.named("projects")["project"]["id"]
    post(found, "job_templates/", {"name": "template", "project": project, "playbook": "playbooks/sync.yml"})
    return found


def post(controller: Controller, path: str, body: Any) -> Any:
    """Create an object."""
    return controller.handle("POST", path, {}, body)[1]


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("projects/", {"name": "other", "organisation": 1, "organization": 1}, "organisation"),
    ("projects/", {"name": "other"}, "This field is required"),
    ("projects/", {"name": "other", "organization": 99, "local_path": "x"}, "object does not exist"),
    ("projects/", {"name": "project", "organization": 1, "local_path": "x"}, "already exists"),
    ("projects/", {"name": "other", "organization": 1, "scm_type": "git"}, "SCM URL is required"),
    ("job_templates/", {"name": "other", "project": 2, "playbook": "playbooks/typo.yml"}, "Playbook not found"),
    ("job_templates/", {"name": "other", "project": 2, "playbook": "playbooks/sync.yml", "forks": "5"}, "Not a valid"),
    ("job_templates/5/survey_spec/", {"name": "", "spec": [QUESTION]}, "description"),
    ("job_templates/5/survey_spec/", {"name": "", "description": "", "spec": [QUESTION, QUESTION]}, "duplicated"),
    (
        "job_templates/5/survey_spec/",
        {"name": "", "description": "", "spec": [{**QUESTION, "type": "multiplechoice"}]},
        "must specify choices",
    ),
    ("credential_types/", {**TYPE, "injectors": {"env": {"ANSIBLE_CONFIG": "x"}}}, "not allowed"),
    ("credential_types/", {**TYPE, "injectors": {"env": {"USER_NAME": "{{ name }}"}}}, "undefined field"),
    ("schedules/", {"name": "s", "unified_job_template": 5, "rrule": "RRULE:FREQ=DAILY;INTERVAL=1"}, "DTSTART"),
    ("workflow_approval_templates/", {"name": "approval"}, "not allowed"),
]


@pytest.mark.parametrize(("path", "body", "says"), REFUSED)
def test_refused(controller: Controller, path: str, body: dict[str, Any], says: str) -> None:
    assert controller.named("job_templates")["template"]["id"] == 5

    with pytest.raises(RefusedError) as refused:
        post(controller, path, body)

    assert refused.value.status in {400, 405}
    assert says in str(refused.value.body)


def test_a_search_by_a_field_that_is_not_there_is_refused(controller: Controller) -> None:
    with pytest.raises(RefusedError, match="has no field named 'inventory'"):
        controller.handle("GET", "projects/", {"inventory": "1"}, {})


def test_secrets_are_written_and_never_shown(controller: Controller) -> None:
    fields = [{"id": "user", "label": "User"}, {"id": "key", "label": "Key", "secret": True}]
    kind = post(controller, "credential_types/", {**TYPE, "inputs": {"fields": fields}})
    inputs = {"user": "anna", "key": "hidden"}
    shown = post(controller, "credentials/", {"name": "login", "credential_type": kind["id"], "inputs": inputs})

    assert shown["inputs"] == {"user": "anna", "key": "$encrypted$"}
    controller.handle("PATCH", f"credentials/{shown['id']}/", {}, {"inputs": {**shown["inputs"], "user": "bruno"}})
    assert controller.named("credentials")["login"]["inputs"] == {"user": "bruno", "key": "hidden"}


def test_a_schedule_answers_every_question(controller: Controller) -> None:
    post(controller, "job_templates/5/survey_spec/", {"name": "", "description": "", "spec": [QUESTION]})

    with pytest.raises(RefusedError, match="variables_needed_to_start"):
        post(
            controller,
            "schedules/",
            {"name": "s", "unified_job_template": 5, "rrule": "DTSTART:20260101T000000Z RRULE:FREQ=DAILY;INTERVAL=1"},
        )


def test_nodes_form_no_circle(controller: Controller) -> None:
    workflow = post(controller, "workflow_job_templates/", {"name": "workflow", "organization": 1})["id"]
    first, second = (
        post(controller, "workflow_job_template_nodes/", {"identifier": name, "workflow_job_template": workflow})["id"]
        for name in ("first", "second")
    )
    post(controller, f"workflow_job_template_nodes/{first}/success_nodes/", {"id": second})

    with pytest.raises(RefusedError, match="Cycle detected"):
        post(controller, f"workflow_job_template_nodes/{second}/success_nodes/", {"id": first})
