# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the migration utility of a government cloud or of China finds login and Graph: values of the server's key."""

from __future__ import annotations

from typing import Any

from ansible_collections.entra.mfa.plugins.plugin_utils.windows import registry
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import WindowsHost

NAMES = ("StsUrl", "GraphUrl")
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


def _plain(value: str | None) -> str | None:
    return None if value is None else value.rstrip("/").casefold()
