# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`win_package`, `win_command`, `win_ping` and `setup`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from entra_simulator.windows.host import Host
from entra_simulator.windows.packages import UNINSTALL_KEYS, Package, offer
from entra_simulator.windows.registry import RegistryValue

from ..conftest import Call, module_text

EXE = Package("tool.exe", "Tool", "1.2", "{1}", size=100)
MSI = Package("part.msi", "Part", "1.2", "{2}", size=100, in_32_bit_view=False)


@pytest.fixture
def products(host: Host) -> Host:
    for package in (EXE, MSI):
        offer(host, package)
        host.drives.write(f"C:\\{package.file_name}", package.content)
    host.drives.write("C:\\other.exe", b"MZ")
    return host


def test_an_exe_is_installed_and_uninstalled_by_its_registry_entry(products: Host, call: Call) -> None:
    options = {"path": "C:\\tool.exe", "product_id": "{1}", "arguments": "/quiet"}
    result = call(products, "win_package", **options)
    assert (result["changed"], result["rc"]) == (True, 0)
    assert result["checksum"] == products.drives.digest("C:\\tool.exe").upper()
    assert products.registry.get(f"{UNINSTALL_KEYS[1]}\\{{1}}", "DisplayVersion") == RegistryValue("string", "1.2")
    assert call(products, "win_package", **options)["changed"] is False
    assert call(products, "win_package", product_id="{1}", state="absent", arguments=["/quiet"])["changed"] is True
    assert call(products, "win_package", product_id="{1}", state="absent")["changed"] is False
    assert not products.drives.exists("C:\\ProgramData\\Package Cache\\{1}")


def test_a_quiet_uninstall_string_goes_first(products: Host, call: Call) -> None:
    call(products, "win_package", path="C:\\tool.exe", product_id="{1}", arguments="/quiet")
    quiet = RegistryValue("string", '"%ProgramData%\\Package Cache\\{1}\\tool.exe" /uninstall /quiet')
    products.registry.set(EXE.uninstall_key, "QuietUninstallString", quiet)
    assert call(products, "win_package", product_id="{1}", state="absent")["changed"] is True


def test_an_entry_without_uninstall_string_fails(products: Host, call: Call) -> None:
    products.registry.create(f"{UNINSTALL_KEYS[0]}\\{{9}}")
    message = call(products, "win_package", product_id="{9}", state="absent")["msg"]
    assert "Failed to find registry uninstall string" in message


def test_an_msi_is_silent_and_known_by_its_content(products: Host, call: Call) -> None:
    assert call(products, "win_package", path="C:\\part.msi")["changed"] is True
    assert call(products, "win_package", path="C:\\part.msi")["changed"] is False
    assert products.registry.exists(f"{UNINSTALL_KEYS[0]}\\{{2}}")
    assert call(products, "win_package", product_id="{2}", state="absent")["changed"] is True


def test_an_absent_installer_fails_unless_in_check_mode(products: Host, call: Call) -> None:
    options = {"path": "C:\\absent.exe", "product_id": "{7}"}
    message = call(products, "win_package", **options)["msg"]
    assert message == "the file at the path 'C:\\absent.exe' cannot be reached"
    assert call(products, "win_package", check=True, **options)["changed"] is True


def test_a_file_without_a_signature(products: Host, call: Call) -> None:
    if "verify_signature" not in module_text("win_package"):
        pytest.skip("this version of ansible.windows verifies no signatures")
    result = call(products, "win_package", path="C:\\other.exe", product_id="{1}", verify_signature=True)
    assert "Authenticode check failed" in result["msg"]
    options = {"path": "C:\\tool.exe", "product_id": "{1}", "arguments": "/quiet"}
    assert call(products, "win_package", verify_signature=True, **options)["changed"] is True


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"path": "https://a.example/tool.exe"}, "downloads no packages"),
        ({"path": "C:\\other.exe"}, "no behaviour for the program"),
        ({"path": "C:\\tool.exe"}, "timed out"),
        ({"path": "C:\\tool.exe", "arguments": "/quiet", "checksum": "00"}, "did not match '00'"),
        ({"path": "C:\\tool.exe", "provider": "msix"}, "no packages of the kind"),
        ({"path": "C:\\tool.exe", "creates_path": "C:\\Windows", "creates_version": "1"}, "must be a file"),
    ],
)
def test_refusals(products: Host, call: Call, options: dict[str, Any], reason: str) -> None:
    assert reason in call(products, "win_package", product_id="{1}", **options)["msg"]
    assert not products.registry.exists(EXE.uninstall_key)


def test_an_unexpected_return_code_fails(host: Host, call: Call) -> None:
    package = Package("bad.exe", "Bad", "1", "{3}", size=10, return_code=5)
    offer(host, package)
    host.drives.write("C:\\bad.exe", package.content)
    options = {"path": "C:\\bad.exe", "product_id": "{3}", "arguments": "/quiet"}
    result = call(host, "win_package", **options)
    assert (result["failed"], result["rc"], result["changed"]) == (True, 5, False)
    assert "unexpected rc" in result["msg"]
    assert not host.registry.exists(package.uninstall_key)


def test_creates_tells_what_is_installed(products: Host, server: Host, call: Call) -> None:
    program = "C:\\Program Files\\Multi-Factor Authentication Server\\MultiFactorAuthSvc.exe"
    server.drives.write("C:\\tool.exe", EXE.content)
    options = {"path": "C:\\tool.exe", "check": True}
    assert call(server, "win_package", creates_path=program, **options)["changed"] is False
    assert call(server, "win_package", creates_path=program, creates_version="8.0.1.1", **options)["changed"] is False
    assert call(server, "win_package", creates_path=program, creates_version="8.1.0.0", **options)["changed"] is True
    assert call(server, "win_package", creates_service="MultiFactorAuth", **options)["changed"] is False


def test_win_command_runs_known_programs_only(products: Host, call: Call) -> None:
    result = call(products, "win_command", argv=["C:\\tool.exe", "/quiet"])
    assert (result["changed"], result["rc"]) == (True, 0)
    assert call(products, "win_command", cmd="C:\\tool.exe /quiet", creates="C:\\Windows")["skipped"] is True
    assert "cannot find the file" in call(products, "win_command", _raw_params="ipconfig /all")["msg"]
    assert "no behaviour" in call(products, "win_command", cmd="C:\\other.exe")["msg"]
    assert call(products, "win_command", cmd="C:\\tool.exe /quiet", check=True)["skipped"] is True
    assert call(products, "win_command", cmd="C:\\tool.exe /uninstall /quiet")["rc"] == 0
    assert "non-zero" in call(products, "win_command", cmd="C:\\tool.exe /uninstall /quiet")["msg"]


def test_win_ping(host: Host, call: Call) -> None:
    assert call(host, "win_ping")["ping"] == "pong"
    assert call(host, "win_ping", data="crash")["failed"] is True


def test_facts(host: Host, call: Call, tmp_path: Path) -> None:
    facts = call(host, "setup", gather_subset=["min"], filter="x")["ansible_facts"]
    assert facts["ansible_os_family"] == "Windows"
    assert facts["ansible_fqdn"] == "BARE.contoso.example"
    assert facts["ansible_env"]["ProgramFiles"] == "C:\\Program Files"
    assert str(tmp_path) not in str(facts)
