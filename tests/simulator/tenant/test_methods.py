# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones, Authenticator, software OATH, Temporary Access Pass, default method."""

from __future__ import annotations

import pytest
from entra_simulator.tenant.messages import Answer
from entra_simulator.tenant.resources.phone_methods import IDS
from support.organisation import user_id
from support.service import Service

PREFERENCE = "userPreferredMethodForSecondaryAuthentication"


def path(name: str, kind: str) -> str:
    return f"/users/{user_id(name)}/authentication/{kind}"


def prefer(service: Service, name: str, method: str | None) -> Answer:
    return service.call("PATCH", path(name, "signInPreferences"), {PREFERENCE: method}, version="beta")


def preference(service: Service, name: str) -> str | None:
    found: str | None = service.call("GET", path(name, "signInPreferences"), version="beta").body[PREFERENCE]
    return found


@pytest.mark.parametrize(
    ("kind", "number", "status"),
    [
        ("mobile", "+1 2065550100", 201),
        ("mobile", "+49 15112345678", 201),
        ("mobile", "+12065550100", 400),
        ("mobile", "+1 206 555 0100", 400),
        ("mobile", "+1  2065550100", 400),
        ("mobile", "1 2065550100", 400),
        ("mobile", "+0 2065550100", 400),
        ("mobile", "+1 2065550100x12", 400),
        ("office", "+1 2065550100x12", 201),
        ("office", "+1 2065550100 x12", 400),
        ("office", "+1 2065550100X12", 400),
        ("alternateMobile", "+1 2065550100", 400),
    ],
)
def test_phone_numbers_and_types(service: Service, kind: str, number: str, status: int) -> None:
    assert service.phone("anna", kind, number).status == status


def test_one_phone_of_each_type(service: Service) -> None:
    assert service.phone("anna", "mobile", "+1 2065550100").body["id"] == IDS["mobile"]
    assert service.phone("anna", "alternateMobile", "+1 2065550101").status == 201
    assert service.phone("anna", "mobile", "+1 2065550102").status == 400
    phones = service.call("GET", path("anna", "phoneMethods")).body["value"]
    assert [(phone["phoneType"], phone["phoneNumber"]) for phone in phones] == [
        ("mobile", "+1 2065550100"),
        ("alternateMobile", "+1 2065550101"),
    ]


def test_two_users_may_share_a_number(service: Service) -> None:
    assert service.phone("anna", "mobile", "+1 2065550101").status == 201


def test_update_keeps_the_type(service: Service) -> None:
    phone = f"{path('bruno', 'phoneMethods')}/{IDS['mobile']}"
    new = {"phoneNumber": "+1 2065550177"}

    assert service.call("PATCH", phone, {**new, "phoneType": "office"}).status == 400
    assert service.call("PATCH", phone, {**new, "phoneType": "mobile"}).status == 204
    assert service.call("GET", phone).body["phoneNumber"] == "+1 2065550177"
    assert service.call("PATCH", f"{path('bruno', 'phoneMethods')}/{IDS['office']}", new).status == 404


def test_the_default_phone_and_the_mobile_beside_an_alternate_stay(service: Service) -> None:
    phones = path("bruno", "phoneMethods")
    service.phone("bruno", "alternateMobile", "+1 2065550102")
    assert service.call("DELETE", f"{phones}/{IDS['mobile']}").status == 400

    prefer(service, "bruno", "voiceAlternateMobile")
    assert service.call("DELETE", f"{phones}/{IDS['mobile']}").status == 400
    assert service.call("DELETE", f"{phones}/{IDS['alternateMobile']}").status == 400

    prefer(service, "bruno", "voiceMobile")
    assert service.call("DELETE", f"{phones}/{IDS['alternateMobile']}").status == 204


def test_the_default_phone_goes_when_it_is_the_last_method(service: Service) -> None:
    prefer(service, "bruno", "voiceMobile")

    assert service.call("DELETE", f"{path('bruno', 'phoneMethods')}/{IDS['mobile']}").status == 204
    assert preference(service, "bruno") is None


@pytest.mark.parametrize(
    ("name", "method", "status"),
    [
        ("anna", "sms", 400),
        ("bruno", "sms", 204),
        ("bruno", "voiceMobile", 204),
        ("bruno", "voiceOffice", 400),
        ("bruno", "push", 400),
        ("carla", "push", 204),
        ("carla", "oath", 204),
        ("david", "oath", 204),
        ("frank", "oath", 204),
        ("bruno", "none", 400),
        ("bruno", None, 400),
    ],
)
def test_the_default_method_must_be_registered(service: Service, name: str, method: str | None, status: int) -> None:
    before = preference(service, name)

    assert prefer(service, name, method).status == status
    assert preference(service, name) == (method if status == 204 else before)


def test_authenticator_codes_follow_the_policy_switch(service: Service) -> None:
    service.tenant.store.configurations["microsoftauthenticator"]["isSoftwareOathEnabled"] = False

    assert prefer(service, "carla", "oath").status == 400


def test_an_unset_default_is_null(service: Service) -> None:
    assert preference(service, "anna") is None


def test_system_preference_is_kept_beside_the_users_own(service: Service) -> None:
    body = {"isSystemPreferredAuthenticationMethodEnabled": True}
    service.call("PATCH", path("carla", "signInPreferences"), body, version="beta")

    shown = service.call("GET", path("carla", "signInPreferences"), version="beta").body

    assert shown["isSystemPreferredAuthenticationMethodEnabled"] is True
    assert (shown[PREFERENCE], shown["systemPreferredAuthenticationMethod"]) == ("push", "push")


def test_deleting_the_last_authenticator_clears_push_as_default(service: Service) -> None:
    apps = path("carla", "microsoftAuthenticatorMethods")
    app = service.call("GET", apps).body["value"][0]

    assert service.call("DELETE", f"{apps}/{app['id']}").status == 204

    assert preference(service, "carla") is None
    assert service.call("GET", f"{apps}/{app['id']}").status == 404


def test_the_list_of_methods_depends_on_the_version(service: Service) -> None:
    def kinds(version: str) -> list[str]:
        methods = service.call("GET", path("david", "methods"), version=version).body["value"]
        return [method["@odata.type"].removeprefix("#microsoft.graph.") for method in methods]

    assert kinds("v1.0") == ["passwordAuthenticationMethod"]
    assert kinds("beta") == ["passwordAuthenticationMethod", "hardwareOathAuthenticationMethod"]


def test_a_software_token_shows_no_secret_and_can_go(service: Service) -> None:
    tokens = path("frank", "softwareOathMethods")
    token = service.call("GET", tokens).body["value"][0]

    assert token["secretKey"] is None
    assert service.call("DELETE", f"{tokens}/{token['id']}").status == 204
    assert service.call("GET", tokens).body["value"] == []


def test_a_pass_is_shown_once_and_replaced_by_the_next(service: Service) -> None:
    passes = path("anna", "temporaryAccessPassMethods")
    first = service.call("POST", passes, {})
    second = service.call("POST", passes, {"lifetimeInMinutes": 480, "isUsableOnce": True})

    shown = service.call("GET", passes).body["value"]

    assert first.body["temporaryAccessPass"] != second.body["temporaryAccessPass"]
    assert [(entry["id"], entry["temporaryAccessPass"], entry["isUsable"]) for entry in shown] == [
        (second.body["id"], None, True)
    ]
    service.tenant.clock.advance(480 * 60)
    assert service.call("GET", passes).body["value"][0]["methodUsabilityReason"] == "Expired"
    assert service.call("DELETE", f"{passes}/{second.body['id']}").status == 204


@pytest.mark.parametrize("minutes", [59, 481])
def test_a_pass_lives_as_long_as_the_policy_allows(service: Service, minutes: int) -> None:
    answer = service.call("POST", path("anna", "temporaryAccessPassMethods"), {"lifetimeInMinutes": minutes})

    assert answer.status == 400


def test_per_user_state(service: Service) -> None:
    requirements = path("anna", "requirements")

    assert service.call("PATCH", requirements, {"perUserMfaState": "enforced"}, version="beta").status == 204
    assert service.call("GET", requirements, version="beta").body["perUserMfaState"] == "enforced"


def test_changes_leave_audit_records(service: Service) -> None:
    service.phone("carla", "mobile", "+1 2065550100")

    audit = service.call("GET", "/auditLogs/directoryAudits").body["value"][0]

    assert (audit["activityDisplayName"], audit["category"]) == ("Update user", "UserManagement")
    assert audit["initiatedBy"]["app"]["appId"] == "40000000-0000-4000-8000-000000000001"
    assert audit["targetResources"][0]["id"] == user_id("carla")
    change, included = audit["targetResources"][0]["modifiedProperties"]
    assert change["oldValue"] == '[{"MethodType": 6, "Default": true}, {"MethodType": 7, "Default": false}]'
    assert '{"MethodType": 5, "Default": false}' in change["newValue"]
    assert included == {
        "displayName": "Included Updated Properties",
        "oldValue": None,
        "newValue": '"StrongAuthenticationMethod"',
    }
    assert "2065550100" not in str(audit)


def test_the_registration_report_is_derived(service: Service) -> None:
    row = service.call("GET", f"/reports/authenticationMethods/userRegistrationDetails/{user_id('david')}").body

    assert row["methodsRegistered"] == ["hardwareOneTimePasscode"]
    assert (row["isMfaRegistered"], row[PREFERENCE]) == (True, "oath")


def test_methods_of_a_missing_user(service: Service) -> None:
    assert service.call("GET", "/users/none/authentication/methods").status == 404
