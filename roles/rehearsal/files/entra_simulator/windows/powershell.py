# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Doubles of the PowerShell texts that the collection runs through `ansible.windows.win_powershell`.

A text is known by its first line, `# entra.mfa script: NAME`, and its parameters are checked against its own `param( )`
block: one that the block does not declare, or a mandatory one that is missing, fails as in PowerShell. A text without a
double fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from entra_simulator.windows.errors import ModuleFailure, WindowsError
from entra_simulator.windows.literals import OPAQUE, literal, without_comments

if TYPE_CHECKING:
    from entra_simulator.windows.host import Host

_MARKER = re.compile(r"\A\ufeff?\s*# entra\.mfa script: (\S+)[ \t]*\r?$", re.MULTILINE)
_SHOULD_PROCESS = re.compile(r"\[CmdletBinding\([^\]]*SupportsShouldProcess(?:\s*=\s*\$true)?\s*[,)]", re.IGNORECASE)
_VARIABLE = re.compile(r"\$(\w+)")


@dataclass(frozen=True, slots=True)
class ScriptResult:
    """What a script leaves: objects on the output stream, `$Ansible.Changed`, `.Result`, `.Diff` and warnings."""

    output: list[Any] = field(default_factory=list)
    changed: bool = False
    result: Mapping[str, Any] = field(default_factory=dict)
    diff: Mapping[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


class ScriptError(WindowsError):
    """A script ends with `throw`, or with a terminating error of a cmdlet."""


Double = Callable[["Host", Mapping[str, Any], bool], ScriptResult]
_DOUBLES: dict[str, Double] = {}


def script(name: str) -> Callable[[Double], Double]:
    """Register the double of the text marked with `name`; it is called with host, parameters and check mode."""

    def register(double: Double) -> Double:
        if name in _DOUBLES:
            raise ValueError(f"the script {name} has two doubles")
        _DOUBLES[name] = double
        return double

    return register


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a `param( )` block; `default` is `OPAQUE` where it is no literal."""

    name: str
    mandatory: bool
    choices: tuple[str, ...]
    default: Any


def marker(text: str) -> str | None:
    """The name in the first line of one of our texts."""
    match = _MARKER.match(text)
    return match[1] if match else None


def supports_should_process(text: str) -> bool:
    """Whether the text asks for `-WhatIf`, so that it runs in check mode too."""
    return _SHOULD_PROCESS.search(text) is not None


def parameters(text: str) -> list[Parameter]:
    """The parameters that a text declares."""
    block = _parameter_block(text)
    return [_parameter(part) for part in _split(block) if _VARIABLE.search(part)]


def _parameter_block(text: str) -> str:
    code = without_comments(text)
    start = re.search(r"(?im)^\s*param\s*\(", code)
    if start is None:
        return ""
    depth = 1
    for position in range(start.end(), len(code)):
        depth += (code[position] in "([{") - (code[position] in ")]}")
        if depth == 0:
            return code[start.end() : position]
    raise ModuleFailure("The param block of the script is not closed.")


def _split(block: str) -> list[str]:
    parts, depth = [""], 0
    for character in block:
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _parameter(part: str) -> Parameter:
    attributes = re.match(r"(?:\s*\[(?:[^\[\]]|\[[^\]]*\])*\])*", part)
    head = attributes.group() if attributes else ""
    name = _VARIABLE.search(part[len(head) :])
    if name is None:
        raise ModuleFailure(f"A parameter of the script cannot be read: {part.strip()}")
    rest = part[len(head) + name.end() :].strip()
    choices = re.search(r"ValidateSet\(([^)]*)\)", head, re.IGNORECASE)
    return Parameter(
        name=name[1],
        mandatory=bool(re.search(r"Parameter\([^)]*Mandatory(?!\s*=\s*\$false)", head, re.IGNORECASE)),
        choices=tuple(re.findall(r"[\"']([^\"']*)[\"']", choices[1])) if choices else (),
        default=literal(rest[1:].strip()) if rest.startswith("=") else None,
    )


def bind(text: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters as the script sees them, under their declared names; raises `ScriptError` as PowerShell does."""
    declared = {parameter.name.casefold(): parameter for parameter in parameters(text)}
    bound: dict[str, Any] = {}
    for name, value in given.items():
        parameter = declared.get(name.casefold())
        if parameter is None:
            raise ScriptError(f"A parameter cannot be found that matches parameter name '{name}'.")
        if parameter.choices and str(value).casefold() not in {choice.casefold() for choice in parameter.choices}:
            raise ScriptError(
                f"Cannot validate argument on parameter '{parameter.name}'. The argument \"{value}\" does not belong "
                f'to the set "{",".join(parameter.choices)}" specified by the ValidateSet attribute.'
            )
        bound[parameter.name] = value
    missing = [item.name for item in declared.values() if item.mandatory and bound.get(item.name) in (None, "")]
    if missing:
        raise ScriptError(
            f"Cannot process command because of one or more missing mandatory parameters: {' '.join(missing)}."
        )
    for parameter in declared.values():
        if parameter.name not in bound and parameter.default is not OPAQUE:
            bound[parameter.name] = parameter.default
    return bound


def run(host: Host, text: str, given: Mapping[str, Any], *, check_mode: bool) -> ScriptResult:
    """Run the double of a text; raises `ScriptError` where the script fails and `ModuleFailure` where none is known."""
    name = marker(text)
    double = _DOUBLES.get(name or "")
    if double is None:
        raise ModuleFailure(f"The simulated host has no behaviour for this script: {text.strip()[:80]!r}")
    return double(host, bind(text, given), check_mode)
