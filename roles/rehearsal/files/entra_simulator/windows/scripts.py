# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Doubles of the PowerShell texts of the collection: what each does to a simulated host, and what it writes.

Three faults are asked for by name, since the texts answer with a state and not with an error: `service.stop` and
`service.start` (the service stays as it is until the time is over; `match` is its name), `drive.full` (no byte is free;
`match` is the path).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from entra_simulator.windows.errors import ModuleFailure, PathNotFoundError, ServiceError
from entra_simulator.windows.packages import UNINSTALL_KEYS, file_version
from entra_simulator.windows.powershell import ScriptError, ScriptResult, script

if TYPE_CHECKING:
    from entra_simulator.windows.host import Host
    from entra_simulator.windows.services import Service

_PRODUCT = re.compile(r"Multi-Factor Auth|MultiFactorAuth|PhoneFactor", re.IGNORECASE)
_MACHINE_STORE = "LocalMachine\\My"
_ADAPTER_PROVIDER = "WindowsAzureMultiFactorAuthentication"
_WEB_ROOT = "C:\\inetpub\\wwwroot"


def _is_faulty(host: Host, fault: str, detail: str) -> bool:
    try:
        host.inject_fault(fault, detail)
    except ModuleFailure:
        return True
    return False


@script("set_service_state")
def set_service_state(host: Host, parameters: Mapping[str, Any], check_mode: bool) -> ScriptResult:
    """Stop or start services within a time limit; each is reported with the state it has afterwards."""
    output, changed = [], False
    for name in parameters["Name"]:
        service = host.services.find(name)
        if service is None:
            raise ScriptError(f"Cannot find any service with service name '{name}'.")
        before = service.state
        if before != parameters["State"].casefold() and not check_mode:
            changed = True
            _switch(host, service, parameters["State"])
        output.append({"name": service.name, "before": before, "state": service.state})
    return ScriptResult(output=output, changed=changed)


def _switch(host: Host, service: Service, wanted: str) -> None:
    action = "stop" if wanted == "Stopped" else "start"
    if _is_faulty(host, f"service.{action}", service.name):
        return
    try:
        if action == "stop":
            host.services.stop(service.name, force=True)
        else:
            host.services.start(service.name)
    except ServiceError as error:
        raise ScriptError(f'Exception calling "{action.title()}" with "0" argument(s): "{error.message}"') from error


@script("free_space")
def free_space(host: Host, parameters: Mapping[str, Any], check_mode: bool) -> ScriptResult:
    """Free bytes of the drive that holds a path."""
    del check_mode
    letter = str(parameters["Path"])[:1].upper()
    if letter not in host.drives.free:
        raise ScriptError(
            f"Could not find the drive '{letter}:\\'. The drive might not be ready or might not be mapped."
        )
    free = 0 if _is_faulty(host, "drive.full", parameters["Path"]) else host.drives.free[letter]
    used = sum(host.drives.size(child) for child in host.drives.children(f"{letter}:\\"))
    return ScriptResult(output=[{"drive": f"{letter}:\\", "free_bytes": free, "total_bytes": free + used}])


@script("private_folder")
def private_folder(host: Host, parameters: Mapping[str, Any], check_mode: bool) -> ScriptResult:
    """Make a folder; permissions are not modelled."""
    path = parameters["Path"]
    if host.drives.is_directory(path):
        return ScriptResult()
    if not check_mode:
        host.drives.make_directory(path)
    return ScriptResult(changed=True)


@script("server_inventory")
def server_inventory(host: Host, parameters: Mapping[str, Any], check_mode: bool) -> ScriptResult:
    """Products under both `Uninstall` keys, programs of a folder, and web applications of the default site."""
    del check_mode
    inventory = {
        "computer_name": host.environment.get("COMPUTERNAME", host.name.upper()),
        "products": _products(host),
        "executables": _executables(host, parameters["InstallPath"] or ""),
        "web_applications": _web_applications(host),
        "web_modules": [],
        "adfs_providers": _adfs_providers(host),
    }
    return ScriptResult(output=[inventory])


def _products(host: Host) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for key in UNINSTALL_KEYS:
        for product_id in host.registry.sub_keys(key):
            values = host.registry.values(f"{key}\\{product_id}")
            texts = {name: str(value.data) for name, value in values.items()}
            if _PRODUCT.search(texts.get("DisplayName", "")):
                found[product_id] = {
                    "product_id": product_id,
                    "display_name": texts["DisplayName"],
                    "version": texts.get("DisplayVersion", ""),
                    "install_location": texts.get("InstallLocation", ""),
                }
    return [found[product_id] for product_id in sorted(found)]


def _adfs_providers(host: Host) -> list[str]:
    if host.services.find("adfssrv") is None:
        return []
    adapters = [product for product in _products(host) if "ADFS" in product["display_name"]]
    return ["CertificateAuthentication", "AzureMfaAuthentication", *([_ADAPTER_PROVIDER] if adapters else [])]


def _executables(host: Host, folder: str) -> list[dict[str, Any]]:
    if not folder or not host.drives.is_directory(folder):
        return []
    programs = [path for path in host.drives.children(folder) if path.casefold().endswith(".exe")]
    return [{"path": path, "version": file_version(host, path)} for path in programs]


def _web_applications(host: Host) -> list[dict[str, Any]]:
    try:
        folders = [path for path in host.drives.children(_WEB_ROOT) if host.drives.is_directory(path)]
    except PathNotFoundError:
        return []
    return [
        {
            "path": "/" + folder.rpartition("\\")[2],
            "physical_path": folder,
            "services": [
                path.rpartition("\\")[2] for path in host.drives.children(folder) if path.casefold().endswith(".asmx")
            ],
        }
        for folder in folders
    ]


@script("new_certificate")
def new_certificate(host: Host, parameters: Mapping[str, Any], check_mode: bool) -> ScriptResult:
    """Make a self-signed certificate in the machine's own store."""
    if check_mode:
        return ScriptResult()
    subject = re.sub(r'"([^"]*)"', lambda match: re.sub(r"([,+])", r"\\\1", match[1]), parameters["Subject"])
    try:
        item = host.certificates.create_self_signed(_MACHINE_STORE, subject, parameters["ValidDays"])
    except ValueError as error:
        raise ScriptError(
            f"CertEnroll::CX500DistinguishedName::Encode: The string contains an invalid X500 name: {error}"
        ) from error
    return ScriptResult(output=[{"thumbprint": item.thumbprint}], changed=True)


@script("remove_certificate")
def remove_certificate(host: Host, parameters: Mapping[str, Any], check_mode: bool) -> ScriptResult:
    """Remove certificates and their keys from the machine's own store."""
    present = [name for name in parameters["Thumbprint"] if host.certificates.find(_MACHINE_STORE, name)]
    if not check_mode:
        for thumbprint in present:
            host.certificates.remove(_MACHINE_STORE, thumbprint)
    return ScriptResult(changed=bool(present))
