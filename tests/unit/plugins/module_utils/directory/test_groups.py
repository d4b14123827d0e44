# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users of a group over several pages, and looking a group up."""

from __future__ import annotations

import responses
from ansible_collections.entra.mfa.plugins.module_utils.directory.groups import (
    Group,
    Member,
    direct_members,
    resolve,
    transitive_users,
)
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import GraphClient
from responses.matchers import header_matcher, query_param_matcher

ROOT = "https://graph.example/v1.0"
GROUP_ID = "7a0e5a4c-6a0e-4a50-9d0e-0a3f3f1f4a10"
USERS = f"{ROOT}/groups/{GROUP_ID}/transitiveMembers/microsoft.graph.user"
EVENTUAL = header_matcher({"ConsistencyLevel": "eventual"})


def test_users_of_nested_groups_come_page_by_page_with_the_header_on_each(
    http: responses.RequestsMock, client: GraphClient
) -> None:
    query = {"$count": "true", "$select": "id,mail", "$top": "999"}
    first = {"value": [{"id": "u1"}], "@odata.nextLink": f"{USERS}?$skiptoken=2"}
    http.get(USERS, json=first, match=[query_param_matcher(query), EVENTUAL])
    http.get(USERS, json={"value": [], "@odata.nextLink": f"{USERS}?$skiptoken=3"}, match=[EVENTUAL])
    http.get(USERS, json={"value": [{"id": "u2"}]}, match=[query_param_matcher({"$skiptoken": "3"}), EVENTUAL])

    assert list(transitive_users(client, GROUP_ID, ["id", "mail"])) == [{"id": "u1"}, {"id": "u2"}]


def test_group_is_found_by_id_in_any_case(http: responses.RequestsMock, client: GraphClient) -> None:
    body = {"id": GROUP_ID, "displayName": "Batch 1", "securityEnabled": True, "groupTypes": ["DynamicMembership"]}
    http.get(f"{ROOT}/groups/{GROUP_ID.upper()}", json=body)

    found = resolve(client, GROUP_ID.upper())

    assert found == Group(GROUP_ID, "Batch 1", security=True, dynamic=True, synchronised=False)


def test_members_of_every_kind_are_told_apart(http: responses.RequestsMock, client: GraphClient) -> None:
    members = [
        {
            "@odata.type": "#microsoft.graph.user",
            "id": "U",
            "displayName": "Anna",
            "userPrincipalName": "a@b.example",
        },
        {"@odata.type": "#microsoft.graph.group", "id": "g", "displayName": "Team"},
        {"@odata.type": "#microsoft.graph.orgContact", "id": "c", "displayName": None},
    ]
    http.get(f"{ROOT}/groups/{GROUP_ID}/members", json={"value": members})

    assert direct_members(client, GROUP_ID) == [
        Member("u", "user", "a@b.example"),
        Member("g", "group", "Team"),
        Member("c", "orgContact", "c"),
    ]
