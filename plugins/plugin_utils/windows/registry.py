# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The registry key of MFA Server, in the 32-bit view as a 64-bit process sees it."""

from __future__ import annotations

from typing import Any

from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import WindowsHost

SERVER_KEY = "HKLM:\\SOFTWARE\\WOW6432Node\\Positive Networks\\PhoneFactor"


def values(host: WindowsHost) -> dict[str, Any]:
    """All values of the server's key by name, as the registry spells them; empty if the key does not exist."""
    result = host.module("win_reg_stat", {"path": SERVER_KEY}, attempt=f"read {SERVER_KEY}")
    if not result.get("exists"):
        return {}
    return {name: entry["value"] for name, entry in (result.get("properties") or {}).items()}


def find(entries: dict[str, Any], name: str) -> Any:
    """A value by its name, whose case does not count; None if absent."""
    return next((value for key, value in entries.items() if key.casefold() == name.casefold()), None)


def write(host: WindowsHost, name: str, value: str) -> None:
    """Sets a text value of the server's key."""
    arguments = {"path": SERVER_KEY, "name": name, "data": value, "type": "string", "state": "present"}
    host.module("win_regedit", arguments, attempt=f"write {name} to {SERVER_KEY}")


def remove(host: WindowsHost, name: str) -> None:
    """Removes a value of the server's key."""
    arguments = {"path": SERVER_KEY, "name": name, "state": "absent", "delete_key": False}
    host.module("win_regedit", arguments, attempt=f"remove {name} from {SERVER_KEY}")
