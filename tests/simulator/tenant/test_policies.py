# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Methods policy, rollout policies and federation."""

from __future__ import annotations

from typing import Any

import pytest
from entra_simulator.tenant.messages import Answer
from support.organisation import BATCH_ONE, DYNAMIC, ROLLOUT, WITH_CONTACT, group_id, user_id
from support.service import Service, code_of

POLICY = "/policies/authenticationMethodsPolicy"
VOICE = f"{POLICY}/authenticationMethodConfigurations/voice"
VOICE_TYPE = "#microsoft.graph.voiceAuthenticationMethodConfiguration"
ROLLOUTS = "/policies/featureRolloutPolicies"
PREFER = {"Prefer": "include-unknown-enum-members"}
MFA = {"displayName": "MFA", "feature": "multiFactorAuthentication", "isEnabled": True}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"@odata.type": VOICE_TYPE, "state": "disabled"}, 204),
        ({"state": "disabled"}, 400),
        ({"@odata.type": "#microsoft.graph.smsAuthenticationMethodConfiguration", "state": "disabled"}, 400),
        ({"@odata.type": VOICE_TYPE, "state": "off"}, 400),
        ({"@odata.type": VOICE_TYPE, "isSoftwareOathEnabled": True}, 400),
        ({"@odata.type": VOICE_TYPE, "includeTargets": [{"id": "all_users", "targetType": "group"}]}, 204),
        ({"@odata.type": VOICE_TYPE, "includeTargets": [{"id": "all_users"}]}, 400),
        ({"@odata.type": VOICE_TYPE, "includeTargets": [{"id": group_id(99), "targetType": "group"}]}, 404),
        ({"@odata.type": VOICE_TYPE, "excludeTargets": [{"id": BATCH_ONE, "targetType": "group"}]}, 204),
    ],
)
def test_updating_a_configuration(service: Service, body: dict[str, Any], status: int) -> None:
    assert service.call("PATCH", VOICE, body).status == status


def test_configuration_ids_are_compared_without_case(service: Service) -> None:
    assert service.call("GET", VOICE.replace("voice", "VOICE")).body["id"] == "Voice"


def test_resetting_a_configuration(service: Service) -> None:
    assert service.call("DELETE", VOICE).status == 204
    assert service.call("GET", VOICE).body["state"] == "disabled"


def test_hardware_tokens_are_a_configuration_of_beta_only(service: Service) -> None:
    path = VOICE.replace("voice", "hardwareOath")

    def names(version: str) -> set[str]:
        policy = service.call("GET", POLICY, version=version).body
        return {entry["id"] for entry in policy["authenticationMethodConfigurations"]}

    assert service.call("GET", path).status == 404
    assert service.call("GET", path, version="beta").body["state"] == "enabled"
    assert names("beta") - names("v1.0") == {"HardwareOath"}


def test_migration_state_and_campaign(service: Service) -> None:
    campaign = {"snoozeDurationInDays": 3, "state": "enabled"}
    body = {
        "policyMigrationState": "migrationComplete",
        "registrationEnforcement": {"authenticationMethodsRegistrationCampaign": campaign},
    }

    changed = service.call("PATCH", POLICY, body)

    assert (changed.status, changed.body["policyMigrationState"]) == (200, "migrationComplete")
    shown = changed.body["registrationEnforcement"]["authenticationMethodsRegistrationCampaign"]
    assert shown == {**campaign, "includeTargets": [], "excludeTargets": []}


@pytest.mark.parametrize(
    "body",
    [
        {"policyMigrationState": "premigration"},
        {"systemCredentialPreferences": {"state": "enabled"}},
        {"registrationEnforcement": {"authenticationMethodsRegistrationCampaign": {"snoozeDurationInDays": 15}}},
    ],
)
def test_policy_updates_that_v1_refuses(service: Service, body: dict[str, Any]) -> None:
    assert service.call("PATCH", POLICY, body).status == 400


def test_system_preference_is_set_in_beta(service: Service) -> None:
    body = {"systemCredentialPreferences": {"state": "disabled", "includeTargets": [], "excludeTargets": []}}

    assert (
        service.call("PATCH", POLICY, body, version="beta").body["systemCredentialPreferences"]["state"] == "disabled"
    )
    assert "systemCredentialPreferences" not in service.call("GET", POLICY).body


def rollout(service: Service, method: str, path: str = "", body: Any = None, **more: Any) -> Answer:
    token = service.delegated("Policy.ReadWrite.HybridAuthentication")
    return service.call(method, ROLLOUTS + path, body, token=token, **more)


def apply(service: Service, policy: str, object_id: str) -> Answer:
    body = {"@odata.id": f"{service.root}/v1.0/directoryObjects/{object_id}"}
    return rollout(service, "POST", f"/{policy}/appliesTo/$ref", body)


def test_rollout_refuses_apps_until_told_otherwise(service: Service) -> None:
    token = service.token(["Policy.ReadWrite.FeatureRollout", "Directory.ReadWrite.All"])
    assert code_of(service.call("GET", ROLLOUTS, token=token)) == (403, "Authorization_RequestDenied")

    service.tenant.settings.rollout_app_only = True

    assert service.call("GET", ROLLOUTS, token=token).status == 200
    assert service.call("GET", ROLLOUTS).status == 403


def test_rollout_needs_the_right_scope(service: Service) -> None:
    assert service.call("GET", ROLLOUTS, token=service.delegated("User.Read.All")).status == 403


def test_the_enumeration_member_needs_the_header(service: Service) -> None:
    created = rollout(service, "POST", body=MFA)
    assert (created.status, created.body["feature"]) == (201, "unknownFutureValue")

    path = f"/{created.body['id']}"
    assert rollout(service, "GET", path).body["feature"] == "unknownFutureValue"
    assert rollout(service, "GET", path, headers=PREFER).body["feature"] == "multiFactorAuthentication"
    plain = rollout(service, "POST", body={**MFA, "feature": "passwordHashSync"})
    assert plain.body["feature"] == "passwordHashSync"


def test_one_policy_per_feature_and_the_feature_stays(service: Service) -> None:
    policy = rollout(service, "POST", body=MFA).body["id"]

    assert rollout(service, "POST", body=MFA).status == 400
    assert rollout(service, "PATCH", f"/{policy}", {"feature": "seamlessSso"}).status == 400
    assert rollout(service, "PATCH", f"/{policy}", {"isEnabled": False}).status == 204
    assert rollout(service, "DELETE", f"/{policy}").status == 204
    assert rollout(service, "GET", f"/{policy}").status == 404


def test_groups_of_a_policy(service: Service) -> None:
    policy = rollout(service, "POST", body=MFA).body["id"]

    assert apply(service, policy, ROLLOUT).status == 204
    assert apply(service, policy, ROLLOUT).status == 400
    assert apply(service, policy, user_id("anna")).status == 400
    assert apply(service, policy, DYNAMIC).status == 400
    assert apply(service, policy, WITH_CONTACT).status == 400
    assert apply(service, policy, group_id(99)).status == 404
    shown = rollout(service, "GET", f"/{policy}?$expand=appliesTo").body["appliesTo"]
    assert [group["id"] for group in shown] == [ROLLOUT]
    assert rollout(service, "DELETE", f"/{policy}/appliesTo/{ROLLOUT}/$ref").status == 204
    assert rollout(service, "DELETE", f"/{policy}/appliesTo/{ROLLOUT}/$ref").status == 404


def test_ten_groups_at_most(service: Service) -> None:
    policy = rollout(service, "POST", body=MFA).body["id"]
    service.tenant.store.rollouts[policy]["appliesTo"] = [group_id(number) for number in range(50, 60)]

    assert apply(service, policy, ROLLOUT).status == 400


def test_delegated_changes_name_the_person(service: Service) -> None:
    rollout(service, "POST", body=MFA)

    initiator = service.tenant.store.audits[-1]["initiatedBy"]

    assert (initiator["app"], initiator["user"]["userPrincipalName"]) == (None, "jonas@contoso.example")


def configuration(service: Service, domain: str = "contoso.example") -> str:
    found: str = service.call("GET", f"/domains/{domain}/federationConfiguration").body["value"][0]["id"]
    return f"/domains/{domain}/federationConfiguration/{found}"


def test_setting_the_federation_behaviour(service: Service) -> None:
    path = configuration(service)
    before = service.call("GET", path).body

    changed = service.call("PATCH", path, {"federatedIdpMfaBehavior": "rejectMfaByFederatedIdp"})

    assert changed.status == 200
    assert changed.body == {**before, "federatedIdpMfaBehavior": "rejectMfaByFederatedIdp"}


@pytest.mark.parametrize("value", [None, "allow"])
def test_federation_behaviour_cannot_be_taken_back_to_null(service: Service, value: str | None) -> None:
    assert service.call("PATCH", configuration(service), {"federatedIdpMfaBehavior": value}).status == 400


def test_a_managed_domain_has_no_configuration(service: Service) -> None:
    assert service.call("GET", "/domains/contoso.onmicrosoft.example/federationConfiguration").status == 404
    assert service.call("GET", "/domains/elsewhere.example").status == 404


def test_a_configuration_belongs_to_its_domain(service: Service) -> None:
    path = configuration(service, "fabrikam.example").replace("fabrikam", "contoso")

    assert service.call("GET", path).status == 404
