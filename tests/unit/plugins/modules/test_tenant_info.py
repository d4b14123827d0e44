# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The picture of the tenant, whole and with parts that are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

FORBIDDEN = {"error": {"code": "Authorization_RequestDenied", "message": "Insufficient privileges."}}
NOT_FOUND = {"error": {"code": "Request_ResourceNotFound", "message": "Not found."}}
ORGANIZATION = {"id": "id-tenant", "displayName": "Contoso", "onPremisesSyncEnabled": True}
ORGANIZATION_QUERY = {"$select": "id,displayName,onPremisesSyncEnabled"}
POLICY = "policies/authenticationMethodsPolicy"
HARDWARE_OATH = f"{POLICY}/authenticationMethodConfigurations/hardwareOath"
DOMAINS = [
    {"id": "contoso.example", "authenticationType": "Federated", "isDefault": True, "isVerified": True},
    {"id": "fabrikam.example", "authenticationType": "Managed", "isDefault": False, "isVerified": True},
]
FEDERATION = {"id": "id-configuration", "displayName": "Contoso", "issuerUri": "http://sts.contoso.example"}

Run = Callable[..., dict[str, Any]]


def expect_methods_policy(graph: Any, hardware_oath_status: int = 200) -> None:
    found = {"id": "hardwareOath", "state": "enabled"} if hardware_oath_status == 200 else FORBIDDEN
    graph.expect("GET", HARDWARE_OATH, found, version="beta", status=hardware_oath_status)
    body = {"policyMigrationState": "migrationComplete", "authenticationMethodConfigurations": [{"id": "Sms"}]}
    graph.expect("GET", POLICY, body)


def expect_tenant(graph: Any, federation_status: int = 200, hardware_oath_status: int = 200) -> None:
    expect_methods_policy(graph, hardware_oath_status)
    graph.expect("GET", "policies/featureRolloutPolicies", FORBIDDEN, status=403)
    graph.expect("GET", "organization", {"value": [ORGANIZATION]}, params=ORGANIZATION_QUERY)
    graph.expect("GET", "domains", {"value": DOMAINS})
    body = {"value": [FEDERATION]} if federation_status == 200 else FORBIDDEN
    graph.expect_batch([("domains/contoso.example/federationConfiguration", federation_status, body)])


def test_picture_has_every_part(graph: Any, run: Run) -> None:
    expect_tenant(graph)

    result = run({})

    assert not result["changed"]
    assert result["organization"] == ORGANIZATION
    assert result["domains"] == [
        {**DOMAINS[0], "federation": {**FEDERATION, "federatedIdpMfaBehavior": None}},
        {**DOMAINS[1], "federation": None},
    ]
    assert result["methods_policy"]["policyMigrationState"] == "migrationComplete"
    assert {name: found["state"] for name, found in result["methods_policy"]["configurations"].items()} == {
        "hardwareOath": "enabled",
        "sms": "disabled",
    }
    assert result["identity"]["roles"] == ["User.Read.All"]
    assert result["identity"]["missing"]["groups"] == ["GroupMember.ReadWrite.All"]


def test_rollout_policies_that_are_refused_are_null_with_a_warning_that_names_the_way_out(graph: Any, run: Run) -> None:
    expect_tenant(graph)

    result = run({})

    assert result["rollout_policies"] is None
    assert "Staged Rollout could not be read" in str(result["warnings"])
    assert "access_token" in str(result["warnings"])


def test_federation_that_is_refused_is_null_with_a_warning(graph: Any, run: Run) -> None:
    expect_tenant(graph, federation_status=403)

    result = run({})

    assert [domain["federation"] for domain in result["domains"]] == [None, None]
    assert "The federation of the domains could not be read" in str(result["warnings"])


def test_hardware_oath_is_left_out_where_beta_refuses(graph: Any, run: Run) -> None:
    expect_tenant(graph, hardware_oath_status=403)

    assert list(run({})["methods_policy"]["configurations"]) == ["sms"]


def test_any_other_error_ends_the_reading(graph: Any, run: Run) -> None:
    graph.expect("GET", HARDWARE_OATH, {"id": "hardwareOath", "state": "enabled"}, version="beta")
    graph.expect("GET", POLICY, NOT_FOUND, status=404)

    result = run({})

    assert result["failed"]
    assert result["error"]["status"] == 404


def test_query_selects_from_the_picture(graph: Any, run: Run) -> None:
    expect_tenant(graph)

    result = run({"query": "domains[?authenticationType == 'Federated'].id"})

    assert result["query_result"] == ["contoso.example"]


@pytest.mark.usefixtures("graph")
def test_query_that_is_no_expression_is_an_error_before_anything_is_read(run: Run) -> None:
    result = run({"query": "domains[?"})

    assert result["failed"]
    assert result["msg"].startswith("query is not a JMESPath expression: ")


def test_query_that_does_not_fit_the_data_is_an_error(graph: Any, run: Run) -> None:
    expect_tenant(graph)

    assert run({"query": "abs(organization)"})["msg"].startswith("query does not fit the data: ")


GROUP = {"id": "7A0E5A4C-6A0E-4A50-9D0E-0A3F3F1F4A10", "displayName": "MFA rollout", "securityEnabled": True}
GROUP_QUERY = {
    "$filter": "displayName eq 'MFA rollout'",
    "$select": "id,displayName,groupTypes,securityEnabled,membershipRule,onPremisesSyncEnabled",
}
MEMBERS = "groups/7a0e5a4c-6a0e-4a50-9d0e-0a3f3f1f4a10/members"
MEMBERS_QUERY = {"$select": "id,displayName,userPrincipalName", "$top": "999"}


def test_only_what_is_asked_for_is_read(graph: Any, run: Run) -> None:
    graph.expect("GET", "organization", {"value": [ORGANIZATION]}, params=ORGANIZATION_QUERY)

    result = run({"gather": ["organization"]})

    assert result["organization"] == ORGANIZATION
    assert (result["domains"], result["methods_policy"], result["rollout_policies"]) == (None, None, None)
    assert (result["groups"], result["cloud"]) == ({}, "global")


def test_groups_are_looked_at(graph: Any, run: Run) -> None:
    kinds = ("user", "user", "group", "orgContact", "device")
    members = [{"@odata.type": f"#microsoft.graph.{kind}", "id": f"id{number}"} for number, kind in enumerate(kinds)]
    graph.expect("GET", "groups", {"value": [GROUP]}, params=GROUP_QUERY)
    graph.expect("GET", MEMBERS, {"value": members}, params=MEMBERS_QUERY)
    graph.expect("GET", "groups", {"value": []}, params={**GROUP_QUERY, "$filter": "displayName eq 'gone'"})

    groups = run({"gather": [], "groups": ["MFA rollout", "gone", "gone"]})["groups"]

    assert groups["MFA rollout"] == {
        "id": GROUP["id"].lower(),
        "displayName": "MFA rollout",
        "security": True,
        "dynamic": False,
        "synchronised": False,
        "members": {"total": 5, "users": 2, "groups": 1, "contacts": 1},
        "problem": None,
    }
    assert groups["gone"]["id"] is None
    assert "no group named 'gone'" in groups["gone"]["problem"]


def test_group_that_may_not_be_read_is_a_problem_and_no_end(graph: Any, run: Run) -> None:
    graph.expect("GET", "groups", FORBIDDEN, params=GROUP_QUERY, status=403)

    assert "HTTP 403" in run({"gather": [], "groups": ["MFA rollout"]})["groups"]["MFA rollout"]["problem"]


def test_users_of_federated_domains_are_counted(graph: Any, run: Run) -> None:
    graph.expect("GET", "domains", {"value": DOMAINS})
    graph.expect_batch([("domains/contoso.example/federationConfiguration", 200, {"value": [FEDERATION]})])
    asked = {
        "$filter": "endswith(userPrincipalName,'@contoso.example') and accountEnabled eq true",
        "$count": "true",
        "$select": "id",
        "$top": "1",
    }
    graph.expect("GET", "users", {"@odata.count": 1250, "value": [{"id": "one"}]}, params=asked)

    domains = run({"gather": ["domains"], "count_users": True})["domains"]

    assert [domain.get("enabledUsers") for domain in domains] == [1250, None]
