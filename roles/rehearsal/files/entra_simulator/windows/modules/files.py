# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`win_stat`, `win_file`, `win_tempfile`, `slurp` and `win_wait_for`."""

from __future__ import annotations

import base64
import ntpath
import re
import secrets
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from entra_simulator.windows.errors import ModuleFailure, WindowsError
from entra_simulator.windows.modules.doubles import double

if TYPE_CHECKING:
    from entra_simulator.windows.host import Context, Host

_OWNER = "BUILTIN\\Administrators"
_RANDOM_LETTERS = "abcdefghijklmnopqrstuvwxyz012345"


def describe(host: Host, path: str) -> dict[str, Any]:
    """What `win_stat` and `win_find` say about every file and folder."""
    information = host.drives.information(path)
    directory = host.drives.is_directory(path)
    name = host.drives.full_name(path)
    return {
        "exists": True,
        "attributes": "Directory" if directory else "Archive",
        "isarchive": not directory,
        "isdir": directory,
        "ishidden": False,
        "isjunction": False,
        "islnk": False,
        "isreadonly": False,
        "isreg": not directory,
        "isshared": False,
        "nlink": 1,
        "hlnk_targets": [],
        "creationtime": information.st_ctime,
        "lastaccesstime": information.st_atime,
        "lastwritetime": information.st_mtime,
        "path": name,
        "filename": ntpath.basename(name) or name,
        "owner": _OWNER,
    }


@double("ansible.windows.win_stat")
def win_stat(host: Host, arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """State of a file or folder."""
    del context
    path = arguments["path"]
    if not host.drives.exists(path):
        return {"stat": {"exists": False}}
    stat = describe(host, path)
    if arguments["get_size"]:
        stat["size"] = host.drives.size(path)
    if stat["isreg"]:
        stat["extension"] = ntpath.splitext(path)[1]
        if arguments["get_checksum"]:
            try:
                stat["checksum"] = host.drives.digest(path, arguments["checksum_algorithm"])
            except WindowsError as error:
                message = "Failed to get hash of file, set get_checksum to False to ignore this error: "
                raise ModuleFailure(message + error.message) from error
    return {"stat": stat}


@double("ansible.windows.win_file")
def win_file(host: Host, arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Create a folder, touch a file, or delete either."""
    path, state = arguments["path"], arguments["state"]
    if arguments["_original_basename"] and host.drives.is_directory(path):
        path = host.drives.join(path, arguments["_original_basename"])
    for name in ("access_time", "modification_time"):
        if arguments.get(name) not in {None, "now", "preserve"}:
            raise ModuleFailure(f"The simulated host does not set the {name} of files.")
    exists = host.drives.exists(path)
    if state == "touch":
        if not context.check_mode:
            _touch(host, path)
        return {"changed": True}
    if exists:
        return _existing(host, path, state, context)
    if state is None:
        state = "file" if ntpath.basename(path) else "directory"
    if state == "file":
        raise ModuleFailure(f"path {path} will not be created")
    if state == "directory":
        if not context.check_mode:
            try:
                host.drives.make_directory(path)
            except WindowsError as error:
                raise ModuleFailure(error.message) from error
        return {"changed": True}
    return {"changed": False}


def _touch(host: Host, path: str) -> None:
    if host.drives.exists(path):
        host.drives.set_modified(path, time.time())
    else:
        host.drives.write(path, b"")


def _existing(host: Host, path: str, state: str | None, context: Context) -> dict[str, Any]:
    directory = host.drives.is_directory(path)
    if state == "absent":
        if not context.check_mode:
            try:
                host.drives.delete(path)
            except WindowsError as error:
                raise ModuleFailure(f"Failed to delete {host.drives.full_name(path)}: {error.message}") from error
        return {"changed": True}
    if state == "directory" and not directory:
        raise ModuleFailure(f"path {path} is not a directory")
    if state == "file" and directory:
        raise ModuleFailure(f"path {path} is not a file")
    return {"changed": False}


@double("ansible.windows.win_tempfile")
def win_tempfile(host: Host, arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Create a file or folder with a random name."""
    letters = "".join(secrets.choice(_RANDOM_LETTERS) for _index in range(11))
    name = f"{letters[:8]}.{letters[8:]}"
    name = host.expand(arguments["prefix"] or "") + name + host.expand(arguments["suffix"] or "")
    path = host.drives.join(host.expand(arguments["path"] or "%TEMP%"), name)
    if not context.check_mode:
        if arguments["state"] == "directory":
            host.drives.make_directory(path)
        else:
            try:
                host.drives.write(path, b"")
            except WindowsError as error:
                message = f"No random temporary file worked in 5 attempts. Error: {error.message}"
                raise ModuleFailure(message) from error
        path = host.drives.full_name(path)
    return {"changed": True, "state": arguments["state"], "path": path}


@double("ansible.windows.slurp")
def slurp(host: Host, arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Content of a file as Base64."""
    del context
    path = arguments["src"]
    if host.drives.is_directory(path):
        raise ModuleFailure(f"Path {path} is a directory")
    if not host.drives.is_file(path):
        raise ModuleFailure(f"Path {path} is not found")
    return {"content": base64.b64encode(host.drives.read(path)).decode(), "encoding": "base64"}


@double("ansible.windows.win_wait_for")
def win_wait_for(host: Host, arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Wait for a file: the state is looked at once, for nothing changes while a module runs here; no time is spent."""
    del context
    _check_waiting(arguments)
    path, absent = arguments["path"], arguments["state"] == "absent"
    if path is None:
        raise ModuleFailure("The simulated host waits for files only, not for ports or a plain period.")
    there = host.drives.exists(path)
    if there and arguments["regex"] is not None:
        text = host.drives.read(path).decode(errors="replace")
        there = re.search(arguments["regex"], text, re.IGNORECASE) is not None
    if there == absent:
        attempts = max(1, arguments["timeout"] // max(1, arguments["sleep"]))
        message = f"timeout while waiting for file {path} to be {'absent' if absent else 'present'}"
        raise ModuleFailure(message, {"elapsed": float(arguments["timeout"]), "wait_attempts": attempts})
    return {"elapsed": 0.0, "wait_attempts": 1}


def _check_waiting(arguments: Mapping[str, Any]) -> None:
    port, path, state = arguments["port"], arguments["path"], arguments["state"]
    if port is not None and path is not None:
        raise ModuleFailure("port and path parameter can not both be passed to win_wait_for")
    if arguments["exclude_hosts"] is not None and state != "drained":
        raise ModuleFailure("exclude_hosts should only be with state=drained")
    if path is not None and state in {"stopped", "drained"}:
        raise ModuleFailure(f"state={state} should only be used for checking a port in the win_wait_for module")
    if port is not None and arguments["regex"] is not None:
        raise ModuleFailure("regex should by used when checking a string in a file in the win_wait_for module")
