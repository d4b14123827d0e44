# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Passes as Graph shows them, and who gets one."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.directory import access_passes, issuing_passes
from ansible_collections.entra.mfa.plugins.module_utils.directory.users import User
from ansible_collections.entra.mfa.plugins.module_utils.graph.batch import Call, Reply
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError

WISHES = issuing_passes.Wishes(None, None, None, replace=False)


class Client:
    """Answers every read with no pass and every creation with the next status; keeps how many calls each batch had."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.batches: list[tuple[str, int]] = []

    def batch(self, calls: list[Call]) -> list[Reply]:
        self.batches.append((calls[0].method, len(calls)))
        return [self._reply(call) for call in calls]

    def _reply(self, call: Call) -> Reply:
        if call.method == "GET":
            return Reply(200, {"value": []}, None, False)
        status = self.statuses.pop(0) if self.statuses else 201
        if status == 201:
            return Reply(201, {"id": "p", "temporaryAccessPass": "code"}, None, False)
        return Reply(status, None, GraphError(status, "code", "message"), status == 504)


def issue(client: Any, count: int) -> tuple[list[issuing_passes.PassResult], list[int]]:
    saved: list[int] = []
    users = [User(f"id{number}", f"user{number}") for number in range(count)]
    results = issuing_passes.issue(
        client, [*users, users[0]], WISHES, lambda _user: True, lambda new: saved.append(len(new)), check_mode=False
    )
    return results, saved


def test_each_twenty_passes_are_saved_before_the_next_are_made() -> None:
    client = Client()
    results, saved = issue(client, 45)
    assert saved == [20, 20, 5]
    assert client.batches == [(method, size) for size in (20, 20, 5) for method in ("GET", "POST")]
    assert [result.user.id for result in results] == [f"id{number}" for number in range(45)]


def test_outcome_that_stays_unknown_fails_the_user() -> None:
    client = Client(201, 504, 504, 504)
    results, saved = issue(client, 2)
    assert [result.status for result in results] == ["created", "failed"]
    assert client.batches == [("GET", 2), ("POST", 2), ("POST", 1), ("POST", 1)]
    assert saved == [1]


def test_code_stays_out_of_the_representation() -> None:
    client: Any = Client()
    (answer,) = access_passes.create(client, ["anna"], {})
    assert answer.access_pass is not None
    assert answer.access_pass.code == "code"
    assert "code='code'" not in repr(answer)
    assert "code" not in answer.access_pass.properties()


def test_answer_without_a_code_is_an_error() -> None:
    client: Any = Client()
    client._reply = lambda _call: Reply(201, {"id": "p", "temporaryAccessPass": None}, None, False)
    (answer,) = access_passes.create(client, ["anna"], {})
    assert answer.error is not None
    assert answer.error.code == "answer_empty"


@pytest.mark.parametrize(
    ("usable", "reason", "expected"),
    [(True, "EnabledByPolicy", True), (False, "NotYetValid", True), (False, "Expired", False), (None, None, False)],
)
def test_pass_whose_time_has_not_come_counts_as_usable(usable: bool | None, reason: str | None, expected: bool) -> None:
    client: Any = Client()
    shown = {"id": "p", "isUsable": usable, "methodUsabilityReason": reason}
    client._reply = lambda _call: Reply(200, {"value": [shown]}, None, False)
    (found,) = access_passes.read(client, ["anna"])
    assert found.access_pass is not None
    assert found.access_pass.usable is expected
