# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every PowerShell text of the collection parses, is named, runs in check mode too, and is made of no other text."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import tree_sitter
import tree_sitter_pwsh
from ansible_collections.entra.mfa.plugins.plugin_utils.windows import federation_scripts, inspection_scripts, scripts
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.powershell_text import MARKER, PowerShellText

HOMES = (scripts, inspection_scripts, federation_scripts)
BUILDS_COMMANDS = re.compile(
    r"\b(?:Invoke-Expression|iex|Start-Process|Invoke-Command|cmd(?:\.exe)?|powershell(?:\.exe)?|pwsh)\b"
    r"|ScriptBlock\]::Create|\.InvokeScript\(|&\s*[$\"'(]",
    re.IGNORECASE,
)
ALL = tuple(script for home in HOMES for script in home.ALL)
PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_pwsh.language()))


def source(module: Any) -> str:
    return Path(str(module.__file__)).read_text(encoding="utf-8")


def syntax_errors(text: str) -> list[str]:
    waiting, errors = [PARSER.parse(text.encode()).root_node], []
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            errors.append(f"line {node.start_point.row + 1}: {node.type}")
        waiting.extend(node.children)
    return errors


@pytest.mark.parametrize("script", ALL, ids=lambda script: script.name)
def test_parses(script: PowerShellText) -> None:
    assert syntax_errors(script.text) == []


@pytest.mark.parametrize("script", ALL, ids=lambda script: script.name)
def test_a_lost_brace_would_be_seen(script: PowerShellText) -> None:
    assert syntax_errors(script.text.replace("}", "", 1)) != []


@pytest.mark.parametrize("script", ALL, ids=lambda script: script.name)
def test_is_named_and_runs_in_check_mode(script: PowerShellText) -> None:
    lines = script.text.splitlines()
    assert lines[0] == MARKER + script.name
    assert lines[1] == "[CmdletBinding(SupportsShouldProcess)]"
    assert "$Ansible.Changed = $false" in script.text


@pytest.mark.parametrize("script", ALL, ids=lambda script: script.name)
def test_what_changes_the_host_asks_first(script: PowerShellText) -> None:
    changes = "$Ansible.Changed = $true" in script.text
    assert ("$PSCmdlet.ShouldProcess(" in script.text) is changes


def test_all_names_every_text_once() -> None:
    for module in HOMES:
        assert list(module.ALL) == [value for value in vars(module).values() if isinstance(value, PowerShellText)]
    assert len({script.name for script in ALL}) == len(ALL)


def test_no_text_lies_elsewhere() -> None:
    folder = Path(scripts.__file__).parent
    homes = {path.name for path in folder.glob("*.py") if "PowerShellText(" in path.read_text(encoding="utf-8")}
    assert homes == {Path(str(home.__file__)).name for home in HOMES}


@pytest.mark.parametrize("script", inspection_scripts.ALL, ids=lambda script: script.name)
def test_what_only_looks_changes_nothing(script: PowerShellText) -> None:
    assert "$Ansible.Changed = $true" not in script.text
    assert not re.search(r"\b(?:Set|New|Remove|Add|Clear|Rename|Move)-(?!Object)\w+", script.body)


def test_no_text_is_built_from_values() -> None:
    assert all(not re.search(r"%s|\{0\}", script.body) for script in ALL)
    for home in HOMES:
        calls = [node for node in ast.walk(ast.parse(source(home))) if isinstance(node, ast.Call)]
        made = [node for node in calls if getattr(node.func, "id", "") == "PowerShellText"]
        assert len(made) == len(home.ALL)
        assert all(isinstance(argument, ast.Constant) for node in made for argument in node.args)


@pytest.mark.parametrize("script", ALL, ids=lambda script: script.name)
def test_no_text_builds_a_command_from_strings(script: PowerShellText) -> None:
    assert not BUILDS_COMMANDS.search(script.body)


@pytest.mark.parametrize("home", HOMES, ids=lambda home: home.__name__.rpartition(".")[2])
def test_a_command_that_is_built_would_be_seen(home: Any) -> None:
    for command in (
        "Invoke-Expression $x",
        "iex $x",
        "& $name",
        "[ScriptBlock]::Create($x)",
        "cmd /c $x",
        "pwsh -c $x",
    ):
        assert BUILDS_COMMANDS.search(home.ALL[0].body + command)


def test_every_text_is_run_with_its_parameters_and_nowhere_else() -> None:
    folder = Path(scripts.__file__).parent
    used: set[str] = set()
    for path in [*folder.glob("*.py"), *(folder.parents[1] / "action").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "powershell":
                text = ast.unparse(node.args[0])
                assert re.fullmatch(r"\w+\.[A-Z_]+", text), f"{path.name}: {text}"
                assert isinstance(node.args[1], ast.Dict | ast.Name), f"{path.name}: {text}"
                used.add(text.rpartition(".")[2])
    assert used == {name for home in HOMES for name, value in vars(home).items() if isinstance(value, PowerShellText)}


def test_no_role_or_playbook_holds_powershell_of_its_own() -> None:
    root = Path(scripts.__file__).parents[3]
    shells = re.compile(r"\b(?:win_shell|win_command|win_powershell|ansible\.builtin\.(?:raw|script))\b")
    found = [path for folder in ("roles", "playbooks") for path in (root / folder).rglob("*.yml")]
    assert len(found) > 20
    assert [str(path) for path in found if shells.search(path.read_text(encoding="utf-8"))] == []


def test_every_other_powershell_text_parses() -> None:
    root = Path(scripts.__file__).parents[3]
    found = [path for folder in ("plugins", "roles", "tests/integration") for path in (root / folder).rglob("*.ps1")]
    assert found
    assert {path.name: syntax_errors(path.read_text(encoding="utf-8")) for path in found} == {
        path.name: [] for path in found
    }
