# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rollout policy, its groups, and the groups it does not take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

POLICIES = "policies/featureRolloutPolicies"
POLICY = f"{POLICIES}/id-policy"
APPLIES = f"{POLICY}/appliesTo"
PREFER = {"Prefer": "include-unknown-enum-members"}
GROUP_PROPERTIES = {"$select": "id,displayName,groupTypes,securityEnabled,membershipRule,onPremisesSyncEnabled"}
MEMBERS_QUERY = {"$select": "id,displayName,userPrincipalName", "$top": "999"}
PILOT, OTHER = (f"7a0e5a4c-6a0e-4a50-9d0e-00000000000{n}" for n in (1, 2))
ZEROS = "00000000-0000-0000-0000-000000000000"
FORBIDDEN = {"error": {"code": "Authorization_RequestDenied", "message": "Insufficient privileges."}}
NOT_FOUND = {"error": {"code": "Request_ResourceNotFound", "message": "Resource does not exist."}}
EXISTS = {"error": {"code": "Request_BadRequest", "message": "The reference exists."}}

Run = Callable[..., dict[str, Any]]


def policy(**properties: Any) -> dict[str, Any]:
    return {
        "id": "id-policy",
        "displayName": "MFA rollout policy",
        "description": None,
        "feature": "multiFactorAuthentication",
        "isEnabled": True,
        "isAppliedToOrganization": False,
        **properties,
    }


def summary(*groups: str, **properties: Any) -> dict[str, Any]:
    found = policy(**properties)
    found.pop("isAppliedToOrganization")
    return {**found, "groups": list(groups)}


def reference(group_id: str) -> dict[str, Any]:
    return {"@odata.id": f"https://graph.example/v1.0/directoryObjects/{group_id}"}


def expect_policies(graph: Any, *found: dict[str, Any], groups: tuple[str, ...] = ()) -> None:
    graph.expect("GET", POLICIES, {"value": list(found)}, headers=PREFER)
    for item in found:
        expect_policy(graph, item, groups)


def expect_policy(graph: Any, item: dict[str, Any], groups: tuple[str, ...]) -> None:
    body = {**item, "appliesTo": [{"id": group} for group in groups]}
    graph.expect("GET", f"{POLICIES}/{item['id']}", body, params={"$expand": "appliesTo"}, headers=PREFER)


def expect_group(graph: Any, group_id: str, **properties: Any) -> None:
    defaults = {"displayName": "Pilot", "groupTypes": [], "membershipRule": None, "securityEnabled": True}
    body = {"id": group_id, **defaults, **properties}
    graph.expect("GET", f"groups/{group_id}", body, params=GROUP_PROPERTIES)


def expect_members(graph: Any, group_id: str, *kinds: str) -> None:
    members = [
        {"@odata.type": f"#microsoft.graph.{kind}", "id": f"id-{n}", "displayName": f"Member {n}"}
        for n, kind in enumerate(kinds)
    ]
    graph.expect("GET", f"groups/{group_id}/members", {"value": members}, params=MEMBERS_QUERY)


def test_policy_is_created_with_its_group(graph: Any, run: Run) -> None:
    expect_policies(graph)
    expect_group(graph, PILOT)
    expect_members(graph, PILOT, "user", "user")
    sent = {"displayName": "MFA rollout policy", "isEnabled": True, "feature": "multiFactorAuthentication"}
    graph.expect("POST", POLICIES, policy(), status=201, body=sent)
    graph.expect("POST", f"{APPLIES}/$ref", body=reference(PILOT))

    result = run({"groups": [PILOT]}, diff=True)

    assert (result["changed"], result["policy"], result["previous"]) == (True, summary(PILOT), None)
    assert result["diff"] == {"before": {}, "after": summary(PILOT)}


def test_new_policy_that_is_not_known_everywhere_is_waited_for(graph: Any, run: Run, pauses: list[float]) -> None:
    expect_policies(graph)
    expect_group(graph, PILOT)
    expect_members(graph, PILOT)
    sent = {"displayName": "MFA rollout policy", "isEnabled": True, "feature": "multiFactorAuthentication"}
    graph.expect("POST", POLICIES, policy(), status=201, body=sent)
    graph.expect("POST", f"{APPLIES}/$ref", NOT_FOUND, status=404, body=reference(PILOT))
    graph.expect("POST", f"{APPLIES}/$ref", {"directoryObject": {"id": PILOT}}, status=201, body=reference(PILOT))

    assert run({"groups": [PILOT]})["changed"]
    assert pauses == [1.0]


def test_policy_that_no_read_had_shown_is_taken_as_it_is(graph: Any, run: Run) -> None:
    expect_policies(graph)
    expect_group(graph, PILOT)
    expect_members(graph, PILOT)
    sent = {"displayName": "MFA rollout policy", "isEnabled": True, "feature": "multiFactorAuthentication"}
    graph.expect("POST", POLICIES, EXISTS, status=400, body=sent)
    expect_policies(graph)
    expect_policies(graph, policy(), groups=(PILOT,))

    result = run({"groups": [PILOT]})

    assert (result["changed"], result["policy"]) == (False, summary(PILOT))


def test_policy_as_wanted_is_left_alone(graph: Any, run: Run) -> None:
    expect_policies(graph, policy(), groups=(PILOT, OTHER))
    expect_group(graph, PILOT)

    result = run({"groups": [PILOT]})

    assert (result["changed"], result["policy"]) == (False, summary(PILOT, OTHER))


def test_check_mode_shows_the_policy_with_an_id_of_zeros(graph: Any, run: Run) -> None:
    expect_policies(graph)
    expect_group(graph, PILOT)
    expect_members(graph, PILOT, "user")

    result = run({"groups": [PILOT]}, check=True)

    assert (result["changed"], result["policy"]) == (True, summary(PILOT, id=ZEROS))


def test_exact_takes_others_out_before_it_adds_and_sends_only_what_differs(graph: Any, run: Run) -> None:
    expect_policies(graph, policy(displayName="Old name", isEnabled=False), groups=(OTHER,))
    expect_group(graph, PILOT)
    expect_members(graph, PILOT, "user")
    graph.expect("DELETE", f"{APPLIES}/{OTHER}/$ref")
    graph.expect("PATCH", POLICY, body={"displayName": "MFA rollout policy", "isEnabled": True})
    graph.expect("POST", f"{APPLIES}/$ref", body=reference(PILOT))

    result = run({"groups": [PILOT], "groups_mode": "exact"})

    assert (result["policy"], result["previous"]["groups"]) == (summary(PILOT), [OTHER])


def test_group_that_turns_out_to_be_there_is_fine(graph: Any, run: Run) -> None:
    expect_policies(graph, policy())
    expect_group(graph, PILOT)
    expect_members(graph, PILOT)
    graph.expect("POST", f"{APPLIES}/$ref", EXISTS, status=400, body=reference(PILOT))
    expect_policy(graph, policy(), ())
    expect_policy(graph, policy(), (PILOT,))

    assert run({"groups": [PILOT]})["changed"]


def test_removing_from_no_policy_creates_none(graph: Any, run: Run) -> None:
    expect_policies(graph)
    expect_group(graph, PILOT)

    result = run({"groups": [PILOT], "groups_mode": "remove"})

    assert (result["changed"], result["policy"]) == (False, None)


def test_absent_takes_the_groups_out_and_deletes(graph: Any, run: Run) -> None:
    expect_policies(graph, policy(), groups=(PILOT,))
    graph.expect("DELETE", f"{APPLIES}/{PILOT}/$ref")
    graph.expect("DELETE", POLICY)

    result = run({"state": "absent"})

    assert (result["changed"], result["policy"], result["previous"]) == (True, None, summary(PILOT))


def test_absent_in_check_mode_writes_nothing(graph: Any, run: Run) -> None:
    expect_policies(graph, policy(), groups=(PILOT,))

    assert run({"state": "absent"}, check=True)["changed"]


def test_absent_without_policy_is_nothing_to_do(graph: Any, run: Run) -> None:
    expect_policies(graph)

    result = run({"state": "absent"})

    assert (result["changed"], result["previous"]) == (False, None)


@pytest.mark.parametrize(
    ("properties", "kinds", "reason"),
    [
        (
            {"groupTypes": ["DynamicMembership"], "membershipRule": "true"},
            None,
            "is dynamic and Staged Rollout takes no",
        ),
        ({"securityEnabled": False}, None, "is no security group and Staged Rollout takes no others"),
        ({}, ("user", "group"), "has the nested group 'Member 1' (1 in all)"),
        ({}, ("orgContact", "user"), "has the contact 'Member 0' (1 in all)"),
        ({}, ("user",) * 4, "has 4 members, and at most 3 should switch"),
    ],
)
def test_unfit_group_is_refused_before_any_write(
    graph: Any, run: Run, properties: dict[str, Any], kinds: tuple[str, ...] | None, reason: str
) -> None:
    expect_policies(graph)
    expect_group(graph, PILOT, **properties)
    if kinds is not None:
        expect_members(graph, PILOT, *kinds)

    result = run({"groups": [PILOT], "first_add_limit": 3})

    assert result["failed"]
    assert result["msg"].startswith(f"The group 'Pilot' ({PILOT}) {reason}")


def test_eleventh_group_is_refused(graph: Any, run: Run) -> None:
    present = tuple(f"7a0e5a4c-6a0e-4a50-9d0e-0000000001{n:02}" for n in range(10))
    expect_policies(graph, policy(), groups=present)
    expect_group(graph, PILOT)
    expect_members(graph, PILOT)

    assert "takes 10 groups per feature, this would make 11" in run({"groups": [PILOT]})["msg"]


def test_application_login_is_told_to_bring_a_delegated_token(graph: Any, run: Run) -> None:
    graph.expect("GET", POLICIES, FORBIDDEN, status=403, headers=PREFER)

    result = run({"groups": [PILOT]})

    assert result["failed"]
    assert result["error"]["status"] == 403
    assert "access_token" in result["error"]["hint"]
