# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dispatch, log, faults, state, and ansible-core's own scripts."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
from ansible.executor.powershell.module_manifest import _bootstrap_powershell_script
from entra_simulator.windows.errors import ConnectionCut
from entra_simulator.windows.host import Host
from entra_simulator.windows.payload import ModuleCall

from .conftest import Call
from .test_payload import BOOTSTRAP, encoded, wrapped_module


def core_script(host: Host, name: str, data: bytes = b"", /, **parameters: Any) -> tuple[int, bytes, bytes]:
    script, stdin = _bootstrap_powershell_script(name, parameters, has_input=bool(data))
    return host.run(encoded(script), stdin + data)


def test_a_module_answers_in_json(host: Host) -> None:
    code, stdout, _stderr = host.run(BOOTSTRAP, wrapped_module("win_ping", data="x"))
    assert (code, json.loads(stdout)) == (0, {"changed": False, "ping": "x"})


def test_a_failed_module_has_return_code_one(host: Host) -> None:
    code, stdout, _stderr = host.run(BOOTSTRAP, wrapped_module("win_ping", data="crash"))
    assert code == 1
    assert "boom" in json.loads(stdout)["msg"]


def test_a_module_without_a_double_fails(host: Host, call: Call) -> None:
    assert "no behaviour for the module ansible.windows.win_shell" in call(host, "win_shell", _raw_params="dir")["msg"]
    assert host.log[-1]["result"]["failed"] is True


@pytest.mark.parametrize("command", ["ipconfig", encoded("Get-Process"), encoded("Remove-Item C:\\* -Force")])
def test_other_commands_fail(host: Host, command: str) -> None:
    code, stdout, stderr = host.run(command, b"")
    assert (code, stdout) == (1, b"")
    assert stderr.startswith(b"The simulated host")


def test_background_tasks_are_refused(host: Host) -> None:
    call = ModuleCall("ansible.windows.win_ping", "$spec = @{}", {}, wrappers=("async_wrapper.ps1",))
    assert "background" in host.run_module(call)["msg"]


def test_the_log_names_what_ran_and_hides_secrets(host: Host, call: Call) -> None:
    call(host, "win_service", name="a", username="b", password="hunter2", check=True)
    entry = host.log[-1]
    assert entry["n"] == 1
    assert entry["module"] == "ansible.windows.win_service"
    assert entry["check"] is True
    assert entry["args"] == {"name": "a", "username": "b", "password": "********"}
    assert "hunter2" not in json.dumps(host.log)


def test_a_fault_hits_after_and_as_often_as_told(host: Host, call: Call) -> None:
    host.set_faults([{"module": "win_stat", "match": "C:", "message": "no", "after": 1, "times": 2}])
    paths = ["D:\\a", "C:\\a", "C:\\b", "D:\\b", "C:\\c", "C:\\d"]
    assert [call(host, "win_stat", path=path).get("msg") for path in paths] == [None, None, "no", None, "no", None]


def test_a_fault_without_times_hits_once_and_by_full_name(host: Host, call: Call) -> None:
    host.set_faults([{"module": "ansible.windows.win_ping"}])
    assert call(host, "win_ping")["failed"] is True
    assert "failed" not in call(host, "win_ping")


def test_a_fault_of_an_unknown_form_is_refused(host: Host) -> None:
    with pytest.raises(TypeError):
        host.set_faults([{"modul": "win_ping"}])


def test_a_fault_may_cut_the_connection(host: Host, call: Call) -> None:
    host.set_faults([{"module": "win_ping", "cut": True}])
    with pytest.raises(ConnectionCut):
        call(host, "win_ping")


def test_a_fault_may_corrupt_what_a_copy_writes(host: Host, call: Call) -> None:
    host.drives.write("C:\\a", b"whole")
    host.set_faults([{"module": "win_copy", "match": "D:", "corrupt": True}])
    copies = [
        call(host, "win_copy", src="C:\\a", dest=path, remote_src=True, _copy_mode="remote")
        for path in ("C:\\b", "D:\\b", "D:\\c")
    ]
    assert [result.get("failed") for result in copies] == [None, None, None]
    assert [host.drives.read(path) == b"whole" for path in ("C:\\a", "C:\\b", "D:\\b", "D:\\c")] == [
        True,
        True,
        False,
        True,
    ]
    assert len(host.drives.read("D:\\b")) == len(b"whole")


def test_environment_variables_are_replaced_in_paths(host: Host, call: Call) -> None:
    result = call(host, "win_stat", path="%systemroot%")
    assert result["stat"]["path"] == "C:\\Windows"
    assert host.expand("%NO_SUCH%") == "%NO_SUCH%"


def test_a_file_goes_to_the_host_and_comes_back_in_parts(host: Host) -> None:
    lines = [base64.b64encode(part) for part in (b"one", b"two")]
    code, stdout, _stderr = core_script(host, "winrm_put_file.ps1", b"\r\n".join(lines), Path="C:\\a")
    assert code == 0
    assert json.loads(stdout)["sha1"] == hashlib.sha1(b"onetwo").hexdigest()
    parts = [
        core_script(host, "winrm_fetch_file.ps1", Path="C:\\a", BufferSize=4, Offset=start)[1] for start in (0, 4, 6)
    ]
    assert [base64.b64decode(part) for part in parts] == [b"onet", b"wo", b""]


def test_files_are_not_put_where_no_folder_is(host: Host) -> None:
    code, _stdout, stderr = core_script(host, "winrm_put_file.ps1", b"QQ==", Path="C:\\absent\\a")
    assert code == 1
    assert b"Could not find a part of the path" in stderr


def test_a_full_disk_refuses_a_transfer(host: Host) -> None:
    data = base64.b64encode(b"x" * 60_000)
    assert b"not enough space" in core_script(host, "winrm_put_file.ps1", data, Path="D:\\a")[2]


def test_fetching_folders_and_absent_files(host: Host) -> None:
    assert core_script(host, "winrm_fetch_file.ps1", Path="C:\\Windows", BufferSize=4, Offset=0)[1] == b"[DIR]\r\n"
    assert core_script(host, "winrm_fetch_file.ps1", Path="C:\\absent", BufferSize=4, Offset=0)[0] == 1


def test_temporary_folders_come_and_go(host: Host) -> None:
    _code, stdout, _stderr = core_script(host, "powershell_mkdtemp.ps1", Directory="%TEMP%", Name="ansible-tmp-1")
    folder = stdout.decode().strip()
    assert host.drives.is_directory(folder)
    assert core_script(host, "powershell_mkdtemp.ps1", Directory="%TEMP%", Name="ansible-tmp-1")[0] == 1
    assert host.run(encoded(f"Set-StrictMode\r\nRemove-Item '{folder}' -Force -Recurse;"), b"")[0] == 0
    assert not host.drives.exists(folder)
    assert host.run(encoded(f"Remove-Item '{folder}' -Force -Recurse;"), b"")[0] == 1


@pytest.mark.parametrize("path", ["C:\\Windows\\a-1.2", "'C:\\Windows\\a-1.2'"])
def test_files_are_removed_with_and_without_quotation_marks(host: Host, path: str) -> None:
    host.drives.write("C:\\Windows\\a-1.2", b"")
    assert host.run(encoded(f"Remove-Item {path} -Force"), b"")[0] == 0
    assert not host.drives.exists("C:\\Windows\\a-1.2")


def test_the_home_folder_is_expanded(host: Host) -> None:
    assert core_script(host, "powershell_expand_user.ps1", Path="~\\a")[1] == b"C:\\Users\\Administrator\\a\r\n"
    assert core_script(host, "powershell_expand_user.ps1", Path="C:\\a")[1] == b"C:\\a\r\n"


def test_an_unknown_core_script_fails(host: Host) -> None:
    assert b"no behaviour" in core_script(host, "psrp_put_file.ps1", Path="C:\\a")[2]


def test_core_scripts_have_faults_too(host: Host) -> None:
    host.set_faults([{"module": "winrm_put_file", "message": "no"}])
    assert core_script(host, "winrm_put_file.ps1", b"QQ==", Path="C:\\a")[2] == b"no"


def test_the_state_document_is_json(server: Host) -> None:
    state = json.loads(json.dumps(server.state_document()))
    assert state["name"] == "mfa01"
    assert state["roles"] == ["primary"]
    assert state["services"]["MultiFactorAuth"]["state"] == "running"
    assert state["mfa_server"]["version"] == "8.0.1.1"
    assert any(path.endswith("PhoneFactor.pfdata") for path in state["files"])
