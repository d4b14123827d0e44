# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in front of the module: Vault-encrypted sources, and the export that is encrypted."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.entra.mfa.plugins.action.mfa_server_export import ActionModule

SECRET = VaultSecret(b"correct horse")
VAULT = VaultLib([("default", SECRET)])


class Module:
    """Stands in for the run of the module: reads its sources, writes `output`, keeps what it was called with."""

    def __init__(self, output: str = "new", *, failed: bool = False) -> None:
        self.arguments: dict[str, Any] = {}
        self.sources: list[str] = []
        self.found = ""
        self.calls = 0
        self._output = output
        self._failed = failed

    def __call__(self, name: str, module_args: dict[str, Any], task_vars: Any) -> dict[str, Any]:
        assert name == "entra.mfa.mfa_server_export"
        self.calls += 1
        self.arguments = json.loads(json.dumps(module_args))
        for kind in ("users", "oath_tokens"):
            paths = [Path(source["path"]) for source in module_args.get(kind, ())]
            self.sources += [path.read_text() if path.exists() else "absent" for path in paths]
        dest = Path(module_args["dest"])
        self.found = dest.read_text() if dest.exists() else "absent"
        invocation = {"module_args": {**json.loads(json.dumps(module_args)), "vault_password_file": None}}
        result = {"path": str(dest), "invocation": invocation}
        if self._failed:
            return {**result, "failed": True, "changed": False}
        if not module_args.get("check") and self.found != self._output and dest.parent.exists():
            dest.write_text(self._output)
        return {**result, "changed": self.found != self._output}


Act = Callable[..., dict[str, Any]]


@pytest.fixture
def act(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Act:
    """Run the action with these options in a playbook folder of its own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "password").write_text("correct horse\n")

    def run(module: Module, *, transport: str = "local", check: bool = False, **options: Any) -> dict[str, Any]:
        loader = DataLoader()
        loader.set_basedir(str(tmp_path))
        loader.set_vault_secrets([("default", SECRET)])
        task = SimpleNamespace(
            args={"dest": "export.json", **options},
            async_val=0,
            check_mode=check,
            diff=False,
            action="x",
            delegate_to=None,
        )
        connection = SimpleNamespace(transport=transport, _shell=SimpleNamespace(tmpdir=str(tmp_path)))
        action = ActionModule(task, connection, SimpleNamespace(), loader, None, None)
        action._execute_module = module
        result: dict[str, Any] = action.run(task_vars={})
        return result

    return run


def test_encrypted_sources_reach_the_module_opened_and_are_gone_afterwards(act: Act, tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_bytes(VAULT.encrypt(b"users"))
    (tmp_path / "tokens.csv").write_bytes(VAULT.encrypt(b"tokens"))
    (tmp_path / "plain.csv").write_text("plain")
    users = [{"path": "users.csv"}, {"path": "plain.csv", "name": "the plain one"}]
    module = Module()
    result = act(module, users=users, oath_tokens=[{"path": "tokens.csv", "format": "pskc"}])
    assert module.sources == ["users", "plain", "tokens"]
    called = module.arguments["users"] + module.arguments["oath_tokens"]
    assert [source["name"] for source in called] == ["users.csv", "the plain one", "tokens.csv"]
    assert [Path(source["path"]).exists() for source in called] == [False, True, False]
    shown = result["invocation"]["module_args"]
    assert [source["path"] for source in shown["users"] + shown["oath_tokens"]] == [
        "users.csv",
        "plain.csv",
        "tokens.csv",
    ]
    assert (shown["dest"], result["path"]) == ("export.json", str(tmp_path / "export.json"))


def test_source_of_another_secret_fails_in_one_sentence(act: Act, tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_bytes(VaultLib([("x", VaultSecret(b"other"))]).encrypt(b"users"))
    module = Module()
    result = act(module, users=[{"path": "users.csv"}])
    assert result["failed"] is True
    assert result["msg"].startswith("The file users.csv could not be decrypted")
    assert module.calls == 0


def test_export_is_encrypted(act: Act, tmp_path: Path) -> None:
    module = Module()
    result = act(module, vault_password_file="password")
    path = tmp_path / "export.json"
    assert VAULT.decrypt(path.read_bytes()) == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (result["changed"], result["path"], module.found) == (True, str(path), "absent")
    assert "vault_password_file" not in module.arguments
    assert not Path(module.arguments["dest"]).parent.exists()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["export.json", "password"]


def test_second_run_leaves_the_encrypted_export_as_it_is(act: Act, tmp_path: Path) -> None:
    act(Module(), vault_password_file="password")
    content = (tmp_path / "export.json").read_bytes()
    module = Module()
    assert act(module, vault_password_file="password")["changed"] is False
    assert module.found == "new"
    assert (tmp_path / "export.json").read_bytes() == content


@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_plain_export_becomes_encrypted(mode: int, act: Act, tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_text("new")
    path.chmod(mode)
    assert act(Module(), vault_password_file="password")["changed"] is True
    assert VAULT.decrypt(path.read_bytes()) == b"new"


def test_check_mode_writes_nothing(act: Act, tmp_path: Path) -> None:
    assert act(Module(), vault_password_file="password", check=True)["changed"] is True
    assert not (tmp_path / "export.json").exists()


def test_failure_of_the_module_writes_nothing(act: Act, tmp_path: Path) -> None:
    result = act(Module(failed=True), vault_password_file="password")
    assert (result["failed"], result["path"]) == (True, str(tmp_path / "export.json"))
    assert not (tmp_path / "export.json").exists()


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        (None, {"vault_password_file": "none"}, "The vault password file .*none was not found."),
        (VaultSecret(b"other"), {"vault_password_file": "password"}, "cannot be encrypted with password: .*ecrypt"),
        (SECRET, {}, "is encrypted with Ansible Vault and would be replaced by plain text; give vault_password_file"),
    ],
)
def test_export_that_cannot_be_encrypted_is_told(
    content: VaultSecret | None, options: dict[str, str], message: str, act: Act, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "export.json").write_bytes(VaultLib([("x", content)]).encrypt(b"old"))
    module = Module()
    result = act(module, **options)
    assert result["failed"] is True
    assert re.search(message, result["msg"])
    assert "\n" not in result["msg"]
    assert module.calls == 0


@pytest.mark.parametrize("transport", ["ssh", "winrm"])
def test_elsewhere_the_options_are_handed_on_as_they_are(transport: str, act: Act) -> None:
    module = Module()
    options = {"users": [{"path": "users.csv"}], "vault_password_file": "password"}
    act(module, transport=transport, **options)
    assert module.arguments == {"dest": "export.json", **options}


@pytest.mark.parametrize("users", ["users.csv", ["users.csv"], [{"format": "csv"}], {"path": "users.csv"}])
def test_options_of_another_shape_are_left_to_the_module(users: Any, act: Act) -> None:
    seen: list[Any] = []

    def module(name: str, module_args: dict[str, Any], task_vars: Any) -> dict[str, Any]:
        seen.append(module_args["users"])
        return {"failed": True}

    assert act(module, users=users)["failed"] is True
    assert seen == [users]
