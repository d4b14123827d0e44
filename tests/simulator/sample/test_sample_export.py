# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The export of the sample: structure, and nothing in it that could belong to a real person."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import phonenumbers
import pytest
from entra_simulator import sample
from entra_simulator.sample.numbers import CASE_RANGES, ORDINARY_RANGES

FIELDS: dict[str, tuple[type, ...]] = {
    "username": (str,),
    "upn": (str,),
    "sid": (str,),
    "enabled": (bool,),
    "language": (str,),
    "default_method": (str, type(None)),
    "pin_modes": (list,),
    "phone": (dict, type(None)),
    "backup_phone": (dict, type(None)),
    "mobile_apps": (list,),
    "oath_token": (dict, type(None)),
    "changed_at": (str,),
}
DEFAULT_METHODS = {None, "phone_call", "text_message", "mobile_app", "oath_token"}
BROKEN = {"record-enabled-is-text", "record-unknown-default", "record-phone-is-text", "record-without-username"}
IMPOSSIBLE = {
    "number-too-short",
    "number-too-short-alone",
    "number-too-short-backup-promoted",
    "number-without-country",
    "backup-too-short",
}
FICTIONAL = {
    f"+{block.country_code}{number}" for block in CASE_RANGES + ORDINARY_RANGES for number in block.numbers()
} | {"+442079460018", "+493023125018", "+447700900018"}
IRISH_FICTION = re.compile(r"\+3532091\d{5}")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return sample.build(tmp_path_factory.mktemp("sample"), 7)


@pytest.fixture(scope="module")
def records(built: dict[str, Any]) -> list[dict[str, Any]]:
    return json.loads(Path(built["export_path"]).read_text())["users"]


def alias(record: dict[str, Any]) -> str:
    return record.get("upn", record.get("username", "")).partition("@")[0]


def faults(record: dict[str, Any]) -> list[str]:
    """Return the known fields of ``record`` that the export format does not allow."""
    wrong = [name for name, kinds in FIELDS.items() if name in record and not isinstance(record[name], kinds)]
    if "username" not in record:
        wrong.append("username")
    if record.get("default_method") not in DEFAULT_METHODS:
        wrong.append("default_method")
    return wrong


def phones(record: dict[str, Any]) -> list[str]:
    found = (record.get("phone"), record.get("backup_phone"))
    return [f"+{phone['country_code']}{phone['number']}" for phone in found if isinstance(phone, dict)]


def normal(number: str) -> str:
    return phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.E164)


def test_only_the_broken_records_break_the_format(records: list[dict[str, Any]]) -> None:
    wrong = {alias(record): faults(record) for record in records if faults(record)}

    assert wrong == {
        "record-enabled-is-text": ["enabled"],
        "record-unknown-default": ["default_method"],
        "record-phone-is-text": ["phone"],
        "record-without-username": ["username"],
    }
    assert set(wrong) == BROKEN


def test_only_one_record_has_an_unknown_field(records: list[dict[str, Any]]) -> None:
    assert [alias(record) for record in records if set(record) - set(FIELDS)] == ["record-unknown-field"]


def test_nested_parts_have_the_fields_of_the_format(records: list[dict[str, Any]]) -> None:
    apps = [app for record in records for app in record.get("mobile_apps", [])]
    tokens = [record["oath_token"] for record in records if record.get("oath_token")]

    assert all(set(app) == {"name", "secret", "device_token", "registered_at"} for app in apps)
    assert all(
        set(token) == {"serial", "secret", "interval", "hash", "manufacturer", "model"}
        and token["interval"] in (30, 60)
        and token["hash"] in ("sha1", "sha256")
        for token in tokens
    )
    assert all(re.fullmatch("[A-Z2-7]{32}", part["secret"]) for part in apps + tokens if part["secret"])


def test_no_symbol_is_left(built: dict[str, Any]) -> None:
    text = Path(built["export_path"]).read_text() + json.dumps(built["organisation"])

    assert not re.findall(r"<\w+>", text)


def test_some_records_belong_to_nobody_in_the_tenant(built: dict[str, Any], records: list[dict[str, Any]]) -> None:
    known = {user["userPrincipalName"] for user in built["organisation"]["users"]}
    strangers = [record["username"] for record in records if alias(record).startswith(("former-", "service-"))]

    assert len(strangers) == 12
    assert not known & set(strangers)


def test_numbers_are_possible_unless_they_are_there_to_be_refused(records: list[dict[str, Any]]) -> None:
    refused = set()
    for record in records:
        for number in phones(record):
            try:
                possible = phonenumbers.is_possible_number(phonenumbers.parse(number))
            except phonenumbers.NumberParseException:
                possible = False
            if not possible:
                refused.add(alias(record))

    assert refused == IMPOSSIBLE


def test_numbers_are_of_ranges_kept_for_fiction(built: dict[str, Any], records: list[dict[str, Any]]) -> None:
    in_export = {normal(number) for record in records if alias(record) not in IMPOSSIBLE for number in phones(record)}
    in_entra = {
        normal(phone["phoneNumber"].partition("x")[0])
        for user in built["organisation"]["users"]
        for phone in user["methods"]["phone"]
    }

    assert {number for number in in_export | in_entra if not IRISH_FICTION.fullmatch(number)} <= FICTIONAL


def test_numbers_come_from_several_countries(records: list[dict[str, Any]]) -> None:
    countries = {record["phone"]["country_code"] for record in records if isinstance(record.get("phone"), dict)}

    assert countries >= {"1", "33", "44", "46", "49", "61"}


def test_entra_keeps_numbers_in_the_only_form_it_takes(built: dict[str, Any]) -> None:
    numbers = [phone["phoneNumber"] for user in built["organisation"]["users"] for phone in user["methods"]["phone"]]

    assert numbers
    assert all(re.fullmatch(r"\+\d{1,3} \d+(x\d+)?", number) for number in numbers)


def test_no_number_or_secret_belongs_to_two_people(records: list[dict[str, Any]]) -> None:
    numbers = Counter(
        normal(number) for record in records if alias(record) not in IMPOSSIBLE for number in phones(record)
    )
    secrets = Counter(
        part["secret"]
        for record in records
        for part in [*record.get("mobile_apps", []), record.get("oath_token") or {"secret": None}]
        if part["secret"]
    )

    assert max(numbers.values()) == 1
    assert max(secrets.values()) == 1


def test_addresses_are_of_documentation_domains(built: dict[str, Any]) -> None:
    text = Path(built["export_path"]).read_text() + json.dumps(built["organisation"])

    assert {domain.lower() for domain in re.findall(r"@([\w.-]+)", text)} == {
        "contoso.example",
        "fabrikam.example",
        "contoso.onmicrosoft.example",
    }
