# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the configuration of an AD FS farm, and changes which authentication providers it has and offers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.entra.mfa.plugins.plugin_utils.windows import (
    federation_scripts,
    federation_service,
    inspection_scripts,
)
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.federation_service import Providers
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import WindowsHost

ENABLED, DISABLED, ABSENT = "enabled", "disabled", "absent"


def read(host: WindowsHost) -> Mapping[str, Any]:
    """The configuration as the primary computer of the farm shows it."""
    attempt = "read the configuration of AD FS"
    output = host.powershell(inspection_scripts.ADFS_CONFIGURATION, {}, attempt=attempt)
    if not output:
        raise host.error(attempt, "AD FS is not installed", "Run against a server of the AD FS farm.")
    configuration: Mapping[str, Any] = output[0]
    if configuration["computer_role"] == federation_service.SECONDARY:
        raise host.error(
            attempt,
            "this is a secondary computer of the farm, which does not show it",
            f"Run against its primary computer, {configuration['primary_computer']}.",
        )
    return configuration


def state_of(providers: Providers, name: str | None) -> str:
    """`absent` (not registered), `disabled` (registered, but not offered as additional) or `enabled`."""
    if name is None or name not in providers.registered:
        return ABSENT
    return ENABLED if name in providers.additional else DISABLED


def fulfils(now: str, wanted: str) -> bool:
    """Whether a state is the wanted one; a provider that is not there is disabled too."""
    return now == wanted or (now == ABSENT and wanted == DISABLED)


def change(host: WindowsHost, name: str, wanted: str) -> Providers:
    """Brings one provider to a state and returns all of them afterwards; a farm that kept it is a failure."""
    attempt = {
        ENABLED: f"offer {name} as additional authentication",
        DISABLED: f"take {name} out of the additional authentication",
        ABSENT: f"unregister {name}",
    }[wanted]
    parameters = {"Name": name, "State": wanted.capitalize()}
    output = host.powershell(federation_scripts.ADFS_PROVIDER, parameters, attempt=attempt)
    after = Providers(
        registered=[str(entry) for entry in (output[0] if output else {}).get("registered") or []],
        additional=[str(entry) for entry in (output[0] if output else {}).get("additional") or []],
    )
    if not output or not fulfils(state_of(after, name), wanted):
        raise host.error(attempt, "AD FS shows it as before", "Look at the event log of the host, then run again.")
    return after
