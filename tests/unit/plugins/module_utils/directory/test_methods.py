# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Methods of users: what is asked for in which version, and what is made of the answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import requests
import responses
from ansible_collections.entra.mfa.plugins.module_utils.directory.hardware_oath import (
    InventoryToken,
    Token,
    configuration_if_any,
)
from ansible_collections.entra.mfa.plugins.module_utils.directory.methods import PHONE_IDS, TenantMethods, UserMethods
from ansible_collections.entra.mfa.plugins.module_utils.directory.preferences import DefaultMethod
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import GraphClient
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError
from ansible_collections.entra.mfa.plugins.module_utils.migration.tenant import Tenant

ROOT = "https://graph.example"
REFUSED = {"error": {"code": "Authorization_RequestDenied", "message": "Insufficient privileges."}}
ANNA, BEN = "users/anna/authentication", "users/ben/authentication"
DEVICE = {"id": "d1", "serialNumber": "900001", "status": "activated"}
HARDWARE = {"@odata.type": "#microsoft.graph.hardwareOathAuthenticationMethod", "id": "d1", "device": DEVICE}
Item = tuple[str, str, int, Any]


@pytest.fixture
def expect(http: responses.RequestsMock) -> Callable[..., list[Any]]:
    """Expect one batch: method, path, status and answer of each item. Returns the list that gets the bodies sent."""

    def expected(version: str, items: Sequence[Item]) -> list[Any]:
        bodies: list[Any] = []

        def reply(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
            sent = json.loads(request.body or "")["requests"]
            asked = [(item["method"], item["url"].lstrip("/")) for item in sent]
            assert asked == [(method, path) for method, path, _status, _answer in items]
            bodies.extend(item.get("body") for item in sent)
            answers = [
                {"id": call["id"], "status": item[2], "body": item[3]} for call, item in zip(sent, items, strict=True)
            ]
            return 200, {"Content-Type": "application/json"}, json.dumps({"responses": answers[::-1]})

        http.add_callback(responses.POST, f"{ROOT}/{version}/$batch", callback=reply)
        return bodies

    return expected


@pytest.fixture
def tenant(client: GraphClient) -> TenantMethods:
    return TenantMethods(client)


def listed(*items: dict[str, Any]) -> dict[str, Any]:
    return {"value": list(items)}


def method(kind: str, **properties: Any) -> dict[str, Any]:
    return {"@odata.type": f"#microsoft.graph.{kind}AuthenticationMethod", **properties}


def test_tenant_is_what_the_engine_asks_for(tenant: TenantMethods) -> None:
    engine_side: Tenant = tenant
    assert engine_side is tenant


def test_methods_of_many_users_are_one_batch(expect: Any, tenant: TenantMethods) -> None:
    items = listed(
        method("password", id="p"),
        method("phone", phoneType="mobile", phoneNumber="+1 2065550100"),
        method("phone", phoneType="office", phoneNumber=None),
        method("microsoftAuthenticator", displayName="Pixel"),
        method("microsoftAuthenticator", displayName=None),
        method("softwareOath", id="s"),
        HARDWARE,
    )
    expect("beta", [("GET", f"{ANNA}/methods", 200, items), ("GET", f"{BEN}/methods", 404, REFUSED)])
    anna, ben = tenant.read_methods(["anna", "ben"])
    assert anna == UserMethods({"mobile": "+1 2065550100"}, ("Pixel", ""), 1, (Token("d1", "900001", activated=True),))
    assert ben.error is not None
    assert ben.error.status == 404
    assert "555" not in repr(anna)


def test_methods_of_other_kinds_are_named(expect: Any, tenant: TenantMethods) -> None:
    items = listed(
        *(method(kind) for kind in ("windowsHelloForBusiness", "fido2", "fido2", "password")),
        {"@odata.type": "#microsoft.graph.platformCredentialAuthenticationMethod"},
    )
    expect("beta", [("GET", f"{ANNA}/methods", 200, items)])
    (anna,) = tenant.read_methods(["anna"])
    assert anna.other == ("fido2", "platformCredential", "windowsHelloForBusiness")


def test_system_preferred_method(expect: Any, tenant: TenantMethods) -> None:
    body = {
        "userPreferredMethodForSecondaryAuthentication": "sms",
        "isSystemPreferredAuthenticationMethodEnabled": True,
        "systemPreferredAuthenticationMethod": "push",
    }
    expect("beta", [("GET", f"{ANNA}/signInPreferences", 200, body)])
    assert tenant.read_default_methods(["anna"]) == [DefaultMethod("sms", None, True, "push")]


def test_token_without_its_device_is_read_again_for_that_user(expect: Any, tenant: TenantMethods) -> None:
    bare = {key: value for key, value in HARDWARE.items() if key != "device"}
    assigned = {**HARDWARE, "device": {**DEVICE, "status": "assigned"}}
    expect("beta", [("GET", f"{ANNA}/methods", 200, listed()), ("GET", f"{BEN}/methods", 200, listed(bare))])
    expect("beta", [("GET", f"{BEN}/hardwareOathMethods", 200, listed(assigned))])
    anna, ben = tenant.read_methods(["anna", "ben"])
    assert (anna.hardware_tokens, ben.hardware_tokens) == ((), (Token("d1", "900001", activated=False),))


def test_refused_second_look_fails_the_user(expect: Any, tenant: TenantMethods) -> None:
    bare = {key: value for key, value in HARDWARE.items() if key != "device"}
    expect("beta", [("GET", f"{BEN}/methods", 200, listed(bare))])
    expect("beta", [("GET", f"{BEN}/hardwareOathMethods", 403, REFUSED)])
    (ben,) = tenant.read_methods(["ben"])
    assert ben.error is not None


@pytest.mark.parametrize(
    ("value", "expected"),
    [("sms", "sms"), (None, None), ("", None), ("none", None), ("unknownFutureValue", None)],
)
def test_default_method(expect: Any, tenant: TenantMethods, value: str | None, expected: str | None) -> None:
    body = {"userPreferredMethodForSecondaryAuthentication": value}
    expect("beta", [("GET", f"{ANNA}/signInPreferences", 200, body)])
    assert tenant.read_default_methods(["anna"]) == [DefaultMethod(expected)]


def test_refused_default_method(expect: Any, tenant: TenantMethods) -> None:
    expect("beta", [("GET", f"{ANNA}/signInPreferences", 403, REFUSED)])
    (found,) = tenant.read_default_methods(["anna"])
    assert found.error is not None


def test_tokens_are_looked_up_by_serial(expect: Any, tenant: TenantMethods) -> None:
    path = "directory/authenticationMethodDevices/hardwareOathDevices?$filter=serialNumber%20eq%20"
    ours = {**DEVICE, "assignedTo": {"id": "ANNA"}}
    expect(
        "beta",
        [
            ("GET", f"{path}'900001'", 200, listed(ours)),
            ("GET", f"{path}'o''neil'", 200, listed({"id": "d2", "assignedTo": None, "status": "available"})),
            ("GET", f"{path}'none'", 200, listed()),
            ("GET", f"{path}'refused'", 403, REFUSED),
        ],
    )
    first, second, third, fourth = tenant.find_tokens(["900001", "o'neil", "none", "refused"])
    assert first == InventoryToken("d1", "anna", activated=True)
    assert second == InventoryToken("d2")
    assert third == InventoryToken()
    assert fourth.error is not None


def test_phones_are_written_in_v1_and_the_rest_in_beta(expect: Any, tenant: TenantMethods) -> None:
    office = PHONE_IDS["office"]
    beta_bodies = expect("beta", [("PATCH", "users/cleo/authentication/signInPreferences", 403, REFUSED)])
    v1_bodies = expect(
        "v1.0",
        [
            ("POST", f"{ANNA}/phoneMethods", 201, {"id": PHONE_IDS["mobile"]}),
            ("PATCH", f"{BEN}/phoneMethods/{office}", 204, None),
        ],
    )
    outcomes = tenant.send(
        [
            tenant.set_phone("anna", "mobile", "+1 2065550100", exists=False),
            tenant.set_default_method("cleo", "sms"),
            tenant.set_phone("ben", "office", "+1 2065550101x7", exists=True),
        ]
    )
    assert v1_bodies == [
        {"phoneNumber": "+1 2065550100", "phoneType": "mobile"},
        {"phoneNumber": "+1 2065550101x7"},
    ]
    assert beta_bodies == [{"userPreferredMethodForSecondaryAuthentication": "sms"}]
    assert [outcome.error is None for outcome in outcomes] == [True, False, True]


def test_token_is_made_assigned_activated_and_removed(expect: Any, tenant: TenantMethods) -> None:
    inventory = "directory/authenticationMethodDevices/hardwareOathDevices"
    tokens = f"{ANNA}/hardwareOathMethods"
    bodies = expect(
        "beta",
        [
            ("POST", inventory, 201, {"id": "d9"}),
            ("POST", tokens, 201, {"id": "d1"}),
            ("POST", f"{tokens}/d1/activate", 204, None),
            ("DELETE", f"{tokens}/d1", 204, None),
            ("DELETE", f"{inventory}/d1", 204, None),
        ],
    )
    made = tenant.create_token(
        "anna",
        serial="1",
        secret="GEZDGNBV",
        interval=60,
        hash_name="sha256",
        manufacturer="Feitian",
        model="c200",
        display_name=None,
    )
    outcomes = tenant.send(
        [
            made,
            tenant.assign_token("anna", "d1"),
            tenant.activate_token("anna", "d1", "123456", "Phone"),
            tenant.unassign_token("anna", "d1"),
            tenant.delete_token("d1"),
        ]
    )
    assert bodies[:3] == [
        {
            "serialNumber": "1",
            "manufacturer": "Feitian",
            "model": "c200",
            "secretKey": "GEZDGNBV",
            "timeIntervalInSeconds": 60,
            "hashFunction": "hmacsha256",
            "assignTo": {"id": "anna"},
        },
        {"device": {"id": "d1"}},
        {"verificationCode": "123456", "displayName": "Phone"},
    ]
    assert outcomes[0].created_id == "d9"
    assert "GEZDGNBV" not in repr(made)


def test_cut_off_write_has_an_unknown_outcome(http: responses.RequestsMock, tenant: TenantMethods) -> None:
    http.post(f"{ROOT}/v1.0/$batch", body=requests.ConnectionError("cut off"))
    (outcome,) = tenant.send([tenant.delete_phone("anna", "mobile")])
    assert outcome.unknown


@pytest.mark.parametrize("status", [403, 404, 405])
def test_missing_configuration_of_hardware_oath_is_none(
    http: responses.RequestsMock, client: GraphClient, status: int
) -> None:
    path = "policies/authenticationMethodsPolicy/authenticationMethodConfigurations/hardwareOath"
    http.get(f"{ROOT}/beta/{path}", json=REFUSED, status=status)
    assert configuration_if_any(client) is None


def test_failing_configuration_of_hardware_oath_is_raised(http: responses.RequestsMock, client: GraphClient) -> None:
    path = "policies/authenticationMethodsPolicy/authenticationMethodConfigurations/hardwareOath"
    http.get(f"{ROOT}/beta/{path}", json=REFUSED, status=400)
    with pytest.raises(GraphError):
        configuration_if_any(client)


@pytest.mark.parametrize("optional", [True, False])
def test_inventory_that_may_not_be_read_counts_as_empty_where_it_is_optional(
    expect: Any, client: GraphClient, optional: bool
) -> None:
    path = "directory/authenticationMethodDevices/hardwareOathDevices?$filter=serialNumber%20eq%20"
    expect("beta", [("GET", f"{path}'1'", 403, REFUSED)])
    tenant = TenantMethods(client, inventory_optional=optional)

    (found,) = tenant.find_tokens(["1"])

    assert found.id is None
    assert (found.error is None) == optional
    assert (tenant.inventory_refusal is not None) == optional
