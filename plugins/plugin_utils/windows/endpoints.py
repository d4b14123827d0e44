# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the migration utility of a government cloud or of China finds login and Graph: values of the server's key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.entra.mfa.plugins.plugin_utils.windows import inspection_scripts, registry
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import WindowsHost

NAMES = ("StsUrl", "GraphUrl")
GLOBAL_ADDRESSES = ("https://login.microsoftonline.com", "https://graph.microsoft.com")
# The global cloud is built into the utility and has no values.
ENDPOINTS: dict[str, tuple[str, str] | None] = {
    "global": None,
    "us_gov": ("https://login.microsoftonline.us", "https://graph.microsoft.us"),
    "us_gov_dod": ("https://login.microsoftonline.us", "https://dod-graph.microsoft.us"),
    "china": ("https://login.partner.microsoftonline.cn", "https://microsoftgraph.chinacloudapi.cn"),
}


def wanted(cloud: str) -> dict[str, str | None]:
    """The values for a cloud by name; None means that the value must be absent."""
    urls = ENDPOINTS[cloud] or (None, None)
    return dict(zip(NAMES, urls, strict=True))


def present(entries: dict[str, Any]) -> dict[str, str | None]:
    """The values that stand in the registry, None where absent."""
    found = {name: registry.find(entries, name) for name in NAMES}
    return {name: None if value is None else str(value) for name, value in found.items()}


def differences(now: dict[str, str | None], then: dict[str, str | None]) -> dict[str, str | None]:
    """The values to write (text) or to remove (None); a slash at the end makes no difference."""
    return {name: value for name, value in then.items() if _plain(value) != _plain(now[name])}


def write(host: WindowsHost, changes: dict[str, str | None]) -> None:
    """Applies differences to the registry."""
    for name, value in changes.items():
        if value is None:
            registry.remove(host, name)
        else:
            registry.write(host, name, value)


def addresses(cloud: str) -> list[str]:
    """The addresses of login and Graph that the utility calls for a cloud."""
    return list(ENDPOINTS[cloud] or GLOBAL_ADDRESSES)


def reach(host: WindowsHost, cloud: str, timeout: int) -> list[dict[str, Any]]:
    """Whether the host reaches login and Graph: address, reachable, and what went wrong; `timeout` in seconds each."""
    parameters = {"Address": addresses(cloud), "TimeoutSeconds": timeout}
    found = host.powershell(inspection_scripts.REACHABILITY, parameters, attempt="call login and Graph from the host")
    return [{key: entry.get(key) for key in ("address", "reachable", "detail")} for entry in found]


def require_reachable(host: WindowsHost, found: Sequence[Mapping[str, Any]]) -> None:
    """Refuses a host that does not reach one of the addresses."""
    away = [f"{entry['address']} ({entry['detail']})" for entry in found if not entry["reachable"]]
    if away:
        raise host.error(
            "reach login and Graph from the host",
            f"no answer from {', '.join(away)}",
            "Open the firewall or set the proxy of the host, or set check_endpoints to false. Nothing was changed.",
        )


def _plain(value: str | None) -> str | None:
    return None if value is None else value.rstrip("/").casefold()
