# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts of the collection: their parameters, and what happens to unknown ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from entra_simulator.windows import powershell
from entra_simulator.windows.host import Host
from entra_simulator.windows.powershell import ScriptError, ScriptResult

from .conftest import Call

TEXT = """# entra.mfa script: test_double
<# param ( $NotThis ) #>
[CmdletBinding(SupportsShouldProcess)]
param (
    [Parameter(Mandatory = $true)]
    [string[]] $Name,  # names, of services

    # param ( $NorThis )
    [ValidateSet('Stopped', 'Running')] [string] $State = 'Stopped',
    [int]$Seconds = 30,
    [switch] $Force
)
if ($PSCmdlet.ShouldProcess($Name)) { throw 'never run' }
"""


@pytest.fixture(autouse=True)
def double(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Mapping[str, Any], bool]]:
    calls: list[tuple[Mapping[str, Any], bool]] = []
    monkeypatch.setattr(powershell, "_DOUBLES", {})

    @powershell.script("test_double")
    def behaviour(host: Host, parameters: Mapping[str, Any], check_mode: bool) -> ScriptResult:
        calls.append((parameters, check_mode))
        if parameters["Seconds"] == 0:
            raise ScriptError("no time")
        return ScriptResult(output=[host.name], changed=True, result={"a": 1}, diff={"before": "b"}, warnings=["c"])

    return calls


def test_parameters_are_read_from_the_text() -> None:
    assert [(item.name, item.mandatory, item.choices, item.default) for item in powershell.parameters(TEXT)] == [
        ("Name", True, (), None),
        ("State", False, ("Stopped", "Running"), "Stopped"),
        ("Seconds", False, (), 30),
        ("Force", False, (), None),
    ]


def test_the_double_gets_declared_names_and_defaults(host: Host, call: Call, double: list[Any]) -> None:
    result = call(host, "win_powershell", script=TEXT, parameters={"NAME": ["a"], "seconds": 5}, diff=True)
    assert double == [({"Name": ["a"], "State": "Stopped", "Seconds": 5, "Force": None}, False)]
    assert result["output"] == ["bare"]
    assert result["changed"] is True
    assert result["result"] == {"a": 1}
    assert result["diff"] == {"before": "b"}
    assert result["warning"] == ["c"]


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"Name": ["a"], "Nmae": 1}, "cannot be found that matches parameter name 'Nmae'"),
        ({"State": "Stopped"}, "missing mandatory parameters: Name"),
        ({"Name": ["a"], "State": "Paused"}, "does not belong to the set"),
        ({"Name": ["a"], "Seconds": 0}, "no time"),
    ],
)
def test_wrong_parameters_and_throw_fail(host: Host, call: Call, parameters: dict[str, Any], reason: str) -> None:
    result = call(host, "win_powershell", script=TEXT, parameters=parameters)
    assert result["failed"] is True
    assert reason in result["error"][0]["exception"]["message"]


def test_check_mode_reaches_a_text_that_supports_it(host: Host, call: Call, double: list[Any]) -> None:
    call(host, "win_powershell", script=TEXT, parameters={"Name": ["a"]}, check=True)
    assert [check_mode for _name, check_mode in double] == [True]


def test_check_mode_does_not_run_other_texts(host: Host, call: Call, double: list[Any]) -> None:
    text = TEXT.replace("(SupportsShouldProcess)", "()")
    result = call(host, "win_powershell", script=text, parameters={"Name": ["a"]}, check=True)
    assert result["msg"] == "skipped, running in check mode"
    assert result["changed"] is True
    assert double == []


@pytest.mark.parametrize(
    "text", ["Get-Date", "# entra.mfa script: other\n", "Get-Date\n# entra.mfa script: test_double\n"]
)
def test_unknown_texts_fail(host: Host, call: Call, text: str) -> None:
    result = call(host, "win_powershell", script=text)
    assert result["failed"] is True
    assert "no behaviour for this script" in result["msg"]


def test_a_text_on_the_host_is_read_from_there(host: Host, call: Call, double: list[Any]) -> None:
    assert "Could not find" in call(host, "win_powershell", path="C:\\s.ps1", remote_src=True)["msg"]
    host.drives.write("C:\\s.ps1", b"\xef\xbb\xbf" + TEXT.encode())
    assert "failed" not in call(host, "win_ping")
    result = call(host, "win_powershell", path="C:\\s.ps1", remote_src=True, parameters={"Name": ["a"]})
    assert result["failed"] is False
    assert len(double) == 1


def test_creates_removes_and_chdir(host: Host, call: Call, double: list[Any]) -> None:
    assert "exists" in call(host, "win_powershell", script=TEXT, creates="%SystemRoot%")["msg"]
    assert "does not exist" in call(host, "win_powershell", script=TEXT, removes="C:\\absent")["msg"]
    assert "does not exist" in call(host, "win_powershell", script=TEXT, chdir="C:\\absent")["msg"]
    assert double == []


def test_sensitive_parameters_stay_out_of_the_log(host: Host, call: Call, double: list[Any]) -> None:
    secret = {"name": "Name", "value": "hunter2"}
    call(host, "win_powershell", script=TEXT, sensitive_parameters=[secret])
    assert double[0][0]["Name"] == "hunter2"
    assert "hunter2" not in str(host.log)
    assert host.log[-1]["args"]["script"] == "test_double"


def test_one_text_has_one_double() -> None:
    with pytest.raises(ValueError, match="two doubles"):
        powershell.script("test_double")(lambda host, parameters, check_mode: ScriptResult())
