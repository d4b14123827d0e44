# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Single requests: headers, repeats, unknown outcomes, renewal, paging."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
import responses
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import GraphClient, quote
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError, InputError, UnknownOutcome

ROOT = "https://graph.microsoft.com/v1.0"


def refusal(code: str, message: str = "no", **inner: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "innerError": inner}}


def test_request_carries_own_id_agent_and_token(client: GraphClient, service: responses.RequestsMock) -> None:
    service.get(f"{ROOT}/users/1", json={"id": "1"})
    service.get(f"{ROOT}/users/2", json={"id": "2"})
    client.get("users/1", headers={"ConsistencyLevel": "eventual"})
    client.get("users/2")
    first, second = (call.request.headers for call in service.calls)
    assert first["client-request-id"] != second["client-request-id"]
    assert first["User-Agent"].startswith("entra.mfa/")
    assert first["Authorization"].startswith("Bearer ")
    assert first["ConsistencyLevel"] == "eventual"
    assert "ConsistencyLevel" not in second


def test_netrc_does_not_replace_the_token(
    client: GraphClient, service: responses.RequestsMock, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine graph.microsoft.com login somebody password secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    service.get(f"{ROOT}/me", json={})
    client.get("me")
    assert service.calls[0].request.headers["Authorization"].startswith("Bearer ")


def test_query_is_encoded_without_plus_signs(client: GraphClient, service: responses.RequestsMock) -> None:
    service.get(f"{ROOT}/groups", json={"value": []})
    client.get("groups", params={"$filter": "displayName eq 'A & B'", "$select": "id,displayName"})
    assert service.calls[0].request.url == (
        f"{ROOT}/groups?$filter=displayName%20eq%20'A%20%26%20B'&$select=id,displayName"
    )


def test_quote_keeps_guests_apart_from_fragments() -> None:
    assert quote("a_b.example#EXT#@contoso.example") == "a_b.example%23EXT%23@contoso.example"


def test_plain_text_answer_comes_as_value(client: GraphClient, service: responses.RequestsMock) -> None:
    service.get(f"{ROOT}/groups/1/members/$count", body="42", content_type="text/plain")
    assert client.get("groups/1/members/$count") == {"value": "42"}


def test_throttling_with_a_time_is_waited_out_and_never_counts(
    make_client: Callable[..., GraphClient], service: responses.RequestsMock, clock: Any
) -> None:
    client = make_client(max_retries=0)
    for _attempt in range(5):
        service.get(f"{ROOT}/users/1", json=refusal("TooManyRequests"), status=429, headers={"Retry-After": "7"})
    service.get(f"{ROOT}/users/1", json={"id": "1"})
    assert client.get("users/1") == {"id": "1"}
    assert clock.sleeps == [7.0] * 5
    assert client.statistics.throttled == 5
    assert client.statistics.http_requests == 6


@pytest.mark.parametrize("status", [429, 503, 504])
def test_read_without_a_time_backs_off_until_its_repeats_are_used_up(
    status: int, make_client: Callable[..., GraphClient], service: responses.RequestsMock, clock: Any
) -> None:
    client = make_client(max_retries=4)
    service.get(f"{ROOT}/users/1", json=refusal("busy"), status=status)
    with pytest.raises(GraphError) as caught:
        client.get("users/1")
    assert caught.value.status == status
    assert len(service.calls) == 5
    for wait, longest in zip(clock.sleeps, [0.5, 1, 2, 4], strict=True):
        assert longest / 2 <= wait <= longest


@pytest.mark.parametrize("status", [500, 502])
def test_fault_of_the_service_is_repeated_three_times_for_reads_only(
    status: int, client: GraphClient, service: responses.RequestsMock
) -> None:
    service.get(f"{ROOT}/users/1", json=refusal("fault"), status=status)
    service.post(f"{ROOT}/users", json=refusal("fault"), status=status)
    with pytest.raises(GraphError):
        client.get("users/1")
    assert len(service.calls) == 4
    with pytest.raises(GraphError):
        client.post("users", {})
    assert len(service.calls) == 5


def test_write_is_repeated_after_503_since_it_was_not_applied(
    client: GraphClient, service: responses.RequestsMock, clock: Any
) -> None:
    service.post(f"{ROOT}/users", json=refusal("busy"), status=503, headers={"Retry-After": "3"})
    service.post(f"{ROOT}/users", json={"id": "1"}, status=201)
    assert client.post("users", {"displayName": "x"}) == {"id": "1"}
    assert clock.sleeps == [3.0]
    assert json.loads(service.calls[1].request.body) == {"displayName": "x"}


@pytest.mark.parametrize("method", ["post", "patch", "delete"])
def test_write_answered_504_has_an_unknown_outcome(
    method: str, client: GraphClient, service: responses.RequestsMock
) -> None:
    service.add(method.upper(), f"{ROOT}/users/1", json=refusal("timeout"), status=504)
    with pytest.raises(UnknownOutcome) as caught:
        getattr(client, method)("users/1", *([{}] if method != "delete" else []))
    assert caught.value.status == 504
    assert "read before repeating" in str(caught.value)
    assert len(service.calls) == 1


def test_write_whose_connection_is_cut_has_an_unknown_outcome(
    client: GraphClient, service: responses.RequestsMock
) -> None:
    service.post(f"{ROOT}/users", body=requests.ConnectionError("Connection aborted"))
    with pytest.raises(UnknownOutcome):
        client.post("users", {})
    assert len(service.calls) == 1


def test_write_that_was_never_sent_is_repeated(client: GraphClient, service: responses.RequestsMock) -> None:
    service.post(f"{ROOT}/users", body=requests.ConnectTimeout("no connection"))
    service.post(f"{ROOT}/users", json={"id": "1"}, status=201)
    assert client.post("users", {}) == {"id": "1"}


def test_read_whose_connection_is_cut_is_repeated(client: GraphClient, service: responses.RequestsMock) -> None:
    service.get(f"{ROOT}/users/1", body=requests.ConnectionError("Connection aborted"))
    service.get(f"{ROOT}/users/1", body='{"id": ', content_type="application/json")
    service.get(f"{ROOT}/users/1", json={"id": "1"})
    assert client.get("users/1") == {"id": "1"}


def test_host_that_cannot_be_reached_is_named_without_a_traceback(
    make_client: Callable[..., GraphClient], service: responses.RequestsMock
) -> None:
    service.get(f"{ROOT}/users/1", body=requests.ConnectTimeout("no connection"))
    with pytest.raises(GraphError, match="GET users/1: unreachable: the host did not answer in time") as caught:
        make_client(max_retries=1).get("users/1")
    assert caught.value.status == 0
    assert "graph_url" in (caught.value.hint or "")


def test_untrusted_certificate_is_not_tried_again(client: GraphClient, service: responses.RequestsMock) -> None:
    service.post(f"{ROOT}/users", body=requests.exceptions.SSLError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed"))
    with pytest.raises(GraphError, match="ca_path") as caught:
        client.post("users", {})
    assert not isinstance(caught.value, UnknownOutcome)
    assert len(service.calls) == 1


def test_refused_token_is_renewed_once(
    make_client: Callable[..., GraphClient], numbered_tokens: Callable[..., Any], service: responses.RequestsMock
) -> None:
    credential = numbered_tokens()
    client = make_client(credential)
    service.get(f"{ROOT}/users/1", json=refusal("InvalidAuthenticationToken"), status=401)
    service.get(f"{ROOT}/users/1", json={"id": "1"})
    assert client.get("users/1") == {"id": "1"}
    assert credential.issued == 2
    first, second = (call.request.headers["Authorization"] for call in service.calls)
    assert first != second


def test_second_refusal_of_the_token_is_final(
    make_client: Callable[..., GraphClient], numbered_tokens: Callable[..., Any], service: responses.RequestsMock
) -> None:
    credential = numbered_tokens()
    service.get(f"{ROOT}/users/1", json=refusal("InvalidAuthenticationToken"), status=401)
    with pytest.raises(GraphError) as caught:
        make_client(credential).get("users/1")
    assert caught.value.status == 401
    assert credential.issued == 2
    assert len(service.calls) == 2


def test_given_token_that_expires_asks_for_a_new_one(
    make_client: Callable[..., GraphClient], numbered_tokens: Callable[..., Any], service: responses.RequestsMock
) -> None:
    service.get(f"{ROOT}/users/1", json=refusal("InvalidAuthenticationToken", "token is expired"), status=401)
    with pytest.raises(GraphError, match="get a new one"):
        make_client(numbered_tokens(renewable=False)).get("users/1")
    assert len(service.calls) == 1


def test_pages_are_followed_as_they_stand_with_the_same_headers(
    client: GraphClient, service: responses.RequestsMock
) -> None:
    link = f"{ROOT}/users?$skiptoken=a%2Bb+c"
    service.get(
        f"{ROOT}/users",
        json={"value": [{"id": "1"}], "@odata.nextLink": link},
        match=[responses.matchers.query_param_matcher({"$top": "1"})],
    )
    service.get(link, json={"value": []} | {"@odata.nextLink": f"{ROOT}/users?$skiptoken=last"})
    service.get(f"{ROOT}/users?$skiptoken=last", json={"value": [{"id": "2"}]})
    found = list(client.items("users", params={"$top": "1"}, headers={"ConsistencyLevel": "eventual"}))
    assert found == [{"id": "1"}, {"id": "2"}]
    assert service.calls[1].request.url == link
    assert all(call.request.headers["ConsistencyLevel"] == "eventual" for call in service.calls)


def test_page_on_another_host_is_refused(client: GraphClient, service: responses.RequestsMock) -> None:
    service.get(f"{ROOT}/users", json={"value": [], "@odata.nextLink": "https://elsewhere.example/v1.0/users"})
    with pytest.raises(GraphError, match="another host"):
        list(client.items("users"))
    assert len(service.calls) == 1


def test_redirect_is_not_followed(client: GraphClient, service: responses.RequestsMock) -> None:
    service.get(f"{ROOT}/users/1", status=302, headers={"Location": "https://elsewhere.example/"})
    with pytest.raises(GraphError, match="HTTP 302"):
        client.get("users/1")


def test_error_is_one_sentence_with_all_it_needs(client: GraphClient, service: responses.RequestsMock) -> None:
    service.get(
        f"{ROOT}/users/1/authentication/phoneMethods",
        json=refusal("Authorization_RequestDenied", "Insufficient\nprivileges.", **{"request-id": "r-1"}),
        status=403,
    )
    with pytest.raises(GraphError) as caught:
        client.get("users/1/authentication/phoneMethods")
    assert str(caught.value) == (
        "GET users/1/authentication/phoneMethods: HTTP 403 (Authorization_RequestDenied): Insufficient privileges; "
        "request id r-1; grant the app the application permission UserAuthMethod-Phone.Read.All, with admin consent"
    )
    assert caught.value.as_dict() == {
        "status": 403,
        "code": "Authorization_RequestDenied",
        "message": "Insufficient privileges",
        "request_id": "r-1",
        "hint": "grant the app the application permission UserAuthMethod-Phone.Read.All, with admin consent",
    }


def test_error_repeats_neither_number_nor_secret_that_was_sent(
    client: GraphClient, service: responses.RequestsMock
) -> None:
    sent = {"phoneNumber": "+1 2065550100", "secretKey": "JBSWY3DPEHPK3PXP"}
    service.post(f"{ROOT}/x", json=refusal("bad", "'+1 2065550100' and JBSWY3DPEHPK3PXP are wrong"), status=400)
    with pytest.raises(GraphError) as caught:
        client.post("x", sent)
    assert caught.value.message == "'•••• 00' and ******** are wrong"


def test_identity_is_read_from_the_token(
    make_client: Callable[..., GraphClient], numbered_tokens: Callable[..., Any]
) -> None:
    app = make_client(numbered_tokens(appid="app", tid="tenant", roles=["User.Read.All", "Group.Read.All"]))
    assert app.identity() == {
        "app_id": "app",
        "roles": ["Group.Read.All", "User.Read.All"],
        "scopes": [],
        "delegated": False,
        "tenant_id": "tenant",
    }
    user = make_client(numbered_tokens(appid="app", scp="User.Read openid"))
    assert user.identity()["delegated"] is True
    assert user.identity()["scopes"] == ["User.Read", "openid"]


def test_reference_is_absolute_on_this_cloud(client: GraphClient) -> None:
    assert client.reference("directoryObjects/1") == f"{ROOT}/directoryObjects/1"


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"timeout": 0}, "timeout"),
        ({"max_retries": -1}, "max_retries"),
        ({"concurrency": 0}, "concurrency"),
        ({"write_budget": "fast"}, "write_budget"),
        ({"ca_path": "/nowhere/ca.pem"}, "ca_path"),
        ({"graph_url": "http://graph.microsoft.com"}, "graph_url"),
        ({"graph_url": "https://graph.microsoft.com/v1.0"}, "graph_url"),
        ({"auth_source": "client_secret"}, "tenant_id and client_id and client_secret"),
    ],
)
def test_wrong_option_is_named(changed: dict[str, Any], named: str) -> None:
    params = {
        "cloud": "global",
        "timeout": 60,
        "max_retries": 8,
        "concurrency": 8,
        "write_budget": "none",
        "access_token": "x",
    }
    with pytest.raises(InputError, match=named):
        GraphClient.from_params(params | changed)


def test_logs_and_reports_are_asked_five_times_in_ten_seconds(
    client: GraphClient, service: responses.RequestsMock, clock: Any
) -> None:
    for page in range(6):
        link = f"{ROOT}/auditLogs/directoryAudits?page={page + 1}"
        body = {"value": [{"id": page}]} | ({"@odata.nextLink": link} if page < 5 else {})
        matcher = responses.matchers.query_param_matcher({"page": str(page)} if page else {})
        service.get(f"{ROOT}/auditLogs/directoryAudits", json=body, match=[matcher])
    service.get(f"{ROOT}/users/1", json={"id": "1"})

    found = client.items("auditLogs/directoryAudits")
    assert [next(found)["id"] for _page in range(5)] == [0, 1, 2, 3, 4]
    client.get("users/1")
    assert clock.sleeps == []
    assert [item["id"] for item in found] == [5]
    assert clock.sleeps == [10.0]
