# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both sides of a user."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import (
    BrokenRecord,
    MobileApp,
    OathToken,
    Phone,
    Record,
)
from ansible_collections.entra.mfa.plugins.module_utils.migration.coverage import Coverage, Room
from ansible_collections.entra.mfa.plugins.module_utils.migration.matching import Match, Member
from ansible_collections.entra.mfa.plugins.module_utils.migration.plan import Rules
from ansible_collections.entra.mfa.plugins.module_utils.migration.policy import AllowedMethods
from ansible_collections.entra.mfa.plugins.module_utils.migration.settings import Settings
from ansible_collections.entra.mfa.plugins.module_utils.migration.user_view import Person, UserView, look_at
from ansible_collections.entra.mfa.tests.unit.plugins.module_utils.migration.model_tenant import (
    KINDS,
    Configuration,
    Methods,
    Refused,
    Token,
)

RULES = Rules(
    "tenant",
    AllowedMethods({kind: Configuration() for kind in KINDS}, {}.__getitem__),
    Settings(default_method="always"),
)
PHONE = Phone("1", "2065550100")
PHONES = {"mobile": "+1 2065550100"}
RECORD = Record("anna", default_method="phone_call", phone=PHONE)


@dataclass
class AllMethods(Methods):
    other: tuple[str, ...] = ()


@dataclass
class Preference:
    method: str | None = None
    system_preferred: bool | None = None
    system_preferred_method: str | None = None
    error: Refused | None = None


@dataclass
class Tenant:
    """Answers with what is given for each user, and counts the reads."""

    methods: dict[str, AllMethods] = field(default_factory=dict)
    preferences: dict[str, Preference] = field(default_factory=dict)
    reads: list[tuple[str, int]] = field(default_factory=list)

    def read_methods(self, user_ids: Sequence[str]) -> list[AllMethods]:
        self.reads.append(("methods", len(user_ids)))
        return [self.methods.get(user_id) or AllMethods() for user_id in user_ids]

    def read_default_methods(self, user_ids: Sequence[str]) -> list[Preference]:
        self.reads.append(("defaults", len(user_ids)))
        return [self.preferences.get(user_id) or Preference() for user_id in user_ids]


def person(name: str = "anna", record: Any = RECORD, **match: Any) -> Person:
    return Person(name, f"{name}@x", account_enabled=True, match=Match(Member(name, f"{name}@x"), record, **match))


def view(tenant: Tenant, shown: Person) -> UserView:
    (found,) = look_at([shown], tenant, RULES, 20, pytest.fail)
    return found


def anna(methods: AllMethods, default: str | None = None, record: Record = RECORD) -> dict[str, Any]:
    return view(Tenant({"anna": methods}, {"anna": Preference(default, True, "push")}), person(record=record)).as_dict()


def test_both_sides_are_shown_without_numbers_and_secrets() -> None:
    apps = (MobileApp("Pixel", "SEED", "TOKEN", "2024-01-02T00:00:00Z"),)
    record = Record("anna", phone=PHONE, mobile_apps=apps, oath_token=OathToken("900001", "SEED"), changed_at="today")
    token = Token("d", "900001", activated=True)
    found = anna(AllMethods(PHONES, ("Pixel",), 1, (token,), other=("fido2",)), "sms", record)
    assert found["record"] == {
        "username": "anna",
        "enabled": True,
        "default_method": None,
        "pin_modes": [],
        "phone": {"number": "•••• 00", "has_extension": False},
        "backup_phone": None,
        "mobile_apps": [{"name": "Pixel", "has_secret": True, "registered_at": "2024-01-02T00:00:00Z"}],
        "oath_token": {"serial": "900001", "has_secret": True},
        "changed_at": "today",
    }
    assert found["entra"] == {
        "phones": {"mobile": "•••• 00", "alternateMobile": None, "office": None},
        "authenticators": ["Pixel"],
        "software_oath": 1,
        "hardware_oath": [{"serial": "900001", "activated": True}],
        "other_methods": ["fido2"],
        "default_method": "sms",
        "system_preferred": True,
        "system_preferred_method": "push",
    }
    assert not any(secret in json.dumps(found) for secret in ("SEED", "TOKEN", "2065550100"))


@pytest.mark.parametrize(
    ("methods", "default", "record", "expected"),
    [
        (AllMethods(), None, RECORD, [("mobile", False, "missing"), ("defaultMethod", False, "missing")]),
        (AllMethods(PHONES), "voiceMobile", RECORD, [("mobile", True, None), ("defaultMethod", True, None)]),
        (AllMethods(PHONES), "sms", RECORD, [("mobile", True, None), ("defaultMethod", False, "differs")]),
        (AllMethods({"mobile": "+1 2065550199"}), None, Record("anna", phone=PHONE), [("mobile", False, "differs")]),
        (AllMethods(), None, Record("anna", phone=Phone("1", "12")), [("mobile", False, "invalid_number")]),
        (
            AllMethods(hardware_tokens=(Token("d", "900001"),)),
            None,
            Record("anna", oath_token=OathToken("900001", "GEZDGNBVGY3TQOJQ")),
            [("hardwareOath", False, "not_activated")],
        ),
        (AllMethods(), None, Record("anna", oath_token=OathToken("900001")), [("hardwareOath", False, "no_secret")]),
        (
            AllMethods(authenticators=("pixel",)),
            None,
            Record("anna", mobile_apps=(MobileApp("Pixel"), MobileApp("Tablet"))),
            [("mobileApp", True, "already_registered"), ("mobileApp", False, "needs_registration")],
        ),
    ],
)
def test_each_method_of_the_record_stands_or_not(
    methods: AllMethods, default: str | None, record: Record, expected: list[tuple[str, bool, str | None]]
) -> None:
    found = anna(methods, default, record)
    assert [(item["target"], item["stands"], item["reason"]) for item in found["methods"]] == expected
    assert found["complete"] is all(stands for _target, stands, _reason in expected)


@pytest.mark.parametrize(
    ("shown", "reason", "complete"),
    [
        (person(record=None), "not_in_mfa_server", None),
        (person(record=Record("anna", enabled=False, phone=PHONE)), "disabled", None),
        (person(record=None, ambiguous=True), "ambiguous_match", None),
        (person(record=BrokenRecord(3, "enabled must be true or false")), "invalid_record: enabled must be", None),
        (Person("anna", "anna@x", True, None), None, None),
        (person(), None, False),
    ],
)
def test_reason_for_not_comparing(shown: Person, reason: str | None, complete: bool | None) -> None:
    found = view(Tenant(), shown).as_dict()
    assert str(found["reason"]).startswith(str(reason))
    assert found["complete"] is complete


def test_user_who_cannot_be_read_is_shown_with_the_error() -> None:
    tenant = Tenant({"anna": AllMethods(error=Refused(404, "notFound", "No such user"))})
    first, second = look_at([person(), person("ben")], tenant, RULES, 20, pytest.fail)
    assert (first.as_dict()["reason"], first.as_dict()["entra"], first.as_dict()["mfa"]) == (
        "notFound: No such user",
        None,
        None,
    )
    assert second.error is None


def test_users_are_read_in_slices_and_only_holders_are_asked_for_their_default() -> None:
    people = [person(f"user{number}") for number in range(5)]
    tenant = Tenant({"user0": AllMethods(PHONES), "user4": AllMethods(PHONES)})
    assert [item.id for item in look_at(people, tenant, RULES, 2, pytest.fail)] == [item.id for item in people]
    assert tenant.reads == [("methods", 2), ("defaults", 1), ("methods", 2), ("methods", 1), ("defaults", 1)]


@pytest.mark.parametrize("status", [0, 401, 403])
def test_refusal_of_everybody_ends_the_reading(status: int) -> None:
    with pytest.raises(Refused):
        view(Tenant({"anna": AllMethods(error=Refused(status))}), person())


def test_defaults_that_may_not_be_read_are_left_out_and_asked_for_once() -> None:
    tenant = Tenant(
        dict.fromkeys(("anna", "ben"), AllMethods(PHONES)),
        dict.fromkeys(("anna", "ben"), Preference(error=Refused(403))),
    )
    heard: list[Any] = []
    found = list(look_at([person(), person("ben")], tenant, RULES, 1, heard.append))
    assert [item.methods for item in found] == [(("mobile", True, None),)] * 2
    assert [item.error for item in found] == [None, None]
    assert len(heard) == 1
    assert tenant.reads.count(("defaults", 1)) == 1


def test_other_refusal_of_all_defaults_ends_the_reading() -> None:
    tenant = Tenant({"anna": AllMethods(PHONES)}, {"anna": Preference(error=Refused(401))})
    with pytest.raises(Refused):
        view(tenant, person())


def test_coverage_counts_every_user_once() -> None:
    tenant = Tenant(
        {
            "anna": AllMethods(PHONES),
            "ben": AllMethods(PHONES, ("Pixel",)),
            "cleo": AllMethods(),
            "dora": AllMethods(error=Refused(404, "notFound", "No such user")),
        },
        {"anna": Preference("voiceMobile")},
    )
    people = [*map(person, ("anna", "ben", "cleo", "dora")), Person("eva", "eva@x", False, None)]
    coverage = Coverage()
    for item in look_at(people, tenant, RULES, 20, pytest.fail):
        coverage.add(item)
    assert coverage.as_dict(Room()) == {
        "total": 5,
        "capable": {
            "count": 2,
            "users": ["anna@x", "ben@x"],
            "methods": {"sms": 2, "voiceMobile": 2, "push": 1},
        },
        "phone_only": {"count": 1, "users": ["anna@x"], "delivery_ends": "2027-02-01"},
        "incapable": {
            "count": 1,
            "users": [{"upn": "cleo@x", "reason": "no_method"}],
            "reasons": {"no_method": 1},
        },
        "disabled": {"count": 1, "users": ["eva@x"]},
        "unreadable": {"count": 1, "users": [{"upn": "dora@x", "reason": "notFound: No such user"}]},
        "records": {"matched": 4, "complete": 1, "incomplete": {"count": 2, "users": ["ben@x", "cleo@x"]}},
        "users_omitted": 0,
    }


def test_lists_end_where_the_room_ends_and_who_needs_attention_is_named_first() -> None:
    coverage = Coverage(capable=["capable@x"] * 50, phone_only=["phone@x"] * 50)
    coverage.incapable = [{"upn": "nobody@x", "reason": "no_method"}] * 2
    found = coverage.as_dict(Room(200))
    assert (len(found["incapable"]["users"]), found["capable"]["users"]) == (2, [])
    assert found["capable"]["count"] == found["phone_only"]["count"] == 50
    assert found["users_omitted"] == 100 - len(found["phone_only"]["users"])
    assert 0 < len(found["phone_only"]["users"]) < 50
