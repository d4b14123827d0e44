# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`win_service` and `win_service_info`."""

from __future__ import annotations

from typing import Any

import pytest
from entra_simulator.windows.host import Host
from entra_simulator.windows.services import Service

from ..conftest import Call


@pytest.fixture
def services(host: Host) -> Host:
    host.drives.write("C:\\svc.exe", b"MZ")
    host.services.add(Service("Base", "C:\\svc.exe", "Base Service", start_mode="manual"))
    host.services.add(Service("Upper", "C:\\svc.exe", dependencies=("Base",)))
    return host


def service(host: Host, call: Call, **options: Any) -> dict[str, Any]:
    return call(host, "win_service", name="base", **options)


def test_start_stop_and_restart(services: Host, call: Call) -> None:
    assert service(services, call, state="started", check=True)["changed"] is True
    assert service(services, call)["state"] == "stopped"
    result = service(services, call, state="started")
    assert (result["changed"], result["state"], result["name"]) == (True, "running", "Base")
    assert service(services, call, state="started")["changed"] is False
    assert service(services, call, state="restarted")["changed"] is True
    assert service(services, call, state="stopped")["state"] == "stopped"
    assert service(services, call, state="stopped")["changed"] is False


def test_dependent_services_need_force(services: Host, call: Call) -> None:
    services.services.start("Upper")
    assert "dependent services" in service(services, call, state="stopped")["msg"]
    assert service(services, call, state="stopped", force_dependent_services=True)["changed"] is True
    assert service(services, call)["depended_by"] == ["Upper"]


def test_pausing_is_refused(services: Host, call: Call) -> None:
    assert "does not support pausing" in service(services, call, state="paused")["msg"]


def test_settings_change_once(services: Host, call: Call) -> None:
    options: dict[str, Any] = {
        "start_mode": "disabled",
        "description": "words",
        "failure_actions": [{"type": "restart", "delay_ms": 5}],
        "dependencies": ["Other"],
        "dependency_action": "add",
    }
    assert service(services, call, check=True, **options)["changed"] is True
    assert service(services, call)["start_mode"] == "manual"
    result = service(services, call, diff=True, **options)
    assert (result["changed"], result["start_mode"], result["dependencies"]) == (True, "disabled", ["Other"])
    assert result["diff"]["before"]["start_mode"] == "manual"
    assert result["diff"]["after"]["password"] == "REDACTED"
    assert service(services, call, **options)["changed"] is False
    assert "Cannot start service Base" in service(services, call, state="started")["msg"]


def test_a_service_is_created_and_deleted(services: Host, call: Call) -> None:
    options = {"name": "New", "path": "C:\\svc.exe", "username": "NetworkService"}
    assert "need to set 'path'" in call(services, "win_service", name="New", state="started")["msg"]
    assert call(services, "win_service", name="New")["exists"] is False
    assert call(services, "win_service", check=True, **options)["changed"] is True
    assert services.services.find("New") is None
    result = call(services, "win_service", state="started", **options)
    assert (result["state"], result["username"]) == ("running", "NT AUTHORITY\\NETWORK SERVICE")
    assert call(services, "win_service", state="started", **options)["changed"] is False
    assert call(services, "win_service", name="New", state="absent", check=True)["changed"] is True
    assert call(services, "win_service", name="New", state="absent")["changed"] is True
    assert call(services, "win_service", name="New", state="absent")["changed"] is False


def test_numbers_texts_and_their_absence(services: Host, call: Call) -> None:
    service(services, call, failure_reset_period_sec="0xFFFFFFFF", failure_command="run", description="words")
    service(services, call, failure_actions=[{"type": "restart", "delay_ms": "10"}])
    (info,) = call(services, "win_service_info", name="Base Service")["services"]
    assert info["failure_reset_period_sec"] == 0xFFFFFFFF
    assert info["failure_actions"] == [{"type": "restart", "delay_ms": 10}]
    assert service(services, call, failure_command="", failure_actions=[], description="")["description"] == ""
    (info,) = call(services, "win_service_info", name="base")["services"]
    assert (info["failure_command"], info["failure_reset_period_sec"], info["description"]) == (None, 0, None)


def test_a_password_is_written_when_asked_for(services: Host, call: Call) -> None:
    account = {"username": "CONTOSO\\svc", "password": "x"}
    assert service(services, call, **account)["changed"] is True
    assert service(services, call, **account)["changed"] is False
    assert service(services, call, update_password="always", **account)["changed"] is True


def test_only_the_system_account_meets_the_desktop(services: Host, call: Call) -> None:
    message = service(services, call, desktop_interact=True, username="NetworkService")["msg"]
    assert "desktop_interact" in message


def test_service_information(services: Host, call: Call) -> None:
    services.services.start("Base")
    result = call(services, "win_service_info", name="b*")
    assert result["exists"] is True
    (base,) = result["services"]
    assert (base["name"], base["state"], base["start_mode"]) == ("Base", "started", "manual")
    assert (base["username"], base["dependency_of"]) == ("NT AUTHORITY\\SYSTEM", ["Upper"])
    assert base["process_id"] > 0
    assert len(call(services, "win_service_info")["services"]) == 2
    assert call(services, "win_service_info", name="Absent") == {"changed": False, "exists": False, "services": []}
