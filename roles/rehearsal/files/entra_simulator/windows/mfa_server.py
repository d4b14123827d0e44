# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Azure MFA Server on a simulated host: what installing, upgrading, running and uninstalling it does.

An upgrade in place stops the services, replaces the program and lets the main service convert the data file, which an
older build then refuses. Uninstalling removes the program and leaves `Data` and `Logs`.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from entra_simulator.windows import data_file
from entra_simulator.windows.errors import ServiceError, WindowsError
from entra_simulator.windows.host import Host
from entra_simulator.windows.packages import (
    OTHER_VERSION_INSTALLED,
    Package,
    is_installed,
    offer,
    program_head,
    withdraw,
)
from entra_simulator.windows.registry import RegistryValue
from entra_simulator.windows.services import Service
from entra_simulator.windows.vendor_files import ADAPTER_CONFIGURATION, CONFIGURE_SCRIPT, CONFIGURE_SCRIPT_NAME

DEFAULT_FOLDER = "C:\\Program Files\\Multi-Factor Authentication Server\\"
REGISTRY_KEY = "HKLM:\\SOFTWARE\\WOW6432Node\\Positive Networks\\PhoneFactor"
MAIN_SERVICE = "MultiFactorAuth"
SYNC_SERVICE = "MultiFactorAuthAdSync"
_RUNTIMES = "HKLM:\\SOFTWARE\\WOW6432Node\\Microsoft\\VisualStudio\\14.0\\VC\\Runtimes"
RUNTIME_KEYS: Mapping[str, str] = {bits: f"{_RUNTIMES}\\{bits}" for bits in ("x64", "x86")}

_SERVICES = {
    MAIN_SERVICE: ("Multi-Factor Auth Server Service", "MultiFactorAuthSvc.exe", "auto"),
    SYNC_SERVICE: ("Multi-Factor Auth Server AdSync Service", "MultiFactorAuthAdSyncSvc.exe", "manual"),
    "MultiFactorAuthRadius": ("Multi-Factor Auth Server Radius Service", "MultiFactorAuthRadiusSvc.exe", "manual"),
}
_MIGRATION_SERVICES = {
    "MultiFactorAuthMigrationSync": (
        "MFA Server Migration Sync service",
        "MultiFactorAuthMigrationSyncSvc.exe",
        "manual",
    ),
}
_PROGRAMS = ("MultiFactorAuthUI.exe", "MultiFactorAuthGdpr.exe")
_SETUPS = ("MultiFactorAuthenticationUserPortalSetup64.msi", "MultiFactorAuthenticationAdfsAdapterSetup64.msi")
_TEXTS = {
    "MultiFactorAuthenticationAdfsAdapter.config": ADAPTER_CONFIGURATION,
    "Register-MultiFactorAuthenticationAdfsAdapter.ps1": "# Registers the AD FS adapter of MFA Server.\n",
    "Unregister-MultiFactorAuthenticationAdfsAdapter.ps1": "# Unregisters the AD FS adapter of MFA Server.\n",
}


@dataclass(frozen=True, slots=True)
class Release:
    """A build of MFA Server; `with_migration` builds bring the Migration Utility."""

    version: str
    product_code: str

    @property
    def number(self) -> tuple[int, ...]:
        """The version in comparable form."""
        return tuple(int(part) for part in self.version.split("."))

    @property
    def schema(self) -> tuple[int, int]:
        """The schema of the data file that this build writes."""
        return self.number[0], self.number[1]

    @property
    def with_migration(self) -> bool:
        """Whether the Migration Utility is part of it."""
        return self.number >= (8, 1)

    def package(self) -> Package:
        """The installer of this build, as a file."""
        return Package(
            file_name=f"MultiFactorAuthenticationServerSetup-{self.version}.exe",
            display_name="Multi-Factor Authentication Server",
            version=self.version,
            product_code=self.product_code,
            needs=tuple((key, "Installed") for key in RUNTIME_KEYS.values()),
        )

    def services(self) -> dict[str, tuple[str, str, str]]:
        """Services by name: display name, program, start mode."""
        return _SERVICES | (_MIGRATION_SERVICES if self.with_migration else {})

    def files(self) -> dict[str, bytes]:
        """Files in the install folder, by name."""
        programs = [program for _display_name, program, _start_mode in self.services().values()]
        programs += [*_PROGRAMS, *(["MultiFactorAuthMigrationUtilityUI.exe"] if self.with_migration else [])]
        texts = _TEXTS | ({CONFIGURE_SCRIPT_NAME: CONFIGURE_SCRIPT} if self.with_migration else {})
        return (
            {name: program_head(self.version) + name.encode() for name in programs}
            | {name: f"{name} {self.version}".encode() for name in _SETUPS}
            | {name: text.replace("\n", "\r\n").encode() for name, text in texts.items()}
        )


OLD_RELEASE = Release("8.0.1.1", "{5B1D3A58-7D4B-4C5A-9E0B-6A2A0C7D8011}")
NEW_RELEASE = Release("8.1.10.1", "{5B1D3A58-7D4B-4C5A-9E0B-6A2A0C7D8110}")
RELEASES = (OLD_RELEASE, NEW_RELEASE)


class MfaServer:
    """The product on one host. `silent_switch` and `return_code` belong to its installers."""

    def __init__(self, host: Host, *, silent_switch: str = "/quiet", return_code: int = 0) -> None:
        self.host = host
        self.packages = {
            release.version: replace(
                release.package(),
                silent_switch=silent_switch,
                return_code=return_code,
                install=self._install,
                uninstall=self._uninstall,
            )
            for release in RELEASES
        }
        for package in self.packages.values():
            offer(host, package)
        host.services.before_start = self._before_start
        host.services.after_start = lambda service: self._trace(service, "started")
        host.services.after_stop = lambda service: self._trace(service, "stopped")
        host.describe_with(self.document)

    # --- state

    @property
    def folder(self) -> str:
        """The install folder with its trailing backslash, from the registry where that knows it."""
        value = self.host.registry.get(REGISTRY_KEY, "InstallPath")
        return str(value.data) if value else DEFAULT_FOLDER

    @property
    def data_path(self) -> str:
        """Path of the data file."""
        return f"{self.folder}Data\\PhoneFactor.pfdata"

    @property
    def release(self) -> Release | None:
        """The installed build."""
        return next((item for item in RELEASES if is_installed(self.host, self.packages[item.version])), None)

    def document(self) -> dict[str, Any]:
        """The product's part of the state document."""
        return {"mfa_server": {"version": self.release.version if self.release else None, "folder": self.folder}}

    # --- installers

    def _install(self, host: Host, package: Package) -> int:
        release = next(item for item in RELEASES if item.version == package.version)
        previous = next(
            (item for item in RELEASES if item != release and is_installed(host, self.packages[item.version])), None
        )
        if previous is not None and previous.number > release.number:
            return OTHER_VERSION_INSTALLED
        if previous is not None:
            self._remove_program(previous)
            withdraw(host, self.packages[previous.version])
        self._place(release)
        self._start_main_service()
        return package.return_code

    def _place(self, release: Release) -> None:
        host, folder = self.host, self.folder
        for sub_folder in ("Data", "Logs"):
            host.drives.make_directory(f"{folder}{sub_folder}")
        for name, content in release.files().items():
            host.drives.write(folder + name, content)
        host.registry.set(REGISTRY_KEY, "InstallPath", RegistryValue("string", folder))
        if not host.drives.exists(self.data_path):
            host.drives.write(self.data_path, data_file.DataFile(release.schema, b"").to_bytes())
        for name, (display_name, program, start_mode) in release.services().items():
            holds = (self.data_path,) if name == MAIN_SERVICE else ()
            host.services.add(Service(name, f'"{folder}{program}"', display_name, start_mode=start_mode, holds=holds))

    def _start_main_service(self) -> None:
        try:
            self.host.services.start(MAIN_SERVICE)
        except ServiceError as error:
            self._write_log(MAIN_SERVICE, error.message)

    def _uninstall(self, host: Host, package: Package) -> int:
        release = next(item for item in RELEASES if item.version == package.version)
        self._remove_program(release)
        host.registry.delete_value(REGISTRY_KEY, "InstallPath")
        if not host.registry.values(REGISTRY_KEY) and not host.registry.sub_keys(REGISTRY_KEY):
            host.registry.delete_key(REGISTRY_KEY)
        return package.return_code

    def _remove_program(self, release: Release) -> None:
        for name in release.services():
            if self.host.services.find(name):
                self.host.services.remove(name)
        for name in release.files():
            if self.host.drives.exists(self.folder + name):
                self.host.drives.delete(self.folder + name)

    # --- services

    def _before_start(self, service: Service) -> None:
        release = self.release
        if service.name != MAIN_SERVICE or release is None:
            return
        try:
            data = data_file.parse(self.host.drives.read(self.data_path))
            if data.schema < release.schema:
                self.host.drives.write(self.data_path, data.converted(release.schema).to_bytes())
        except (WindowsError, data_file.DataFileError) as error:
            self._refuse_start(str(error))
        else:
            if data.schema > release.schema:
                found = ".".join(map(str, data.schema))
                self._refuse_start(f"the data file has schema {found}, which version {release.version} cannot read")

    def _refuse_start(self, reason: str) -> None:
        self._write_log(MAIN_SERVICE, f"ERROR {reason}")
        raise ServiceError(reason)

    def _trace(self, service: Service, event: str) -> None:
        if service.name.startswith(MAIN_SERVICE):
            self._write_log(service.name, f"Service {event}.")

    def _write_log(self, service: str, line: str) -> None:
        path = f"{self.folder}Logs\\{service}Svc.log"
        if self.host.drives.is_directory(self.host.drives.parent(path)):
            stamp = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            before = self.host.drives.read(path) if self.host.drives.exists(path) else b""
            self.host.drives.write(path, before + f"{stamp}|i|{line}\r\n".encode())
