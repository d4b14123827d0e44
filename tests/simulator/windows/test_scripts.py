# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The doubles of the collection's own PowerShell texts, called with the texts themselves."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.plugin_utils.windows import federation_scripts, inspection_scripts, scripts
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.powershell_text import PowerShellText
from entra_simulator.windows.adfs import OLD_SERVER_PROVIDER, sample_farm
from entra_simulator.windows.errors import WindowsError
from entra_simulator.windows.host import Host
from entra_simulator.windows.mfa_server import DEFAULT_FOLDER, MAIN_SERVICE
from entra_simulator.windows.packages import UNINSTALL_KEYS
from entra_simulator.windows.registry import RegistryValue

EVERY_CALL = {
    "set_service_state": {"Name": [MAIN_SERVICE], "State": "Stopped", "TimeoutSeconds": 5},
    "free_space": {"Path": "D:\\x"},
    "private_folder": {"Path": "D:\\a\\b"},
    "archive_folder": {"Path": f"{DEFAULT_FOLDER}Logs", "Destination": "D:\\logs.zip"},
    "expand_archive": {"Path": "D:\\packed.zip", "Destination": "D:\\out"},
    "server_inventory": {"InstallPath": DEFAULT_FOLDER},
    "log_files": {"Path": f"{DEFAULT_FOLDER}Logs", "Text": "Unhandled SB"},
    "reachability": {"Address": ["https://graph.microsoft.com"], "TimeoutSeconds": 5},
    "adfs_configuration": {},
    "adfs_provider": {"Name": OLD_SERVER_PROVIDER, "State": "Absent"},
    "new_certificate": {"Subject": "CN=x", "ValidDays": 5},
    "remove_certificate": {"Thumbprint": ["00"]},
}
CHANGING = [
    "set_service_state",
    "private_folder",
    "archive_folder",
    "expand_archive",
    "new_certificate",
    "adfs_provider",
]
ALL = (*scripts.ALL, *inspection_scripts.ALL, *federation_scripts.ALL)
STORE = "LocalMachine\\My"


@pytest.fixture
def run(call: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Run a text on a host."""

    def execute(host: Host, script: PowerShellText, *, check: bool = False, **parameters: Any) -> dict[str, Any]:
        return call(host, "win_powershell", script=script.text, parameters=parameters, error_action="stop", check=check)

    return execute


def packed(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def service_state(host: Host) -> str:
    service = host.services.find(MAIN_SERVICE)
    assert service is not None
    return service.state


@pytest.mark.parametrize("script", ALL, ids=lambda script: script.name)
def test_every_text_has_a_double_that_takes_its_parameters(server: Host, run: Any, script: PowerShellText) -> None:
    server.drives.write("D:\\packed.zip", packed({"a.txt": b"a"}))
    server.adfs = sample_farm("MFA01")
    result = run(server, script, **EVERY_CALL[script.name])
    assert not result["failed"]
    assert result["changed"] is (script.name in CHANGING)


@pytest.mark.parametrize("script", ALL, ids=lambda script: script.name)
def test_check_mode_changes_nothing(server: Host, run: Any, script: PowerShellText) -> None:
    server.adfs = sample_farm("MFA01")
    before = server.state_document()
    assert not run(server, script, check=True, **EVERY_CALL[script.name])["failed"]
    assert server.state_document() == before


def test_stop_and_start_report_before_and_after(server: Host, run: Any) -> None:
    stop = {"Name": [MAIN_SERVICE.lower()], "State": "Stopped", "TimeoutSeconds": 5}
    assert run(server, scripts.SET_SERVICE_STATE, **stop)["output"] == [
        {"name": MAIN_SERVICE, "before": "running", "state": "stopped"}
    ]
    assert not run(server, scripts.SET_SERVICE_STATE, **stop)["changed"]
    assert run(server, scripts.SET_SERVICE_STATE, **stop | {"State": "Running"})["output"][0]["state"] == "running"
    assert service_state(server) == "running"


@pytest.mark.parametrize(("state", "fault"), [("Stopped", "service.stop"), ("Running", "service.start")])
def test_a_stubborn_service_stays_as_it_is(server: Host, run: Any, state: str, fault: str) -> None:
    if state == "Running":
        server.services.stop(MAIN_SERVICE, force=True)
    before = service_state(server)
    server.set_faults([{"module": fault, "match": MAIN_SERVICE}])
    result = run(server, scripts.SET_SERVICE_STATE, Name=[MAIN_SERVICE], State=state, TimeoutSeconds=1)
    assert (result["output"][0]["state"], service_state(server)) == (before, before)


@pytest.mark.parametrize(
    ("name", "state", "reason"),
    [("NoSuch", "Stopped", "Cannot find any service"), (MAIN_SERVICE, "Paused", "ValidateSet")],
)
def test_what_powershell_refuses(server: Host, run: Any, name: str, state: str, reason: str) -> None:
    result = run(server, scripts.SET_SERVICE_STATE, Name=[name], State=state, TimeoutSeconds=1)
    assert result["failed"]
    assert reason in result["error"][0]["exception"]["message"]


def test_a_service_whose_program_ends_at_once_does_not_start(server: Host, run: Any) -> None:
    server.services.stop(MAIN_SERVICE, force=True)
    server.drives.write(f"{DEFAULT_FOLDER}Data\\PhoneFactor.pfdata", b"damaged")
    result = run(server, scripts.SET_SERVICE_STATE, Name=[MAIN_SERVICE], State="Running", TimeoutSeconds=1)
    assert result["failed"]
    assert "cannot be started" in result["error"][0]["exception"]["message"]


def test_free_space_follows_the_drive(host: Host, run: Any) -> None:
    before = run(host, scripts.FREE_SPACE, Path="D:\\x")["output"][0]
    assert before == {"drive": "D:\\", "free_bytes": 50_000, "total_bytes": 50_000}
    host.drives.write("D:\\file", b"x" * 1000)
    after = run(host, scripts.FREE_SPACE, Path="d:\\x")["output"][0]
    assert after == {"drive": "D:\\", "free_bytes": 49_000, "total_bytes": 50_000}
    host.set_faults([{"module": "drive.full"}])
    assert run(host, scripts.FREE_SPACE, Path="D:\\x")["output"][0]["free_bytes"] == 0


def test_free_space_of_a_drive_that_is_not_there(host: Host, run: Any) -> None:
    assert run(host, scripts.FREE_SPACE, Path="Q:\\x")["failed"]


def test_a_private_folder_is_made_once(host: Host, run: Any) -> None:
    assert run(host, scripts.PRIVATE_FOLDER, Path="D:\\a\\b")["changed"]
    assert host.drives.is_directory("D:\\a\\b")
    assert not run(host, scripts.PRIVATE_FOLDER, Path="D:\\A\\b")["changed"]


def test_inventory_of_a_server(server: Host, run: Any) -> None:
    found = run(server, inspection_scripts.SERVER_INVENTORY, InstallPath=DEFAULT_FOLDER)["output"][0]
    assert found["computer_name"] == "MFA01"
    names = {product["display_name"]: product["version"] for product in found["products"]}
    assert names == {
        "Multi-Factor Authentication Server": "8.0.1.1",
        "Multi-Factor Authentication User Portal": "8.0.1.1",
    }
    assert f"{DEFAULT_FOLDER}MultiFactorAuthSvc.exe" in [item["path"] for item in found["executables"]]
    assert {item["version"] for item in found["executables"]} == {"8.0.1.1"}
    assert [item["path"] for item in found["web_applications"]] == ["/MultiFactorAuth"]


def test_inventory_of_a_bare_host_and_of_other_products(host: Host, run: Any) -> None:
    host.registry.set(f"{UNINSTALL_KEYS[0]}\\{{1}}", "DisplayName", RegistryValue("string", "Something else"))
    found = run(host, inspection_scripts.SERVER_INVENTORY, InstallPath="")["output"][0]
    assert [found[name] for name in ("products", "executables", "web_applications")] == [[], [], []]
    assert not found["http_redirection"]


def test_inventory_shows_both_views(host: Host, run: Any) -> None:
    for key in UNINSTALL_KEYS:
        name = RegistryValue("string", "Multi-Factor Authentication Server")
        host.registry.set(f"{key}\\{{1}}", "DisplayName", name)
    found = run(host, inspection_scripts.SERVER_INVENTORY, InstallPath="")["output"][0]["products"]
    assert [entry["view"] for entry in found] == ["Registry32", "Registry64"]


def test_a_folder_is_packed_and_unpacked_with_its_checksums(host: Host, run: Any) -> None:
    host.drives.make_directory("D:\\data\\below")
    host.drives.write("D:\\data\\a.txt", b"first")
    host.drives.write("D:\\data\\below\\b.txt", b"second")
    result = run(host, scripts.ARCHIVE_FOLDER, Path="D:\\data\\", Destination="D:\\data.zip")
    assert [(entry["name"], entry["size"], entry["sha256"]) for entry in result["output"]] == [
        ("a.txt", 5, hashlib.sha256(b"first").hexdigest()),
        ("below\\b.txt", 6, hashlib.sha256(b"second").hexdigest()),
    ]
    assert run(host, scripts.EXPAND_ARCHIVE, Path="D:\\data.zip", Destination="D:\\out")["changed"]
    assert host.drives.read("D:\\out\\below\\b.txt") == b"second"
    assert run(host, scripts.EXPAND_ARCHIVE, Path="D:\\data.zip", Destination="D:\\out")["failed"]


def test_what_is_no_archive_is_not_unpacked(host: Host, run: Any) -> None:
    host.drives.write("D:\\data.zip", b"damaged")
    assert run(host, scripts.EXPAND_ARCHIVE, Path="D:\\data.zip", Destination="D:\\out")["failed"]


def test_a_held_file_is_not_packed(server: Host, run: Any) -> None:
    assert run(server, scripts.ARCHIVE_FOLDER, Path=f"{DEFAULT_FOLDER}Data", Destination="D:\\data.zip")["failed"]


def test_log_files_are_counted(server: Host, run: Any) -> None:
    log = f"{DEFAULT_FOLDER}Logs\\MultiFactorAuthSvc.log"
    server.drives.write(log, server.drives.read(log) + b"x|i|Unhandled SB 7\r\n" * 3)
    found = run(server, inspection_scripts.LOG_FILES, Path=f"{DEFAULT_FOLDER}Logs", Text="Unhandled SB")["output"]
    by_path = {entry["path"]: entry for entry in found}
    assert by_path[log]["matches"] == 3
    assert by_path[log]["size"] == server.drives.size(log)
    assert sum(entry["matches"] for entry in found) == 3
    assert run(server, inspection_scripts.LOG_FILES, Path="D:\\none", Text="x")["output"] == []


def test_an_address_is_unreachable_on_request(host: Host, run: Any) -> None:
    host.set_faults([{"module": "network", "match": "graph"}])
    addresses = ["https://login.microsoftonline.com", "https://graph.microsoft.com"]
    found = run(host, inspection_scripts.REACHABILITY, Address=addresses, TimeoutSeconds=1)["output"]
    assert [(entry["address"], entry["reachable"]) for entry in found] == [(addresses[0], True), (addresses[1], False)]
    assert found[1]["detail"]


def test_ad_fs_is_shown_by_its_primary_computer_alone(host: Host, run: Any) -> None:
    assert run(host, inspection_scripts.ADFS_CONFIGURATION)["output"] == []
    host.adfs = sample_farm("BARE")
    shown = run(host, inspection_scripts.ADFS_CONFIGURATION)["output"][0]
    assert shown["farm_behavior"] == 4
    assert {trust["access_control_policy"] for trust in shown["relying_parties"]} > {"", "Permit everyone"}
    host.adfs = sample_farm("ADFS01")
    shown = run(host, inspection_scripts.ADFS_CONFIGURATION)["output"][0]
    assert shown == {"computer_role": "SecondaryComputer", "primary_computer": "ADFS01"}


def test_a_certificate_comes_and_goes(server: Host, run: Any) -> None:
    made = run(server, scripts.NEW_CERTIFICATE, Subject='CN="MFA utility, MFA01"', ValidDays=5)
    thumbprint = made["output"][0]["thumbprint"]
    stored = server.certificates.find(STORE, thumbprint)
    assert stored is not None
    assert stored.has_private_key
    assert run(server, scripts.REMOVE_CERTIFICATE, Thumbprint=[thumbprint])["changed"]
    assert server.certificates.find(STORE, thumbprint) is None
    assert not run(server, scripts.REMOVE_CERTIFICATE, Thumbprint=[thumbprint])["changed"]


def test_a_subject_that_is_no_name_fails(server: Host, run: Any) -> None:
    assert run(server, scripts.NEW_CERTIFICATE, Subject="MFA utility", ValidDays=5)["failed"]


def test_a_provider_of_ad_fs_goes_in_the_documented_order(host: Host, run: Any) -> None:
    def change(state: str) -> Any:
        return run(host, federation_scripts.ADFS_PROVIDER, Name=OLD_SERVER_PROVIDER, State=state)

    assert "not recognized" in change("Disabled")["error"][0]["exception"]["message"]
    host.adfs = farm = sample_farm("BARE")
    with pytest.raises(WindowsError, match="used by the global authentication policy"):
        farm.unregister(OLD_SERVER_PROVIDER)
    assert change("Disabled")["output"][0]["additional"] == ["CertificateAuthentication"]
    assert change("Enabled")["output"][0]["additional"] == ["CertificateAuthentication", OLD_SERVER_PROVIDER]
    assert not change("Enabled")["changed"]
    gone = change("Absent")["output"][0]
    assert OLD_SERVER_PROVIDER not in gone["registered"] + gone["additional"]
    assert not change("Absent")["changed"]
    assert change("Enabled")["failed"]
    assert OLD_SERVER_PROVIDER in farm.loaded
    farm.restart()
    assert OLD_SERVER_PROVIDER not in farm.loaded


def test_a_secondary_computer_changes_no_provider(host: Host, run: Any) -> None:
    host.adfs = sample_farm("ADFS01")
    result = run(host, federation_scripts.ADFS_PROVIDER, Name=OLD_SERVER_PROVIDER, State="Absent")
    assert "secondary server" in result["error"][0]["exception"]["message"]
    assert run(host, inspection_scripts.SERVER_INVENTORY, InstallPath="")["output"][0]["adfs_providers"] == []
