# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`win_powershell` and `win_command`."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from entra_simulator.windows import powershell
from entra_simulator.windows.errors import ModuleFailure, WindowsError
from entra_simulator.windows.modules.doubles import double

if TYPE_CHECKING:
    from entra_simulator.windows.host import Context, Host

_STREAMS = ("output", "error", "warning", "verbose", "debug", "information")
_TIME = "%Y-%m-%d %H:%M:%S.%f"


@double("ansible.windows.win_powershell")
def win_powershell(host: Host, arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Run one of the texts that have a double."""
    result: dict[str, Any] = {"result": {}, "host_out": "", "host_err": "", **{name: [] for name in _STREAMS}}
    if skipped := _skipped(host, arguments):
        return result | {"msg": skipped}
    text = _text(host, arguments)
    if context.check_mode and not powershell.supports_should_process(text):
        return result | {"changed": True, "msg": "skipped, running in check mode"}
    if arguments["chdir"] is not None and not host.drives.is_directory(host.expand(arguments["chdir"])):
        raise ModuleFailure(f"Cannot find path '{arguments['chdir']}' because it does not exist.", result)
    try:
        outcome = powershell.run(host, text, _parameters(arguments), check_mode=context.check_mode)
    except WindowsError as error:
        return result | {"changed": True, "failed": True, "error": [_record(error.message)]}
    result |= {
        "changed": outcome.changed,
        "failed": False,
        "output": outcome.output,
        "result": dict(outcome.result),
        "warning": outcome.warnings,
    }
    if context.diff and outcome.diff:
        result["diff"] = dict(outcome.diff)
    return result


def _skipped(host: Host, arguments: Mapping[str, Any]) -> str | None:
    creates, removes = arguments["creates"], arguments["removes"]
    if creates and host.drives.exists(host.expand(creates)):
        return f"skipped, since {creates} exists"
    if removes and not host.drives.exists(host.expand(removes)):
        return f"skipped, since {removes} does not exist"
    return None


def _text(host: Host, arguments: Mapping[str, Any]) -> str:
    if arguments["script"] is not None:
        return str(arguments["script"])
    path = arguments["path"]
    if not host.drives.is_file(path):
        raise ModuleFailure(f"Could not find or access '{path}' on Windows host")
    return host.drives.read(path).decode("utf-8-sig")


def _parameters(arguments: Mapping[str, Any]) -> dict[str, Any]:
    parameters = dict(arguments["parameters"] or {})
    for item in arguments["sensitive_parameters"] or []:
        value = item.get("value")
        parameters[item["name"]] = (item["username"], item.get("password")) if item.get("username") else value
    return parameters


def _record(message: str) -> dict[str, Any]:
    return {
        "output": message,
        "error_details": None,
        "exception": {"message": message, "type": "System.Management.Automation.RuntimeException"},
        "target_object": None,
        "category_info": {"category": "OperationStopped", "category_id": 14, "reason": "RuntimeException"},
        "fully_qualified_error_id": message,
        "script_stack_trace": "at <ScriptBlock>, <No file>: line 1",
        "pipeline_iteration_info": [],
    }


@double("ansible.windows.win_command")
def win_command(host: Host, arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Run a program that the host knows by its content."""
    del context
    line = arguments["cmd"] or (arguments["_raw_params"] or "").strip()
    if arguments["argv"]:
        line = " ".join(f'"{word}"' if " " in word or not word else word for word in arguments["argv"])
    result: dict[str, Any] = {"cmd": line, "rc": 0}
    if skipped := _skipped(host, arguments):
        return result | {"msg": skipped, "skipped": True}
    start = datetime.datetime.now(datetime.UTC)
    try:
        outcome = host.programs.run(line)
    except WindowsError as error:
        raise ModuleFailure(f"Failed to run: '{line}': {error.message}", result | {"rc": 2}) from error
    end = datetime.datetime.now(datetime.UTC)
    result |= {
        "changed": True,
        "rc": outcome.return_code,
        "stdout": outcome.stdout,
        "stderr": outcome.stderr,
        "start": start.strftime(_TIME),
        "end": end.strftime(_TIME),
        "delta": str(end - start),
    }
    if outcome.return_code:
        raise ModuleFailure("non-zero return code", result)
    return result
