# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Organisation files: what is loaded comes out again; what is malformed is refused."""

from __future__ import annotations

from typing import Any

import pytest
from entra_simulator.tenant.organisation import dump, load
from entra_simulator.tenant.tenant import Tenant
from support.organisation import TENANT_ID, small_organisation
from support.service import ROOT, Service


def test_the_state_can_be_loaded_again(service: Service) -> None:
    service.phone("anna", "mobile", "+1 2065550100")
    state = dump(service.tenant)
    again = Tenant(ROOT, TENANT_ID, "Contoso", seed=8)
    load(again, state)

    reloaded = dump(again)

    for part in ("tenant", "domains", "users", "groups", "contacts", "methodsPolicy"):
        assert reloaded[part] == state[part]
    anna = next(user for user in state["users"] if user["userPrincipalName"] == "anna@contoso.example")
    assert anna["methods"]["phone"] == [{"phoneType": "mobile", "phoneNumber": "+1 2065550100"}]


def test_the_state_has_what_the_file_said(service: Service) -> None:
    state = dump(service.tenant)
    given = service.organisation

    assert [user["id"] for user in state["users"]] == [user["id"] for user in given["users"]]
    assert [group["members"] for group in state["groups"]] == [group["members"] for group in given["groups"]]
    assert {app["secret"] for app in state["apps"]} == {app["secret"] for app in given["apps"]}
    assert [device["serialNumber"] for device in state["hardwareOathDevices"]] == ["900001"]


def damaged(part: str, change: dict[str, Any]) -> dict[str, Any]:
    organisation = small_organisation()
    organisation[part] = [{**organisation[part][0], **change}, *organisation[part][1:]]
    return organisation


@pytest.mark.parametrize(
    "organisation",
    [
        damaged("users", {"shoeSize": 44}),
        damaged("groups", {"members": ["nobody"]}),
        damaged("delegated", {"userPrincipalName": "nobody@contoso.example"}),
        damaged("apps", {"appRoles": ["Rule.The.World"]}),
        {**small_organisation(), "methodsPolicy": {"configurations": {"telepathy": {}}}},
    ],
)
def test_malformed_files_are_refused(organisation: dict[str, Any]) -> None:
    with pytest.raises((ValueError, KeyError)):
        load(Tenant(ROOT, TENANT_ID, "Contoso"), organisation)


def test_audit_records_of_before_are_found_by_their_actor(service: Service) -> None:
    query = "$filter=initiatedBy/app/displayName eq 'Azure MFA Management'&$orderby=activityDateTime&$top=2"

    answer = service.call("GET", f"/auditLogs/directoryAudits?{query}")

    given = [
        record
        for record in service.organisation["audits"]
        if record["initiatedBy"]["app"]["displayName"] != "Somebody else"
    ]
    assert [audit["id"] for audit in answer.body["value"]] == [record["id"] for record in given[:2]]
    assert answer.body["value"][0]["loggedByService"] == "Core Directory"
    assert answer.body["value"][0]["targetResources"][0]["groupType"] is None
    assert "@odata.nextLink" in answer.body
