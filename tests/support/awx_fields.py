# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the objects of the AWX stand-in hold: fields with their types, defaults, references and associations.

AWX ignores a field that it does not know. Here it is refused, so that a misspelt one is noticed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Field:
    """One field that a client may write.

    ``kind`` is ``text``, ``flag``, ``number`` or ``object``, or the collection that the field points into.
    """

    kind: str
    default: Any = ""
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """One collection of objects.

    ``unique`` are the fields that together name an object, ``read_only`` the ones that a client may send in vain, and
    ``associations`` maps the name of a list of other objects to their collection.
    """

    type: str
    fields: Mapping[str, Field]
    unique: tuple[str, ...] = ("name",)
    read_only: frozenset[str] = frozenset()
    associations: Mapping[str, str] = field(default_factory=dict)


NAME = Field("text", required=True)
TEXT = Field("text")
FLAG = Field("flag", False)
NUMBER = Field("number", 0)


def reference(collection: str, *, required: bool = False) -> Field:
    """A field with the id of an object of a collection."""
    return Field(collection, None, required)


def _template(**fields: Field) -> dict[str, Field]:
    return {"name": NAME, "description": TEXT, **fields}


_NODE_LINKS = dict.fromkeys(("success_nodes", "failure_nodes", "always_nodes"), "workflow_job_template_nodes")
_PROMPTS = ("job_type", "diff_mode", "limit", "tags", "skip_tags", "verbosity", "variables", "inventory")

KINDS: dict[str, Kind] = {
    "organizations": Kind("organization", _template()),
    "credential_types": Kind(
        "credential_type",
        _template(
            kind=Field("text", required=True, choices=("cloud", "net")),
            inputs=Field("object", {}),
            injectors=Field("object", {}),
        ),
        read_only=frozenset({"managed"}),
    ),
    "credentials": Kind(
        "credential",
        _template(
            organization=reference("organizations"),
            credential_type=reference("credential_types", required=True),
            inputs=Field("object", {}),
        ),
        unique=("name", "organization", "credential_type"),
    ),
    "execution_environments": Kind(
        "execution_environment",
        _template(
            organization=reference("organizations"),
            image=NAME,
            pull=Field("text", "", choices=("always", "missing", "never")),
            credential=reference("credentials"),
        ),
    ),
    "projects": Kind(
        "project",
        _template(
            organization=reference("organizations", required=True),
            scm_type=Field("text", "", choices=("", "git", "svn", "archive")),
            scm_url=TEXT,
            scm_branch=TEXT,
            scm_clean=FLAG,
            scm_update_on_launch=FLAG,
            credential=reference("credentials"),
            local_path=TEXT,
        ),
        unique=("name", "organization"),
        read_only=frozenset({"status", "scm_revision"}),
    ),
    "inventories": Kind(
        "inventory",
        _template(
            organization=reference("organizations", required=True),
            kind=Field("text", "", choices=("", "smart", "constructed")),
            host_filter=Field("text", None),
            variables=TEXT,
        ),
        unique=("name", "organization"),
    ),
    "inventory_sources": Kind(
        "inventory_source",
        _template(
            inventory=reference("inventories", required=True),
            source=Field("text", "", choices=("scm",)),
            source_project=reference("projects"),
            source_path=TEXT,
            source_vars=TEXT,
            execution_environment=reference("execution_environments"),
            overwrite=FLAG,
            overwrite_vars=FLAG,
            update_on_launch=FLAG,
        ),
        unique=("name", "inventory"),
    ),
    "hosts": Kind(
        "host",
        _template(inventory=reference("inventories", required=True), enabled=Field("flag", True), variables=TEXT),
        unique=("name", "inventory"),
    ),
    "groups": Kind(
        "group",
        _template(inventory=reference("inventories", required=True), variables=TEXT),
        unique=("name", "inventory"),
        associations={"hosts": "hosts", "children": "groups"},
    ),
    "job_templates": Kind(
        "job_template",
        _template(
            job_type=Field("text", "run", choices=("run", "check")),
            inventory=reference("inventories"),
            project=reference("projects", required=True),
            playbook=NAME,
            execution_environment=reference("execution_environments"),
            survey_enabled=FLAG,
            extra_vars=TEXT,
            forks=NUMBER,
            job_slice_count=Field("number", 1),
            limit=TEXT,
            verbosity=NUMBER,
            timeout=NUMBER,
            allow_simultaneous=FLAG,
            **{f"ask_{name}_on_launch": FLAG for name in _PROMPTS},
        ),
        read_only=frozenset({"organization"}),
        associations={"credentials": "credentials"},
    ),
    "workflow_job_templates": Kind(
        "workflow_job_template",
        _template(
            organization=reference("organizations"),
            allow_simultaneous=FLAG,
            survey_enabled=FLAG,
            extra_vars=TEXT,
        ),
        unique=("name", "organization"),
    ),
    "workflow_job_template_nodes": Kind(
        "workflow_job_template_node",
        {
            "identifier": NAME,
            "workflow_job_template": reference("workflow_job_templates", required=True),
            "unified_job_template": reference("unified_job_templates"),
            "all_parents_must_converge": FLAG,
            "extra_data": Field("object", {}),
        },
        unique=("identifier", "workflow_job_template"),
        read_only=frozenset({"type"}),
        associations=_NODE_LINKS,
    ),
    "workflow_approval_templates": Kind("workflow_approval_template", _template(timeout=NUMBER), unique=()),
    "schedules": Kind(
        "schedule",
        _template(
            rrule=NAME,
            enabled=Field("flag", True),
            unified_job_template=reference("unified_job_templates", required=True),
            extra_data=Field("object", {}),
        ),
        unique=("name", "unified_job_template"),
    ),
}

UNIFIED = ("projects", "inventory_sources", "job_templates", "workflow_job_templates")
"""The collections whose objects can be run."""


def check_type(value: Any, wanted: Field) -> str | None:
    """What is wrong with a value, or None. Null text is empty text, and null is false, as in AWX."""
    types = {"text": str, "flag": bool, "object": dict}
    expected = types.get(wanted.kind, int)
    if value is None:
        return None if wanted.kind != "object" else "This field may not be null."
    if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
        return f"Not a valid {wanted.kind if wanted.kind in types else 'number'}."
    if wanted.choices and value not in wanted.choices:
        return f'"{value}" is not a valid choice.'
    return None
