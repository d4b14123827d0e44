# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`win_service` and `win_service_info`."""

from __future__ import annotations

import copy
import fnmatch
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from entra_simulator.windows.errors import ModuleFailure
from entra_simulator.windows.modules.doubles import double
from entra_simulator.windows.services import DEFAULT_SETTINGS, Service

if TYPE_CHECKING:
    from entra_simulator.windows.host import Context, Host

_ACCOUNTS = {
    "localsystem": "NT AUTHORITY\\SYSTEM",
    "system": "NT AUTHORITY\\SYSTEM",
    "localservice": "NT AUTHORITY\\LOCAL SERVICE",
    "networkservice": "NT AUTHORITY\\NETWORK SERVICE",
}
_UNSIGNED_NUMBERS = ("failure_reset_period_sec", "pre_shutdown_timeout_ms")
_SHOWN_STATES = {"running": "started"}
_CREATING = (
    "description",
    "display_name",
    "dependencies",
    "error_control",
    "failure_actions",
    "failure_actions_on_non_crash_failure",
    "failure_command",
    "failure_reboot_msg",
    "failure_reset_period_sec",
    "load_order_group",
    "path",
    "pre_shutdown_timeout_ms",
    "required_privileges",
    "service_type",
    "sid_info",
    "start_mode",
    "state",
    "username",
    "password",
)


def _account(name: str) -> str:
    short = name.rpartition("\\")[2].replace(" ", "").casefold()
    return _ACCOUNTS.get(short, name)


@double("ansible.windows.win_service_info")
def win_service_info(host: Host, arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Services by name; `*`, `?` and `[ ]` stand for other characters, as in `Get-Service`."""
    del context
    name = arguments["name"]
    exact = host.services.find(name) if name is not None else None
    found = [exact] if exact else [item for item in host.services if name is None or _fits(item, name)]
    return {"exists": bool(found), "services": [_information(host, service) for service in found]}


def _fits(service: Service, pattern: str) -> bool:
    names = (service.name.casefold(), service.display_name.casefold())
    return any(fnmatch.fnmatchcase(name, pattern.casefold()) for name in names)


def _information(host: Host, service: Service) -> dict[str, Any]:
    running = service.state == "running"
    return {
        **service.settings,
        "checkpoint": 0,
        "controls_accepted": ["stop", *(["pause_continue"] if service.accepts_pause else [])] if running else [],
        "dependencies": list(service.dependencies),
        "dependency_of": [item.name for item in host.services.dependents(service)],
        "description": service.description,
        "display_name": service.display_name,
        "launch_protection": "none",
        "name": service.name,
        "path": service.path,
        "preferred_node": None,
        "process_id": 1000 + sum(service.name.encode()) if running else 0,
        "service_exit_code": 0,
        "service_flags": [],
        "start_mode": service.start_mode,
        "state": _SHOWN_STATES.get(service.state, service.state),
        "triggers": [],
        "username": _account(service.account),
        "wait_hint_ms": 0,
        "win32_exit_code": 0 if running else 1077,
    }


@double("ansible.windows.win_service")
def win_service(host: Host, arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Create, change, start, stop or delete a service."""
    service = host.services.find(arguments["name"])
    if arguments["state"] == "absent":
        return _delete(host, service, arguments, context)
    if service is None and not _asks_for_something(arguments):
        return {"changed": False, "exists": False}
    before = copy.deepcopy(service)
    if service is None:
        if arguments["path"] is None:
            name = arguments["name"]
            raise ModuleFailure(f"Service '{name}' is not installed, need to set 'path' to create a new service")
        service = Service(name=arguments["name"], path=arguments["path"])
        if not context.check_mode:
            host.services.add(service)
    elif context.check_mode:
        service = copy.deepcopy(service)
    _configure(service, arguments)
    _check_desktop(service)
    switched = _switch(host, service, arguments, context)
    changed = before != service or switched or _renews_password(before, arguments)
    result = _result(host, service) | {"changed": changed}
    if arguments["description"] is not None:
        result["description"] = arguments["description"]
    if context.diff:
        result["diff"] = {"before": _difference(before), "after": _difference(service)}
    return result


def _renews_password(before: Service | None, arguments: Mapping[str, Any]) -> bool:
    """A password cannot be compared, so it is written when asked for, or with the account."""
    always = arguments["update_password"] in ("always",)
    return bool(arguments["password"]) and (always or before is None)


def _asks_for_something(arguments: Mapping[str, Any]) -> bool:
    asked = any(arguments[name] is not None for name in _CREATING)
    return asked or arguments["dependency_action"] != "set" or arguments["desktop_interact"]


def _delete(host: Host, service: Service | None, arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    if service is None:
        return {"changed": False, "exists": False}
    if not context.check_mode:
        host.services.stop(service.name, force=arguments["force_dependent_services"])
        host.services.remove(service.name)
    result: dict[str, Any] = {"changed": True, "exists": False}
    if context.diff:
        result["diff"] = {"before": _difference(service), "after": ""}
    return result


def _configure(service: Service, arguments: Mapping[str, Any]) -> None:
    for name in ("start_mode", "path", "display_name"):
        if arguments[name] is not None:
            setattr(service, name, arguments[name])
    if arguments["description"] is not None:
        service.description = arguments["description"] or None
    if arguments["username"] and _account(arguments["username"]) != _account(service.account):
        service.account = arguments["username"]
    if arguments["dependencies"] is not None:
        service.dependencies = _dependencies(service, arguments["dependencies"], arguments["dependency_action"])
    if arguments["failure_actions"] == []:
        service.settings["failure_reset_period_sec"] = 0
    for name in DEFAULT_SETTINGS:
        if arguments[name] is not None:
            service.settings[name] = _setting(name, arguments[name])


def _setting(name: str, value: Any) -> Any:
    if name in _UNSIGNED_NUMBERS:
        return int(str(value), 0)
    if name == "failure_actions":
        return [{"type": item["type"], "delay_ms": int(str(item.get("delay_ms") or 0), 0)} for item in value]
    return None if value == "" and name.startswith("failure_") else value


def _dependencies(service: Service, names: list[str], action: str) -> tuple[str, ...]:
    current = service.dependencies
    if action == "add":
        return current + tuple(name for name in names if name not in current)
    if action == "remove":
        return tuple(name for name in current if name not in names)
    return tuple(names) if set(names) != set(current) else current


def _check_desktop(service: Service) -> None:
    if service.settings["desktop_interact"] and _account(service.account) != _ACCOUNTS["system"]:
        raise ModuleFailure("Can only set 'desktop_interact' to true when 'username' equals 'SYSTEM'")


def _switch(host: Host, service: Service, arguments: Mapping[str, Any], context: Context) -> bool:
    """Bring the service into the wanted state; says whether that is a change."""
    wanted, force = arguments["state"], arguments["force_dependent_services"]
    running = service.state == "running"
    if wanted == "paused" and service.state != "paused" and not (running and service.accepts_pause):
        raise ModuleFailure(f"failed to pause service {service.name}: The service does not support pausing")
    target = {"started": "running", "restarted": "running"}.get(wanted, wanted)
    changed = wanted == "restarted" or (target is not None and service.state != target)
    if not changed:
        return False
    if context.check_mode:
        service.state = target
        return True
    if wanted == "paused":
        service.state = "paused"
    if wanted in {"stopped", "restarted"}:
        host.services.stop(service.name, force=force)
    if wanted in {"started", "restarted"}:
        host.services.start(service.name)
    return True


def _result(host: Host, service: Service) -> dict[str, Any]:
    account = _account(service.account)
    return {
        "exists": True,
        "name": service.name,
        "display_name": service.display_name,
        "description": service.description,
        "dependencies": list(service.dependencies),
        "depended_by": [item.name for item in host.services.dependents(service)],
        "desktop_interact": service.settings["desktop_interact"],
        "path": service.path,
        "start_mode": service.start_mode,
        "state": service.state,
        "username": "LocalSystem" if account == _ACCOUNTS["system"] else account,
        "can_pause_and_continue": service.accepts_pause and service.state != "stopped",
    }


def _difference(service: Service | None) -> dict[str, Any] | str:
    if service is None:
        return ""
    return {
        **service.settings,
        "dependencies": list(service.dependencies),
        "description": service.description,
        "display_name": service.display_name,
        "name": service.name,
        "password": "REDACTED",
        "path": service.path,
        "start_mode": service.start_mode,
        "state": _SHOWN_STATES.get(service.state, service.state),
        "username": _account(service.account),
    }
