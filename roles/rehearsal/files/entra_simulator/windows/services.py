# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service control manager of a simulated host."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from entra_simulator.windows.errors import ServiceError
from entra_simulator.windows.filesystem import Drives

DEFAULT_SETTINGS: dict[str, Any] = {
    "desktop_interact": False,
    "error_control": "normal",
    "failure_actions": [],
    "failure_actions_on_non_crash_failure": False,
    "failure_command": None,
    "failure_reboot_msg": None,
    "failure_reset_period_sec": 0,
    "load_order_group": "",
    "pre_shutdown_timeout_ms": 180000,
    "required_privileges": [],
    "service_type": "win32_own_process",
    "sid_info": "none",
}


@dataclass(slots=True)
class Service:
    """One service.

    `state` is `stopped`, `running` or `paused`; `holds` names files that it keeps open while it runs; `settings` has
    the rarely used options of `win_service`.
    """

    name: str
    path: str
    display_name: str = ""
    description: str | None = None
    state: str = "stopped"
    start_mode: str = "auto"
    account: str = "LocalSystem"
    dependencies: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    accepts_pause: bool = False
    settings: dict[str, Any] = field(default_factory=lambda: dict(DEFAULT_SETTINGS))

    def __post_init__(self) -> None:
        self.display_name = self.display_name or self.name


class Services:
    """Services by name, without regard to case.

    `before_start` is asked before a service starts and raises `ServiceError` where the program behind it would end at
    once; `after_start` and `after_stop` let it leave its traces.
    """

    def __init__(self, drives: Drives) -> None:
        self._drives = drives
        self._services: dict[str, Service] = {}
        self.before_start: Callable[[Service], None] = lambda service: None
        self.after_start: Callable[[Service], None] = lambda service: None
        self.after_stop: Callable[[Service], None] = lambda service: None

    def __iter__(self) -> Iterator[Service]:
        return iter(sorted(self._services.values(), key=lambda service: service.name.casefold()))

    def find(self, name: str) -> Service | None:
        """The service of this name or, as the cmdlets do, of this display name."""
        found = self._services.get(name.casefold())
        if found is None:
            found = next((item for item in self if item.display_name.casefold() == name.casefold()), None)
        return found

    def add(self, service: Service) -> None:
        """Register a service; one that is described as running holds its files from now on."""
        self._services[service.name.casefold()] = service
        if service.state == "running":
            self._hold(service)

    def remove(self, name: str) -> None:
        """Stop and unregister a service."""
        self.stop(name, force=True)
        del self._services[name.casefold()]

    def dependents(self, service: Service) -> list[Service]:
        """The services that need this one."""
        return [item for item in self if service.name.casefold() in {name.casefold() for name in item.dependencies}]

    def start(self, name: str) -> None:
        """Start a service and what it depends on."""
        service = self._required(name)
        if service.state == "running":
            return
        refusal = (
            f"Service '{service.display_name} ({service.name})' cannot be started due to the following error: "
            f"Cannot start service {service.name} on computer '.'."
        )
        if service.start_mode == "disabled" or not self._drives.is_file(program_of(service)):
            raise ServiceError(refusal)
        for dependency in service.dependencies:
            self.start(dependency)
        try:
            self.before_start(service)
        except ServiceError as error:
            raise ServiceError(refusal) from error
        service.state = "running"
        self._hold(service)
        self.after_start(service)

    def stop(self, name: str, *, force: bool = False) -> None:
        """Stop a service; with `force` also those that depend on it."""
        service = self._required(name)
        if service.state == "stopped":
            return
        dependents = [item for item in self.dependents(service) if item.state != "stopped"]
        if dependents and not force:
            raise ServiceError(
                f"Cannot stop service '{service.display_name} ({service.name})' because it has dependent services. "
                "It can only be stopped if the Force flag is set."
            )
        for dependent in dependents:
            self.stop(dependent.name, force=True)
        service.state = "stopped"
        self._drives.release(service.name)
        self.after_stop(service)

    def _hold(self, service: Service) -> None:
        for path in service.holds:
            self._drives.hold(path, service.name)

    def _required(self, name: str) -> Service:
        service = self.find(name)
        if service is None:
            raise ServiceError(f"Cannot find any service with service name '{name}'.")
        return service


def program_of(service: Service) -> str:
    """The program in a service's command line, without quotation marks and arguments."""
    if service.path.startswith('"'):
        return service.path[1:].split('"', 1)[0]
    head, found, _arguments = service.path.partition(".exe ")
    return f"{head}.exe" if found else head
