# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Software packages: installers known by their content, and the entries under the registry's `Uninstall` key."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from entra_simulator.windows.errors import ModuleFailure, WindowsError
from entra_simulator.windows.programs import ProgramResult
from entra_simulator.windows.registry import RegistryValue

if TYPE_CHECKING:
    from entra_simulator.windows.host import Host

SUCCESS = 0
REBOOT_REQUIRED = 3010
INSTALL_FAILURE = 1603
UNKNOWN_PRODUCT = 1605
OTHER_VERSION_INSTALLED = 1638

_UNINSTALL = "Microsoft\\Windows\\CurrentVersion\\Uninstall"
UNINSTALL_KEYS = (f"HKLM:\\SOFTWARE\\{_UNINSTALL}", f"HKLM:\\SOFTWARE\\WOW6432Node\\{_UNINSTALL}")
_CACHE = "C:\\ProgramData\\Package Cache"
_MSI_MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")

Step = Callable[["Host", "Package"], int]


def do_nothing(host: Host, package: Package) -> int:
    """Install or remove nothing but the entry under `Uninstall`."""
    del host
    return package.return_code


@dataclass(frozen=True, slots=True)
class Package:
    """An installer and what it does.

    `silent_switch` keeps an EXE from opening a window; `needs` are registry values (key, name) that must be there, else
    it asks a question; `in_32_bit_view` says under which `Uninstall` key the product stands.
    """

    file_name: str
    display_name: str
    version: str
    product_code: str
    publisher: str = "Microsoft Corporation"
    silent_switch: str = "/quiet"
    in_32_bit_view: bool = True
    return_code: int = SUCCESS
    needs: tuple[tuple[str, str], ...] = ()
    size: int = 400_000
    install: Step = do_nothing
    uninstall: Step = do_nothing

    @property
    def is_msi(self) -> bool:
        """Whether Windows Installer runs it, silently by itself."""
        return self.file_name.casefold().endswith(".msi")

    @property
    def content(self) -> bytes:
        """The bytes of the installer: the same in every run."""
        return _content(self.file_name, self.version, self.size)

    @property
    def sha256(self) -> str:
        """Checksum of the installer."""
        return sha256(self.content).hexdigest()

    @property
    def uninstall_key(self) -> str:
        """The product's key under `Uninstall`."""
        return f"{UNINSTALL_KEYS[self.in_32_bit_view]}\\{self.product_code}"

    @property
    def cached_path(self) -> str:
        """Where the installer keeps the copy by which it is uninstalled."""
        return f"{_CACHE}\\{self.product_code}\\{self.file_name}"


@functools.cache
def _content(file_name: str, version: str, size: int) -> bytes:
    head = _MSI_MAGIC if file_name.casefold().endswith(".msi") else program_head(version)
    return head + random.Random(f"{file_name} {version}").randbytes(size)


def program_head(version: str) -> bytes:
    """The beginning of a program file, with its version resource."""
    return b"MZ\0FileVersion=" + version.encode() + b"\0"


def file_version(host: Host, path: str) -> str | None:
    """The version that a program file carries, or None."""
    head, _marker, rest = host.drives.read(path)[:64].partition(b"\0FileVersion=")
    return rest.partition(b"\0")[0].decode() if head == b"MZ" and rest else None


def is_installed(host: Host, package: Package) -> bool:
    """Whether the product stands under `Uninstall`."""
    return host.registry.exists(package.uninstall_key)


def offer(host: Host, package: Package) -> None:
    """Let the host know what this installer does when it is run."""
    host.packages[package.sha256] = package
    host.programs.register(package.sha256, functools.partial(_run, host, package))


def enter(host: Host, package: Package) -> None:
    """Write the entry under `Uninstall`, and the cached copy of an EXE."""
    if package.is_msi:
        command = f"MsiExec.exe /X{package.product_code}"
    else:
        host.drives.make_directory(host.drives.parent(package.cached_path))
        host.drives.write(package.cached_path, package.content)
        command = f'"{package.cached_path}" /uninstall'
    values = {
        "DisplayName": package.display_name,
        "DisplayVersion": package.version,
        "Publisher": package.publisher,
        "UninstallString": command,
    }
    for name, text in values.items():
        host.registry.set(package.uninstall_key, name, RegistryValue("string", text))
    if package.is_msi:
        host.registry.set(package.uninstall_key, "WindowsInstaller", RegistryValue("dword", 1))


def withdraw(host: Host, package: Package) -> None:
    """Take the entry under `Uninstall` and the cached copy away."""
    host.registry.delete_key(package.uninstall_key)
    if not package.is_msi and host.drives.exists(package.cached_path):
        host.drives.delete(host.drives.parent(package.cached_path))


def _run(host: Host, package: Package, arguments: list[str]) -> ProgramResult:
    switches = {argument.casefold() for argument in arguments}
    if not package.is_msi and package.silent_switch.casefold() not in switches:
        raise ModuleFailure(
            f"The installer {package.file_name} opened a window and waited for an answer until the task timed out: "
            f"its arguments {arguments} hold no switch that silences it."
        )
    removing = "/uninstall" in switches or "/x" in switches
    return remove(host, package) if removing else set_up(host, package)


def set_up(host: Host, package: Package) -> ProgramResult:
    """Install the product silently."""
    missing = [name for key, name in package.needs if host.registry.get(key, name) is None]
    if missing:
        raise ModuleFailure(
            f"The installer {package.file_name} asked about a missing requirement ({', '.join(missing)}) and waited "
            "for an answer until the task timed out."
        )
    try:
        enter(host, package)
        code = package.install(host, package)
    except WindowsError as error:
        withdraw(host, package)
        return ProgramResult(INSTALL_FAILURE, stderr=error.message)
    if code not in {SUCCESS, REBOOT_REQUIRED}:
        withdraw(host, package)
    return ProgramResult(code)


def remove(host: Host, package: Package) -> ProgramResult:
    """Uninstall the product silently."""
    if not is_installed(host, package):
        return ProgramResult(UNKNOWN_PRODUCT)
    try:
        code = package.uninstall(host, package)
    except WindowsError as error:
        return ProgramResult(INSTALL_FAILURE, stderr=error.message)
    if code in {SUCCESS, REBOOT_REQUIRED}:
        withdraw(host, package)
    return ProgramResult(code)
