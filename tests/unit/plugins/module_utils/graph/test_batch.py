# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Batches: splitting, order, repeats of single items, lost answers, pages inside an item."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import requests
import responses
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import Call, GraphClient
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import UnknownOutcome
from ansible_collections.entra.mfa.plugins.module_utils.graph.write_limits import WriteBudget

ROOT = "https://graph.microsoft.com/v1.0"

Item = Mapping[str, Any]
Rule = Callable[[Item, int], "Mapping[str, Any] | None"]


class BatchService:
    """Answers ``$batch``: the rule is asked for each item and how often it came before; None leaves it unanswered."""

    def __init__(self, mock: responses.RequestsMock, rule: Rule) -> None:
        self.envelopes: list[list[Item]] = []
        self.rule = rule
        self.seen: dict[str, int] = {}
        mock.add_callback("POST", f"{ROOT}/$batch", self.answer)

    def answer(self, request: Any) -> tuple[int, dict[str, str], str]:
        items = json.loads(request.body)["requests"]
        self.envelopes.append(items)
        answers = []
        for item in reversed(items):
            before = self.seen.get(item["url"], 0)
            self.seen[item["url"]] = before + 1
            answer = self.rule(item, before)
            if answer is not None:
                answers.append({"id": item["id"], **answer})
        return 200, {"Content-Type": "application/json"}, json.dumps({"responses": answers})

    @property
    def sizes(self) -> list[int]:
        return [len(envelope) for envelope in self.envelopes]


def echo(item: Item, before: int) -> dict[str, Any]:
    return {"status": 200, "body": {"url": item["url"]}}


def refused(status: int, code: str = "busy", **headers: str) -> dict[str, Any]:
    return {"status": status, "headers": headers, "body": {"error": {"code": code, "message": code}}}


def reads(count: int) -> list[Call]:
    return [Call("GET", f"users/{number}") for number in range(count)]


def test_replies_come_in_the_order_of_the_calls(client: GraphClient, service: responses.RequestsMock) -> None:
    batches = BatchService(service, echo)
    replies = client.batch(reads(45))
    assert [reply.body["url"] for reply in replies if reply.body] == [f"/users/{number}" for number in range(45)]
    assert sorted(batches.sizes) == [5, 20, 20]
    assert client.statistics.http_requests == 3


def test_no_calls_need_no_request(client: GraphClient, service: responses.RequestsMock) -> None:
    assert client.batch([]) == []
    assert len(service.calls) == 0


def test_item_holds_its_own_headers_body_and_query(client: GraphClient, service: responses.RequestsMock) -> None:
    batches = BatchService(service, echo)
    client.batch(
        [
            Call("GET", "groups", params={"$filter": "displayName eq 'A B'"}, headers={"ConsistencyLevel": "eventual"}),
            Call("POST", "users/1/activate", body={}),
        ]
    )
    assert batches.envelopes == [
        [
            {
                "id": "0",
                "method": "GET",
                "url": "/groups?$filter=displayName%20eq%20'A%20B'",
                "headers": {"ConsistencyLevel": "eventual"},
            },
            {
                "id": "1",
                "method": "POST",
                "url": "/users/1/activate",
                "headers": {"Content-Type": "application/json"},
                "body": {},
            },
        ]
    ]


def test_beta_calls_go_to_the_beta_envelope(client: GraphClient, service: responses.RequestsMock) -> None:
    service.post(
        "https://graph.microsoft.com/beta/$batch", json={"responses": [{"id": "0", "status": 204, "headers": {}}]}
    )
    (reply,) = client.batch([Call("GET", "users/1")], version="beta")
    assert (reply.status, reply.body, reply.error) == (204, None, None)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_only_the_throttled_item_is_sent_again_after_its_time(
    status: int, method: str, client: GraphClient, service: responses.RequestsMock, clock: Any
) -> None:
    def rule(item: Item, before: int) -> Mapping[str, Any]:
        return refused(status, **{"retry-after": "11"}) if item["id"] == "1" and not before else echo(item, before)

    batches = BatchService(service, rule)
    replies = client.batch([Call(method, f"users/{number}", body={}) for number in range(3)])
    assert [reply.status for reply in replies] == [200, 200, 200]
    assert [[item["id"] for item in envelope] for envelope in batches.envelopes] == [["0", "1", "2"], ["1"]]
    assert clock.sleeps == [11.0]
    assert client.statistics.throttled == (status == 429)


def test_items_wait_for_their_own_times(client: GraphClient, service: responses.RequestsMock, clock: Any) -> None:
    waits = {"0": "5", "1": "60"}

    def rule(item: Item, before: int) -> Mapping[str, Any]:
        return echo(item, before) if before else refused(429, **{"Retry-After": waits[item["id"]]})

    batches = BatchService(service, rule)
    assert [reply.status for reply in client.batch(reads(2))] == [200, 200]
    assert [[item["id"] for item in envelope] for envelope in batches.envelopes] == [["0", "1"], ["0"], ["1"]]
    assert clock.sleeps == [5.0, 55.0]


def test_throttled_items_never_run_out_of_repeats(
    make_client: Callable[..., GraphClient], service: responses.RequestsMock
) -> None:
    BatchService(
        service, lambda item, before: echo(item, before) if before == 12 else refused(429, **{"Retry-After": "1"})
    )
    assert make_client(max_retries=0).batch(reads(1))[0].status == 200


def test_item_that_stays_unavailable_ends_as_an_error(
    make_client: Callable[..., GraphClient], service: responses.RequestsMock
) -> None:
    batches = BatchService(service, lambda item, before: refused(503))
    (reply,) = make_client(max_retries=2).batch(reads(1))
    assert reply.error is not None
    assert (reply.status, reply.error.code, reply.unknown) == (503, "busy", False)
    assert len(batches.envelopes) == 3


def test_write_item_answered_504_is_unknown_and_its_neighbours_are_not(
    client: GraphClient, service: responses.RequestsMock
) -> None:
    batches = BatchService(service, lambda item, before: refused(504) if item["id"] == "0" else echo(item, before))
    slow, quick = client.batch([Call("PATCH", "users/0", body={}), Call("PATCH", "users/1", body={})])
    assert slow.unknown
    assert isinstance(slow.error, UnknownOutcome)
    assert not quick.unknown
    assert len(batches.envelopes) == 1


def test_read_item_answered_504_is_read_again(client: GraphClient, service: responses.RequestsMock) -> None:
    BatchService(service, lambda item, before: echo(item, before) if before else refused(504))
    assert client.batch(reads(1))[0].status == 200


def test_refused_item_is_an_error_with_its_hint(client: GraphClient, service: responses.RequestsMock) -> None:
    BatchService(service, lambda item, before: refused(403, "Authorization_RequestDenied"))
    (reply,) = client.batch(
        [Call("POST", "users/1/authentication/phoneMethods", body={"phoneNumber": "+1 2065550100"})]
    )
    assert reply.error is not None
    assert reply.error.operation == "POST users/1/authentication/phoneMethods"
    assert "UserAuthMethod-Phone.ReadWrite.All" in (reply.error.hint or "")
    assert "2065550100" not in repr(reply) + str(reply.error)


@pytest.mark.parametrize(
    "loss",
    [
        {"body": requests.ConnectionError("Connection aborted")},
        {"status": 504, "json": {}},
        {"status": 502, "body": "<html>"},
        {"body": '{"responses": [', "content_type": "application/json"},
    ],
)
def test_lost_envelope_reads_again_and_leaves_writes_unknown(
    loss: dict[str, Any], client: GraphClient, service: responses.RequestsMock
) -> None:
    service.post(f"{ROOT}/$batch", **loss)
    batches = BatchService(service, echo)
    write, read = client.batch([Call("POST", "users", body={}), Call("GET", "users/1")])
    assert write.unknown
    assert isinstance(write.error, UnknownOutcome)
    assert (read.status, read.unknown) == (200, False)
    assert batches.sizes == [1]


def test_item_left_unanswered_is_treated_like_a_lost_one(client: GraphClient, service: responses.RequestsMock) -> None:
    batches = BatchService(service, lambda item, before: None if before == 0 else echo(item, before))
    write, read = client.batch([Call("POST", "users", body={}), Call("GET", "users/1")])
    assert write.unknown
    assert read.status == 200
    assert batches.sizes == [2, 1]


def test_refused_envelope_is_the_error_of_every_item(
    make_client: Callable[..., GraphClient], numbered_tokens: Callable[..., Any], service: responses.RequestsMock
) -> None:
    service.post(
        f"{ROOT}/$batch", json={"error": {"code": "InvalidAuthenticationToken", "message": "expired"}}, status=401
    )
    replies = make_client(numbered_tokens(renewable=False)).batch(
        [Call("GET", "users/1"), Call("POST", "users", body={})]
    )
    assert [(reply.status, reply.unknown) for reply in replies] == [(401, False), (401, False)]
    assert all("get a new one" in str(reply.error) for reply in replies)


def test_throttled_envelope_is_sent_again_whole(
    client: GraphClient, service: responses.RequestsMock, clock: Any
) -> None:
    service.post(f"{ROOT}/$batch", json={}, status=429, headers={"Retry-After": "4"})
    BatchService(service, echo)
    assert [reply.status for reply in client.batch([Call("POST", "users", body={})])] == [200]
    assert clock.sleeps == [4.0]


def test_item_whose_token_expired_is_sent_again_with_a_new_one(
    make_client: Callable[..., GraphClient], numbered_tokens: Callable[..., Any], service: responses.RequestsMock
) -> None:
    credential = numbered_tokens()
    BatchService(service, lambda item, before: echo(item, before) if before else refused(401))
    replies = make_client(credential).batch([Call("PATCH", f"users/{number}", body={}) for number in range(3)])
    assert [reply.status for reply in replies] == [200, 200, 200]
    assert credential.issued == 2


def test_pages_of_an_item_are_followed_and_merged(client: GraphClient, service: responses.RequestsMock) -> None:
    link = f"{ROOT}/groups/1/members?$skiptoken=2"

    def rule(item: Item, before: int) -> Mapping[str, Any]:
        return {"status": 200, "body": {"@odata.context": "c", "value": [{"id": "1"}], "@odata.nextLink": link}}

    BatchService(service, rule)
    service.get(link, json={"value": [{"id": "2"}]})
    (reply,) = client.batch([Call("GET", "groups/1/members", headers={"ConsistencyLevel": "eventual"})])
    assert reply.body == {"@odata.context": "c", "value": [{"id": "1"}, {"id": "2"}]}
    assert service.calls[1].request.headers["ConsistencyLevel"] == "eventual"


def test_page_of_an_item_that_fails_is_the_error_of_this_item(
    client: GraphClient, service: responses.RequestsMock
) -> None:
    link = f"{ROOT}/groups/1/members?$skiptoken=2"
    BatchService(service, lambda item, before: {"status": 200, "body": {"value": [], "@odata.nextLink": link}})
    service.get(link, json={"error": {"code": "gone", "message": "gone"}}, status=410)
    (reply,) = client.batch(reads(1))
    assert (reply.status, reply.body) == (410, None)
    assert reply.error is not None


def test_writes_wait_for_the_budget_and_use_it_to_the_end(
    make_client: Callable[..., GraphClient], service: responses.RequestsMock, clock: Any
) -> None:
    batches = BatchService(service, echo)
    client = make_client(write_budget=WriteBudget(7, 150.0))
    calls = [Call("PATCH", f"users/{number}", body={}) for number in range(10)] + reads(2)
    assert [reply.status for reply in client.batch(calls)] == [200] * 12
    assert [sum(item["method"] == "PATCH" for item in envelope) for envelope in batches.envelopes] == [7, 3]
    assert clock.sleeps == [150.0]
