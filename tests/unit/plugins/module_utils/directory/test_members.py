# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The users of a batch, by group or by name."""

from __future__ import annotations

import pytest
import responses
from ansible_collections.entra.mfa.plugins.module_utils.directory import members
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import GraphClient
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError, InputError

ROOT = "https://graph.example/v1.0"
GROUP = "7a0e5a4c-6a0e-4a50-9d0e-0a3f3f1f4a10"
SELECT = ("id", "userPrincipalName")


def batch(*answers: tuple[int, object]) -> dict[str, object]:
    return {"responses": [{"id": str(n), "status": status, "body": body} for n, (status, body) in enumerate(answers)]}


def test_users_of_a_group_are_read_through_nested_groups(http: responses.RequestsMock, client: GraphClient) -> None:
    http.get(f"{ROOT}/groups/{GROUP}", json={"id": GROUP, "displayName": "Batch"})
    http.get(
        f"{ROOT}/groups/{GROUP}/transitiveMembers/microsoft.graph.user",
        json={"value": [{"id": "1"}]},
        match=[responses.matchers.query_param_matcher({"$select": "id,userPrincipalName"}, strict_match=False)],
    )
    assert list(members.of_group(client, GROUP, SELECT)) == [{"id": "1"}]


def test_users_are_read_by_name_in_one_batch(http: responses.RequestsMock, client: GraphClient) -> None:
    http.post(f"{ROOT}/$batch", json=batch((200, {"id": "1"}), (200, {"id": "2"})))
    found = members.named(client, ["anna@contoso.example", "2", "anna@contoso.example"], SELECT)
    assert list(found) == [{"id": "1"}, {"id": "2"}]


def test_names_that_the_tenant_does_not_know_are_listed(http: responses.RequestsMock, client: GraphClient) -> None:
    missing = (404, {"error": {"code": "Request_ResourceNotFound", "message": "No."}})
    http.post(f"{ROOT}/$batch", json=batch(missing, (200, {"id": "2"}), missing))
    with pytest.raises(InputError, match="no user anna, cleo;"):
        members.named(client, ["anna", "2", "cleo"], SELECT)


def test_refused_look_up_is_raised(http: responses.RequestsMock, client: GraphClient) -> None:
    http.post(f"{ROOT}/$batch", json=batch((403, {"error": {"code": "Denied", "message": "No."}})))
    with pytest.raises(GraphError):
        members.named(client, ["anna"], SELECT)


def test_ids_of_a_group(http: responses.RequestsMock, client: GraphClient) -> None:
    http.get(f"{ROOT}/groups/{GROUP}/transitiveMembers/microsoft.graph.user", json={"value": [{"id": "1"}]})
    assert members.ids_of_group(client, GROUP) == {"1"}
