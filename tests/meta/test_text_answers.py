# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Surveys and ``-e name=value`` give every answer as text, and ansible-core takes no text for a condition.

An argument spec converts a value for its own check only. So wherever a role puts a boolean or a number into an
expression, it has to convert it; a value that is handed to a module as it is, the module converts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROLES = Path(__file__).resolve().parents[2] / "roles"
PLAYBOOKS = ROLES.parent / "playbooks"
CONDITIONS = {"when", "that", "until", "changed_when", "failed_when"}
CONVERTED = {"bool": r"\s*\|\s*bool\b", "int": r"\s*\|\s*(int|float)\b", "float": r"\s*\|\s*(int|float)\b"}
OPERATOR = r"([<>]=?|[=!]=|[-+*/%])"
QUOTED = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"")
EXPRESSION = re.compile(r"\{\{(.*?)\}\}|\{%(.*?)%\}", re.DOTALL)
HANDED_ON = re.compile(r"\s*\w+\s*(\|\s*default\(omit(, true)?\)\s*)?")


class Loader(yaml.SafeLoader):
    """Reads files of Ansible; text that is no template counts as text."""


Loader.add_constructor("!unsafe", lambda loader, node: "")


def variables() -> dict[str, str]:
    """The variables of all argument specs that are a boolean or a number, with their type."""
    found = {}
    for path in ROLES.glob("*/meta/argument_specs.yml"):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"].values():
            for name, option in entry.get("options", {}).items():
                if option["type"] in CONVERTED:
                    found[name] = option["type"]
    return found


VARIABLES = variables()


def files() -> list[Path]:
    """Everything that holds expressions."""
    tasks = (path for folder in ("tasks", "vars", "defaults", "templates") for path in ROLES.glob(f"*/{folder}/*"))
    return sorted([*tasks, *PLAYBOOKS.glob("*.yml")])


def expressions(value: Any, *, condition: bool = False) -> Iterator[str]:
    """The expressions of a task file, a variable file or a template, without those that only hand a value on."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from expressions(item, condition=key in CONDITIONS)
    elif isinstance(value, list):
        for item in value:
            yield from expressions(item, condition=condition)
    elif isinstance(value, str) and condition:
        yield value
    elif isinstance(value, str):
        for output, statement in EXPRESSION.findall(value):
            alone = f"{{{{{output}}}}}" == value.strip()
            if statement or not (alone and HANDED_ON.fullmatch(output)):
                yield output or statement


def unconverted(expression: str) -> list[str]:
    """The variables that an expression takes as they come: booleans at all, numbers where it reckons or compares."""
    bare = QUOTED.sub("''", expression)
    return [
        name
        for name, kind in VARIABLES.items()
        for use in re.finditer(rf"(?<![\w.]){name}\b", bare)
        if not re.match(rf"{CONVERTED[kind]}|\s+is (not )?defined", after := bare[use.end() :])
        and (kind == "bool" or re.match(rf"\s*{OPERATOR}", after) or re.search(rf"{OPERATOR}\s*$", bare[: use.start()]))
    ]


def content(path: Path) -> Any:
    """The file as YAML, or a template as its text."""
    text = path.read_text(encoding="utf-8")
    return text if path.suffix == ".j2" else yaml.load(text, Loader)


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROLES.parent)))
def test_answers_that_are_text_are_converted(path: Path) -> None:
    wrong = {text: names for text in expressions(content(path)) if (names := unconverted(text))}

    assert wrong == {}


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("entra_mfa_update", ["entra_mfa_update"]),
        ("entra_mfa_update and x == 'entra_mfa_update'", ["entra_mfa_update"]),
        ("entra_mfa_update | bool or not entra_mfa_rollout_fill", ["entra_mfa_rollout_fill"]),
        ("x | int < entra_mfa_log_size", ["entra_mfa_log_size"]),
        ("{'size': entra_mfa_log_size} if 10 + entra_mfa_log_size|int", []),
        ("entra_mfa_update is defined and entra_mfa_update|bool", []),
    ],
)
def test_the_search_finds_what_it_looks_for(expression: str, names: list[str]) -> None:
    assert unconverted(expression) == names
