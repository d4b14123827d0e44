# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scripts of ansible-core itself and its shell plugins: files to and fro, temporary folders."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import TYPE_CHECKING

from entra_simulator.windows.errors import ModuleFailure, WindowsError
from entra_simulator.windows.payload import CoreScript, PlainScript

if TYPE_CHECKING:
    from entra_simulator.windows.host import Host

Outcome = tuple[int, bytes, bytes]
_REMOVE = re.compile(r"^Remove-Item (?:'((?:[^']|'')+)'|([\w\\:.~-]+)) -Force(?: -Recurse)?;?$", re.MULTILINE)


def run_core_script(host: Host, call: CoreScript) -> Outcome:
    """Run one of ansible-core's scripts; an unknown one fails."""
    behaviours = {
        "winrm_put_file.ps1": _put_file,
        "winrm_fetch_file.ps1": _fetch_file,
        "powershell_mkdtemp.ps1": _make_temporary_folder,
        "powershell_expand_user.ps1": _expand_user,
    }
    if call.name not in behaviours:
        return _error(f"The simulated host has no behaviour for the script {call.name}.")
    try:
        host.inject_fault(call.name.removesuffix(".ps1"), json.dumps(dict(call.parameters)))
        return behaviours[call.name](host, call)
    except (WindowsError, ModuleFailure) as error:
        return _error(error.message)


def run_plain_script(host: Host, call: PlainScript) -> Outcome:
    """Run PowerShell text without a wrapper: only the removal of a file or folder, which shell plugins send."""
    match = _REMOVE.search(call.text)
    if match is None:
        return _error(f"The simulated host has no behaviour for this PowerShell text: {call.text[:120]!r}")
    try:
        host.drives.delete(match[1].replace("''", "'") if match[1] else match[2])
    except WindowsError as error:
        return _error(error.message)
    return 0, b"", b""


def _error(message: str) -> Outcome:
    return 1, b"", message.encode()


def _put_file(host: Host, call: CoreScript) -> Outcome:
    content = b"".join(base64.b64decode(line) for line in call.data.split())
    host.drives.write(host.expand(call.parameters["Path"]), content)
    checksum = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    return 0, json.dumps({"sha1": checksum}).encode(), b""


def _fetch_file(host: Host, call: CoreScript) -> Outcome:
    path = call.parameters["Path"]
    if host.drives.is_directory(path):
        return 0, b"[DIR]\r\n", b""
    if not host.drives.is_file(path):
        return _error(f"{path} does not exist")
    start = call.parameters["Offset"]
    part = host.drives.read(path)[start : start + call.parameters["BufferSize"]]
    return 0, base64.b64encode(part), b""


def _make_temporary_folder(host: Host, call: CoreScript) -> Outcome:
    folder = host.expand(call.parameters["Directory"])
    path = host.drives.join(folder, call.parameters["Name"])
    if host.drives.exists(path):
        return _error(f"An item with the specified name {path} already exists.")
    host.drives.make_directory(path)
    return 0, host.drives.full_name(path).encode() + b"\r\n", b""


def _expand_user(host: Host, call: CoreScript) -> Outcome:
    path = str(call.parameters["Path"])
    profile = host.environment["USERPROFILE"]
    if path == "~" or path.startswith("~\\"):
        path = profile + path[1:]
    return 0, path.encode() + b"\r\n", b""
