# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Specifications out of the real module texts, and the arguments that they refuse."""

from __future__ import annotations

import ast
from typing import Any

import pytest
import yaml
from entra_simulator.windows.arguments import read_specification, validate
from entra_simulator.windows.errors import ModuleFailure
from entra_simulator.windows.modules.doubles import find_double, names

from .conftest import module_text, plugins_folder


def documented_options(name: str) -> dict[str, Any]:
    path = plugins_folder() / "modules" / name.rpartition(".")[2]
    if path.with_suffix(".yml").exists():
        options: dict[str, Any] = yaml.safe_load(path.with_suffix(".yml").read_text())["DOCUMENTATION"]["options"]
        return options
    for node in ast.parse(path.with_suffix(".py").read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "DOCUMENTATION":
            return yaml.safe_load(ast.literal_eval(node.value)).get("options") or {}
    raise AssertionError(name)


def specification(name: str) -> Any:
    request = (plugins_folder() / "module_utils" / "WebRequest.psm1").read_text(encoding="utf-8-sig")
    return read_specification(module_text(name), [request], find_double(name).also_accepts)


@pytest.mark.parametrize("name", names())
def test_the_specification_agrees_with_the_documentation(name: str) -> None:
    found = specification(name).options
    for option, documented in documented_options(name).items():
        if option not in found and option in {"cmd", "free_form"}:
            continue
        assert option in found, f"{option} is documented and not read"
        assert bool(found[option].get("required")) == bool(documented.get("required"))
        if documented.get("choices") and found[option].get("choices"):
            assert set(found[option]["choices"]) == {str(item) for item in documented["choices"]}


@pytest.mark.parametrize("name", [name for name in names() if name != "ansible.windows.win_command"])
def test_every_module_but_win_command_supports_check_mode(name: str) -> None:
    assert specification(name).supports_check_mode


def test_win_command_does_not_support_check_mode() -> None:
    assert not specification("ansible.windows.win_command").supports_check_mode


@pytest.mark.parametrize(
    ("module", "arguments", "reason"),
    [
        ("win_stat", {"path": "C:\\a", "chekcsum": True}, "Unsupported parameters"),
        ("win_stat", {}, "missing required arguments: path"),
        ("win_stat", {"path": "C:\\a", "checksum_algorithm": "crc32"}, "must be one of"),
        (
            "win_stat",
            {"path": "C:\\a", "follow": "perhaps"},
            "convert(ed)? to bool",
        ),
        ("win_package", {"state": "absent"}, "state is absent but any of the following are missing: path, product_id"),
        ("win_package", {"product_id": "{1}"}, "state is present but all of the following are missing: path"),
        ("win_package", {"path": "C:\\a", "creates_version": "1"}, "missing parameter.*creates_path"),
        ("win_powershell", {}, "one of the following is required: path, script"),
        ("win_powershell", {"path": "C:\\a", "script": "b"}, "mutually exclusive: path, script"),
        (
            "win_powershell",
            {"script": "b", "sensitive_parameters": [{"name": "c", "password": "d"}]},
            "^parameters are required together: username, password found in sensitive_parameters$",
        ),
        ("win_copy", {"dest": "C:\\a", "checksum": "b"}, "Unsupported parameters"),
        ("win_file", {"path": ""}, "path"),
        ("win_file", {"path": "C:\\a", "state": "hard"}, "must be one of"),
        ("win_service", {"name": "a", "password": "b"}, "missing parameter.*username"),
        ("win_regedit", {"path": "HKLM:\\a", "type": "text"}, "must be one of"),
    ],
)
def test_wrong_arguments_are_refused(module: str, arguments: dict[str, Any], reason: str) -> None:
    with pytest.raises(ModuleFailure, match=reason):
        validate(specification(f"ansible.windows.{module}"), arguments, str)


def test_aliases_defaults_types_and_paths() -> None:
    values = validate(
        specification("ansible.windows.win_stat"),
        {"dest": "%TEMP%\\a", "get_size": "no", "follow": None},
        lambda text: text.replace("%TEMP%", "C:\\T"),
    )
    assert values == {
        "path": "C:\\T\\a",
        "get_size": False,
        "get_checksum": True,
        "checksum_algorithm": "sha1",
        "follow": False,
    }


def test_modules_of_the_older_kind_get_their_defaults() -> None:
    values = validate(specification("ansible.windows.win_copy"), {"dest": "C:\\a", "src": "C:\\b"}, str)
    assert values["_copy_mode"] == "single"
    assert values["force"] is True
    assert values["backup"] is False


def test_secret_options_are_known() -> None:
    assert "password" in specification("ansible.windows.win_service").secret_names()
    assert "url_password" in specification("ansible.windows.win_package").secret_names()


def test_a_text_without_any_argument_is_refused() -> None:
    with pytest.raises(ModuleFailure, match="cannot read which arguments"):
        read_specification("Exit-Json @{}")
