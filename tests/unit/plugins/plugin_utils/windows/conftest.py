# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host over a dictionary of files and services, for rules that need answers but no connection."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import WindowsHost


@dataclass
class FakeHost:
    """Stands for the action plugin below a `WindowsHost`; its modules answer as those of `ansible.windows` do.

    `failing` maps a module or text to the message it fails with, `stubborn` has services that do not change into a
    state (`NAME stopped`), `corrupted` has endings of paths whose copies come out wrong, `locked` files that a
    running service holds, `times` last write times that are not 1, `certificates` the entries of the machine's store,
    `unreachable` addresses. From the call `fail_after` on all modules fail. `calls` lists what was run, in order.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    services: dict[str, str] = field(default_factory=dict)
    locked: set[str] = field(default_factory=set)
    free_bytes: int = 10**9
    failing: dict[str, str] = field(default_factory=dict)
    stubborn: set[str] = field(default_factory=set)
    corrupted: tuple[str, ...] = ()
    times: dict[str, float] = field(default_factory=dict)
    certificates: list[dict[str, Any]] = field(default_factory=list)
    unreachable: set[str] = field(default_factory=set)
    fail_after: int | None = None
    calls: list[str] = field(default_factory=list)
    check_mode: bool = False
    tmpdir: str = "T:\\tmp"

    def view(self) -> WindowsHost:
        """The host as the code under test sees it."""
        self._task = SimpleNamespace(check_mode=self.check_mode, action="entra.mfa.test")
        self._connection = SimpleNamespace(_shell=self, fetch_file=self.fetch_file)
        return WindowsHost(self, {"inventory_hostname": "mfa01"})  # type: ignore[arg-type]

    def fetch_file(self, remote: str, local: str) -> None:
        content = self.files[remote]
        Path(local).write_bytes(content[:-1] if remote.endswith(self.corrupted or ("//",)) else content)

    def join_path(self, *parts: str) -> str:
        return "\\".join(parts)

    def _transfer_file(self, local: str, remote: str) -> None:
        self.files[remote] = Path(local).read_bytes()

    def _transfer_data(self, remote: str, data: str) -> None:
        self.files[remote] = data.encode()

    def _execute_module(self, module_name: str, module_args: Mapping[str, Any], task_vars: object) -> dict[str, Any]:
        name = module_name.removeprefix("ansible.windows.")
        if name == "win_powershell":
            return self._script(module_args["script"].splitlines()[0].rpartition(" ")[2], module_args["parameters"])
        if self.fail_after is not None and len(self.calls) >= self.fail_after:
            return {"failed": True, "msg": "told to fail here"}
        self.calls.append(name)
        if name in self.failing:
            return {"failed": True, "msg": self.failing[name]}
        return getattr(self, f"_{name}")(module_args)  # type: ignore[no-any-return]

    def _script(self, name: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        name = f"{name} {parameters['State']}" if "State" in parameters else name
        self.calls.append(name)
        if name in self.failing:
            return {"failed": True, "error": [{"exception": {"message": self.failing[name]}}]}
        if name == "free_space":
            return {"output": [{"drive": "D:\\", "free_bytes": self.free_bytes, "total_bytes": 10**12}]}
        if name == "reachability":
            away = self.unreachable
            return {
                "output": [
                    {"address": item, "reachable": item not in away, "detail": "why"} for item in parameters["Address"]
                ]
            }
        if name == "archive_folder":
            return {"output": self._pack(parameters["Path"], parameters["Destination"])}
        if name == "expand_archive":
            return {"output": self._unpack(parameters["Path"], parameters["Destination"])}
        if "State" in parameters:
            return {"output": [self._switched(item, parameters["State"].lower()) for item in parameters["Name"]]}
        return {"output": []}

    def _pack(self, folder: str, archive: str) -> list[dict[str, Any]]:
        """A stand-in for a zip: JSON of the contents; `corrupted` endings spoil what is packed."""
        folder = folder.rstrip("\\") + "\\"
        packed = {path.removeprefix(folder): self.files[path] for path in self.files if path.startswith(folder)}
        packed = {
            name: data[:-1] if name.endswith(self.corrupted or ("//",)) else data for name, data in packed.items()
        }
        self.files[archive] = json.dumps({name: data.decode() for name, data in packed.items()}).encode()
        return [
            {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in packed.items()
        ]

    def _unpack(self, archive: str, folder: str) -> list[Any]:
        packed = json.loads(self.files[archive])
        self.files |= {f"{folder}\\{name}": text.encode() for name, text in packed.items()}
        return []

    def _switched(self, name: str, wanted: str) -> dict[str, str]:
        before = self.services[name]
        if f"{name} {wanted}" not in self.stubborn:
            self.services[name] = wanted
        return {"name": name, "before": before, "state": self.services[name]}

    def _win_stat(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        path = arguments["path"]
        if path not in self.files:
            folder = any(name.startswith(path.rstrip("\\") + "\\") for name in self.files)
            return {"stat": {"exists": folder, "isdir": True, "size": 0, "lastwritetime": 0.0}}
        stat = {"exists": True, "isdir": False, "size": len(self.files[path]), "lastwritetime": 1.0}
        if arguments.get("get_checksum", True):
            if path in self.locked and "running" in self.services.values():
                return {"failed": True, "msg": "it is being used by another process"}
            stat["checksum"] = hashlib.sha256(self.files[path]).hexdigest()
        return {"stat": stat}

    def _win_find(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        folder = arguments["paths"][0].rstrip("\\") + "\\"
        below = [path for path in self.files if path.startswith(folder)]
        if not arguments.get("recurse"):
            below = [path for path in below if "\\" not in path.removeprefix(folder)]
        return {"files": [self._described(path) for path in below]}

    def _described(self, path: str) -> dict[str, Any]:
        content = self.files[path]
        held = path in self.locked and "running" in self.services.values()
        return {
            "path": path,
            "filename": path.rpartition("\\")[2],
            "size": len(content),
            "lastwritetime": self.times.get(path, 1.0),
            "checksum": None if held else hashlib.sha256(content).hexdigest(),
        }

    def _win_certificate_info(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return {"certificates": self.certificates}

    def _slurp(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return {"content": base64.b64encode(self.files[arguments["src"]]).decode()}

    def _win_copy(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        content, target = self.files[arguments["src"]], arguments["dest"]
        self.files[target] = content[:-1] + b"?" if target.endswith(self.corrupted or ("//",)) else content
        return {"changed": True}

    def _win_file(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        if arguments["state"] == "absent":
            path = arguments["path"]
            self.files = {n: c for n, c in self.files.items() if n != path and not n.startswith(path + "\\")}
        return {"changed": True}


@pytest.fixture
def fake() -> type[FakeHost]:
    """The class of the host, to be called with its state."""
    return FakeHost
