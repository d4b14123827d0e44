# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in front of the module: the Vault, and the file of progress."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.entra.mfa.plugins.action.migration_batch import ActionModule

SECRET = VaultSecret(b"correct horse")


class Called:
    """Stands in for the run of the module, and keeps what it was called with."""

    def __init__(self) -> None:
        self.arguments: dict[str, Any] = {}
        self.content = ""

    def __call__(self, name: str, module_args: dict[str, Any], task_vars: Any) -> dict[str, Any]:
        assert name == "entra.mfa.migration_batch"
        self.arguments = dict(module_args)
        path = Path(module_args["export_path"])
        self.content = path.read_text() if path.exists() else ""
        return {"changed": True, "invocation": {"module_args": module_args}}


def act(folder: Path, path: str, *, transport: str = "local") -> tuple[dict[str, Any], Called]:
    loader = DataLoader()
    loader.set_basedir(str(folder))
    loader.set_vault_secrets([("default", SECRET)])
    arguments = {"group": "Batch", "export_path": path}
    task = SimpleNamespace(args=arguments, async_val=0, check_mode=False, diff=False, action="x", delegate_to=None)
    connection = SimpleNamespace(transport=transport, _shell=SimpleNamespace(tmpdir=str(folder)))
    action = ActionModule(task, connection, SimpleNamespace(), loader, None, None)
    called = Called()
    action._execute_module = called
    return action.run(task_vars={}), called


def test_encrypted_export_reaches_the_module_opened_and_is_gone_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_bytes(VaultLib([("default", SECRET)]).encrypt(b'{"users": []}'))
    result, called = act(tmp_path, "export.json")
    assert called.content == '{"users": []}'
    assert not Path(called.arguments["export_path"]).exists()
    assert result["changed"] is True
    assert result["invocation"]["module_args"] == {"group": "Batch", "export_path": "export.json"}


def test_plain_export_is_found_beside_the_playbook(tmp_path: Path) -> None:
    (tmp_path / "export.json").write_text("{}")
    _result, called = act(tmp_path, "export.json")
    assert called.arguments["export_path"] == str(tmp_path / "export.json")


def test_wrong_secret_fails_the_task_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "export.json").write_bytes(VaultLib([("x", VaultSecret(b"other"))]).encrypt(b"{}"))
    result, called = act(tmp_path, "export.json")
    assert result["failed"] is True
    assert result["msg"].startswith("The file export.json could not be decrypted")
    assert called.arguments == {}


@pytest.mark.parametrize("transport", ["ssh", "winrm"])
def test_elsewhere_the_options_are_handed_on_as_they_are(tmp_path: Path, transport: str) -> None:
    result, called = act(tmp_path, "export.json", transport=transport)
    assert called.arguments == {"group": "Batch", "export_path": "export.json"}
    assert json.dumps(result)
