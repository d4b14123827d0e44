# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users and groups that somebody else changes while a client is at work."""

from __future__ import annotations

from typing import Any

from support.organisation import BATCH_ONE, NAMES, user_id
from support.service import Service, code_of

MEMBERS = f"/groups/{BATCH_ONE}/transitiveMembers/microsoft.graph.user?$count=true&$select=id&$top=999"
EVENTUAL = {"ConsistencyLevel": "eventual"}


def pages(service: Service) -> list[list[str]]:
    """The ids of the batch's members, page by page."""
    url: str | None = MEMBERS
    found = []
    while url:
        body = service.call("GET", url, headers=EVENTUAL).body
        found.append([user["id"] for user in body["value"]])
        url = body.get("@odata.nextLink", "").removeprefix(f"{service.root}/v1.0")
    return found


def members(service: Service) -> list[str]:
    return list(service.tenant.store.groups[BATCH_ONE].members)


def test_page_limit_cuts_what_the_client_asks_for(service: Service) -> None:
    service.tenant.settings.change({"page_limit": 4})

    assert [len(page) for page in pages(service)] == [4, 2]


def test_group_that_changes_between_two_pages_shows_one_member_twice_and_one_never(service: Service) -> None:
    service.tenant.settings.change({"page_limit": 4})
    service.tenant.faults.replace([{"kind": "group_changed", "match": {"path": "/transitiveMembers"}, "count": 1}])
    ids = [user_id(name) for name in NAMES[:6]]

    assert pages(service) == [ids[:4], [ids[5], ids[0]]]
    assert members(service) == [*ids[1:], ids[0]]


def test_deleted_user_is_gone_from_everywhere(service: Service) -> None:
    match = {"path": user_id("david"), "method": "GET"}
    service.tenant.faults.replace([{"kind": "user_deleted", "match": match}])
    path = f"/users/{user_id('david')}/authentication/phoneMethods"

    answers = [code_of(service.call("GET", path)) for _attempt in range(2)]

    assert answers == [(404, "Request_ResourceNotFound")] * 2
    assert user_id("david") not in members(service)
    devices = service.tenant.store.devices.values()
    assert [(device.status, device.user_id) for device in devices if device.serial == "800001"] == [("available", None)]


def test_deletion_on_an_item_of_a_batch_leaves_the_other_items_alone(service: Service) -> None:
    service.tenant.faults.replace([{"kind": "user_deleted", "match": {"path": user_id("anna")}}])

    items: list[dict[str, Any]] = [
        {"id": name, "method": "GET", "url": f"/users/{user_id(name)}"} for name in ("anna", "bruno")
    ]
    responses = service.batch(*items).body["responses"]

    assert {response["id"]: response["status"] for response in responses} == {"anna": 404, "bruno": 200}
