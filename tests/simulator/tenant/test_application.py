# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The web application: HTTP in and out, and the control API."""

from __future__ import annotations

from typing import Any

import pytest
from entra_simulator.application import ConnectionCutError, build
from entra_simulator.control import Control
from starlette.testclient import TestClient
from support.organisation import BATCH_ONE, user_id
from support.service import APP_ID, ROOT, Service

PHONES = f"/v1.0/users/{user_id('anna')}/authentication/phoneMethods"
PHONE = {"phoneNumber": "+1 2065550100", "phoneType": "mobile"}


@pytest.fixture
def web(service: Service) -> TestClient:
    client = TestClient(build(service.tenant, Control(service.tenant)), base_url=ROOT)
    client.headers["Authorization"] = f"Bearer {service.token()}"
    return client


def test_a_request_and_its_answer(web: TestClient) -> None:
    answer = web.post(PHONES, json=PHONE, headers={"client-request-id": "trace-me"})

    assert (answer.status_code, answer.headers["content-type"]) == (201, "application/json")
    assert answer.headers["client-request-id"] == "trace-me"
    assert answer.json()["phoneNumber"] == PHONE["phoneNumber"]


def test_encoded_paths_and_queries(web: TestClient) -> None:
    assert web.get("/v1.0/users/anna%40contoso.example?%24select=id").json()["id"] == user_id("anna")


def test_counts_are_plain_text(web: TestClient) -> None:
    answer = web.get(f"/v1.0/groups/{BATCH_ONE}/members/$count", headers={"ConsistencyLevel": "eventual"})

    assert (answer.text, answer.headers["content-type"]) == ("6", "text/plain; charset=utf-8")


def test_no_content(web: TestClient) -> None:
    web.post(PHONES, json=PHONE)
    answer = web.delete(f"{PHONES}/3179e48a-750b-4051-897c-87b9720928f7")

    assert (answer.status_code, answer.content) == (204, b"")


def test_broken_json(web: TestClient) -> None:
    answer = web.post(PHONES, content=b"{", headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BadRequest")


def test_a_batch(web: TestClient) -> None:
    answer = web.post("/beta/$batch", json={"requests": [{"id": "1", "method": "GET", "url": "/users"}]})

    assert answer.json()["responses"][0]["status"] == 200


def test_login_over_http(web: TestClient) -> None:
    form = {"grant_type": "client_credentials", "client_id": APP_ID, "scope": f"{ROOT}/.default", "client_secret": "no"}

    answer = web.post("/contoso.example/oauth2/v2.0/token", data=form)

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_an_address_of_nothing(web: TestClient) -> None:
    assert web.get("/somewhere/else").status_code == 404


def test_a_cut_connection_is_no_answer(web: TestClient) -> None:
    web.post("/simulator/faults", json=[{"kind": "reset"}])

    with pytest.raises(ConnectionCutError):
        web.get("/v1.0/users")


def test_control_shows_log_statistics_and_state(web: TestClient) -> None:
    web.get("/v1.0/users")
    web.post(PHONES, json=PHONE)

    log: list[dict[str, Any]] = web.get("/simulator/log?since=1").json()
    state = web.get("/simulator/state").json()

    assert [(entry["n"], entry["method"], entry["applied"]) for entry in log] == [(2, "POST", True)]
    assert web.get("/simulator/statistics").json() == {"requests": 2, "applied_writes": 1}
    assert state["users"][0]["methods"]["phone"] == [PHONE]


def test_control_changes_faults_clock_and_settings(web: TestClient) -> None:
    assert web.post("/simulator/settings", json={"write_limit": 1}).status_code == 204
    assert web.post("/simulator/faults", json=[{"kind": "status", "status": 500, "count": 1}]).status_code == 204
    assert web.get("/v1.0/users").status_code == 500
    web.post(PHONES, json=PHONE)
    assert web.post(PHONES, json=PHONE).status_code == 429

    assert web.post("/simulator/clock", json={"advance": 7200}).status_code == 200
    assert web.get("/v1.0/users").status_code == 401


@pytest.mark.parametrize(
    ("path", "body"), [("/faults", [{"kind": "none"}]), ("/faults", [3]), ("/settings", {"colour": 1})]
)
def test_control_refuses_what_it_does_not_know(web: TestClient, path: str, body: Any) -> None:
    assert web.post(f"/simulator{path}", json=body).status_code == 400


def test_control_of_a_host_that_is_not_there(web: TestClient) -> None:
    assert web.get("/simulator/hosts/mfa01/log").status_code == 404
