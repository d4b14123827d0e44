# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users from CSV, by a map of its columns."""

from __future__ import annotations

import csv
import string
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server import export_csv
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.findings import Findings
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import MobileApp, OathToken, Phone, Record
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.sources import TextFile, UserSource
from hypothesis import given
from hypothesis import strategies as st

HEX, BASE32 = b"12345678901234567890".hex(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def read(path: Path, text: str, **options: Any) -> tuple[list[tuple[int, Record]], Findings]:
    path.write_text(text, encoding="utf-8")
    findings = Findings()
    return list(export_csv.read_users(UserSource(TextFile(str(path), path.name), **options), findings)), findings


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "users.csv"


def test_every_field_is_read(path: Path) -> None:
    row = {
        "username": "CONTOSO\\anna",
        "upn": "anna@contoso.example",
        "sid": "S-1-5-21-1-2-3-1104",
        "enabled": "no",
        "language": "en",
        "default_method": "Mobile App",
        "pin_modes": "mobile_app",
        "changed_at": "2024-04-30T08:00:00Z",
        "attributes.mail": "a.mail@contoso.example",
        "phone.country_code": "+1",
        "phone.number": "(206) 555-0100",
        "phone.extension": "12",
        "backup_phone.number": "+1 206 555 0101",
        "mobile_apps.1.name": "Old phone",
        "mobile_apps.1.registered_at": "2024-01-02",
        "mobile_apps.2.name": "Tablet",
        "mobile_apps.2.secret": BASE32,
        "mobile_apps.2.device_token": "token",
        "mobile_apps.3.name": "",
        "oath_token.serial": "900001",
        "oath_token.secret": BASE32.lower(),
        "oath_token.interval": "60",
        "oath_token.hash": "SHA256",
        "oath_token.manufacturer": "Contoso",
        "oath_token.model": "c200",
    }
    ((line, record),), findings = read(path, ";".join(row) + "\n" + ";".join(row.values()) + "\n")
    assert (line, findings.problems, findings.warnings) == (2, [], [])
    assert record == Record(
        username="CONTOSO\\anna",
        upn="anna@contoso.example",
        sid="S-1-5-21-1-2-3-1104",
        attributes={"mail": "a.mail@contoso.example"},
        enabled=False,
        language="en",
        default_method="mobile_app",
        pin_modes=("mobile_app",),
        phone=Phone("1", "2065550100", "12"),
        backup_phone=Phone("1", "2065550101"),
        mobile_apps=(
            MobileApp("Old phone", registered_at="2024-01-02T00:00:00Z"),
            MobileApp("Tablet", BASE32, "token"),
        ),
        oath_token=OathToken("900001", BASE32, 60, "sha256", "Contoso", "c200"),
        changed_at="2024-04-30T08:00:00Z",
    )


def test_columns_are_found_by_name_and_position(path: Path) -> None:
    text = "User Name,Phone,Method,Note\nanna,206 555 0100,Call,x\n"
    users, findings = read(
        path,
        text,
        columns={"username": "user name", "phone.number": 2, "default_method": "Method"},
        values={"default_method": {"CALL": "phone_call"}},
        country_code="1",
    )
    assert users == [(2, Record("anna", phone=Phone("1", "2065550100"), default_method="phone_call"))]
    assert findings.warnings == ["The file users.csv has columns that are not read: Note."]


def test_file_without_header(path: Path) -> None:
    users, _findings = read(path, "x;anna\ny;ben\n", columns={"username": 2}, header=False)
    assert [record.username for _line, record in users] == ["anna", "ben"]


def test_value_that_means_nothing_is_left_out(path: Path) -> None:
    users, findings = read(path, "username,language\nanna,n/a\n", values={"language": {"N/A": None}})
    assert users == [(2, Record("anna"))]
    assert findings.count == 0


def test_problems_name_line_and_field_and_show_no_value(path: Path) -> None:
    text = (
        "username,upn,enabled,phone.number,phone.extension,oath_token.secret\n"
        "anna,anna,maybe,+1 206 555 01,,ABC\n"
        "\n"
        "ben,,,+1 206 555 0100,front desk,\n"
        ",,,+1 206 555 0100,,\n"
        "=1+1,,,,,\n"
    )
    users, findings = read(path, text)
    assert users == [(2, Record("anna")), (4, Record("ben"))]
    assert [(problem.line, problem.field) for problem in findings.problems] == [
        (2, "upn"),
        (2, "enabled"),
        (2, "phone.number"),
        (2, "oath_token.secret"),
        (4, "phone.extension"),
        (5, "username"),
        (6, "username"),
    ]
    assert "206" not in "".join(problem.problem for problem in findings.problems)


def test_secrets_in_hexadecimal_are_converted(path: Path) -> None:
    text = f"username,oath_token.secret\nanna,{HEX}\nben,ABCDEF234567ABCDEF234567\n"
    users, findings = read(path, text)
    assert [record.oath_token for _line, record in users] == [
        OathToken(None, BASE32),
        OathToken(None, "VPG66I2FM6V433ZDIVTQ"),
    ]
    assert findings.count == 0


def test_notation_that_is_told_is_obeyed(path: Path) -> None:
    users, findings = read(path, f"username,oath_token.secret\nanna,{HEX}\n", notation="base32")
    assert users == [(2, Record("anna"))]
    assert "is no Base32 secret" in findings.problems[0].problem


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("user\nanna\n", {}, "no column named username; say in columns which one it is. It has: user"),
        ("user\nanna\n", {"columns": {"username": "User Name"}}, "no column named User Name. It has: user"),
        ("user,user\na,b\n", {"columns": {"username": "user"}}, "2 columns named user"),
        ("user\nanna\n", {"columns": {"username": 2}}, "has 1 columns and no column 2"),
        ("user\nanna\n", {"columns": {"username": 0}}, "no column 0"),
        ("user\nanna\n", {"columns": {"upn": "user"}}, "must tell which one is the username"),
        ("user\nanna\n", {"columns": {"username": "user", "phone": "x"}}, "does not have: phone"),
        ("username\nanna\n", {"values": {"colour": {"a": "b"}}}, "does not have: colour"),
        ("anna\n", {"header": False}, "has no header, so columns must give the position"),
        ("anna\n", {"header": False, "columns": {"username": "user"}}, "has no header"),
    ],
)
def test_map_that_does_not_fit_is_refused(text: str, options: dict[str, Any], message: str, path: Path) -> None:
    with pytest.raises(UnusableInputError, match=message):
        read(path, text, **options)


def test_wrong_default_country_code_is_refused(path: Path) -> None:
    with pytest.raises(UnusableInputError, match=r"country_code of users\.csv is no country code"):
        read(path, "username\nanna\n", country_code="US")


NAME = st.text(string.ascii_letters + "äé\\. '\"\n;,", min_size=1, max_size=12)


@given(names=st.lists(NAME, max_size=10), encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_names_are_read_whatever_they_hold(
    names: list[str], encoding: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("csv") / "users.csv"
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows([["username", "language"], *([name, "en"] for name in names)])
    findings = Findings()
    found = [record.username for _line, record in export_csv.read_users(UserSource(TextFile(str(path), "x")), findings)]
    assert found == [name.strip() for name in names if name.strip() and "\n" not in name.strip()]
    assert findings.count == len(names) - len(found)
