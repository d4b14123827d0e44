# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts that a rehearsal starts with: two MFA Servers and one AD FS server, as they stand before a migration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from entra_simulator.windows import data_file
from entra_simulator.windows.adfs import OLD_SERVER_PROVIDER, SERVER_PROVIDER, AdfsFarm, sample_farm
from entra_simulator.windows.host import Host
from entra_simulator.windows.mfa_server import (
    DEFAULT_FOLDER,
    NEW_RELEASE,
    OLD_RELEASE,
    REGISTRY_KEY,
    RUNTIME_KEYS,
    SYNC_SERVICE,
    MfaServer,
    Release,
)
from entra_simulator.windows.packages import INSTALL_FAILURE, Package, offer, remove, set_up
from entra_simulator.windows.registry import RegistryValue
from entra_simulator.windows.services import Service
from entra_simulator.windows.vendor_files import ADAPTER_CONFIGURATION, PORTAL_CONFIGURATION

INSTALLER_FOLDER = "C:\\Install"
PORTAL_FOLDER = "C:\\inetpub\\wwwroot\\MultiFactorAuth"
_GIGABYTE = 1024**3
_KEYS_OF_EVERY_HOST = ("HKLM:\\SOFTWARE", "HKCU:\\Software", "HKCR:\\*", "HKCC:\\Software", "HKU:\\.DEFAULT")


def _runtime(bits: str) -> Package:
    def install(host: Host, package: Package) -> int:
        host.registry.set(RUNTIME_KEYS[bits], "Installed", RegistryValue("dword", 1))
        host.registry.set(RUNTIME_KEYS[bits], "Version", RegistryValue("string", f"v{package.version}"))
        return package.return_code

    def uninstall(host: Host, package: Package) -> int:
        host.registry.delete_key(RUNTIME_KEYS[bits])
        return package.return_code

    code = {"x64": "{36F68A90-239C-34DF-B58C-64B30153CE35}", "x86": "{C79A7EAB-9D6F-4072-8A6D-F8F54957CD93}"}[bits]
    return Package(
        file_name=f"vc_redist.{bits}.exe",
        display_name=f"Microsoft Visual C++ 2015 Redistributable ({bits}) - 14.0.24215",
        version="14.0.24215.1",
        product_code=code,
        install=install,
        uninstall=uninstall,
    )


RUNTIMES = tuple(_runtime(bits) for bits in ("x64", "x86"))
_PORTAL = Package(
    file_name="MultiFactorAuthenticationUserPortalSetup64.msi",
    display_name="Multi-Factor Authentication User Portal",
    version=OLD_RELEASE.version,
    product_code="{0A3C6C5E-6F0B-4B7C-8A55-2F3D5D6E8012}",
    in_32_bit_view=False,
)


def _remove_adapter(host: Host, package: Package) -> int:
    """Windows Installer cannot take a library away that AD FS still names, or still has in its memory."""
    farm = host.adfs
    if farm and {*farm.loaded, *farm.providers} & {SERVER_PROVIDER, OLD_SERVER_PROVIDER}:
        return INSTALL_FAILURE
    return package.return_code


_ADAPTER = Package(
    file_name="MultiFactorAuthenticationAdfsAdapterSetup64.msi",
    display_name="Multi-Factor Authentication ADFS Adapter",
    version=OLD_RELEASE.version,
    product_code="{0A3C6C5E-6F0B-4B7C-8A55-2F3D5D6E8013}",
    in_32_bit_view=False,
    uninstall=_remove_adapter,
)


@dataclass(frozen=True, slots=True)
class Blueprint:
    """A host before it is started: `build` gives it its state, `roles` say what it is for the organisation.

    `password` is made up at the start when it is left out; `disk_free` has the free bytes by drive letter.
    """

    name: str
    roles: tuple[str, ...]
    build: Callable[[Host], None] = field(repr=False)
    username: str = "Administrator"
    password: str | None = field(default=None, repr=False)
    disk_free: Mapping[str, int] = field(default_factory=lambda: {"C": 40 * _GIGABYTE, "D": 80 * _GIGABYTE})

    def environment(self) -> dict[str, str]:
        """Environment variables of the account that signs in."""
        profile = f"C:\\Users\\{self.username}"
        return {
            "COMPUTERNAME": self.name.upper(),
            "ProgramData": "C:\\ProgramData",
            "ProgramFiles": "C:\\Program Files",
            "ProgramFiles(x86)": "C:\\Program Files (x86)",
            "SystemDrive": "C:",
            "SystemRoot": "C:\\Windows",
            "TEMP": f"{profile}\\AppData\\Local\\Temp",
            "TMP": f"{profile}\\AppData\\Local\\Temp",
            "USERDNSDOMAIN": "CONTOSO.EXAMPLE",
            "USERDOMAIN": "CONTOSO",
            "USERNAME": self.username,
            "USERPROFILE": profile,
            "windir": "C:\\Windows",
        }

    def create(self, root: Path) -> Host:
        """The host with its drives below `root`."""
        host = Host(self.name, root, self.disk_free, self.environment(), self.roles)
        for folder in (host.environment["TEMP"], "C:\\Windows\\System32", "C:\\Program Files", "C:\\ProgramData"):
            host.drives.make_directory(folder)
        for key in _KEYS_OF_EVERY_HOST:
            host.registry.create(key)
        self.build(host)
        return host


def mfa_server(
    *,
    primary: bool,
    release: Release = OLD_RELEASE,
    silent_switch: str = "/quiet",
    return_code: int = 0,
    runtimes: bool = True,
) -> Callable[[Host], None]:
    """The state of a server with MFA Server installed and running."""

    def build(host: Host) -> None:
        product = MfaServer(host, silent_switch=silent_switch, return_code=return_code)
        for runtime in RUNTIMES:
            offer(host, runtime)
            set_up(host, runtime)
        host.drives.make_directory(f"{DEFAULT_FOLDER}Data")
        host.drives.write(product.data_path, data_file.sample(release.schema, "contoso").to_bytes())
        set_up(host, product.packages[release.version])
        if primary:
            host.services.start(SYNC_SERVICE)
            _add_portal(host)
        if not runtimes:
            for runtime in RUNTIMES:
                remove(host, runtime)
        _add_installers(host, product)

    return build


def _add_portal(host: Host) -> None:
    host.web_modules |= {"StaticFileModule", "RequestFilteringModule", "HttpRedirectionModule"}
    offer(host, _PORTAL)
    set_up(host, _PORTAL)
    host.drives.make_directory(PORTAL_FOLDER)
    host.drives.write(f"{PORTAL_FOLDER}\\web.config", PORTAL_CONFIGURATION.encode())
    host.drives.write(f"{PORTAL_FOLDER}\\default.aspx", b'<%@ Page Language="C#" %>\r\n')


def _add_installers(host: Host, product: MfaServer) -> None:
    host.drives.make_directory(INSTALLER_FOLDER)
    for package in (*product.packages.values(), *RUNTIMES):
        host.drives.write(f"{INSTALLER_FOLDER}\\{package.file_name}", package.content)


def _adfs_server(farm: AdfsFarm) -> Callable[[Host], None]:
    """The state of a computer of an AD FS farm, with the adapter of MFA Server."""

    def build(host: Host) -> None:
        offer(host, _ADAPTER)
        set_up(host, _ADAPTER)
        host.drives.make_directory(f"{DEFAULT_FOLDER}Logs")
        adapter = f"{DEFAULT_FOLDER}MultiFactorAuthenticationAdfsAdapter.config"
        host.drives.write(adapter, ADAPTER_CONFIGURATION.encode())
        host.registry.set(REGISTRY_KEY, "InstallPath", RegistryValue("string", DEFAULT_FOLDER))
        folder = "C:\\Windows\\ADFS"
        host.drives.make_directory(folder)
        host.drives.write(f"{folder}\\Microsoft.IdentityServer.ServiceHost.exe", b"MZ\0FileVersion=10.0.14393.0\0")
        program = f"{folder}\\Microsoft.IdentityServer.ServiceHost.exe"
        host.services.add(Service("adfssrv", program, "Active Directory Federation Services", state="running"))
        host.adfs = farm
        host.services.after_start = lambda service: farm.restart()

    return build


def default_hosts(adfs_servers: int = 1) -> list[Blueprint]:
    """Primary and secondary MFA Server, and the computers of an AD FS farm with the adapter of MFA Server.

    The first computer of the farm is its primary one.
    """
    names = [f"adfs{number:02d}" for number in range(1, adfs_servers + 1)]
    farm = sample_farm(*(name.upper() for name in names))
    return [
        Blueprint("mfa01", ("primary",), mfa_server(primary=True)),
        Blueprint("mfa02", ("secondary",), mfa_server(primary=False)),
        *(Blueprint(name, ("adfs",), _adfs_server(farm.on_another_computer())) for name in names),
    ]


def controller_files(directory: Path) -> dict[str, str]:
    """Write the installers into a folder on the controller; gives their paths by name."""
    directory.mkdir(parents=True, exist_ok=True)
    packages = {
        "mfa_server_8_0": OLD_RELEASE.package(),
        "mfa_server_8_1": NEW_RELEASE.package(),
        "vc_redist_x64": RUNTIMES[0],
        "vc_redist_x86": RUNTIMES[1],
    }
    paths = {}
    for name, package in packages.items():
        path = directory / package.file_name
        path.write_bytes(package.content)
        paths[name] = str(path)
    return paths
