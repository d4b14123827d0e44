# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What installing, upgrading, running and uninstalling MFA Server does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from entra_simulator.windows import data_file
from entra_simulator.windows.blueprints import RUNTIMES, Blueprint, mfa_server
from entra_simulator.windows.host import Host
from entra_simulator.windows.mfa_server import DEFAULT_FOLDER, NEW_RELEASE, OLD_RELEASE, REGISTRY_KEY, Release
from entra_simulator.windows.packages import file_version

from .conftest import Call

DATA = f"{DEFAULT_FOLDER}Data\\PhoneFactor.pfdata"
Install = Callable[..., dict[str, Any]]


@pytest.fixture
def install(server: Host, call: Call) -> Install:
    def run(release: Release, state: str = "present", arguments: str = "/quiet", **options: Any) -> dict[str, Any]:
        path = f"C:\\Install\\{release.package().file_name}" if state == "present" else None
        return call(
            server,
            "win_package",
            path=path,
            product_id=release.product_code,
            state=state,
            arguments=arguments,
            **options,
        )

    return run


def state(host: Host, name: str = "MultiFactorAuth") -> str | None:
    service = host.services.find(name)
    return service.state if service else None


def schema(host: Host) -> tuple[int, int]:
    host.services.stop("MultiFactorAuth")
    return data_file.parse(host.drives.read(DATA)).schema


def test_the_server_before_a_migration(server: Host, call: Call) -> None:
    value = call(server, "win_reg_stat", path=REGISTRY_KEY, name="InstallPath")
    assert value["value"] == DEFAULT_FOLDER
    assert DEFAULT_FOLDER.endswith("\\")
    assert (state(server), state(server, "MultiFactorAuthAdSync"), state(server, "MultiFactorAuthRadius")) == (
        "running",
        "running",
        "stopped",
    )
    assert state(server, "MultiFactorAuthMigrationSync") is None
    assert file_version(server, f"{DEFAULT_FOLDER}MultiFactorAuthSvc.exe") == "8.0.1.1"
    assert schema(server) == (8, 0)


def test_the_running_service_holds_its_data_file(server: Host, call: Call) -> None:
    copy = {"_copy_mode": "remote", "src": DATA, "dest": "D:\\copy"}
    assert "being used by another process" in call(server, "win_copy", **copy)["msg"]
    assert "being used by another process" in call(server, "win_stat", path=DATA)["msg"]
    assert call(server, "win_stat", path=DATA, get_checksum=False)["stat"]["exists"] is True
    assert "being used by another process" in call(server, "win_file", path=DATA, state="absent")["msg"]
    call(server, "win_service", name="MultiFactorAuth", state="stopped")
    assert call(server, "win_copy", **copy)["changed"] is True


def test_an_upgrade_in_place(server: Host, install: Install) -> None:
    server.registry.delete_value(REGISTRY_KEY, "GraphUrl")
    result = install(NEW_RELEASE)
    assert (result["changed"], result["rc"], result["reboot_required"]) == (True, 0, False)
    assert state(server) == "running"
    assert state(server, "MultiFactorAuthMigrationSync") == "stopped"
    assert file_version(server, f"{DEFAULT_FOLDER}MultiFactorAuthSvc.exe") == "8.1.10.1"
    assert server.drives.is_file(f"{DEFAULT_FOLDER}MultiFactorAuthMigrationUtilityUI.exe")
    script = server.drives.read(f"{DEFAULT_FOLDER}Configure-MultiFactorAuthMigrationUtility.ps1").decode()
    assert "graph.microsoft.com" in script
    assert "50483e42-d915-4231-9639-7fdb7fd190e5" in script
    assert server.state_document()["mfa_server"]["version"] == "8.1.10.1"
    assert not server.registry.exists(OLD_RELEASE.package().uninstall_key)
    assert schema(server) == (8, 1)
    assert install(NEW_RELEASE)["changed"] is False


def test_a_downgrade_is_refused(server: Host, install: Install) -> None:
    install(NEW_RELEASE)
    result = install(OLD_RELEASE)
    assert result["failed"] is True
    assert result["rc"] == 1638
    assert server.state_document()["mfa_server"]["version"] == "8.1.10.1"
    assert state(server) == "running"


def test_uninstalling_leaves_data_and_logs(server: Host, install: Install) -> None:
    install(NEW_RELEASE)
    result = install(NEW_RELEASE, "absent")
    assert (result["changed"], result["rc"]) == (True, 0)
    left = {path.removeprefix(DEFAULT_FOLDER) for path in server.drives.walk(DEFAULT_FOLDER)}
    assert {path.partition("\\")[0] for path in left} == {"Data", "Logs"}
    assert state(server) is None
    assert not server.registry.exists(REGISTRY_KEY)
    assert server.state_document()["mfa_server"]["version"] is None
    assert install(NEW_RELEASE, "absent")["changed"] is False


def test_values_of_others_survive_an_uninstallation(server: Host, install: Install, call: Call) -> None:
    call(server, "win_regedit", path=REGISTRY_KEY, name="GraphUrl", data="https://graph.microsoft.us")
    install(OLD_RELEASE, "absent")
    assert set(server.registry.values(REGISTRY_KEY)) == {"GraphUrl"}


def test_the_old_build_does_not_start_with_converted_data(server: Host, install: Install, call: Call) -> None:
    install(NEW_RELEASE)
    install(NEW_RELEASE, "absent")
    assert install(OLD_RELEASE)["rc"] == 0
    assert state(server) == "stopped"
    result = call(server, "win_service", name="MultiFactorAuth", state="started")
    assert "Cannot start service MultiFactorAuth" in result["msg"]
    assert b"schema 8.1" in server.drives.read(f"{DEFAULT_FOLDER}Logs\\MultiFactorAuthSvc.log")


def test_a_rollback_in_the_right_order(server: Host, install: Install) -> None:
    backup = server.drives.read(DATA) if schema(server) == (8, 0) else b""
    install(NEW_RELEASE)
    install(NEW_RELEASE, "absent")
    server.drives.write(DATA, backup)
    install(OLD_RELEASE)
    assert state(server) == "running"
    server.services.stop("MultiFactorAuth")
    assert server.drives.read(DATA) == backup


@pytest.mark.parametrize("damage", ["absent", "damaged"])
def test_the_service_does_not_start_without_good_data(server: Host, call: Call, damage: str) -> None:
    server.services.stop("MultiFactorAuth")
    if damage == "absent":
        server.drives.delete(DATA)
    else:
        server.drives.write(DATA, server.drives.read(DATA)[:-1])
    assert call(server, "win_service", name="MultiFactorAuth", state="started")["failed"] is True
    assert state(server) == "stopped"


@pytest.mark.parametrize("arguments", ["", "/passive", "/QUIETLY"])
def test_without_its_silent_switch_the_installer_hangs(server: Host, install: Install, arguments: str) -> None:
    assert "timed out" in install(NEW_RELEASE, arguments=arguments)["msg"]
    assert "timed out" in install(OLD_RELEASE, "absent", arguments=arguments)["msg"]
    assert server.state_document()["mfa_server"]["version"] == "8.0.1.1"
    assert state(server) == "running"


def test_check_mode_installs_nothing(server: Host, install: Install) -> None:
    before = server.state_document()
    assert install(NEW_RELEASE, check=True)["changed"] is True
    assert install(OLD_RELEASE, "absent", check=True)["changed"] is True
    assert server.state_document() == before


def test_missing_runtimes_make_the_installer_ask(tmp_path: Any, call: Call) -> None:
    host = Blueprint("mfa01", (), mfa_server(primary=True, runtimes=False)).create(tmp_path / "host")
    path = f"C:\\Install\\{NEW_RELEASE.package().file_name}"
    arguments = {"path": path, "product_id": NEW_RELEASE.product_code, "arguments": "/quiet"}
    assert "missing requirement" in call(host, "win_package", **arguments)["msg"]
    for runtime in RUNTIMES:
        result = call(
            host,
            "win_package",
            path=f"C:\\Install\\{runtime.file_name}",
            product_id=runtime.product_code,
            arguments=["/install", "/quiet", "/norestart"],
        )
        assert result["changed"] is True
    assert call(host, "win_package", **arguments)["changed"] is True


def test_a_full_disk_fails_the_installer_before_it_changes_anything(server: Host, install: Install) -> None:
    server.drives.free["C"] = 100_000
    result = install(NEW_RELEASE)
    assert result["rc"] == 1603
    assert "not enough space" in result["stderr"]
    assert server.state_document()["mfa_server"]["version"] == "8.0.1.1"
    assert state(server) == "running"


def test_an_installer_may_want_a_restart(tmp_path: Any, call: Call) -> None:
    host = Blueprint("mfa01", (), mfa_server(primary=True, return_code=3010)).create(tmp_path / "host")
    path = f"C:\\Install\\{NEW_RELEASE.package().file_name}"
    result = call(host, "win_package", path=path, product_id=NEW_RELEASE.product_code, arguments="/quiet")
    assert (result["rc"], result["reboot_required"], result["changed"]) == (3010, True, True)
    assert result["failed"] is False, "ansible-core takes any other return code than 0 for a failure"


def test_a_fresh_installation_has_an_empty_data_file(server: Host, install: Install) -> None:
    install(OLD_RELEASE, "absent")
    server.drives.delete(DEFAULT_FOLDER)
    install(OLD_RELEASE)
    assert state(server) == "running"
    assert schema(server) == (8, 0)
