# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON batching."""

from __future__ import annotations

from typing import Any

import pytest
from support.organisation import NAMES, user_id
from support.service import Service, code_of

PHONE = {"phoneNumber": "+1 2065550100", "phoneType": "mobile"}
JSON = {"Content-Type": "application/json"}


def get(number: str, url: str, **more: Any) -> dict[str, Any]:
    return {"id": number, "method": "GET", "url": url, **more}


def write(number: str, name: str, **more: Any) -> dict[str, Any]:
    url = f"/users/{user_id(name)}/authentication/phoneMethods"
    return {"id": number, "method": "POST", "url": url, "body": PHONE, "headers": JSON, **more}


def statuses(answer: Any) -> dict[str, int]:
    return {response["id"]: response["status"] for response in answer.body["responses"]}


def test_twenty_items_in_any_order(service: Service) -> None:
    items = [get(str(number), f"/users/{user_id(NAMES[number % 12])}?$select=id") for number in range(20)]

    answer = service.batch(*items)

    assert answer.status == 200
    found = {response["id"]: response["body"]["id"] for response in answer.body["responses"]}
    assert found == {str(number): user_id(NAMES[number % 12]) for number in range(20)}
    assert [response["id"] for response in answer.body["responses"]] != [item["id"] for item in items]


def test_one_failure_leaves_the_others(service: Service) -> None:
    answer = service.batch(get("a", "/users/nobody"), write("b", "anna"), write("c", "anna"), get("d", "users"))

    assert statuses(answer) == {"a": 404, "b": 201, "c": 400, "d": 200}


def test_headers_of_an_item(service: Service) -> None:
    filtered = "/users?$filter=onPremisesSamAccountName%20eq%20'anna'&$count=true"

    answer = service.batch(get("1", filtered), get("2", filtered, headers={"ConsistencyLevel": "eventual"}))

    assert statuses(answer) == {"1": 400, "2": 200}


def test_a_failed_parent_fails_its_children(service: Service) -> None:
    answer = service.batch(
        get("1", "/users/nobody"),
        write("2", "anna", dependsOn=["1"]),
        write("3", "bruno", dependsOn=["2"]),
        write("4", "carla"),
        get("5", "/users", dependsOn=["4"]),
    )

    assert statuses(answer) == {"1": 404, "2": 424, "3": 424, "4": 201, "5": 200}
    assert service.tenant.store.user(user_id("anna")).methods.phones == {}


@pytest.mark.parametrize(
    "items",
    [
        [],
        [get(str(number), "/users") for number in range(21)],
        [get("a", "/users"), get("A", "/users")],
        [get("1", "/v1.0/users")],
        [get("1", "https://127.0.0.1:9/v1.0/users")],
        [{"id": "1", "method": "GET"}],
        [get("1", "/users", comment="x")],
        [{**write("1", "anna"), "headers": {}}],
        [{**write("1", "anna"), "body": None} | {"headers": {}}],
        [get("1", "/users", dependsOn=["2"]), get("2", "/users")],
    ],
)
def test_malformed_envelopes_do_nothing(service: Service, items: list[dict[str, Any]]) -> None:
    assert code_of(service.batch(*items)) == (400, "BadRequest")
    assert service.tenant.journal.applied_writes() == 0


def test_an_envelope_has_one_version(service: Service) -> None:
    answer = service.batch(get("1", f"/users/{user_id('anna')}/authentication/hardwareOathMethods"))

    assert statuses(answer) == {"1": 405}


def test_an_envelope_needs_a_token(service: Service) -> None:
    assert service.batch(get("1", "/users"), token="nonsense").status == 401


def test_the_log_has_envelope_and_items(service: Service) -> None:
    service.batch(write("1", "anna"), get("2", "/users"))

    entries = [(entry["path"], entry["batch"], entry["write"]) for entry in service.tenant.journal.since(0)]

    phones = f"/users/{user_id('anna')}/authentication/phoneMethods"
    assert entries == [(phones, True, True), ("/users", True, False), ("/$batch", False, False)]


def test_items_are_throttled_alone(service: Service) -> None:
    service.tenant.settings.write_limit = 2

    answer = service.batch(write("1", "anna"), write("2", "carla"), write("3", "david"), get("4", "/users"))

    assert statuses(answer) == {"1": 201, "2": 201, "3": 429, "4": 200}
    refused = next(response for response in answer.body["responses"] if response["status"] == 429)
    assert 1 <= int(refused["headers"]["Retry-After"]) <= 150
