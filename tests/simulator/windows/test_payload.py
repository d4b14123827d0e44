# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The payload as the installed ansible-core makes it."""

from __future__ import annotations

import base64
import json

import pytest
from ansible.executor.powershell.module_manifest import (
    _bootstrap_powershell_script,
    _create_powershell_wrapper,
    _get_powershell_script,
)
from entra_simulator.windows.payload import CoreScript, ModuleCall, PayloadError, PlainScript, decode

from .conftest import module_text, plugins_folder


def encoded(script: str) -> str:
    return "powershell -NoProfile -EncodedCommand " + base64.b64encode(script.encode("utf-16-le")).decode()


BOOTSTRAP = encoded(_get_powershell_script("bootstrap_wrapper.ps1").decode())


def wrapped_module(module: str, /, **arguments: object) -> bytes:
    result: bytes = _create_powershell_wrapper(
        name=f"ansible_collections.ansible.windows.plugins.modules.{module}",
        module_data=module_text(module).encode(),
        module_path=str(plugins_folder() / "modules" / f"{module}.ps1"),
        module_args=arguments,
        environment={},
        async_timeout=0,
        become_plugin=None,
        substyle="powershell",
        task_vars={},
        profile="legacy",
    )
    return result


def test_a_module_call_is_decoded() -> None:
    stdin = wrapped_module("win_stat", path="C:\\ä", _ansible_check_mode=True, _ansible_diff=False)
    call = decode(BOOTSTRAP, stdin)
    assert isinstance(call, ModuleCall)
    assert call.name == "ansible.windows.win_stat"
    assert call.options == {"path": "C:\\ä"}
    assert call.check_mode
    assert not call.diff
    assert "$module.Result.stat" in call.text
    assert call.wrappers == ()


def test_shared_utilities_come_along() -> None:
    call = decode(BOOTSTRAP, wrapped_module("win_package", path="C:\\a.exe"))
    assert isinstance(call, ModuleCall)
    assert any("Get-AnsibleWindowsWebRequestSpec" in utility for utility in call.utilities)


def test_arguments_stay_out_of_the_representation() -> None:
    call = decode(BOOTSTRAP, wrapped_module("win_service", name="a", password="hunter2"))
    assert "hunter2" not in repr(call)


def test_a_core_script_is_decoded_with_its_data() -> None:
    script, stdin = _bootstrap_powershell_script("winrm_put_file.ps1", {"Path": "C:\\a"}, has_input=True)
    call = decode(encoded(script), stdin + b'"AAAA"\r\n')
    assert call == CoreScript("winrm_put_file.ps1", {"Path": "C:\\a"}, '"AAAA"\r\n')


def test_plain_text_is_decoded() -> None:
    assert decode(encoded("Remove-Item 'C:\\a' -Force;"), b"") == PlainScript("Remove-Item 'C:\\a' -Force;")


@pytest.mark.parametrize(
    ("command", "stdin"),
    [
        ("ipconfig /all", b""),
        ("powershell -EncodedCommand AAA", b""),
        (BOOTSTRAP, b""),
        (BOOTSTRAP, b"{}\n\0\0\0\0\n{}"),
        (BOOTSTRAP, b"{}\n\0\0\0\0\n" + json.dumps({"actions": []}).encode()),
        (BOOTSTRAP, b"\xff"),
    ],
)
def test_anything_else_is_refused(command: str, stdin: bytes) -> None:
    with pytest.raises(PayloadError):
        decode(command, stdin)
