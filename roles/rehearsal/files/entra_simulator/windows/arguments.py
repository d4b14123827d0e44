# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the arguments of a module call against the specification in the module text that arrived.

Modules that use `Ansible.Basic` carry their specification as a literal `$spec`. Older ones read each argument by
`Get-AnsibleParam`; those ignore what they do not know, and here they refuse it, so that a misspelt option is seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator, ValidationResult
from ansible.module_utils.errors import UnsupportedError

from entra_simulator.windows.errors import ModuleFailure
from entra_simulator.windows.literals import OPAQUE, assigned, literal, without_comments

_TYPES = {"str", "bool", "int", "float", "dict", "list", "json", "raw"}
_RULES = ("mutually_exclusive", "required_together", "required_one_of", "required_if", "required_by")
_PARAMETER = re.compile(r"Get-AnsibleParam\s+(?:-obj\s+)?\$\w+\s+(?:-name\s+)?[\"'](\w+)[\"']([^\n]*)")


@dataclass(frozen=True, slots=True)
class Specification:
    """What a module accepts, in the form of `AnsibleModule`.

    `paths` names the options of type path, `not_empty` those that may not be the empty text either.
    """

    options: Mapping[str, Any]
    rules: Mapping[str, Any] = field(default_factory=dict)
    supports_check_mode: bool = False
    paths: frozenset[str] = frozenset()
    not_empty: frozenset[str] = frozenset()

    def secret_names(self) -> set[str]:
        """Options, also of options, that the module keeps out of logs."""
        return set(_secret_names(self.options))


def _secret_names(options: Mapping[str, Any]) -> Iterator[str]:
    for name, option in options.items():
        if option.get("no_log"):
            yield name
        yield from _secret_names(option.get("options") or {})


def read_specification(text: str, utilities: Iterable[str] = (), also: Iterable[str] = ()) -> Specification:
    """The specification of a module text.

    `utilities` are the module utilities sent along (they hold shared options); `also` names what an action plugin
    sends although the module never reads it.
    """
    found = assigned(text, "spec")
    if found is None:
        return _legacy(text, also)
    table = dict(found.get("options") or {})
    if "Get-AnsibleWindowsWebRequestSpec" in text:
        for utility in utilities:
            table |= assigned(utility, "ansible_web_request_options") or _shared_options(utility)
    return Specification(
        options=_options(table) | {name: {"type": "raw"} for name in also if name not in table},
        rules=_rules(found),
        supports_check_mode=found.get("supports_check_mode") is True,
        paths=frozenset(name for name, option in table.items() if option.get("type") == "path"),
    )


def _shared_options(utility: str) -> dict[str, Any]:
    _before, _opening, body = without_comments(utility).partition("Function Get-AnsibleWindowsWebRequestSpec {")
    table = literal(body.strip()) if body else {}
    options = table.get("options") if isinstance(table, dict) else None
    return options if isinstance(options, dict) else {}


def _options(table: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _option(option) for name, option in table.items()}


def _option(option: object) -> dict[str, Any]:
    if not isinstance(option, dict):
        return {"type": "raw"}
    kind = option.get("type", "str")
    result: dict[str, Any] = {"type": _type(kind)}
    for key in ("required", "default", "no_log"):
        if key in option and option[key] is not OPAQUE:
            result[key] = option[key]
    for key in ("choices", "aliases"):
        if option.get(key) is not None and option[key] is not OPAQUE:
            result[key] = option[key] if isinstance(option[key], list) else [option[key]]
    if "elements" in option:
        result["elements"] = _type(option["elements"])
    if isinstance(option.get("options"), dict):
        result["options"] = _options(option["options"])
        result |= _rules(option)
    return result


def _type(kind: object) -> str:
    if kind == "path":
        return "str"
    return kind if isinstance(kind, str) and kind in _TYPES else "raw"


def _rules(table: Mapping[str, Any]) -> dict[str, Any]:
    rules: dict[str, Any] = {}
    for name in _RULES:
        rule = table.get(name)
        if rule is None or rule is OPAQUE:
            continue
        if name != "required_by" and rule and not isinstance(rule[0], list):
            rule = [rule]
        rules[name] = rule
    return rules


def _legacy(text: str, also: Iterable[str]) -> Specification:
    options: dict[str, Any] = {name: {"type": "raw"} for name in also}
    paths: set[str] = set()
    not_empty: set[str] = set()
    for name, attributes in _PARAMETER.findall(text):
        if name.startswith("_ansible_"):
            continue
        kind = _switch(attributes, "type") or "raw"
        option: dict[str, Any] = {"type": _type(kind)}
        if kind == "path":
            paths.add(name)
        if re.search(r"-failifempty\s+\$true", attributes, re.IGNORECASE):
            option["required"] = True
            not_empty.add(name)
        default = re.search(r"-default\s+([\"'$\d-].*)", attributes, re.IGNORECASE)
        if default and (value := _first_literal(default[1])) is not OPAQUE:
            option["default"] = value
        for switch, key in (("validateset", "choices"), ("aliases", "aliases")):
            values = re.search(rf"-{switch}\s+((?:[\"'][^\"']*[\"'](?:,\s*)?)+)", attributes, re.IGNORECASE)
            if values:
                option[key] = re.findall(r"[\"']([^\"']*)[\"']", values[1])
        options[name] = option
    if not options:
        raise ModuleFailure("The simulated host cannot read which arguments this module accepts.")
    supports_check_mode = bool(re.search(r"supports_check_mode\s+\$true", text))
    return Specification(options, {}, supports_check_mode, frozenset(paths), frozenset(not_empty))


def _first_literal(text: str) -> Any:
    word = re.match(r"\"[^\"]*\"|'[^']*'|[^\s)]+", text)
    return literal(word[0]) if word else OPAQUE


def _switch(attributes: str, name: str) -> str | None:
    found = re.search(rf"-{name}\s+[\"'](\w+)[\"']", attributes, re.IGNORECASE)
    return found[1] if found else None


def _first_reason(result: ValidationResult) -> str:
    """The one reason that the module would give, in its words."""
    message: str = result.error_messages[0]
    if result.unsupported_parameters:
        unsupported = next(error for error in result.errors if isinstance(error, UnsupportedError))
        return f"Unsupported parameters: {unsupported}"
    prefix = "parameters are mutually exclusive: "
    return message.replace("|", ", ") if message.startswith(prefix) else message


def validate(
    specification: Specification, arguments: Mapping[str, Any], expand: Callable[[str], str]
) -> dict[str, Any]:
    """The arguments with defaults, aliases resolved, types converted and environment variables in paths expanded.

    Raises `ModuleFailure` with the reason when the module would refuse them.
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    result = ArgumentSpecValidator(dict(specification.options), **specification.rules).validate(given)
    if result.error_messages:
        raise ModuleFailure(_first_reason(result))
    empty = sorted(name for name in specification.not_empty if result.validated_parameters.get(name) == "")
    if empty:
        raise ModuleFailure(f"Get-AnsibleParam: Missing required argument: {empty[0]}")
    validated: dict[str, Any] = result.validated_parameters
    names = {alias: name for name, option in specification.options.items() for alias in option.get("aliases", ())}
    values = {name: value for name, value in validated.items() if name not in names}
    for name in specification.paths:
        if isinstance(values.get(name), str):
            values[name] = expand(values[name])
    return values
