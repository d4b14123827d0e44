# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in front of the modules that read an export and show no progress."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.entra.mfa.plugins.action import authentication_methods_policy, user_methods_info

SECRET = VaultSecret(b"correct horse")


def act(plugin: Any, folder: Path, options: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, Any]]]:
    """Run an action plugin; returns its result and what its module was called with."""
    loader = DataLoader()
    loader.set_basedir(str(folder))
    loader.set_vault_secrets([("default", SECRET)])
    task = SimpleNamespace(args=options, async_val=0, check_mode=False, diff=False, action="x", delegate_to=None)
    connection = SimpleNamespace(transport="local", _shell=SimpleNamespace(tmpdir=str(folder)))
    action = plugin.ActionModule(task, connection, SimpleNamespace(), loader, None, None)
    calls = []

    def execute(name: str, module_args: dict[str, Any], task_vars: Any) -> dict[str, Any]:
        path = action.export_path(module_args)
        calls.append((name, Path(path).read_text() if path else None))
        return {"changed": False, "invocation": {"module_args": dict(module_args)}}

    action._execute_module = execute
    return action.run(task_vars={}), calls


@pytest.mark.parametrize(
    ("plugin", "options"),
    [
        (user_methods_info, {"group": "Batch", "export_path": "export.json"}),
        (authentication_methods_policy, {"enable_for_export": {"export_path": "export.json", "group": "Batch"}}),
    ],
)
def test_encrypted_export_reaches_the_module_opened(tmp_path: Path, plugin: Any, options: dict[str, Any]) -> None:
    (tmp_path / "export.json").write_bytes(VaultLib([("default", SECRET)]).encrypt(b"plain"))
    result, calls = act(plugin, tmp_path, options)
    assert calls == [(plugin.ActionModule.MODULE, "plain")]
    assert result["invocation"]["module_args"] == options


@pytest.mark.parametrize(
    ("plugin", "options"),
    [
        (user_methods_info, {"group": "Batch"}),
        (authentication_methods_policy, {"configurations": {"sms": {"state": "enabled"}}}),
        (authentication_methods_policy, {"enable_for_export": "something else"}),
    ],
)
def test_options_without_an_export_are_handed_on(tmp_path: Path, plugin: Any, options: dict[str, Any]) -> None:
    result, calls = act(plugin, tmp_path, options)
    assert calls == [(plugin.ActionModule.MODULE, None)]
    assert result["invocation"]["module_args"] == options
