# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hardware OATH tokens: inventory, assignment, activation by a real code, limits."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from entra_simulator.tenant import oath
from entra_simulator.tenant.messages import Answer
from support.organisation import user_id
from support.service import Service

INVENTORY = "/directory/authenticationMethodDevices/hardwareOathDevices"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
TOKEN: dict[str, Any] = {
    "serialNumber": "910001",
    "manufacturer": "Feitian",
    "model": "c200",
    "secretKey": SECRET,
    "timeIntervalInSeconds": 30,
}


def call(service: Service, method: str, path: str, body: Any = None, **more: Any) -> Answer:
    return service.call(method, path, body, version="beta", **more)


def of(name: str) -> str:
    return f"/users/{user_id(name)}/authentication/hardwareOathMethods"


def device(service: Service, serial: str) -> dict[str, Any]:
    found: dict[str, Any] = call(service, "GET", f"{INVENTORY}?$filter=serialNumber eq '{serial}'").body["value"][0]
    return found


def current(service: Service, secret: str = SECRET, interval: int = 30, kind: str = "hmacsha1", steps: int = 0) -> str:
    moment = int(service.tenant.clock.now()) + steps * interval
    return oath.generator(oath.decode_secret(secret), interval, kind).generate(moment).decode()


@pytest.mark.parametrize(
    ("kind", "secret", "moment", "code"),
    [
        ("hmacsha1", b"12345678901234567890", 59, "287082"),
        ("hmacsha1", b"12345678901234567890", 1111111109, "081804"),
        ("hmacsha1", b"12345678901234567890", 20000000000, "353130"),
        ("hmacsha256", b"12345678901234567890123456789012", 59, "119246"),
        ("hmacsha256", b"12345678901234567890123456789012", 1234567890, "819424"),
    ],
)
def test_codes_of_the_standard(kind: str, secret: bytes, moment: int, code: str) -> None:
    token = oath.generator(oath.decode_secret(base64.b32encode(secret).decode().lower()), 30, kind)

    assert oath.accepts(token, code, moment, 30)
    assert oath.accepts(token, code, moment + 30, 30)
    assert not oath.accepts(token, code, moment + 90, 30)


def test_assign_and_activate_step_by_step(service: Service) -> None:
    created = call(service, "POST", INVENTORY, TOKEN)
    assert (created.status, created.body["status"], created.body["secretKey"]) == (201, "available", None)

    assigned = call(service, "POST", of("anna"), {"device": {"id": created.body["id"]}})
    assert (assigned.status, assigned.body["id"]) == (201, created.body["id"])
    assert device(service, "910001")["status"] == "assigned"
    assert device(service, "910001")["assignedTo"]["id"] == user_id("anna")

    activation = {"verificationCode": current(service)}
    assert call(service, "POST", f"{of('anna')}/{created.body['id']}/activate", activation).status == 204
    assert call(service, "GET", of("anna")).body["value"][0]["device"]["status"] == "activated"


def test_a_wrong_code_fails_and_the_next_try_may_succeed(service: Service) -> None:
    token = call(service, "POST", INVENTORY, {**TOKEN, "assignTo": {"id": user_id("anna")}}).body["id"]
    wrong = str((int(current(service)) + 1) % 10**6).zfill(6)

    assert call(service, "POST", f"{of('anna')}/{token}/activate", {"verificationCode": wrong}).status == 400
    assert device(service, "910001")["status"] == "failedActivation"
    right = {"verificationCode": current(service, steps=-1)}
    assert call(service, "POST", f"{of('anna')}/{token}/activate", right).status == 204


@pytest.mark.parametrize(("interval", "kind"), [(30, "hmacsha1"), (60, "hmacsha256")])
def test_assign_and_activate_by_serial(service: Service, interval: int, kind: str) -> None:
    call(service, "POST", INVENTORY, {**TOKEN, "timeIntervalInSeconds": interval, "hashFunction": kind})
    body = {"serialNumber": "910001", "verificationCode": current(service, interval=interval, kind=kind)}

    assert call(service, "POST", f"{of('anna')}/assignAndActivateBySerialNumber", body).status == 204

    assert device(service, "910001")["status"] == "activated"


def test_assign_and_activate_by_device(service: Service) -> None:
    free = device(service, "900001")["id"]
    body = {"device": {"id": free}, "verificationCode": current(service), "displayName": "Key ring"}

    assert call(service, "POST", f"{of('anna')}/assignAndActivate", body).status == 204
    assert device(service, "900001")["displayName"] == "Key ring"


def test_activation_needs_the_policy(service: Service) -> None:
    service.tenant.store.configurations["hardwareoath"]["state"] = "disabled"
    body = {"serialNumber": "900001", "verificationCode": current(service)}

    assert call(service, "POST", f"{of('anna')}/assignAndActivateBySerialNumber", body).status == 400


@pytest.mark.parametrize(
    "change",
    [
        {"secretKey": "0189"},
        {"secretKey": "A"},
        {"secretKey": "A" * 136},
        {"timeIntervalInSeconds": 45},
        {"hashFunction": "md5"},
        {"serialNumber": "900001"},
        {"manufacturer": None},
        {"assignTo": {"id": user_id("grete")}},
        {"assignTo": {"id": user_id("elena")}},
        {"seed": SECRET},
    ],
)
def test_tokens_that_are_refused(service: Service, change: dict[str, Any]) -> None:
    before = len(service.tenant.store.devices)

    assert call(service, "POST", INVENTORY, {**TOKEN, **change}).status == 400
    assert len(service.tenant.store.devices) == before


def test_a_duplicate_serial_can_be_a_conflict(service: Service) -> None:
    service.tenant.settings.duplicate_serial_status = 409

    assert call(service, "POST", INVENTORY, {**TOKEN, "serialNumber": "900001"}).status == 409


def test_assigning_at_creation_needs_the_second_permission(service: Service) -> None:
    token = service.token(["Policy.ReadWrite.AuthenticationMethod"])
    body = {**TOKEN, "assignTo": {"id": user_id("anna")}}

    assert call(service, "POST", INVENTORY, body, token=token).status == 403
    assert call(service, "POST", INVENTORY, TOKEN, token=token).status == 201


def test_bulk_creation_is_all_or_nothing(service: Service) -> None:
    def bulk(*serials: str) -> Answer:
        entries = [{"@contentId": serial, **TOKEN, "serialNumber": serial} for serial in serials]
        return call(service, "PATCH", INVENTORY, {"@context": "#$delta", "value": entries})

    assert bulk("920001", "900001").status == 400
    assert bulk("920001", "920001").status == 400
    made = bulk("920001", "920002")
    assert (made.status, [entry["serialNumber"] for entry in made.body["value"]]) == (201, ["920001", "920002"])


def test_five_devices_at_most(service: Service) -> None:
    assert call(service, "POST", of("elena"), {"device": {"id": device(service, "900001")["id"]}}).status == 400


def test_one_token_one_user(service: Service) -> None:
    held = device(service, "800001")["id"]

    assert call(service, "POST", of("anna"), {"device": {"id": held}}).status == 400
    assert call(service, "GET", f"{of('anna')}/{held}").status == 404


def test_an_assigned_token_cannot_be_changed_or_deleted(service: Service) -> None:
    held = device(service, "800001")["id"]

    assert call(service, "PATCH", f"{INVENTORY}/{held}", {"model": "c300"}).status == 400
    assert call(service, "DELETE", f"{INVENTORY}/{held}").status == 400


def test_unassigning_returns_the_token_and_clears_the_default(service: Service) -> None:
    held = device(service, "800001")["id"]

    assert call(service, "DELETE", f"{of('david')}/{held}").status == 204

    assert (device(service, "800001")["status"], device(service, "800001")["assignedTo"]) == ("available", None)
    assert service.tenant.store.user(user_id("david")).methods.preferred is None
    assert call(service, "PATCH", f"{INVENTORY}/{held}", {"model": "c300"}).status == 204
    assert device(service, "800001")["model"] == "c300"
    assert call(service, "DELETE", f"{INVENTORY}/{held}").status == 204


def test_deactivating_keeps_the_token_with_its_user(service: Service) -> None:
    held = device(service, "800001")["id"]

    assert call(service, "POST", f"{of('david')}/{held}/deactivate", {}).status == 204

    assert device(service, "800001")["status"] == "assigned"


@pytest.mark.parametrize(
    ("filter_text", "count"),
    [("status eq 'activated'", 1), (f"assignedTo/id eq '{user_id('david')}'", 1), ("hashFunction eq 'hmacsha256'", 0)],
)
def test_inventory_filters(service: Service, filter_text: str, count: int) -> None:
    assert len(call(service, "GET", f"{INVENTORY}?$filter={filter_text}").body["value"]) == count
