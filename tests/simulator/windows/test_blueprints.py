# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts that a rehearsal starts with."""

from __future__ import annotations

import stat
from hashlib import sha256
from pathlib import Path

import pytest
import requests
from entra_simulator.windows import controller_files, default_hosts, start_hosts
from entra_simulator.windows.packages import UNINSTALL_KEYS
from winrm.protocol import Protocol


def test_the_default_hosts(tmp_path: Path) -> None:
    hosts = {blueprint.name: blueprint.create(tmp_path / blueprint.name) for blueprint in default_hosts()}
    assert {name: host.roles for name, host in hosts.items()} == {
        "mfa01": ("primary",),
        "mfa02": ("secondary",),
        "adfs01": ("adfs",),
    }
    assert hosts["mfa01"].drives.is_file("C:\\inetpub\\wwwroot\\MultiFactorAuth\\web.config")
    assert not hosts["mfa02"].drives.exists("C:\\inetpub")
    assert hosts["adfs01"].services.find("adfssrv") is not None
    assert hosts["adfs01"].services.find("MultiFactorAuth") is None
    assert [name for name, host in hosts.items() if host.adfs] == ["adfs01"]
    assert hosts["adfs01"].state_document()["adfs"]["computer_role"] == "PrimaryComputer"
    assert hosts["mfa01"].state_document()["adfs"] is None


def test_products_stand_under_the_uninstall_keys(tmp_path: Path) -> None:
    host = default_hosts()[0].create(tmp_path / "mfa01")
    names = {
        str(value.data)
        for key in UNINSTALL_KEYS
        for product in host.registry.sub_keys(key)
        if (value := host.registry.get(f"{key}\\{product}", "DisplayName"))
    }
    assert "Multi-Factor Authentication Server" in names
    assert "Multi-Factor Authentication User Portal" in names


def test_the_installers_are_the_same_on_controller_and_host(tmp_path: Path) -> None:
    host = default_hosts()[0].create(tmp_path / "mfa01")
    paths = controller_files(tmp_path / "files")
    assert set(paths) == {"mfa_server_8_0", "mfa_server_8_1", "vc_redist_x64", "vc_redist_x86"}
    for path in map(Path, paths.values()):
        assert sha256(path.read_bytes()).hexdigest() == host.drives.digest(f"C:\\Install\\{path.name}", "sha256")


def test_hosts_start_afresh_and_stop(tmp_path: Path) -> None:
    leftover = tmp_path / "mfa02" / "C" / "leftover"
    leftover.mkdir(parents=True)
    (running,) = start_hosts(tmp_path, [item for item in default_hosts() if item.name == "mfa02"])
    assert not leftover.exists()
    assert stat.S_IMODE((tmp_path / "mfa02").stat().st_mode) == 0o700
    assert running.password not in repr(running)
    client = Protocol(
        f"http://127.0.0.1:{running.port}/wsman",
        transport="basic",
        username=running.username,
        password=running.password,
    )
    assert client.open_shell()
    running.stop()
    with pytest.raises(requests.exceptions.ConnectionError):
        client.open_shell()


def test_passwords_differ(tmp_path: Path) -> None:
    running = start_hosts(tmp_path)
    for host in running:
        host.stop()
    assert len({host.password for host in running}) == len(running)
