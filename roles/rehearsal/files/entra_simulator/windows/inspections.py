# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Doubles of the PowerShell texts that look at a host: products, logs, addresses, AD FS.

A fault of the name `network` makes an address unreachable (`match` is the address), one of the name `web.redirection`
takes the redirection out of the web server.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from entra_simulator.windows.errors import PathNotFoundError
from entra_simulator.windows.packages import UNINSTALL_KEYS, file_version
from entra_simulator.windows.powershell import ScriptResult, script
from entra_simulator.windows.scripts import is_faulty

if TYPE_CHECKING:
    from entra_simulator.windows.host import Host

_PRODUCT = re.compile(r"Multi-Factor Auth|MultiFactorAuth|PhoneFactor", re.IGNORECASE)
_WEB_ROOT = "C:\\inetpub\\wwwroot"
_VIEWS = dict(zip(("Registry64", "Registry32"), UNINSTALL_KEYS, strict=True))


@script("server_inventory")
def server_inventory(host: Host, parameters: Mapping[str, Any], check_mode: bool) -> ScriptResult:
    """Products under both `Uninstall` keys, programs of a folder, and web applications of the default site."""
    del check_mode
    inventory = {
        "computer_name": host.computer_name,
        "products": _products(host),
        "executables": _executables(host, parameters["InstallPath"] or ""),
        "web_applications": _web_applications(host),
        "web_modules": [name for name in sorted(host.web_modules) if _PRODUCT.search(name)],
        "http_redirection": _redirects(host),
        "adfs_providers": _adfs_providers(host),
    }
    return ScriptResult(output=[inventory])


def _adfs_providers(host: Host) -> list[str]:
    return list(host.adfs.providers) if host.adfs and host.adfs.is_primary(host.computer_name) else []


def _redirects(host: Host) -> bool:
    return "HttpRedirectionModule" in host.web_modules and not is_faulty(host, "web.redirection", "")


def _products(host: Host) -> list[dict[str, Any]]:
    found = [
        _product(host, view, product_id) for view, key in _VIEWS.items() for product_id in host.registry.sub_keys(key)
    ]
    named = [entry for entry in found if _PRODUCT.search(str(entry["display_name"]))]
    return sorted(named, key=lambda entry: (entry["product_id"], entry["view"]))


def _product(host: Host, view: str, product_id: str) -> dict[str, Any]:
    values = host.registry.values(f"{_VIEWS[view]}\\{product_id}")
    texts = {name: str(value.data) for name, value in values.items()}
    return {
        "product_id": product_id,
        "view": view,
        "display_name": texts.get("DisplayName", ""),
        "version": texts.get("DisplayVersion", ""),
        "install_location": texts.get("InstallLocation", ""),
        "uninstall_string": texts.get("UninstallString", ""),
    }


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


@script("log_files")
def log_files(host: Host, parameters: Mapping[str, Any], check_mode: bool) -> ScriptResult:
    """The files below a folder, and how many of their lines hold a text."""
    del check_mode
    folder = parameters["Path"]
    if not host.drives.is_directory(folder):
        return ScriptResult()
    text = str(parameters["Text"]).casefold()
    found = []
    for path in sorted(host.drives.walk(folder), key=str.casefold):
        if host.drives.is_file(path):
            changed = datetime.datetime.fromtimestamp(host.drives.information(path).st_mtime, datetime.UTC)
            lines = host.drives.read(path).decode("utf-8", errors="replace").casefold().splitlines()
            found.append(
                {
                    "path": path,
                    "size": host.drives.size(path),
                    "modified": changed.strftime("%Y-%m-%dT%H:%M:%SZ"),
                    "matches": sum(text in line for line in lines),
                }
            )
    return ScriptResult(output=found)


@script("reachability")
def reachability(host: Host, parameters: Mapping[str, Any], check_mode: bool) -> ScriptResult:
    """Whether addresses answer; nothing leaves the simulated host."""
    del check_mode
    answers = []
    for address in parameters["Address"]:
        away = is_faulty(host, "network", address)
        answers.append(
            {
                "address": address,
                "reachable": not away,
                "status": None if away else 200,
                "detail": "The remote name could not be resolved" if away else None,
            }
        )
    return ScriptResult(output=answers)


@script("adfs_configuration")
def adfs_configuration(host: Host, parameters: Mapping[str, Any], check_mode: bool) -> ScriptResult:
    """Farm, providers, policies and trusts; nothing on a host without AD FS."""
    del parameters, check_mode
    return ScriptResult(output=[host.adfs.configuration(host.computer_name)] if host.adfs else [])
