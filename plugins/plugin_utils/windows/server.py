# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is installed on a host: MFA Server itself, its components, and who depends on it.

Names of services and products are not documented in one place. So services are found by the folder of their program,
products by their display name in both views of the uninstall key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.entra.mfa.plugins.plugin_utils.windows import (
    files,
    inspection_scripts,
    paths,
    registry,
    services,
)
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import WindowsHost
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.services import Service

MAIN_SERVICE = "MultiFactorAuth"
ADFS_PROVIDERS = ("AzureMfaServerAuthentication", "WindowsAzureMultiFactorAuthentication")
PORTAL_APPLICATIONS = ("/multifactorauth", "/phonefactor")
# Component by what its product is called; the first match counts, the rest is the server.
PRODUCT_NAMES = (
    ("user_portal", re.compile(r"user portal", re.IGNORECASE)),
    ("web_service_sdk", re.compile(r"web service sdk", re.IGNORECASE)),
    ("mobile_app_service", re.compile(r"mobile app", re.IGNORECASE)),
    ("adfs_adapter", re.compile(r"ad\s?fs", re.IGNORECASE)),
    ("server", re.compile(r"server|agent", re.IGNORECASE)),
)
WEB_COMPONENTS = ("user_portal", "web_service_sdk", "mobile_app_service")
COMPONENTS = (*WEB_COMPONENTS, "adfs_adapter")
ENTRY_KEYS = ("product_id", "view", "display_name", "version", "install_location", "uninstall_string")


@dataclass(frozen=True, slots=True)
class Installation:
    """MFA Server on one host. `install_path` ends with a backslash; None where nothing points to one."""

    install_path: str | None
    registry: dict[str, Any]
    services: list[Service]
    all_services: list[Service]
    inventory: Mapping[str, Any] = field(repr=False)

    @property
    def installed(self) -> bool:
        """Whether the server is there: its product, or a service of its folder. An adapter alone is not the server."""
        return bool(self.services) or self.product("server") is not None

    @property
    def version(self) -> str | None:
        """The version of the server, from its product, else from the program of its main service."""
        product = self.product("server")
        if product and product.get("version"):
            return str(product["version"])
        programs = [service.program for service in sorted(self.services, key=lambda s: s.name != MAIN_SERVICE)]
        for program in programs:
            for executable in self.inventory.get("executables") or []:
                if paths.same(executable["path"], program) and executable.get("version"):
                    return str(executable["version"])
        return None

    @property
    def computer_name(self) -> str:
        """The name Windows knows the host by."""
        return str(self.inventory.get("computer_name") or "")

    def product(self, component: str) -> Mapping[str, Any] | None:
        """The installed product of a component, or None."""
        for product in self.inventory.get("products") or []:
            if component_of(str(product["display_name"])) == component:
                return dict(product)
        return None

    def components(self) -> dict[str, dict[str, Any]]:
        """Portal, Web Service SDK, mobile app web service and AD FS adapter: installed, version, path, product id."""
        return {name: self._component(name) for name in COMPONENTS}

    def uninstall_entries(self) -> list[dict[str, str]]:
        """The products of the vendor under both `Uninstall` keys, each with the view that it stands in."""
        return [
            {key: str(product.get(key) or "") for key in ENTRY_KEYS} for product in self.inventory.get("products") or []
        ]

    def dependencies(self) -> dict[str, bool]:
        """What of this host uses the server: RADIUS, LDAP, AD sync, IIS, AD FS, and the web components."""
        components = self.components()
        adapter = components["adfs_adapter"]["installed"]
        return {
            "radius": self._runs("radius"),
            "ldap": self._runs("ldap"),
            "ad_sync": self._runs("adsync"),
            "iis": bool(self.inventory.get("web_modules")),
            "adfs": bool(self._adfs_providers() or (adapter and self._runs_adfs())),
            **{name: components[name]["installed"] for name in WEB_COMPONENTS},
        }

    def services_to_stop(self) -> list[str]:
        """The running services of the server and those that need them, in the order in which they stop."""
        return services.to_stop(self.all_services, self.install_path) if self.install_path else []

    def _component(self, name: str) -> dict[str, Any]:
        product = self.product(name)
        application = web_application(self.inventory.get("web_applications") or [], name)
        providers = self._adfs_providers() if name == "adfs_adapter" else []
        location = (application or {}).get("physical_path") or (product or {}).get("install_location")
        return {
            "installed": bool(product or application or providers),
            "version": (product or {}).get("version") or None,
            "path": location or None,
            "product_id": (product or {}).get("product_id"),
        }

    def _runs(self, part: str) -> bool:
        return any(part in service.name.casefold() and service.state == services.RUNNING for service in self.services)

    def _runs_adfs(self) -> bool:
        return any(service.name.casefold() == "adfssrv" for service in self.all_services)

    def _adfs_providers(self) -> list[str]:
        return [name for name in self.inventory.get("adfs_providers") or [] if name in ADFS_PROVIDERS]


def component_of(display_name: str) -> str | None:
    """The component that a product's display name stands for."""
    return next((component for component, pattern in PRODUCT_NAMES if pattern.search(display_name)), None)


def web_application(applications: Sequence[Mapping[str, Any]], component: str) -> Mapping[str, Any] | None:
    """The IIS application of a component: the SDK and the mobile app service by their .asmx, the portal by its path."""
    markers = {"web_service_sdk": "pfwssdk.asmx", "mobile_app_service": "pfpaws.asmx"}
    for application in applications:
        files_below = {str(name).casefold() for name in application.get("services") or []}
        if component in markers and markers[component] in files_below:
            return application
        if component == "user_portal" and str(application["path"]).casefold() in PORTAL_APPLICATIONS:
            return application
    return None


def examine(host: WindowsHost) -> Installation:
    """Reads registry, services and products of a host; changes nothing."""
    entries = registry.values(host)
    declared = registry.find(entries, "InstallPath")
    every = services.all_services(host)
    install_path = paths.as_folder(str(declared)) if declared else _default_path(host, every)
    output = host.powershell(
        inspection_scripts.SERVER_INVENTORY, {"InstallPath": install_path or ""}, attempt="list the installed products"
    )
    if not output:
        raise host.error("list the installed products", "the host gave no answer")
    return Installation(
        install_path=install_path,
        registry=entries,
        services=services.below(every, install_path) if install_path else [],
        all_services=every,
        inventory=output[0],
    )


def _default_path(host: WindowsHost, every: Sequence[Service]) -> str | None:
    """The folder of the main service, else the default folder where it exists."""
    for service in every:
        if service.name == MAIN_SERVICE:
            return paths.as_folder(paths.parent(service.program))
    return paths.DEFAULT_INSTALL_PATH if files.folder_exists(host, paths.DEFAULT_INSTALL_PATH) else None
