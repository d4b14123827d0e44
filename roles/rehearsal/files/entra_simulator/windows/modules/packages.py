# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`win_package`, for EXE and MSI files that lie on the host."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from entra_simulator.windows.errors import ModuleFailure
from entra_simulator.windows.modules.doubles import double
from entra_simulator.windows.packages import (
    REBOOT_REQUIRED,
    UNINSTALL_KEYS,
    Package,
    file_version,
    is_installed,
    remove,
    set_up,
)
from entra_simulator.windows.programs import ProgramResult

if TYPE_CHECKING:
    from entra_simulator.windows.host import Context, Host


@double("ansible.windows.win_package")
def win_package(host: Host, arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Install or uninstall a product.

    In check mode the installer need not be there: the module then asks the registry alone.
    """
    path, present = arguments["path"], arguments["state"] == "present"
    if path is not None and path.casefold().startswith("http"):
        raise ModuleFailure("The simulated host downloads no packages.")
    if path is not None and not context.check_mode and not host.drives.is_file(path):
        raise ModuleFailure(f"the file at the path '{path}' cannot be reached", {"reboot_required": False})
    if arguments["provider"] not in {"auto", "msi", "registry"}:
        raise ModuleFailure(f"The simulated host has no packages of the kind {arguments['provider']}.")
    msi = _msi(host, arguments)
    changed = present != _installed(host, arguments, msi)
    result: dict[str, Any] = {"changed": changed, "rc": 0, "reboot_required": False}
    if not changed or context.check_mode:
        return result
    if present:
        checksum = host.drives.digest(path, arguments["checksum_algorithm"]).upper()
        result["checksum"] = checksum
        if arguments["checksum"] and arguments["checksum"].upper() != checksum:
            message = f"The checksum for {path} did not match '{arguments['checksum']}', it was '{checksum}'"
            raise ModuleFailure(message, result | {"changed": False})
        if arguments.get("verify_signature") and host.drives.digest(path, "sha256") not in host.packages:
            message = f"Authenticode check failed: File '{path}': signature status is 'NotSigned', expected 'Valid'"
            raise ModuleFailure(message, result | {"changed": False})
    outcome = _run(host, arguments, msi)
    result |= {"rc": outcome.return_code, "reboot_required": outcome.return_code == REBOOT_REQUIRED, "failed": False}
    if outcome.return_code not in arguments["expected_return_code"]:
        raise ModuleFailure(
            f"unexpected rc from '{path or arguments['product_id']}': see rc, stdout, and stderr for more details",
            result | {"changed": False, "stdout": outcome.stdout, "stderr": outcome.stderr},
        )
    return result


def _msi(host: Host, arguments: Mapping[str, Any]) -> Package | None:
    """The package when Windows Installer is in charge of it: by its file, or by the code of an installed product."""
    if arguments["provider"] == "registry":
        return None
    if arguments["path"] is not None and not host.drives.is_file(arguments["path"]):
        return None
    if arguments["path"] is not None:
        package = host.packages.get(host.drives.digest(arguments["path"], "sha256"))
        return package if package is not None and package.is_msi else None
    code = str(arguments["product_id"]).casefold()
    products = [item for item in host.packages.values() if item.is_msi and item.product_code.casefold() == code]
    return next((item for item in products if is_installed(host, item)), None)


def _entry(host: Host, product_id: str | None) -> str | None:
    keys = [f"{key}\\{product_id}" for key in UNINSTALL_KEYS] if product_id else []
    return next((key for key in keys if host.registry.exists(key)), None)


def _installed(host: Host, arguments: Mapping[str, Any], msi: Package | None) -> bool:
    installed = is_installed(host, msi) if msi else _entry(host, arguments["product_id"]) is not None
    path = arguments["creates_path"]
    if path is not None:
        installed = host.drives.exists(path)
        if installed and arguments["creates_version"] is not None:
            if not host.drives.is_file(path):
                raise ModuleFailure("creates_path must be a file not a directory when creates_version is set")
            installed = file_version(host, path) == arguments["creates_version"]
    if arguments["creates_service"] is not None:
        installed = host.services.find(arguments["creates_service"]) is not None
    return installed


def _run(host: Host, arguments: Mapping[str, Any], msi: Package | None) -> ProgramResult:
    if msi is not None and arguments["log_path"] is not None:
        host.drives.write(arguments["log_path"], f"=== {msi.display_name} {msi.version} ===\r\n".encode("utf-16"))
    if msi is not None:
        return set_up(host, msi) if arguments["state"] == "present" else remove(host, msi)
    return host.programs.run(f"{_command(host, arguments)} {_argument_text(arguments['arguments'])}".strip())


def _command(host: Host, arguments: Mapping[str, Any]) -> str:
    if arguments["path"] is not None:
        return f'"{arguments["path"]}"'
    key = _entry(host, arguments["product_id"])
    values = host.registry.values(key) if key else {}
    for name in ("QuietUninstallString", "UninstallString"):
        if name in values:
            return host.expand(str(values[name].data))
    raise ModuleFailure(f"Failed to find registry uninstall string at registry path '{key}'")


def _argument_text(arguments: object) -> str:
    if isinstance(arguments, list):
        return " ".join(f'"{item}"' if " " in str(item) or item == "" else str(item) for item in arguments)
    return str(arguments or "")
