# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client under the faults of a real connection: throttling, lost answers, cut connections, pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import Call, GraphClient
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import UnknownOutcome
from support.organisation import BATCH_ONE, user_id
from support.simulator import Simulator

Connect = Callable[..., GraphClient]
MOBILE = "3179e48a-750b-4051-897c-87b9720928f7"
NUMBER = {"phoneType": "mobile", "phoneNumber": "+1 2065550102"}


def phones(name: str) -> str:
    return f"users/{user_id(name)}/authentication/phoneMethods"


def fault(kind: str, path: str, **more: Any) -> list[dict[str, Any]]:
    return [{"kind": kind, "match": {"path": path, "method": more.pop("method", "POST")}, "count": 1, **more}]


@pytest.mark.parametrize(
    ("rules", "applied"),
    [
        (fault("lost_answer", "phoneMethods"), True),
        (fault("not_applied", "phoneMethods"), False),
        (fault("reset", "phoneMethods", applied=True), True),
        (fault("reset", "phoneMethods", applied=False), False),
    ],
)
def test_write_without_an_answer_is_left_to_the_caller(
    rules: list[dict[str, Any]], applied: bool, connect: Connect, tenant: Simulator
) -> None:
    client = connect()
    tenant.control("POST", "/faults", rules)
    before = tenant.applied_writes()
    with pytest.raises(UnknownOutcome):
        client.post(phones("jonas"), NUMBER)
    assert tenant.applied_writes() - before == applied
    found = [phone["id"] for phone in client.items(phones("jonas"))]
    assert found == ([MOBILE] if applied else [])
    if applied:
        client.delete(f"{phones('jonas')}/{MOBILE}")


def test_lost_answer_of_one_item_leaves_the_others_known(connect: Connect, tenant: Simulator) -> None:
    client = connect()
    tenant.control("POST", "/faults", fault("lost_answer", user_id("karin")))
    karin, lukas = client.batch([Call("POST", phones("karin"), NUMBER), Call("POST", phones("lukas"), NUMBER)])
    assert (karin.status, karin.unknown) == (504, True)
    assert (lukas.status, lukas.unknown) == (201, False)
    replies = client.batch([Call("DELETE", f"{phones(name)}/{MOBILE}") for name in ("karin", "lukas")])
    assert [reply.status for reply in replies] == [204, 204]


def test_throttled_items_are_all_answered_in_the_end(connect: Connect, tenant: Simulator) -> None:
    client = connect(max_retries=0)
    rule = {"kind": "status", "status": 429, "retry_after": 1, "match": {"path": "users/"}, "count": 7}
    tenant.control("POST", "/faults", [rule])
    replies = client.batch([Call("GET", f"users/{user_id('anna')}")] * 30)
    assert [reply.status for reply in replies] == [200] * 30
    assert client.statistics.throttled == 7


def test_write_budget_keeps_within_the_limit_of_the_tenant(connect: Connect, tenant: Simulator) -> None:
    """As many writes as the tenant lets through, and not one refused."""
    tenant.control("POST", "/settings", {"write_limit": 25, "write_window": 0.5, "latency_ms": 5})
    client = connect(write_budget="25/0.5s")
    replies = client.batch([Call("DELETE", f"{phones('anna')}/{MOBILE}") for _attempt in range(80)])
    assert {reply.status for reply in replies} == {404}
    assert client.statistics.throttled == 0


def test_pages_are_read_to_the_end(connect: Connect) -> None:
    client = connect()
    first = client.get(f"groups/{BATCH_ONE}/members", params={"$top": "2"})
    assert len(first["value"]) == 2
    members = list(client.items(f"groups/{BATCH_ONE}/members", params={"$top": "2"}))
    assert len({member["id"] for member in members}) == 6


def test_pages_inside_a_batch_are_merged(connect: Connect) -> None:
    (reply,) = connect().batch(
        [
            Call(
                "GET",
                f"groups/{BATCH_ONE}/transitiveMembers/microsoft.graph.user",
                params={"$count": "true", "$select": "id", "$top": "2"},
                headers={"ConsistencyLevel": "eventual"},
            )
        ]
    )
    assert reply.body is not None
    assert reply.body["@odata.count"] == 6
    assert len(reply.body["value"]) == 6


def test_tenant_sees_who_calls(connect: Connect, tenant: Simulator) -> None:
    connect().get(f"users/{user_id('anna')}")
    assert tenant.log()[-1]["user_agent"].startswith("entra.mfa/")
