# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every request must pass: version, path, verb, permission, options, headers, body."""

from __future__ import annotations

import re

import pytest
from entra_simulator.tenant.routes import ROUTES
from entra_simulator.tenant.routing import Route
from support.organisation import BATCH_ONE, NESTED, user_id
from support.service import Service, code_of

EVENTUAL = {"ConsistencyLevel": "eventual"}
ANNA = f"/users/{user_id('anna')}"


def identify(route: Route) -> str:
    return f"{route.method} {route.template}"


@pytest.mark.parametrize("route", ROUTES, ids=identify)
def test_every_route_refuses_a_token_without_permissions(service: Service, route: Route) -> None:
    path = re.sub(r"\(app_?[iI]d=\{\w+\}\)", "(appId='x')", route.template)
    path = re.sub(r"\{\w+\}", "x", path)

    answer = service.call(route.method, path, {}, version=route.versions[-1], token=service.token([]))

    assert answer.status == 403
    assert code_of(answer)[1] in {"Authorization_RequestDenied", "accessDenied"}


@pytest.mark.parametrize("route", [route for route in ROUTES if len(route.versions) == 1], ids=identify)
def test_a_call_of_one_version_is_refused_by_the_other(service: Service, route: Route) -> None:
    other = {"v1.0": "beta", "beta": "v1.0"}[route.versions[0]]

    answer = service.call(route.method, re.sub(r"\{\w+\}", "x", route.template), {}, version=other)

    assert code_of(answer) == (405, "Request_BadRequest")


@pytest.mark.parametrize(
    ("method", "url", "expected"),
    [
        ("GET", "/nothing", (400, "BadRequest")),
        ("GET", f"{ANNA}/authentication", (400, "BadRequest")),
        ("PUT", ANNA, (405, "Request_BadRequest")),
        ("POST", f"{ANNA}/authentication/softwareOathMethods", (405, "Request_BadRequest")),
        ("POST", f"{ANNA}/authentication/microsoftAuthenticatorMethods", (405, "Request_BadRequest")),
        ("POST", f"/groups/{BATCH_ONE}/members", (400, "BadRequest")),
        ("GET", "/directory/featureRolloutPolicies", (400, "BadRequest")),
        ("GET", f"{ANNA}?$expand=manager", (400, "Request_BadRequest")),
        ("GET", f"{ANNA}?$select=shoeSize", (400, "Request_BadRequest")),
        ("GET", f"{ANNA}/authentication/phoneMethods?$select=id", (400, "Request_BadRequest")),
        ("GET", '/users?$search="displayName:anna"', (400, "Request_UnsupportedQuery")),
        ("GET", "/users?$top=1000", (400, "Request_BadRequest")),
        ("GET", "/users?$skiptoken=nonsense", (400, "Request_BadRequest")),
        ("GET", f"/groups/{NESTED}/members/$count", (400, "Request_BadRequest")),
        ("GET", f"/groups/{NESTED}/transitiveMembers/microsoft.graph.user", (400, "Request_UnsupportedQuery")),
    ],
)
def test_refusals(service: Service, method: str, url: str, expected: tuple[int, str]) -> None:
    assert code_of(service.call(method, url, {} if method == "POST" else None)) == expected


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (None, "Empty Payload"),
        ([], "object is expected"),
        ({"phoneNumber": "+1 2065550100"}, "required for property 'phoneType'"),
        ({"phoneNumber": "+1 2065550100", "phoneType": "mobile", "label": "x"}, "Invalid property 'label'"),
        ({"phoneNumber": 12065550100, "phoneType": "mobile"}, "property 'phoneNumber'"),
        ({"phoneNumber": None, "phoneType": "mobile"}, "cannot be null"),
        ({"phoneNumber": "+1 2065550100", "phoneType": "pager"}, "property 'phoneType'"),
    ],
)
def test_bodies_are_checked(service: Service, body: object, message: str) -> None:
    answer = service.call("POST", f"{ANNA}/authentication/phoneMethods", body)

    assert answer.status == 400
    assert message in answer.body["error"]["message"]
    assert service.tenant.store.user(user_id("anna")).methods.phones == {}


def test_a_body_needs_its_content_type(service: Service) -> None:
    body = {"phoneNumber": "+1 2065550100", "phoneType": "mobile"}
    path = f"{ANNA}/authentication/phoneMethods"

    assert service.call("POST", path, body, headers={"Content-Type": "text/plain"}).status == 415


def test_a_generated_client_may_name_types_everywhere(service: Service) -> None:
    body = {
        "@odata.type": "#microsoft.graph.phoneAuthenticationMethod",
        "phoneNumber": "+1 2065550100",
        "phoneType": "mobile",
    }

    assert service.call("POST", f"{ANNA}/authentication/phoneMethods", body).status == 201


@pytest.mark.parametrize("authorization", ["", "Basic eHg6eHg=", "Bearer ", "Bearer not.a.token"])
def test_no_valid_token(service: Service, authorization: str) -> None:
    answer = service.call("GET", "/users", headers={"Authorization": authorization})

    assert code_of(answer) == (401, "InvalidAuthenticationToken")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_expired_token_is_refused(service: Service) -> None:
    token = service.token()
    assert service.call("GET", "/users", token=token).status == 200

    service.tenant.clock.advance(3601)

    assert code_of(service.call("GET", "/users", token=token)) == (401, "InvalidAuthenticationToken")


def test_a_token_of_another_audience_is_refused(service: Service) -> None:
    token = service.tenant.tokens.issue({"appid": "x", "app_displayname": "x", "aud": "https://elsewhere.example"}, 60)

    assert code_of(service.call("GET", "/users", token=token)) == (401, "InvalidAuthenticationToken")


def test_tracing_headers(service: Service) -> None:
    answer = service.call("GET", "/users/nobody", headers={"client-request-id": "trace-me"})

    assert answer.headers["client-request-id"] == "trace-me"
    inner = answer.body["error"]["innerError"]
    assert (inner["client-request-id"], inner["request-id"]) == ("trace-me", answer.headers["request-id"])


def test_contexts(service: Service) -> None:
    answers = [
        service.call("GET", f"{ANNA}?$select=id,mail").body["@odata.context"],
        service.call("GET", f"{ANNA}/authentication/phoneMethods").body["@odata.context"],
        service.call("GET", "/applications(appId='40000000-0000-4000-8000-000000000001')").body["@odata.context"],
        service.call("GET", "/policies/authenticationMethodsPolicy").body["@odata.context"],
    ]

    fragments = [answer.partition("#")[2] for answer in answers]
    assert fragments == [
        "users(id,mail)/$entity",
        f"users('{user_id('anna')}')/authentication/phoneMethods",
        "applications/$entity",
        "policies/authenticationMethodsPolicy",
    ]


def test_the_log_tells_writes_from_reads_and_holds_no_bodies(service: Service) -> None:
    service.phone("anna", "mobile", "+1 2065550100")
    service.phone("anna", "mobile", "+1 2065550199")
    service.call("GET", f"{ANNA}/authentication/phoneMethods")

    entries = service.tenant.journal.since(0)

    assert [(entry["write"], entry["applied"], entry["status"]) for entry in entries] == [
        (True, True, 201),
        (True, False, 400),
        (False, False, 200),
    ]
    assert "2065550" not in str(entries)
    assert entries[0]["app_id"] == "40000000-0000-4000-8000-000000000001"
