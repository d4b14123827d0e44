# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bringing the methods policy to a desired state (Graph page *Update authenticationMethodsPolicy*)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.directory import desired_policy, groups, hardware_oath
from ansible_collections.entra.mfa.plugins.module_utils.directory.consistency import read_until, write_once
from ansible_collections.entra.mfa.plugins.module_utils.directory.desired_policy import (
    WantedCampaign,
    WantedConfiguration,
)
from ansible_collections.entra.mfa.plugins.module_utils.directory.methods_policy import (
    ALL_USERS,
    PATH,
    MethodsPolicy,
    read_with_hardware_oath,
)
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import GraphClient

HARDWARE_OATH = "hardwareOath"


class GroupIds:
    """Finds the object ids of target groups, each group once."""

    def __init__(self, client: GraphClient) -> None:
        self._client = client
        self._found: dict[str, str] = {}

    def of(self, names: Sequence[str] | None) -> tuple[str, ...] | None:
        """The ids of groups given by id or exact display name; ``all_users`` stands for itself, None for None.

        Raises InputError when there is no such group, or more than one.
        """
        return None if names is None else tuple(dict.fromkeys(self._one(name) for name in names))

    def _one(self, name: str) -> str:
        if name.lower() == ALL_USERS:
            return ALL_USERS
        if name not in self._found:
            self._found[name] = groups.resolve(self._client, name).id
        return self._found[name]


def ensure(
    client: GraphClient,
    before: MethodsPolicy,
    configurations: Sequence[WantedConfiguration],
    campaign: WantedCampaign | None,
    *,
    check_mode: bool,
    warn: Callable[[str], None],
) -> dict[str, Any]:
    """Bring configurations and campaign to the wanted state and return the module result.

    Only what differs is written, one request for each configuration. Afterwards the policy is read until it shows what
    was written; when it does not in time, a warning says so.
    """
    after = desired_policy.plan(before, configurations, campaign)
    changed = _differs(before, after)
    if changed and not check_mode:
        _apply(client, before, after)
        if not _shows(client, after):
            warn("Entra took the changes of the authentication methods policy, but a read does not show them all yet.")
    return {
        "changed": changed,
        "previous": _summary(before),
        "policy": _summary(after),
        "diff": {"before": _changed_part(before, after, before), "after": _changed_part(before, after, after)},
    }


def _apply(client: GraphClient, before: MethodsPolicy, after: MethodsPolicy) -> None:
    for method, body in _configuration_changes(before, after).items():
        write_once(partial(_patch, client, method, body), partial(_shows_configuration, client, after, method))
    campaign = desired_policy.campaign_changes(before.campaign, after.campaign)
    if campaign:
        enforcement = {"registrationEnforcement": {"authenticationMethodsRegistrationCampaign": campaign}}
        write_once(
            lambda: client.patch(PATH, enforcement),
            lambda: not desired_policy.campaign_changes(read_with_hardware_oath(client).campaign, after.campaign),
        )


def _patch(client: GraphClient, method: str, changes: dict[str, Any]) -> None:
    """Write one configuration; each body names its own type."""
    body = {"@odata.type": f"#microsoft.graph.{method}AuthenticationMethodConfiguration", **changes}
    if method == HARDWARE_OATH:
        hardware_oath.update_configuration(client, body)
    else:
        client.patch(f"{PATH}/authenticationMethodConfigurations/{method}", body)


def _shows_configuration(client: GraphClient, after: MethodsPolicy, method: str) -> bool:
    return method not in _configuration_changes(read_with_hardware_oath(client), after)


def _shows(client: GraphClient, after: MethodsPolicy) -> bool:
    found = read_until(lambda: read_with_hardware_oath(client), lambda policy: not _differs(policy, after))
    return not _differs(found, after)


def _differs(found: MethodsPolicy, wanted: MethodsPolicy) -> bool:
    return bool(
        _configuration_changes(found, wanted) or desired_policy.campaign_changes(found.campaign, wanted.campaign)
    )


def _configuration_changes(found: MethodsPolicy, wanted: MethodsPolicy) -> dict[str, dict[str, Any]]:
    changes = {
        method: desired_policy.configuration_changes(found.configurations[method], configuration)
        for method, configuration in wanted.configurations.items()
        if method in found.configurations
    }
    return {method: body for method, body in changes.items() if body}


def _summary(policy: MethodsPolicy) -> dict[str, Any]:
    return {**policy.summary(), "registrationCampaign": policy.campaign.summary()}


def _changed_part(before: MethodsPolicy, after: MethodsPolicy, shown: MethodsPolicy) -> dict[str, Any]:
    part = {method: shown.configurations[method].summary() for method in _configuration_changes(before, after)}
    if desired_policy.campaign_changes(before.campaign, after.campaign):
        part["registrationCampaign"] = shown.campaign.summary()
    return part
