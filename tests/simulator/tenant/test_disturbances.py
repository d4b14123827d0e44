# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Throttling, faults on request, and writes that spread slowly."""

from __future__ import annotations

from typing import Any

import pytest
from support.organisation import ROLLOUT, user_id
from support.service import Service

PHONES = f"/users/{user_id('anna')}/authentication/phoneMethods"
PHONE = {"phoneNumber": "+1 2065550100", "phoneType": "mobile"}


def faults(service: Service, **rule: Any) -> None:
    service.tenant.faults.replace([rule])


def phones(service: Service) -> dict[str, str]:
    return service.tenant.store.user(user_id("anna")).methods.phones


def test_the_write_window_slides(service: Service) -> None:
    service.tenant.settings.change({"write_limit": 2, "write_window": 100})
    numbers = iter(range(10))

    def write() -> Any:
        return service.call("PATCH", f"/groups/{ROLLOUT}", {"description": str(next(numbers))})

    assert write().status == 204
    service.tenant.clock.advance(60)
    assert write().status == 204
    refused = write()
    assert (refused.status, refused.body["error"]["code"]) == (429, "TooManyRequests")
    assert int(refused.headers["Retry-After"]) == pytest.approx(40, abs=1)
    service.tenant.clock.advance(int(refused.headers["Retry-After"]))
    assert write().status == 204
    assert write().status == 429


def test_refused_writes_do_not_count(service: Service) -> None:
    service.tenant.settings.change({"write_limit": 1, "write_window": 10})
    service.call("POST", PHONES, PHONE)
    for _attempt in range(5):
        assert service.call("POST", PHONES, PHONE).status == 429

    service.tenant.clock.advance(11)

    assert service.call("POST", PHONES, PHONE).status == 400


def test_reports_let_five_requests_through(service: Service) -> None:
    statuses = [service.call("GET", "/auditLogs/signIns").status for _attempt in range(6)]

    assert statuses == [200] * 5 + [429]


def test_resource_units(service: Service) -> None:
    service.tenant.settings.unit_limit = 10

    costs = [service.call("GET", url).headers["x-ms-resource-unit"] for url in ("/users", "/users?$select=id&$top=5")]

    assert costs == ["2", "1"]
    assert [service.call("GET", f"/groups/{ROLLOUT}/transitiveMembers").status for _attempt in range(2)] == [200, 429]


@pytest.mark.parametrize(
    ("rule", "status", "applied"),
    [
        ({"kind": "status", "status": 503, "retry_after": 7}, 503, False),
        ({"kind": "status", "status": 429, "retry_after": 7}, 429, False),
        ({"kind": "not_applied"}, 504, False),
        ({"kind": "lost_answer"}, 504, True),
        ({"kind": "reset"}, 0, False),
        ({"kind": "reset", "applied": True}, 0, True),
        ({"kind": "expire_token"}, 401, False),
        ({"kind": "slow", "seconds": 3}, 201, True),
        ({"kind": "missing"}, 404, False),
    ],
)
def test_kinds_of_faults(service: Service, rule: dict[str, Any], status: int, applied: bool) -> None:
    faults(service, match={"method": "POST", "path": "phoneMethods$"}, count=1, **rule)

    answer = service.call("POST", PHONES, PHONE)

    assert (answer.status, bool(phones(service))) == (status, applied)
    assert answer.cut == (rule["kind"] == "reset")
    assert answer.headers.get("Retry-After") == ("7" if "retry_after" in rule else None)
    assert answer.delay == (3 if rule["kind"] == "slow" else 0)
    entry = service.tenant.journal.since(0)[0]
    assert (entry["status"], entry["applied"], entry["fault"]) == (status, applied, rule["kind"])
    assert service.call("POST", PHONES, PHONE).status in {201, 400}


def test_an_expired_token_stays_expired_and_a_new_one_works(service: Service) -> None:
    token = service.token()
    faults(service, kind="expire_token", count=1)

    assert [service.call("GET", "/users", token=token).status for _attempt in range(2)] == [401, 401]
    assert service.call("GET", "/users").status == 200


def test_rules_match_by_method_path_and_version(service: Service) -> None:
    match = {"method": ["GET"], "path": "^/users/", "version": "beta"}
    faults(service, kind="status", match=match)

    path = f"/users/{user_id('anna')}"
    assert service.call("GET", path).status == 200
    assert service.call("GET", "/users", version="beta").status == 200
    assert service.call("GET", path, version="beta").status == 503


def test_the_same_seed_hits_the_same_requests(service: Service) -> None:
    def run() -> list[int]:
        faults(service, kind="status", rate=0.5)
        return [service.call("GET", "/domains").status for _attempt in range(20)]

    first = run()

    assert set(first) == {200, 503}
    assert run() == first


@pytest.mark.parametrize(
    "rule", [{}, {"kind": "flood"}, {"kind": "slow", "secs": 1}, {"kind": "slow", "match": {"verb": "GET"}}]
)
def test_malformed_rules_change_nothing(service: Service, rule: dict[str, Any]) -> None:
    faults(service, kind="status")

    with pytest.raises(ValueError, match="not a fault rule"):
        service.tenant.faults.replace([rule])

    assert service.call("GET", "/users").status == 503


def test_a_fault_on_the_envelope_hits_the_whole_batch(service: Service) -> None:
    item = {"id": "1", "method": "POST", "url": PHONES, "body": PHONE, "headers": {"Content-Type": "application/json"}}

    faults(service, kind="not_applied", match={"path": r"^/\$batch$"}, count=1)
    assert (service.batch(item).status, phones(service)) == (504, {})

    faults(service, kind="lost_answer", match={"path": r"^/\$batch$"}, count=1)
    assert service.batch(item).status == 504
    assert phones(service) == {"mobile": PHONE["phoneNumber"]}


@pytest.mark.parametrize("applied", [True, False])
def test_a_cut_envelope(service: Service, applied: bool) -> None:
    item = {"id": "1", "method": "POST", "url": PHONES, "body": PHONE, "headers": {"Content-Type": "application/json"}}
    faults(service, kind="reset", match={"path": r"^/\$batch$"}, applied=applied)

    answer = service.batch(item)

    assert (answer.cut, bool(phones(service))) == (True, applied)


def test_reads_lag_behind_writes(service: Service) -> None:
    service.tenant.settings.lag = 30
    assert service.call("POST", PHONES, PHONE).status == 201
    service.call("PATCH", f"{PHONES}/3179e48a-750b-4051-897c-87b9720928f7", {"phoneNumber": "+1 2065550111"})

    assert service.call("GET", PHONES).body["value"] == []
    assert service.call("POST", PHONES, PHONE).status == 400

    service.tenant.clock.advance(31)
    assert [phone["phoneNumber"] for phone in service.call("GET", PHONES).body["value"]] == ["+1 2065550111"]


def test_members_and_new_groups_lag(service: Service) -> None:
    service.tenant.settings.lag = 30
    body = {"@odata.id": f"{service.root}/v1.0/directoryObjects/{user_id('anna')}"}
    service.call("POST", f"/groups/{ROLLOUT}/members/$ref", body)
    new = {"displayName": "New", "mailEnabled": False, "mailNickname": "new", "securityEnabled": True}
    group = service.call("POST", "/groups", new, token=service.token(["Group.ReadWrite.All"])).body["id"]

    def seen() -> tuple[int, int]:
        members = service.call("GET", f"/groups/{ROLLOUT}/members").body["value"]
        return len(members), service.call("GET", f"/groups/{group}").status

    assert seen() == (0, 404)
    service.tenant.clock.advance(31)
    assert seen() == (1, 200)


def test_one_write_can_lag_alone(service: Service) -> None:
    faults(service, kind="lag", seconds=20, match={"method": "POST"}, count=1)
    service.call("POST", PHONES, PHONE)
    other = f"/users/{user_id('carla')}/authentication/phoneMethods"
    service.call("POST", other, PHONE)

    assert [len(service.call("GET", path).body["value"]) for path in (PHONES, other)] == [0, 1]


def test_unknown_settings_are_refused(service: Service) -> None:
    with pytest.raises(ValueError, match="unknown setting: speed"):
        service.tenant.settings.change({"write_limit": 1, "speed": 2})

    assert service.tenant.settings.write_limit == 3000
