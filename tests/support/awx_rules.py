# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX refuses beyond the types of fields: surveys, credential types, credentials and schedules.

Each function gives the complaint, or None.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

QUESTION_TYPES: dict[str, type] = {
    "text": str,
    "textarea": str,
    "password": str,
    "multiplechoice": str,
    "multiselect": str,
    "integer": int,
    "float": float,
}
ENCRYPTED = "$encrypted$"
_BLOCKED = {"PATH", "PYTHONPATH", "VIRTUAL_ENV", "JOB_ID", "INVENTORY_ID", "PROJECT_REVISION"}
_VARIABLE = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_INPUT_KEYS = {"id", "type", "label", "help_text", "secret", "multiline", "choices", "default", "format"}


def survey(spec: Any) -> str | None:
    """A survey."""
    for name, kind in (("name", str), ("description", str), ("spec", list)):
        if not isinstance(spec.get(name), kind):
            return f"Field '{name}' is missing from survey spec, or of the wrong type."
    if not spec["spec"]:
        return "'spec' doesn't contain any items."
    variables = [question.get("variable") for question in spec["spec"]]
    if len(set(variables)) != len(variables):
        return "'variable' duplicated in survey."
    return next(filter(None, map(_question, spec["spec"])), None)


def _question(question: Mapping[str, Any]) -> str | None:
    for name, kind in (("type", str), ("question_name", str), ("variable", str), ("required", bool)):
        if not isinstance(question.get(name), kind):
            return f"'{name}' missing from survey question, or of the wrong type."
    kind = question["type"]
    if kind not in QUESTION_TYPES:
        return f"'{kind}' is not one of the allowed question types."
    default = question.get("default", "")
    if default != "" and not isinstance(default, QUESTION_TYPES[kind]):
        return f"Default value {default} in survey question expected to be {QUESTION_TYPES[kind].__name__}."
    if kind in {"multiplechoice", "multiselect"}:
        if not question.get("choices"):
            return f"Survey question of type {kind} must specify choices."
        if any(item not in question["choices"] for item in default.splitlines()):
            return "Default choice must be answered from the choices listed."
    return None


def credential_type(content: Mapping[str, Any]) -> str | None:
    """Inputs and injectors of a credential type."""
    inputs, injectors = content["inputs"], content["injectors"]
    if set(inputs) - {"fields", "required"} or set(injectors) - {"file", "env", "extra_vars"}:
        return "Additional properties are not allowed."
    fields = inputs.get("fields", [])
    for one in fields:
        if set(one) - _INPUT_KEYS or not {"id", "label"} <= set(one) or not _VARIABLE.fullmatch(one["id"]):
            return f"{one} is not a valid field."
    known = {one["id"]: "EXAMPLE" for one in fields}
    if missing := set(inputs.get("required", [])) - set(known):
        return f"{', '.join(missing)}: required, but no field."
    return _injectors(injectors, known)


def _injectors(injectors: Mapping[str, Any], known: Mapping[str, str]) -> str | None:
    files = injectors.get("file", {})
    if not all(re.fullmatch(r"template(\.[a-zA-Z_][a-zA-Z0-9_]*)?", name) for name in files):
        return "The name of a file is not allowed."
    if "template" in files and len(files) > 1:
        return "Must use multi-file syntax when injecting multiple files."
    names = {name.partition(".")[2]: "EXAMPLE_FILENAME" for name in files}
    context = {**known, "tower": {"filename": names.get("", names)}}
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    for kind, templates in injectors.items():
        for name, text in templates.items():
            if kind != "file" and not _VARIABLE.fullmatch(name):
                return f"{name} is not the name of a variable."
            if kind == "env" and (name.startswith("ANSIBLE_") or name in _BLOCKED):
                return f"Environment variable {name} is not allowed to be used in credentials."
            try:
                environment.from_string(text).render(context)
            except (UndefinedError, TemplateSyntaxError) as reason:
                return f"{name} uses an undefined field ({reason})."
    return None


def credential(inputs: Mapping[str, Any], kind: Mapping[str, Any]) -> str | None:
    """The inputs of a credential of some type."""
    fields = {one["id"]: one for one in kind["inputs"].get("fields", [])}
    for name, value in inputs.items():
        if name not in fields:
            return f"Additional properties are not allowed ('{name}' was unexpected)."
        if not isinstance(value, str) or (value and value not in fields[name].get("choices", [value])):
            return f"{name} is not valid."
    return None


def schedule(rrule: str) -> str | None:
    """The times of a schedule."""
    if not re.search(r"DTSTART(;TZID=[^:]+)?:\d{8}T\d{6}Z?( |\n)", rrule):
        return "Valid DTSTART required in rrule. Value should start with: DTSTART:YYYYMMDDTHHMMSSZ"
    rules = re.findall(r"RRULE:(\S+)", rrule)
    if not rules:
        return "One or more rule required in rrule."
    parts = dict(part.partition("=")[::2] for part in rules[0].split(";"))
    if "INTERVAL" not in parts:
        return "INTERVAL required in rrule."
    if parts.get("FREQ") not in {"MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"}:
        return "rrule parsing failed validation."
    return None


def unanswered(spec: Mapping[str, Any]) -> list[str]:
    """The questions that a run without a person leaves open."""
    questions = spec.get("spec", [])
    return [one["variable"] for one in questions if one["required"] and one.get("default", "") == ""]
