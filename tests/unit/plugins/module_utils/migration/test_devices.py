# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OATH tokens and app registrations, within five devices."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import MobileApp, OathToken, Record
from ansible_collections.entra.mfa.plugins.module_utils.migration.devices import (
    DevicePlan,
    plan_devices,
    serials_to_look_up,
)
from ansible_collections.entra.mfa.plugins.module_utils.migration.fingerprints import token_serial
from ansible_collections.entra.mfa.plugins.module_utils.migration.settings import Settings
from ansible_collections.entra.mfa.plugins.module_utils.migration.steps import TokenWrite
from ansible_collections.entra.mfa.tests.unit.plugins.module_utils.migration.model_tenant import Entry, Methods, Token

SECRET, OTHER = "GEZDGNBVGY3TQOJQ", "JBSWY3DPEHPK3PXP"
TOKEN = OathToken("900001", SECRET, 60, "sha256", "Feitian", "c200")
FREE, OURS, OURS_ACTIVE, THEIRS = (
    Entry("d"),
    Entry("d", "anna"),
    Entry("d", "anna", True),
    Entry("d", "ben", True),
)


def plan(
    token: OathToken | None = None,
    apps: tuple[MobileApp, ...] = (),
    methods: Methods | None = None,
    inventory: dict[str, Entry] | None = None,
    **settings: Any,
) -> DevicePlan:
    record = Record("anna", oath_token=token, mobile_apps=apps)
    return plan_devices("Anna", record, methods or Methods(), inventory or {}, "tenant", Settings(**settings))


def steps(found: DevicePlan) -> list[tuple[Any, ...]]:
    return [step[:3] for step in found.steps]


def app(name: str | None, day: int = 1, secret: str | None = None) -> MobileApp:
    return MobileApp(name, secret, registered_at=f"2024-01-{day:02d}T00:00:00Z")


# OATH token


@pytest.mark.parametrize(
    ("held", "inventory", "expected"),
    [
        ([Token("d", "900001", activated=True)], {}, ("hardwareOath", "none", None)),
        ([Token("d", "900001")], {}, ("hardwareOath", "update", None)),
        ([], {"900001": OURS_ACTIVE}, ("hardwareOath", "none", None)),
        ([], {"900001": OURS}, ("hardwareOath", "update", None)),
        ([], {"900001": THEIRS}, ("hardwareOath", "skip", "oath_token_in_use")),
        ([], {"900001": FREE}, ("hardwareOath", "create", None)),
        ([], {}, ("hardwareOath", "create", None)),
    ],
    ids=["activated", "assigned", "activated-by-inventory", "assigned-by-inventory", "held", "free", "absent"],
)
def test_token_is_found_by_serial(held: list[Token], inventory: dict[str, Entry], expected: tuple[Any, ...]) -> None:
    assert steps(plan(TOKEN, methods=Methods(hardware_tokens=tuple(held)), inventory=inventory)) == [expected]


@pytest.mark.parametrize(
    ("held", "inventory", "expected"),
    [
        ([Token("d", "900001", activated=True)], {}, ("none", None)),
        ([Token("d", "900001")], {}, ("skip", "no_secret")),
        ([], {"900001": THEIRS}, ("skip", "oath_token_in_use")),
        ([], {"900001": FREE}, ("skip", "no_secret")),
        ([], {}, ("skip", "no_secret")),
    ],
)
def test_token_without_secret(held: list[Token], inventory: dict[str, Entry], expected: tuple[Any, ...]) -> None:
    methods = Methods(hardware_tokens=tuple(held))
    assert steps(plan(OathToken("900001"), methods=methods, inventory=inventory)) == [("hardwareOath", *expected)]


def test_write_says_what_is_there_already() -> None:
    def write(inventory: dict[str, Entry]) -> TokenWrite:
        found = plan(TOKEN, inventory=inventory).steps[0].write
        assert isinstance(found, TokenWrite)
        return found

    absent, free, ours = write({}), write({"900001": FREE}), write({"900001": OURS})
    assert (absent.device_id, absent.assigned) == (None, False)
    assert (free.device_id, free.assigned) == ("d", False)
    assert (ours.device_id, ours.assigned) == ("d", True)
    assert (absent.interval, absent.hash, absent.manufacturer, absent.model) == (60, "sha256", "Feitian", "c200")
    assert SECRET not in repr(absent)


def test_token_in_use_fails_the_user() -> None:
    assert plan(TOKEN, inventory={"900001": THEIRS}).failure == "oath_token_in_use"
    assert plan(TOKEN).failure is None


def test_unusable_secret_is_skipped() -> None:
    assert steps(plan(OathToken("900001", "not base32!"))) == [("hardwareOath", "skip", "invalid_secret")]


def test_serial_is_compared_without_case() -> None:
    methods = Methods(hardware_tokens=(Token("d", "AB-01", activated=True),))
    assert steps(plan(OathToken("ab-01", SECRET), methods=methods)) == [("hardwareOath", "none", None)]


def test_activation_can_be_left_to_the_user() -> None:
    found = plan(TOKEN, oath_activation="none")
    assert steps(found) == [("hardwareOath", "create", None)]
    assert found.steps[0].write is not None
    assert not found.has_activated_token
    methods = Methods(hardware_tokens=(Token("d", "900001"),))
    assert steps(plan(TOKEN, methods=methods, oath_activation="none")) == [("hardwareOath", "none", "not_activated")]


# Apps


def test_apps_are_taken_from_newest_to_oldest() -> None:
    apps = (app("a", 1), app("c", 3), app(None, 2), MobileApp("undated"))
    methods = Methods(authenticators=("C", "A", "Undated"))
    assert steps(plan(apps=apps, methods=methods)) == [
        ("mobileApp", "none", "already_registered"),
        ("mobileApp", "skip", "needs_registration"),
        ("mobileApp", "none", "already_registered"),
        ("mobileApp", "none", "already_registered"),
    ]


def test_times_with_and_without_a_zone_are_ordered() -> None:
    apps = (
        MobileApp("b", registered_at="2024-01-02T00:00:00+14:00"),
        MobileApp("B", registered_at="2024-01-01T11:00:00"),
    )
    found = plan(apps=apps, methods=Methods(authenticators=("b",)))
    assert steps(found) == [("mobileApp", "none", "already_registered"), ("mobileApp", "skip", "older_duplicate")]


def test_of_one_name_only_the_newest_counts() -> None:
    apps = (app("Phone", 1, OTHER), app("PHONE", 2))
    assert steps(plan(apps=apps)) == [
        ("mobileApp", "skip", "needs_registration"),
        ("mobileApp", "skip", "older_duplicate"),
    ]


def test_two_names_of_one_secret_are_one_device() -> None:
    apps = (app("New", 2, SECRET), app("Old", 1, SECRET.lower()))
    assert steps(plan(apps=apps)) == [("mobileApp", "create", None), ("mobileApp", "skip", "older_duplicate")]


def test_token_without_serial_and_app_of_one_secret_are_one_device() -> None:
    found = plan(OathToken(None, SECRET), (app("Phone", 1, SECRET),))
    assert steps(found) == [("hardwareOath", "create", None), ("mobileApp", "skip", "older_duplicate")]
    found = plan(TOKEN, (app("Phone", 1, SECRET),))
    assert steps(found) == [("hardwareOath", "create", None), ("mobileApp", "create", None)]


@pytest.mark.parametrize(
    ("token", "limit"), [(None, 5), (TOKEN, 4), (OathToken("900001"), 4), (OathToken(None, "bad!"), 4)]
)
def test_at_most_five_apps_and_four_beside_a_token(token: OathToken | None, limit: int) -> None:
    apps = tuple(app(f"Phone {day}", day) for day in range(1, 8))
    found = [step for step in steps(plan(token, apps)) if step[0] == "mobileApp"]
    assert [step[2] for step in found] == ["needs_registration"] * limit + ["device_limit"] * (7 - limit)


def test_duplicates_do_not_use_up_the_limit() -> None:
    apps = (app("Same", 9), app("same", 8), *(app(f"Phone {day}", day) for day in range(1, 5)))
    assert [step[2] for step in steps(plan(apps=apps))].count("needs_registration") == 5


def test_app_with_secret_becomes_a_token_with_a_keyed_serial() -> None:
    (step,) = plan(apps=(app("Anna's phone", 1, "gezd gnbv gy3t qojq"),)).steps
    assert isinstance(step.write, TokenWrite)
    assert step.write.serial == token_serial(SECRET, "tenant") == token_serial(SECRET, "TENANT")
    assert step.write.serial != token_serial(SECRET, "another tenant")
    assert (step.write.secret, step.write.interval, step.write.hash) == (SECRET, 30, "sha1")
    assert step.write.display_name == "Anna's phone"


def test_app_with_secret_is_found_again_by_serial() -> None:
    held = (Token("d", token_serial(SECRET, "tenant"), activated=True),)
    assert steps(plan(apps=(app("x", 1, SECRET),), methods=Methods(hardware_tokens=held))) == [
        ("mobileApp", "none", None)
    ]


def test_app_without_secret_needs_registration_and_the_user_is_counted() -> None:
    found = plan(apps=(app("Phone"),))
    assert steps(found) == [("mobileApp", "skip", "needs_registration")]
    assert found.needs_registration


def test_app_without_secret_whose_name_is_registered_counts_as_registered() -> None:
    found = plan(apps=(app("Phone"),), methods=Methods(authenticators=("phone",)))
    assert steps(found) == [("mobileApp", "none", "already_registered")]
    assert not found.needs_registration


@pytest.mark.parametrize(
    ("setting", "with_secret", "without"),
    [
        ("auto", ("create", None), ("skip", "needs_registration")),
        ("oath", ("create", None), ("skip", "no_secret")),
        ("report", ("skip", "needs_registration"), ("skip", "needs_registration")),
    ],
)
def test_setting_for_apps(setting: str, with_secret: tuple[Any, ...], without: tuple[Any, ...]) -> None:
    apps = (app("b", 2, SECRET), app("a", 1))
    assert steps(plan(apps=apps, mobile_app=setting)) == [("mobileApp", *with_secret), ("mobileApp", *without)]


# Five devices in Entra


@pytest.mark.parametrize(
    "methods",
    [
        Methods(authenticators=("a", "b", "c", "d", "e")),
        Methods(authenticators=("a", "b"), software_tokens=2, hardware_tokens=(Token("x", "1"),)),
    ],
)
def test_a_sixth_device_is_skipped(methods: Methods) -> None:
    assert steps(plan(TOKEN, methods=methods)) == [("hardwareOath", "skip", "device_limit")]


def test_the_token_goes_before_the_apps() -> None:
    methods = Methods(authenticators=("a", "b", "c", "d"))
    assert steps(plan(TOKEN, (app("x", 1, OTHER),), methods)) == [
        ("hardwareOath", "create", None),
        ("mobileApp", "skip", "device_limit"),
    ]


def test_a_device_that_is_there_already_takes_no_new_room() -> None:
    methods = Methods(authenticators=("a", "b", "c", "d"), hardware_tokens=(Token("d", "900001"),))
    assert steps(plan(TOKEN, methods=methods)) == [("hardwareOath", "update", None)]


# What the plan needs to know


def test_only_tokens_that_the_user_does_not_hold_are_looked_up() -> None:
    record = Record("anna", oath_token=TOKEN, mobile_apps=(app("x", 2, OTHER), app("y", 1)))
    serial = token_serial(OTHER, "tenant")
    assert serials_to_look_up(record, Methods(), "tenant", Settings()) == ("900001", serial)
    held = Methods(hardware_tokens=(Token("d", "900001"),))
    assert serials_to_look_up(record, held, "tenant", Settings(mobile_app="report")) == ()


@pytest.mark.parametrize(
    ("token", "held", "expected"),
    [
        (TOKEN, (), True),
        (None, (), False),
        (None, (Token("d", "1", activated=True),), True),
        (None, (Token("d", "1"),), False),
    ],
)
def test_plan_tells_whether_there_is_an_activated_token_then(
    token: OathToken | None, held: tuple[Token, ...], expected: bool
) -> None:
    assert plan(token, methods=Methods(hardware_tokens=held)).has_activated_token is expected


@pytest.mark.parametrize(
    ("entry", "setting", "expected"),
    [(OURS_ACTIVE, "computed", True), (OURS, "computed", True), (OURS, "none", False), (THEIRS, "computed", False)],
)
def test_token_that_only_the_inventory_shows_yet_counts(entry: Entry, setting: str, expected: bool) -> None:
    found = plan(TOKEN, inventory={"900001": entry}, oath_activation=setting)
    assert found.has_activated_token is expected


def test_app_that_is_registered_already_is_no_token() -> None:
    methods = Methods(authenticators=("Pixel",))
    found = plan(None, (app("Pixel"),), methods=methods)
    assert steps(found) == [("mobileApp", "none", "already_registered")]
    assert not found.has_activated_token
