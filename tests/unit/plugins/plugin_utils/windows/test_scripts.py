# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every PowerShell text of the collection parses, is named, and runs in check mode too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import tree_sitter
import tree_sitter_pwsh
from ansible_collections.entra.mfa.plugins.plugin_utils.windows import federation_scripts, inspection_scripts, scripts
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.powershell_text import MARKER, PowerShellText

HOMES = (scripts, inspection_scripts, federation_scripts)
ALL = tuple(script for home in HOMES for script in home.ALL)
PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_pwsh.language()))


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
