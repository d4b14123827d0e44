# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Windows services of MFA Server: found by their program, stopped for a while, and always started again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ansible.errors import AnsibleConnectionFailure
from ansible_collections.entra.mfa.plugins.plugin_utils.windows import paths, scripts
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import HostError, WindowsHost

RUNNING = "started"


@dataclass(frozen=True, slots=True)
class Service:
    """A service as `win_service_info` shows it; `dependents` are the services that need it."""

    name: str
    display_name: str
    state: str
    start_mode: str
    program: str
    dependents: tuple[str, ...]

    def as_result(self) -> dict[str, str]:
        """The part that is returned to the play."""
        return {
            "name": self.name,
            "display_name": self.display_name,
            "state": self.state,
            "start_mode": self.start_mode,
            "program": self.program,
        }


def program(command_line: str) -> str:
    """The executable in the command line of a service: quoted, or unquoted up to `.exe`."""
    text = command_line.strip()
    if text.startswith('"'):
        return text[1:].split('"', 1)[0]
    match = re.match(r".*?\.exe(?=\s|$)", text, re.IGNORECASE)
    return match.group() if match else text


def all_services(host: WindowsHost) -> list[Service]:
    """Every service of the host."""
    result = host.module("win_service_info", {}, attempt="list the services")
    return [_service(entry) for entry in result["services"]]


def below(services: Sequence[Service], folder: str) -> list[Service]:
    """The services whose program lies inside a folder."""
    return [service for service in services if paths.is_below(service.program, folder)]


def to_stop(services: Sequence[Service], folder: str) -> list[str]:
    """The running services whose program lies in the folder and the running ones that need them, in stop order."""
    by_name = {service.name.casefold(): service for service in services if service.state == RUNNING}
    chosen: dict[str, Service] = {}
    waiting = [service.name.casefold() for service in below(services, folder)]
    while waiting:
        key = waiting.pop()
        if key in by_name and key not in chosen:
            chosen[key] = by_name[key]
            waiting.extend(name.casefold() for name in by_name[key].dependents)
    order: list[str] = []
    for key in sorted(chosen):
        _append_after_dependents(key, chosen, order)
    return [chosen[key].name for key in order]


@contextmanager
def stopped(host: WindowsHost, names: Sequence[str], timeout: int) -> Iterator[list[str]]:
    """Stops the named services, dependents first, and starts them again in any case.

    `timeout` is in seconds, for all services together. A failure inside says whether the services run again; a
    service that does not start again is a failure of its own. The caller adds to the yielded list, as sentences, what
    is done by then, for that failure to tell.
    """
    done: list[str] = []
    if not names:
        yield done
        return
    try:
        _change(host, names, "Stopped", timeout)
        yield done
    except HostError as failure:
        raise failure.with_note(_start_after_failure(host, names, timeout)) from None
    except AnsibleConnectionFailure:
        _start_after_lost_connection(host, names, timeout)
        raise
    except BaseException:
        _start_after_failure(host, names, timeout)
        raise
    try:
        _change(host, list(reversed(names)), "Running", timeout)
    except HostError as failure:
        raise failure.with_note(" ".join(done)) from None


def _start_after_failure(host: WindowsHost, names: Sequence[str], timeout: int) -> str:
    """Starts the services and says how that went, in one sentence."""
    try:
        _change(host, list(reversed(names)), "Running", timeout)
    except HostError as failure:
        return f"Also, the service must be looked after by hand: {failure}"
    return f"The {_listed(names)} {_verb(names)} running."


def _start_after_lost_connection(host: WindowsHost, names: Sequence[str], timeout: int) -> None:
    """Starts the services if the host answers again, else warns."""
    try:
        _change(host, list(reversed(names)), "Running", timeout)
    except (HostError, AnsibleConnectionFailure):
        host.warn(f"the connection was lost with the {_listed(names)} stopped: start what does not run by hand")
    else:
        host.warn(f"the connection was lost for a moment; the {_listed(names)} {_verb(names)} running again")


def _change(host: WindowsHost, names: Sequence[str], wanted: str, timeout: int) -> None:
    verb = "stop" if wanted == "Stopped" else "start"
    attempt = f"{verb} the {_listed(names)}"
    parameters = {"Name": list(names), "State": wanted, "TimeoutSeconds": timeout}
    output = host.powershell(scripts.SET_SERVICE_STATE, parameters, attempt=attempt)
    states = {str(entry["name"]).casefold(): str(entry["state"]) for entry in output}
    late = [name for name in names if states.get(name.casefold()) != wanted.casefold()]
    if late:
        raise host.error(
            f"{verb} the {_listed(late)}",
            f"it is {states.get(late[0].casefold(), 'in an unknown state')} after {timeout} seconds",
            "Look at the service on the host, or raise service_timeout.",
        )


def _append_after_dependents(key: str, chosen: dict[str, Service], order: list[str]) -> None:
    if key in order:
        return
    for dependent in chosen[key].dependents:
        if dependent.casefold() in chosen:
            _append_after_dependents(dependent.casefold(), chosen, order)
    order.append(key)


def _listed(names: Sequence[str]) -> str:
    return f"{'service' if len(names) == 1 else 'services'} {', '.join(names)}"


def _verb(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _service(entry: dict[str, Any]) -> Service:
    return Service(
        name=entry["name"],
        display_name=entry.get("display_name") or entry["name"],
        state=entry["state"],
        start_mode=entry["start_mode"],
        program=program(entry.get("path") or ""),
        dependents=tuple(entry.get("dependency_of") or ()),
    )
