# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting, stopping and what services hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from entra_simulator.windows.errors import ServiceError, SharingViolationError
from entra_simulator.windows.filesystem import Drives
from entra_simulator.windows.services import Service, Services, program_of


@pytest.fixture
def services(tmp_path: Path) -> Services:
    drives = Drives(tmp_path, {"C": 1000})
    drives.write("C:\\svc.exe", b"MZ")
    drives.write("C:\\data", b"x")
    services = Services(drives)
    services.add(Service("Base", "C:\\svc.exe -k", holds=("C:\\data",)))
    services.add(Service("Upper", '"C:\\svc.exe" -u', "Upper Service", dependencies=("base",)))
    return services


def state(services: Services, name: str) -> str:
    service = services.find(name)
    assert service is not None
    return service.state


def test_starting_starts_what_is_needed_and_holds_files(services: Services) -> None:
    services.start("upper service")
    assert (state(services, "Base"), state(services, "Upper")) == ("running", "running")
    with pytest.raises(SharingViolationError):
        services._drives.read("C:\\data")


def test_dependents_stop_only_by_force(services: Services) -> None:
    services.start("Upper")
    with pytest.raises(ServiceError, match="dependent services"):
        services.stop("Base")
    services.stop("Base", force=True)
    assert (state(services, "Base"), state(services, "Upper")) == ("stopped", "stopped")
    assert services._drives.read("C:\\data") == b"x"


@pytest.mark.parametrize("change", ["disabled", "no program", "refused"])
def test_what_does_not_start_stays_stopped(services: Services, change: str) -> None:
    service = services.find("Base")
    assert service is not None
    if change == "disabled":
        service.start_mode = "disabled"
    elif change == "no program":
        service.path = "C:\\absent.exe"
    else:

        def refuse(service: Service) -> None:
            raise ServiceError(service.name)

        services.before_start = refuse
    with pytest.raises(ServiceError, match="Cannot start service Base"):
        services.start("Base")
    assert service.state == "stopped"


def test_an_absent_service_is_an_error(services: Services) -> None:
    with pytest.raises(ServiceError, match="Cannot find any service"):
        services.start("Absent")


def test_hooks_are_told(services: Services) -> None:
    told: list[str] = []
    services.after_start = lambda service: told.append(f"+{service.name}")
    services.after_stop = lambda service: told.append(f"-{service.name}")
    services.start("Base")
    services.start("Base")
    services.remove("base")
    assert told == ["+Base", "-Base"]
    assert services.find("Base") is None


@pytest.mark.parametrize(
    ("path", "program"),
    [('"C:\\a b\\c.exe" -k', "C:\\a b\\c.exe"), ("C:\\a.exe -k", "C:\\a.exe"), ("C:\\a.exe", "C:\\a.exe")],
)
def test_the_program_of_a_service(path: str, program: str) -> None:
    assert program_of(Service("a", path)) == program
