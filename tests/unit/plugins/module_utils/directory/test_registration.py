# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requested permissions and certificates of an application: what is kept, added and dropped."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.directory import registration
from ansible_collections.entra.mfa.plugins.module_utils.directory.applications import GRAPH_APP_ID, GraphResource
from ansible_collections.entra.mfa.plugins.module_utils.directory.certificates import Certificate
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError

RESOURCE = GraphResource("id-graph", {"User.Read.All": "role-users", "Domain.Read.All": "role-domains"})
OTHER = {"resourceAppId": "00000002-0000-0ff1-ce00-000000000000", "resourceAccess": [{"id": "x", "type": "Role"}]}
SCOPE = {"id": "scope-profile", "type": "Scope"}
YEAR_2126 = datetime(2126, 1, 1, tzinfo=UTC)


def certificate(thumbprint: str, not_after: datetime = YEAR_2126) -> Certificate:
    return Certificate(thumbprint, b"der", "CN=test", datetime(2026, 1, 1, tzinfo=UTC), not_after)


def wanted(**changes: Any) -> registration.Wanted:
    values = {"display_name": "App", "app_roles": None, "certificates": (), "purge_expired": False, "consent": False}
    return registration.Wanted(**(values | changes))


def credential(identifier: str, end: str | None = "2126-01-01T00:00:00Z") -> dict[str, Any]:
    return {"keyId": identifier, "customKeyIdentifier": identifier * 40, "endDateTime": end, "key": None}


def test_app_roles_of_graph_are_replaced_and_everything_else_kept() -> None:
    current = [OTHER, {"resourceAppId": GRAPH_APP_ID, "resourceAccess": [SCOPE, {"id": "role-users", "type": "Role"}]}]

    found = registration.required_access(current, ["Domain.Read.All"], RESOURCE)

    assert found == [
        OTHER,
        {"resourceAppId": GRAPH_APP_ID, "resourceAccess": [SCOPE, {"id": "role-domains", "type": "Role"}]},
    ]


def test_no_app_roles_and_no_scopes_leave_no_empty_entry() -> None:
    current = [{"resourceAppId": GRAPH_APP_ID, "resourceAccess": [{"id": "role-users", "type": "Role"}]}]

    assert registration.required_access(current, [], RESOURCE) == []


def test_certificates_that_stand_there_are_sent_again_whole() -> None:
    present = [credential("A"), credential("B", end=None)]

    found = registration.key_credentials(present, wanted(certificates=(certificate("A" * 40), certificate("C" * 40))))

    assert found[:2] == present
    assert [item["endDateTime"] for item in found[2:]] == ["2126-01-01T00:00:00Z"]


def test_certificate_that_is_given_twice_is_added_once() -> None:
    twice = (certificate("C" * 40), certificate("C" * 40))

    assert len(registration.key_credentials([], wanted(certificates=twice))) == 1


@pytest.mark.parametrize(("purge", "kept"), [(True, ["A", "C"]), (False, ["A", "B", "C"])])
def test_only_certificates_that_have_ended_are_purged_and_only_on_request(purge: bool, kept: list[str]) -> None:
    present = [credential("A"), credential("B", "2020-01-01T00:00:00Z"), credential("C", None)]

    found = registration.key_credentials(present, wanted(purge_expired=purge))

    assert [item["keyId"] for item in found] == kept


def test_unknown_permissions_are_all_named() -> None:
    with pytest.raises(InputError, match=r"^app_roles names User\.Read, Nothing\.Read\.All, which Microsoft Graph"):
        registration.refuse_unknown_roles(["User.Read", "User.Read.All", "Nothing.Read.All"], RESOURCE)


def test_certificate_that_has_ended_is_refused() -> None:
    with pytest.raises(InputError, match="ended on 2020-01-01"):
        registration.refuse_ended([certificate("A" * 40, datetime(2020, 1, 1, tzinfo=UTC))])
