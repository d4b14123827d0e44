# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts without a network, and calls with the module texts of the installed `ansible.windows`."""

from __future__ import annotations

import ast
import functools
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from entra_simulator.windows.blueprints import Blueprint, mfa_server
from entra_simulator.windows.host import Host
from entra_simulator.windows.payload import ModuleCall

_ALWAYS = {"changed", "failed", "msg", "skipped", "diff", "warnings"}
# What the modules return although their documentation is silent: win_copy for its action plugin, win_tempfile always.
_NOT_DOCUMENTED: dict[str, set[str]] = {
    "ansible.windows.win_copy": {"files", "directories", "symlinks"},
    "ansible.windows.win_tempfile": {"state"},
}

Call = Callable[..., dict[str, Any]]


def plugins_folder() -> Path:
    """The `plugins` folder of the installed `ansible.windows`."""
    specification = importlib.util.find_spec("ansible_collections.ansible.windows")
    assert specification is not None, "ansible.windows is not installed"
    assert specification.submodule_search_locations is not None
    return Path(next(iter(specification.submodule_search_locations))) / "plugins"


@functools.cache
def module_text(name: str) -> str:
    """The PowerShell text of a module of `ansible.windows`."""
    return (plugins_folder() / "modules" / f"{name.rpartition('.')[2]}.ps1").read_text(encoding="utf-8-sig")


@functools.cache
def documented_keys(name: str) -> frozenset[str]:
    """The keys that a module's documentation says it returns."""
    path = plugins_folder() / "modules" / name.rpartition(".")[2]
    if path.with_suffix(".yml").exists():
        documentation = yaml.safe_load(path.with_suffix(".yml").read_text())
        return frozenset(documentation.get("RETURN") or {})
    for node in ast.parse(path.with_suffix(".py").read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "RETURN":
            return frozenset(yaml.safe_load(ast.literal_eval(node.value)) or {})
    return frozenset()


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """A Windows host without products."""
    return Blueprint("bare", (), lambda host: None, disk_free={"C": 10_000_000, "D": 50_000}).create(tmp_path / "bare")


@pytest.fixture
def server(tmp_path: Path) -> Host:
    """A primary MFA Server."""
    return Blueprint("mfa01", ("primary",), mfa_server(primary=True)).create(tmp_path / "mfa01")


@pytest.fixture
def call() -> Call:
    """Run a module by its short name on a host; what it returns must be documented."""

    def run(host: Host, module: str, *, check: bool = False, diff: bool = False, **options: Any) -> dict[str, Any]:
        name = f"ansible.windows.{module}"
        request = (plugins_folder() / "module_utils" / "WebRequest.psm1").read_text(encoding="utf-8-sig")
        arguments = {"_ansible_check_mode": check, "_ansible_diff": diff, **options}
        result = host.run_module(ModuleCall(name, module_text(name), arguments, utilities=(request,)))
        if module != "setup":
            known = documented_keys(name) | _ALWAYS | _NOT_DOCUMENTED.get(name, set())
            assert result.keys() <= known, f"{name} returns more than its documentation names"
        return result

    return run
