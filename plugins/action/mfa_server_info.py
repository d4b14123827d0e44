# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Action plugin of `entra.mfa.mfa_server_info`; documented in the module of the same name."""

from __future__ import annotations

from typing import Any

from ansible_collections.entra.mfa.plugins.plugin_utils.windows import logs, server
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.action import WindowsAction
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import WindowsHost

ROLE_VARIABLE = "entra_mfa_server_role"
ROLES = ("primary", "secondary")


class ActionModule(WindowsAction):
    """What MFA Server is on a host; reads only."""

    def perform(self, host: WindowsHost, options: dict[str, Any]) -> dict[str, Any]:
        """Returns the picture of the host; a host without MFA Server is no failure."""
        installation = server.examine(host)
        found = logs.read(host, installation.install_path)
        dependencies = installation.dependencies()
        hint = logs.role_hint(found, ad_sync=dependencies["ad_sync"])
        role = declared_role(host)
        if role == "primary" and hint.role == "secondary":
            host.warn(f"{ROLE_VARIABLE} says primary, but {hint.reason}. Check which server is the primary.")
        return {
            "changed": False,
            "installed": installation.installed,
            "version": installation.version,
            "install_path": installation.install_path,
            "role": role,
            "role_hint": hint.role,
            "role_hint_reason": hint.reason,
            "services": [service.as_result() for service in installation.services],
            "registry": installation.registry,
            "components": installation.components(),
            "dependencies": dependencies,
            "uninstall_entries": installation.uninstall_entries(),
            "log_files": [log.as_result() for log in found],
            "unhandled_sb": sum(log.unhandled_sb for log in found),
        }


def declared_role(host: WindowsHost) -> str:
    """The role that the inventory declares, since a host does not show which server is the primary; else `unknown`."""
    declared = host.variable(ROLE_VARIABLE)
    if declared is None:
        return "unknown"
    if declared not in ROLES:
        raise host.error(
            "tell the role of the server", f"{ROLE_VARIABLE} is {declared!r}", f"Use {' or '.join(ROLES)}."
        )
    return str(declared)
