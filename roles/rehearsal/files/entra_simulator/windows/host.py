# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated Windows host: its state, and what it does with the commands that reach it.

The command is the one that a real host would get; the module text in it is the real one, and its arguments are checked
against the specification in that text. Only PowerShell is doubled, one module at a time; what has no double fails.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from entra_simulator.windows.adfs import AdfsFarm
from entra_simulator.windows.arguments import Specification, read_specification, validate
from entra_simulator.windows.certificates import CertificateStores
from entra_simulator.windows.core_scripts import run_core_script, run_plain_script
from entra_simulator.windows.errors import ConnectionCut, ModuleFailure, WindowsError
from entra_simulator.windows.filesystem import Drives
from entra_simulator.windows.modules import find_double
from entra_simulator.windows.payload import CoreScript, ModuleCall, PayloadError, PlainScript, decode
from entra_simulator.windows.powershell import marker
from entra_simulator.windows.programs import Programs
from entra_simulator.windows.registry import Registry
from entra_simulator.windows.services import Services

_SECRET_NAME = re.compile(r"password|secret|token|credential", re.IGNORECASE)
_MASK = "********"


@dataclass(slots=True)
class Fault:
    """A failure on request: of `module` (full or short name), where `match` is found in its arguments as JSON.

    The first `after` matching calls pass, the next `times` fail with `message`. Instead of that, `cut` closes the
    connection, and `corrupt` lets the call succeed and then turns one byte of the file that its result names in `dest`.
    `delay` is how many seconds the call takes before that, such as an installer that waits for an answer.
    """

    module: str
    message: str = "The simulated host was told to fail here."
    match: str = ""
    after: int = 0
    times: int = 1
    cut: bool = False
    corrupt: bool = False
    delay: float = 0.0

    def hits(self, module: str, arguments: str) -> bool:
        """Count a call and say whether it fails."""
        if self.times <= 0 or self.module not in {module, module.rpartition(".")[2]}:
            return False
        if not re.search(self.match, arguments):
            return False
        self.after -= 1
        if self.after >= 0:
            return False
        self.times -= 1
        return True


@dataclass(frozen=True, slots=True)
class Context:
    """What a module double is told about its call besides the arguments."""

    check_mode: bool
    diff: bool
    given: Mapping[str, Any] = field(repr=False)


class Host:
    """State and behaviour of one host; commands are carried out one after the other."""

    def __init__(
        self,
        name: str,
        root: Path,
        free: Mapping[str, int],
        environment: Mapping[str, str],
        roles: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.roles = tuple(roles)
        self.environment = dict(environment)
        self.drives = Drives(root, free)
        self.registry = Registry()
        self.services = Services(self.drives)
        self.certificates = CertificateStores()
        self.programs = Programs(self.drives)
        self.packages: dict[str, Any] = {}
        self.web_modules: set[str] = set()
        self.adfs: AdfsFarm | None = None
        self.log: list[dict[str, Any]] = []
        self._faults: list[Fault] = []
        self._lock = threading.RLock()
        self._documents: list[Callable[[], dict[str, Any]]] = []

    @property
    def computer_name(self) -> str:
        """The name in the environment of every process."""
        return self.environment.get("COMPUTERNAME", self.name.upper())

    # --- commands

    def run(self, command: str, stdin: bytes) -> tuple[int, bytes, bytes]:
        """Carry out a command line; gives return code, stdout and stderr."""
        with self._lock:
            try:
                call = decode(command, stdin)
            except PayloadError as error:
                return 1, b"", f"The simulated host refuses the command: {error}".encode()
            if isinstance(call, CoreScript):
                return run_core_script(self, call)
            if isinstance(call, PlainScript):
                return run_plain_script(self, call)
            result = self.run_module(call)
            return int(bool(result.get("failed"))), json.dumps(result).encode(), b""

    def run_module(self, call: ModuleCall) -> dict[str, Any]:
        """Carry out a module and log it; gives the module's result."""
        specification = Specification({})
        try:
            double = find_double(call.name)
            specification = read_specification(call.text, call.utilities, double.also_accepts)
            arguments = validate(specification, call.options, self.expand)
            if "async_wrapper.ps1" in call.wrappers:
                raise ModuleFailure("The simulated host does not run modules in the background.")
            corrupt = self.inject_fault(call.name, json.dumps(call.options))
            if call.check_mode and not specification.supports_check_mode:
                result = {"skipped": True, "msg": f"remote module ({call.name}) does not support check mode"}
            else:
                context = Context(call.check_mode, call.diff, call.options)
                result = {"changed": False, **double.behaviour(self, arguments, context)}
            if corrupt:
                self._turn_last_byte(str(result["dest"]))
        except ModuleFailure as error:
            result = {"changed": False, **error.result, "failed": True, "msg": error.message}
        except WindowsError as error:
            text = f"Unhandled exception while executing module: {error.message}"
            result = {"changed": False, "failed": True, "msg": text}
        except ConnectionCut:
            self._record(call, specification, {"failed": True, "msg": "connection cut"})
            raise
        self._record(call, specification, result)
        return result

    def _record(self, call: ModuleCall, specification: Specification, result: Mapping[str, Any]) -> None:
        secret = specification.secret_names()
        self.log.append(
            {
                "n": len(self.log) + 1,
                "module": call.name,
                "args": {name: _masked(name, value, secret) for name, value in call.options.items()},
                "check": call.check_mode,
                "become": "become_wrapper.ps1" in call.wrappers,
                "result": {key: result[key] for key in ("changed", "failed", "skipped", "msg") if key in result},
            }
        )

    def expand(self, text: str) -> str:
        """The text with `%NAME%` replaced by the environment variable; unknown ones stay."""
        names = {name.casefold(): value for name, value in self.environment.items()}
        return re.sub(r"%([^%]+)%", lambda match: names.get(match[1].casefold(), match[0]), text)

    # --- control

    def set_faults(self, faults: Sequence[Mapping[str, Any]]) -> None:
        """Replace the faults; each has the fields of `Fault`."""
        rules = [Fault(**fault) for fault in faults]
        with self._lock:
            self._faults = rules

    def inject_fault(self, module: str, arguments: str) -> bool:
        """Fail here when a fault says so; true when the call is to succeed and what it writes to be corrupt."""
        for fault in self._faults:
            if fault.hits(module, arguments):
                time.sleep(fault.delay)
                if fault.corrupt:
                    return True
                if fault.cut:
                    raise ConnectionCut
                raise ModuleFailure(fault.message)
        return False

    def _turn_last_byte(self, path: str) -> None:
        data = self.drives.read(path)
        self.drives.write(path, data[:-1] + bytes([data[-1] ^ 0xFF]))

    def describe_with(self, document: Callable[[], dict[str, Any]]) -> None:
        """Add keys to the state document."""
        self._documents.append(document)

    def state_document(self) -> dict[str, Any]:
        """The whole state as JSON data: files with size and SHA-256, registry, services, certificates, free space."""
        with self._lock:
            document: dict[str, Any] = {
                "name": self.name,
                "roles": list(self.roles),
                "files": self.drives.document(),
                "disk_free": dict(self.drives.free),
                "registry": {
                    path: {name: {"kind": value.kind, "data": value.data} for name, value in values.items()}
                    for path, values in self.registry.walk()
                },
                "services": {
                    service.name: {"state": service.state, "start_mode": service.start_mode, "path": service.path}
                    for service in self.services
                },
                "certificates": self.certificates.document(),
                "adfs": self.adfs.configuration(self.adfs.primary_computer) if self.adfs else None,
            }
            for describe in self._documents:
                document |= describe()
            return document


def _masked(name: str, value: object, secret: set[str]) -> object:
    if name in secret or name == "content" or (_SECRET_NAME.search(name) and not isinstance(value, list)):
        return _MASK if value else value
    if name == "script" and isinstance(value, str):
        return marker(value) or value[:200]
    if isinstance(value, Mapping):
        return {key: _masked(str(key), item, secret) for key, item in value.items()}
    if isinstance(value, list):
        return [_masked("", item, secret) for item in value]
    return value
