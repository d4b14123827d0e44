# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every PowerShell text of the collection parses, is named, and runs in check mode too."""

from __future__ import annotations

import re

import pytest
import tree_sitter
import tree_sitter_pwsh
from ansible_collections.entra.mfa.plugins.plugin_utils.windows import scripts
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.scripts import MARKER, PowerShellText

PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_pwsh.language()))


def syntax_errors(text: str) -> list[str]:
    waiting, errors = [PARSER.parse(text.encode()).root_node], []
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            errors.append(f"line {node.start_point.row + 1}: {node.type}")
        waiting.extend(node.children)
    return errors


@pytest.mark.parametrize("script", scripts.ALL, ids=lambda script: script.name)
def test_parses(script: PowerShellText) -> None:
    assert syntax_errors(script.text) == []


@pytest.mark.parametrize("script", scripts.ALL, ids=lambda script: script.name)
def test_a_lost_brace_would_be_seen(script: PowerShellText) -> None:
    assert syntax_errors(script.text.replace("}", "", 1)) != []


@pytest.mark.parametrize("script", scripts.ALL, ids=lambda script: script.name)
def test_is_named_and_runs_in_check_mode(script: PowerShellText) -> None:
    lines = script.text.splitlines()
    assert lines[0] == MARKER + script.name
    assert lines[1] == "[CmdletBinding(SupportsShouldProcess)]"
    assert "$Ansible.Changed = $false" in script.text


@pytest.mark.parametrize("script", scripts.ALL, ids=lambda script: script.name)
def test_what_changes_the_host_asks_first(script: PowerShellText) -> None:
    changes = "$Ansible.Changed = $true" in script.text
    assert ("$PSCmdlet.ShouldProcess(" in script.text) is changes


def test_all_names_every_text_once() -> None:
    defined = [value for value in vars(scripts).values() if isinstance(value, PowerShellText)]
    assert list(scripts.ALL) == defined
    assert len({script.name for script in scripts.ALL}) == len(scripts.ALL)


def test_no_text_is_built_from_values() -> None:
    assert all(not re.search(r"%s|\{0\}", script.body) for script in scripts.ALL)
