# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the authentication methods policy into plain values."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.directory.methods_policy import (
    Configuration,
    Target,
    method_name,
    read,
    read_with_hardware_oath,
)
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError

GROUP = "7A0E5A4C-6A0E-4A50-9D0E-0A3F3F1F4A10"


POLICY = "policies/authenticationMethodsPolicy"


class Client:
    """Answers reads with fixed objects, by path and version."""

    def __init__(self, body: dict[str, Any], hardware_oath: dict[str, Any] | None = None) -> None:
        self.bodies = {
            (POLICY, "v1.0"): body,
            (f"{POLICY}/authenticationMethodConfigurations/hardwareOath", "beta"): hardware_oath,
        }

    def get(self, path: str, *, version: str = "v1.0") -> dict[str, Any]:
        found = self.bodies[path, version]
        if found is None:
            raise GraphError(404, "ResourceNotFound", "There is no such configuration.")
        return found


@pytest.mark.parametrize(
    ("identifier", "method"),
    [("Sms", "sms"), ("sms", "sms"), ("MicrosoftAuthenticator", "microsoftAuthenticator"), ("hardwareOath",) * 2],
)
def test_ids_in_mixed_case_become_one_spelling(identifier: str, method: str) -> None:
    assert method_name(identifier) == method


def test_configuration_keeps_targets_and_further_settings() -> None:
    found = Configuration.from_graph(
        {
            "@odata.type": "#microsoft.graph.microsoftAuthenticatorAuthenticationMethodConfiguration",
            "id": "MicrosoftAuthenticator",
            "state": "enabled",
            "isSoftwareOathEnabled": True,
            "includeTargets@odata.context": "https://graph.example/v1.0/$metadata",
            "includeTargets": [{"id": "all_users", "targetType": "group", "authenticationMode": "any"}],
            "excludeTargets": [{"id": GROUP, "targetType": "group"}],
        }
    )

    assert found == Configuration(
        method="microsoftAuthenticator",
        enabled=True,
        include=(Target("all_users", "group", {"authenticationMode": "any"}),),
        exclude=(Target(GROUP.lower(), "group"),),
        settings={"isSoftwareOathEnabled": True},
    )


def test_policy_takes_in_the_hardware_oath_configuration_that_only_beta_knows() -> None:
    client = Client(
        {"policyMigrationState": "", "authenticationMethodConfigurations": [{"id": "Sms"}]},
        {"id": "HardwareOath", "state": "enabled"},
    )

    found = read_with_hardware_oath(client)

    assert found.summary() == {
        "policyMigrationState": None,
        "configurations": {
            "hardwareOath": {"state": "enabled", "includeTargets": [], "excludeTargets": []},
            "sms": {"state": "disabled", "includeTargets": [], "excludeTargets": []},
        },
    }


def test_cloud_without_hardware_oath_has_the_rest_of_the_policy() -> None:
    found = read_with_hardware_oath(Client({"authenticationMethodConfigurations": [{"id": "Sms"}]}))
    assert list(found.configurations) == ["sms"]


@pytest.mark.parametrize(
    ("told", "meant"),
    [("premigration", "preMigration"), ("migrationComplete", "migrationComplete"), (None, None)],
)
def test_migration_state_has_one_spelling(told: str | None, meant: str | None) -> None:
    assert read(Client({"policyMigrationState": told})).migration_state == meant


def test_campaign_is_read_and_a_policy_without_one_has_the_default() -> None:
    target = {"id": GROUP, "targetType": "group", "targetedAuthenticationMethod": "microsoftAuthenticator"}
    campaign = {"state": "enabled", "snoozeDurationInDays": 3, "includeTargets": [target], "excludeTargets": []}
    body = {"registrationEnforcement": {"authenticationMethodsRegistrationCampaign": campaign}}
    assert read(Client(body)).campaign.summary() == {**campaign, "includeTargets": [{**target, "id": GROUP.lower()}]}
    assert read(Client({})).campaign.summary()["state"] == "default"
