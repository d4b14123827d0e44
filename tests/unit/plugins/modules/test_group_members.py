# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Members of a group: looking up, adding in requests of 20, removing by reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

GROUP_ID = "7a0e5a4c-6a0e-4a50-9d0e-0a3f3f1f4a10"
PROPERTIES = {"$select": "id,displayName,groupTypes,securityEnabled,membershipRule,onPremisesSyncEnabled"}
BY_NAME = {**PROPERTIES, "$filter": "displayName eq 'Anna''s batch'"}
MEMBERS = f"groups/{GROUP_ID}/members"
MEMBERS_QUERY = {"$select": "id,displayName,userPrincipalName", "$top": "999"}
ANNA, BEN, CLEO = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
OPTIONS = {"group": GROUP_ID, "members": ["anna@contoso.example", "ben@contoso.example"]}
EXISTS = {"error": {"code": "Request_BadRequest", "message": "One or more added object references already exist."}}
NOT_FOUND = {"error": {"code": "Request_ResourceNotFound", "message": "Resource does not exist."}}
FORBIDDEN = {"error": {"code": "Authorization_RequestDenied", "message": "Insufficient privileges."}}
CUT_OFF = {"error": {"code": "GatewayTimeout", "message": "No answer in time."}}

Run = Callable[..., dict[str, Any]]


def group(**properties: Any) -> dict[str, Any]:
    return {"id": GROUP_ID, "displayName": "Anna's batch", "groupTypes": [], "membershipRule": None, **properties}


def member(object_id: str, name: str, kind: str = "user") -> dict[str, Any]:
    return {"@odata.type": f"#microsoft.graph.{kind}", "id": object_id, "displayName": name}


def bind(*ids: str) -> dict[str, Any]:
    return {"members@odata.bind": [f"https://graph.example/v1.0/directoryObjects/{object_id}" for object_id in ids]}


def reference(object_id: str) -> dict[str, Any]:
    return {"@odata.id": f"https://graph.example/v1.0/directoryObjects/{object_id}"}


def expect_group(graph: Any, members: list[dict[str, Any]], **properties: Any) -> None:
    graph.expect("GET", f"groups/{GROUP_ID}", group(**properties), params=PROPERTIES)
    expect_members(graph, members)


def expect_members(graph: Any, members: list[dict[str, Any]]) -> None:
    graph.expect("GET", MEMBERS, {"value": members}, params=MEMBERS_QUERY)


def expect_users(graph: Any, **ids: str) -> None:
    graph.expect_batch(
        [
            (
                f"users/{name}@contoso.example?$select=id,userPrincipalName",
                200,
                {"id": object_id, "userPrincipalName": f"{name}@contoso.example"},
            )
            for name, object_id in ids.items()
        ]
    )


def outcome(result: dict[str, Any]) -> tuple[bool, list[str], list[str], int]:
    return result["changed"], result["added"], result["removed"], result["members_count"]


def test_users_are_added_in_one_request(graph: Any, run: Run) -> None:
    expect_group(graph, [member(CLEO, "cleo@contoso.example")])
    expect_users(graph, anna=ANNA, ben=BEN)
    graph.expect("PATCH", f"groups/{GROUP_ID}", body=bind(ANNA, BEN))

    result = run(OPTIONS, diff=True)

    assert outcome(result) == (True, [ANNA, BEN], [], 3)
    assert result["group"] == {"id": GROUP_ID, "displayName": "Anna's batch"}
    assert result["diff"] == {
        "before": {"group": "Anna's batch", "members": []},
        "after": {"group": "Anna's batch", "members": ["anna@contoso.example", "ben@contoso.example"]},
    }


def test_members_as_wanted_are_left_alone(graph: Any, run: Run) -> None:
    expect_group(graph, [member(ANNA, "Anna"), member(BEN, "Ben")])
    expect_users(graph, anna=ANNA, ben=BEN)

    assert outcome(run(OPTIONS)) == (False, [], [], 2)


def test_check_mode_returns_the_same_and_writes_nothing(graph: Any, run: Run) -> None:
    expect_group(graph, [member(CLEO, "Cleo")])
    expect_users(graph, anna=ANNA, ben=BEN)

    assert outcome(run({**OPTIONS, "state": "exact"}, check=True)) == (True, [ANNA, BEN], [CLEO], 2)


def test_exact_removes_by_reference_before_it_adds(graph: Any, run: Run) -> None:
    expect_group(graph, [member(CLEO, "Team", "group")])
    expect_users(graph, anna=ANNA, ben=BEN)
    graph.expect("DELETE", f"{MEMBERS}/{CLEO}/$ref")
    graph.expect("PATCH", f"groups/{GROUP_ID}", body=bind(ANNA, BEN))

    assert outcome(run({**OPTIONS, "state": "exact"})) == (True, [ANNA, BEN], [CLEO], 2)


def test_exact_with_an_empty_list_empties_the_group(graph: Any, run: Run) -> None:
    expect_group(graph, [member(CLEO, "Cleo")])
    graph.expect("DELETE", f"{MEMBERS}/{CLEO}/$ref")

    assert outcome(run({"group": GROUP_ID, "members": [], "state": "exact"})) == (True, [], [CLEO], 0)


def test_absent_by_id_needs_no_look_up_and_a_member_that_is_gone_does_not_count(graph: Any, run: Run) -> None:
    expect_group(graph, [member(ANNA, "Anna"), member(BEN, "Ben")])
    graph.expect("DELETE", f"{MEMBERS}/{ANNA}/$ref", NOT_FOUND, status=404)
    graph.expect("DELETE", f"{MEMBERS}/{BEN}/$ref")

    result = run({"group": GROUP_ID, "members": [ANNA.upper(), BEN], "state": "absent"})

    assert outcome(result) == (True, [], [BEN], 0)


def test_21_users_take_two_requests(graph: Any, run: Run) -> None:
    ids = [f"00000000-0000-4000-8000-0000000000{n:02}" for n in range(21)]
    names = [f"user{n}" for n in range(21)]
    expect_group(graph, [])
    expect_users_in_chunks(graph, dict(zip(names, ids, strict=True)))
    graph.expect("PATCH", f"groups/{GROUP_ID}", body=bind(*ids[:20]))
    graph.expect("PATCH", f"groups/{GROUP_ID}", body=bind(ids[20]))

    result = run({"group": GROUP_ID, "members": [f"{name}@contoso.example" for name in names], "concurrency": 1})

    assert outcome(result) == (True, ids, [], 21)


def expect_users_in_chunks(graph: Any, users: dict[str, str]) -> None:
    names = list(users)
    for start in range(0, len(names), 20):
        expect_users(graph, **{name: users[name] for name in names[start : start + 20]})


def test_refused_request_is_read_again_and_continued_one_by_one(graph: Any, run: Run) -> None:
    expect_group(graph, [])
    expect_users(graph, anna=ANNA, ben=BEN)
    graph.expect("PATCH", f"groups/{GROUP_ID}", EXISTS, status=400, body=bind(ANNA, BEN))
    expect_members(graph, [member(ANNA, "Anna")])
    graph.expect("POST", f"{MEMBERS}/$ref", body=reference(BEN))

    result = run(OPTIONS)

    assert outcome(result) == (True, [BEN], [], 2)


def test_member_that_no_read_shows_yet_does_not_fail_the_run(graph: Any, run: Run, pauses: list[float]) -> None:
    expect_group(graph, [])
    expect_users(graph, anna=ANNA, ben=BEN)
    graph.expect("PATCH", f"groups/{GROUP_ID}", EXISTS, status=400, body=bind(ANNA, BEN))
    expect_members(graph, [])
    graph.expect("POST", f"{MEMBERS}/$ref", EXISTS, status=400, body=reference(ANNA))
    expect_members(graph, [])
    expect_members(graph, [member(ANNA, "Anna")])
    graph.expect("POST", f"{MEMBERS}/$ref", body=reference(BEN))

    result = run(OPTIONS)

    assert (result["changed"], result["added"]) == (True, [BEN])
    assert 1.0 in pauses


def test_cut_off_request_is_read_before_it_is_repeated(graph: Any, run: Run) -> None:
    expect_group(graph, [])
    expect_users(graph, anna=ANNA, ben=BEN)
    graph.expect("PATCH", f"groups/{GROUP_ID}", CUT_OFF, status=504, body=bind(ANNA, BEN))
    expect_members(graph, [member(ANNA, "Anna"), member(BEN, "Ben")])

    assert outcome(run(OPTIONS)) == (True, [ANNA, BEN], [], 2)


def test_name_is_looked_up_with_its_quote_doubled(graph: Any, run: Run) -> None:
    graph.expect("GET", "groups", {"value": [group()]}, params=BY_NAME)
    expect_members(graph, [member(ANNA, "Anna")])

    assert not run({"group": "Anna's batch", "members": [ANNA]})["changed"]


@pytest.mark.parametrize(
    ("found", "message"),
    [
        ([], "The tenant has no group named 'Anna's batch'; give the exact display name or the object id."),
        (
            [group(id="id-2"), group(id="id-1")],
            "2 groups are named 'Anna's batch'; give the object id of one of them: id-1, id-2.",
        ),
    ],
)
def test_name_of_no_group_or_of_two_is_an_error(
    graph: Any, run: Run, found: list[dict[str, Any]], message: str
) -> None:
    graph.expect("GET", "groups", {"value": found}, params=BY_NAME)

    result = run({"group": "Anna's batch", "members": [ANNA]})

    assert (result["failed"], result["msg"]) == (True, message)


def test_unknown_id_of_a_group_is_an_error(graph: Any, run: Run) -> None:
    graph.expect("GET", f"groups/{GROUP_ID}", NOT_FOUND, status=404, params=PROPERTIES)

    assert run(OPTIONS)["msg"] == f"The tenant has no group with the object id {GROUP_ID}."


def test_every_unknown_user_is_named_and_nobody_is_added(graph: Any, run: Run) -> None:
    expect_group(graph, [])
    graph.expect_batch(
        [
            ("users/anna@contoso.example?$select=id,userPrincipalName", 404, NOT_FOUND),
            ("users/ben@contoso.example?$select=id,userPrincipalName", 404, NOT_FOUND),
        ]
    )

    assert run(OPTIONS)["msg"] == (
        "The tenant has no user anna@contoso.example, ben@contoso.example; give object ids or user principal names."
    )


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"groupTypes": ["DynamicMembership"], "membershipRule": "true"}, "is dynamic, its members follow a rule"),
        ({"onPremisesSyncEnabled": True}, "is synchronised from the on-premises directory"),
    ],
)
def test_group_that_somebody_else_manages_is_refused(
    graph: Any, run: Run, properties: dict[str, Any], reason: str
) -> None:
    expect_group(graph, [], **properties)
    expect_users(graph, anna=ANNA, ben=BEN)

    result = run(OPTIONS)

    assert result["failed"]
    assert reason in result["msg"]


def test_missing_permission_is_told_with_a_hint(graph: Any, run: Run) -> None:
    expect_group(graph, [])
    expect_users(graph, anna=ANNA, ben=BEN)
    graph.expect("PATCH", f"groups/{GROUP_ID}", FORBIDDEN, status=403, body=bind(ANNA, BEN))

    result = run(OPTIONS)

    assert result["failed"]
    assert "GroupMember.ReadWrite.All" in result["error"]["hint"]
