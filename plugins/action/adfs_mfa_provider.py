# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Action plugin of `entra.mfa.adfs_mfa_provider`; documented in the module of the same name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ansible_collections.entra.mfa.plugins.plugin_utils.windows import (
    federation_backup,
    federation_farm,
    federation_service,
)
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.action import WindowsAction
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.federation_farm import ABSENT, DISABLED, ENABLED
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.federation_service import Providers
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import WindowsHost


class ActionModule(WindowsAction):
    """One authentication provider of an AD FS farm: offered, not offered, or unregistered."""

    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "name": {"type": "str"},
        "state": {"type": "str", "choices": [ENABLED, DISABLED, ABSENT], "required": True},
        "backup_path": {"type": "str"},
        "accepted_relying_parties": {"type": "list", "elements": "str", "default": []},
    }

    def perform(self, host: WindowsHost, options: dict[str, Any]) -> dict[str, Any]:
        """Checks what would be left without, keeps rules and policies, brings the provider to the state."""
        wanted = options["state"]
        configuration = federation_farm.read(host)
        before = federation_service.providers(configuration)
        name = chosen(host, before, options["name"], wanted)
        now = federation_farm.state_of(before, name)
        changed = not federation_farm.fulfils(now, wanted)
        backup, after = None, before
        if changed and wanted != ENABLED:
            require_replaced(host, configuration, str(name), wanted, options["accepted_relying_parties"])
            backup = federation_backup.take(host, required_path(host, options["backup_path"]), configuration)
        if changed and not host.check_mode:
            after = federation_farm.change(host, str(name), wanted)
        state = wanted if changed and host.check_mode else federation_farm.state_of(after, name)
        return {
            "changed": changed,
            "name": name,
            "state": state,
            "previous": now,
            "additional": after.additional,
            "restart_required": changed and wanted == ABSENT,
            "nodes": list(configuration.get("farm_nodes") or []),
            "backup": backup.as_result() if backup else None,
            "diff": {"before": {"name": name, "state": now}, "after": {"name": name, "state": state}},
        }


def chosen(host: WindowsHost, providers: Providers, given: str | None, wanted: str) -> str | None:
    """The provider: the given one, else the one of MFA Server that the farm has, else None."""
    attempt = "choose the authentication provider"
    if given and wanted == ABSENT and given not in federation_service.SERVER_PROVIDERS:
        known = " and ".join(federation_service.SERVER_PROVIDERS)
        raise host.error(attempt, f"{given} is none of MFA Server", f"Only {known} are unregistered.")
    if given and wanted == ENABLED and given not in providers.registered:
        raise host.error(attempt, f"AD FS has no provider {given}", "Register it first.")
    if given:
        return given
    found = [name for name in federation_service.SERVER_PROVIDERS if name in providers.registered]
    if len(found) > 1 or (wanted == ENABLED and not found):
        reason = f"AD FS has {' and '.join(found)}" if found else "AD FS has none of MFA Server"
        raise host.error(attempt, reason, "Give the one that is meant in name.")
    return found[0] if found else None


def require_replaced(
    host: WindowsHost, configuration: Mapping[str, Any], name: str, wanted: str, accepted: Sequence[str]
) -> None:
    """Refuses to take a provider away from those who could then not sign in, unless they are accepted by name."""
    attempt = f"take {name} out of AD FS" if wanted == ABSENT else f"stop offering {name}"
    if name in federation_service.primary_providers(configuration):
        raise host.error(
            attempt,
            "the global policy has it as primary authentication",
            "Nothing was changed. Take it out there first.",
        )
    left = [place for place in federation_service.left_without(configuration, name) if place not in accepted]
    if left:
        raise host.error(
            attempt,
            f"these could then not fulfil the MFA that they demand: {', '.join(left)}",
            "Give them another provider or policy, or name them in accepted_relying_parties. Nothing was changed.",
        )


def required_path(host: WindowsHost, path: str | None) -> str:
    """The place of the backup, without which nothing is taken away."""
    if path is None:
        raise host.error(
            "back up rules and policies of AD FS", "backup_path is not given", r"Give one such as D:\Backup\adfs.json."
        )
    return path
