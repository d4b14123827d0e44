# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users, groups and membership."""

from __future__ import annotations

from typing import Any

import pytest
from entra_simulator.tenant.messages import Answer
from support.organisation import (
    BATCH_ONE,
    BATCH_TWO,
    CONTACT_ID,
    DYNAMIC,
    NAMES,
    NESTED,
    ROLLOUT,
    WITH_CONTACT,
    user_id,
)
from support.service import Service, code_of

EVENTUAL = {"ConsistencyLevel": "eventual"}


def ids(answer: Answer) -> list[str]:
    return [item["id"] for item in answer.body["value"]]


def reference(service: Service, object_id: str) -> str:
    return f"{service.root}/v1.0/directoryObjects/{object_id}"


@pytest.mark.parametrize("key", [user_id("anna"), "anna@contoso.example", "ANNA%40contoso.example"])
def test_a_user_by_id_or_name(service: Service, key: str) -> None:
    assert service.call("GET", f"/users/{key}").body["id"] == user_id("anna")


def test_a_user_in_key_form(service: Service) -> None:
    assert service.call("GET", "/users('anna@contoso.example')").body["id"] == user_id("anna")


def test_on_premises_properties_come_only_when_selected(service: Service) -> None:
    path = f"/users/{user_id('anna')}"

    assert "onPremisesSamAccountName" not in service.call("GET", path).body
    selected = service.call("GET", f"{path}?$select=onPremisesSamAccountName,department").body
    assert (selected["onPremisesSamAccountName"], selected["department"]) == ("anna", None)


def test_a_missing_user(service: Service) -> None:
    assert code_of(service.call("GET", "/users/nobody@contoso.example")) == (404, "Request_ResourceNotFound")


@pytest.mark.parametrize(
    "filter_text",
    [
        "userPrincipalName eq 'ANNA@contoso.example'",
        "onPremisesSecurityIdentifier eq 'S-1-5-21-1-2-3-1101'",
        "onPremisesUserPrincipalName eq 'anna@corp.contoso.example'",
        "mail eq 'anna.mail@contoso.example'",
        "employeeId in ('E0001', 'E9999')",
        f"id eq '{user_id('anna')}'",
        "startswith(displayName, 'Anna') and onPremisesSyncEnabled eq true",
    ],
)
def test_plain_filters(service: Service, filter_text: str) -> None:
    assert ids(service.call("GET", f"/users?$filter={filter_text}")) == [user_id("anna")]


@pytest.mark.parametrize(
    "filter_text",
    [
        "onPremisesSamAccountName eq 'anna'",
        "onPremisesExtensionAttributes/extensionAttribute1 eq 'badge-1'",
        "endswith(mail,'anna.mail@contoso.example')",
    ],
)
def test_advanced_filters_need_header_and_count(service: Service, filter_text: str) -> None:
    url = f"/users?$filter={filter_text}"

    assert code_of(service.call("GET", url)) == (400, "Request_UnsupportedQuery")
    assert code_of(service.call("GET", url, headers=EVENTUAL)) == (400, "Request_UnsupportedQuery")
    answer = service.call("GET", f"{url}&$count=true", headers=EVENTUAL)
    assert (ids(answer), answer.body["@odata.count"]) == ([user_id("anna")], 1)


def test_an_unknown_property_in_a_filter(service: Service) -> None:
    assert code_of(service.call("GET", "/users?$filter=shoeSize eq 5")) == (400, "Request_UnsupportedQuery")


def test_count_without_the_header_is_ignored(service: Service) -> None:
    assert "@odata.count" not in service.call("GET", "/users?$count=true").body


def test_pages_follow_the_link_and_count_only_once(service: Service) -> None:
    url: str | None = f"/groups/{NESTED}/transitiveMembers/microsoft.graph.user?$count=true&$top=3&$select=id"
    pages: list[dict[str, Any]] = []
    while url:
        pages.append(service.call("GET", url, headers=EVENTUAL).body)
        url = pages[-1].get("@odata.nextLink", "").removeprefix(f"{service.root}/v1.0")

    assert [len(page["value"]) for page in pages] == [3, 1]
    assert ["@odata.count" in page for page in pages] == [True, False]
    members = {user["id"] for page in pages for user in page["value"]}
    assert members == {user_id(name) for name in ("grete", "henry", "irene", "jonas")}


def test_the_next_link_does_not_carry_the_header(service: Service) -> None:
    url = f"/groups/{BATCH_ONE}/members/microsoft.graph.user?$count=true&$top=2"
    following = service.call("GET", url, headers=EVENTUAL).body["@odata.nextLink"].removeprefix(f"{service.root}/v1.0")

    assert code_of(service.call("GET", following)) == (400, "Request_UnsupportedQuery")


def test_default_page_is_a_hundred(service: Service) -> None:
    store = service.tenant.store
    for number in range(120):
        service.tenant.store.contacts[f"contact-{number}"] = {"id": f"contact-{number}", "displayName": "C"}
    store.change_members(store.group(ROLLOUT), [f"contact-{number}" for number in range(120)])

    assert len(service.call("GET", f"/groups/{ROLLOUT}/members").body["value"]) == 100
    assert len(service.call("GET", f"/groups/{ROLLOUT}/members?$top=999").body["value"]) == 120


def test_two_groups_of_one_name(service: Service) -> None:
    assert len(ids(service.call("GET", "/groups?$filter=displayName eq 'mfa TWIN'"))) == 2


def test_members_are_of_every_kind(service: Service) -> None:
    kinds = {
        item["id"]: item["@odata.type"].rpartition(".")[2]
        for group in (NESTED, WITH_CONTACT)
        for item in service.call("GET", f"/groups/{group}/members").body["value"]
    }

    expected = {user_id("jonas"): "user", user_id("lukas"): "user", BATCH_TWO: "group", CONTACT_ID: "orgContact"}
    assert kinds == expected


@pytest.mark.parametrize(("path", "count"), [("members", "2"), ("transitiveMembers", "5")])
def test_counts_are_text(service: Service, path: str, count: str) -> None:
    assert service.call("GET", f"/groups/{NESTED}/{path}/$count", headers=EVENTUAL).body == count


def test_groups_in_a_circle_end(service: Service) -> None:
    store = service.tenant.store
    store.change_members(store.group(BATCH_TWO), [NESTED])

    answer = service.call("GET", f"/groups/{NESTED}/transitiveMembers")

    assert set(ids(answer)) == {BATCH_TWO, *(user_id(name) for name in ("grete", "henry", "irene", "jonas"))}


def test_adding_and_removing_a_member(service: Service) -> None:
    path = f"/groups/{ROLLOUT}/members"
    body = {"@odata.id": reference(service, user_id("anna"))}

    assert service.call("POST", f"{path}/$ref", body).status == 204
    assert code_of(service.call("POST", f"{path}/$ref", body)) == (400, "Request_BadRequest")
    assert service.call("DELETE", f"{path}/{user_id('anna')}/$ref").status == 204
    assert code_of(service.call("DELETE", f"{path}/{user_id('anna')}/$ref")) == (404, "Request_ResourceNotFound")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://graph.microsoft.com/v1.0/directoryObjects/" + user_id("anna"), (400, "Request_BadRequest")),
        ("https://127.0.0.1:9/v1.0/directoryObjects/none", (404, "Request_ResourceNotFound")),
    ],
)
def test_references_must_name_an_object_of_this_cloud(service: Service, url: str, expected: tuple[int, str]) -> None:
    assert code_of(service.call("POST", f"/groups/{ROLLOUT}/members/$ref", {"@odata.id": url})) == expected


def test_binding_is_all_or_nothing(service: Service) -> None:
    def bind(*names: str) -> Answer:
        urls = [reference(service, user_id(name)) for name in names]
        return service.call("PATCH", f"/groups/{ROLLOUT}", {"members@odata.bind": urls})

    assert bind("anna", "bruno").status == 204
    assert bind("carla", "anna").status == 400
    assert bind("carla", "carla").status == 400
    assert service.tenant.store.group(ROLLOUT).members.keys() == {user_id("anna"), user_id("bruno")}


def test_binding_takes_twenty(service: Service) -> None:
    urls = [reference(service, user_id(name)) for name in NAMES] * 2

    answer = service.call("PATCH", f"/groups/{ROLLOUT}", {"members@odata.bind": urls[:21]})

    assert answer.status == 400
    assert "limit of 20" in answer.body["error"]["message"]


def test_a_rule_decides_about_dynamic_groups(service: Service) -> None:
    body = {"@odata.id": reference(service, user_id("anna"))}

    assert service.call("POST", f"/groups/{DYNAMIC}/members/$ref", body).status == 400
    assert service.call("DELETE", f"/groups/{DYNAMIC}/members/{user_id('karin')}/$ref").status == 400


def test_without_ref_the_member_itself_is_deleted(service: Service) -> None:
    path = f"/groups/{BATCH_ONE}/members/{user_id('anna')}"
    assert code_of(service.call("DELETE", path)) == (403, "Authorization_RequestDenied")

    assert service.call("DELETE", path, token=service.token(["User.ReadWrite.All"])).status == 204

    assert service.call("GET", f"/users/{user_id('anna')}").status == 404


def test_creating_a_group(service: Service) -> None:
    body = {"displayName": "MFA new", "mailEnabled": False, "mailNickname": "mfa-new", "securityEnabled": True}
    token = service.token(["Group.ReadWrite.All"])

    created = service.call("POST", "/groups", body, token=token)

    assert created.status == 201
    assert service.call("GET", f"/groups/{created.body['id']}").body["displayName"] == "MFA new"
    assert service.call("POST", "/groups", {"displayName": "x"}, token=token).status == 400
