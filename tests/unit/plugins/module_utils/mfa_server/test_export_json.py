# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Export files, good and bad."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.export_json import ExportError, read_export
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import MobileApp, OathToken, Phone, Record

FRAME = {"format": "entra.mfa/export-v1", "exported_at": "2024-05-01T10:00:00Z", "server": {"name": "MFA01"}}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "export.json"


def write(path: Path, users: Any, **changed: Any) -> Path:
    path.write_text(json.dumps({**FRAME, "users": users, **changed}), encoding="utf-8")
    return path


def test_every_field_is_read(path: Path) -> None:
    user = {
        "username": "CONTOSO\\anna",
        "upn": "anna@contoso.example",
        "sid": "S-1-5-21-1-2-3-1104",
        "attributes": {"mail": "anna@contoso.example", "employeeId": None},
        "enabled": False,
        "language": "en",
        "default_method": "mobile_app",
        "pin_modes": ["mobile_app"],
        "phone": {"country_code": "1", "number": "2065550100", "extension": "12"},
        "backup_phone": {"country_code": "1", "number": "2065550101"},
        "mobile_apps": [{"name": "Phone", "secret": "JBSWY3DP", "device_token": "t", "registered_at": "2024-01-02"}],
        "oath_token": {"serial": "900001", "secret": "GEZDGNBV", "interval": 60, "hash": "sha256", "model": "c200"},
        "changed_at": "2024-04-30T08:00:00Z",
    }
    (record,) = read_export(write(path, [user])).records
    assert record == Record(
        username="CONTOSO\\anna",
        upn="anna@contoso.example",
        sid="S-1-5-21-1-2-3-1104",
        attributes={"mail": "anna@contoso.example"},
        enabled=False,
        language="en",
        default_method="mobile_app",
        pin_modes=("mobile_app",),
        phone=Phone("1", "2065550100", "12"),
        backup_phone=Phone("1", "2065550101"),
        mobile_apps=(MobileApp("Phone", "JBSWY3DP", "t", "2024-01-02"),),
        oath_token=OathToken("900001", "GEZDGNBV", 60, "sha256", model="c200"),
        changed_at="2024-04-30T08:00:00Z",
    )


def test_username_is_enough(path: Path) -> None:
    assert read_export(write(path, [{"username": "anna"}])).records == (Record("anna"),)


def test_null_is_the_same_as_absent(path: Path) -> None:
    names = ("upn", "sid", "attributes", "enabled", "pin_modes", "phone", "mobile_apps", "oath_token", "changed_at")
    assert read_export(write(path, [{"username": "anna", **dict.fromkeys(names)}])).records == (Record("anna"),)


def test_phone_without_number_is_no_phone(path: Path) -> None:
    user = {"username": "anna", "phone": {"country_code": "1", "number": " "}, "backup_phone": {"number": None}}
    assert read_export(write(path, [user])).records == (Record("anna"),)


def test_broken_record_is_named_and_the_others_are_read(path: Path) -> None:
    users = [
        {"username": "anna"},
        {"username": "ben", "upn": "ben@contoso.example", "phone": {"number": 2065550100}},
        {"upn": "cleo@contoso.example"},
        "dora",
        {"username": "emil"},
    ]
    export = read_export(write(path, users))
    assert [record.username for record in export.records] == ["anna", "emil"]
    assert [(record.position, record.username, record.upn, record.problem) for record in export.broken] == [
        (2, "ben", "ben@contoso.example", "phone.number must be a string"),
        (3, None, "cleo@contoso.example", "username is missing"),
        (4, None, None, "user must be an object"),
    ]
    (warning,) = export.warnings
    assert "3 records that cannot be used: record 2 (ben): phone.number must be a string; record 3" in warning
    assert "206555" not in warning


def test_many_broken_records_are_summed_up(path: Path) -> None:
    (warning,) = read_export(write(path, [{"username": 1}] * 25)).warnings
    assert "25 records" in warning
    assert warning.endswith("and 5 more.")


def test_one_broken_record_in_a_hundred_costs_nobody_else_anything(path: Path) -> None:
    users: list[Any] = [{"username": f"user{number}@contoso.example", "upn": None} for number in range(3000)]
    for number in range(0, 3000, 100):
        users[number]["enabled"] = "yes"
    export = read_export(write(path, users))
    assert len(export.records) == 2970
    assert [(record.position, record.username) for record in export.broken] == [
        (number + 1, f"user{number}@contoso.example") for number in range(0, 3000, 100)
    ]
    assert {record.problem for record in export.broken} == {"enabled must be true or false"}


def test_file_that_is_cut_off_anywhere_is_refused(path: Path) -> None:
    whole = write(path, [{"username": "anna", "phone": {"number": "2065550100"}}, {"username": "ben"}]).read_bytes()
    for length in range(1, len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(ExportError):
            read_export(path)


def test_unknown_fields_make_one_warning(path: Path) -> None:
    users = [{"username": "anna", "colour": "red"}, {"username": "ben", "colour": "blue", "phone": {"kind": "home"}}]
    export = read_export(write(path, users, made_by="somebody"))
    assert len(export.records) == 2
    assert export.warnings == [
        "The export has fields that are not known and not used: made_by, users[].colour, users[].phone.kind."
    ]


@pytest.mark.parametrize("order", [("format", "users"), ("users", "format")])
def test_order_of_the_fields_does_not_matter(path: Path, order: tuple[str, str]) -> None:
    content = {"format": FRAME["format"], "users": [{"username": "anna"}]}
    path.write_text(json.dumps({name: content[name] for name in order}), encoding="utf-8")
    assert len(read_export(path).records) == 1


def test_byte_order_mark_and_white_space_are_accepted(path: Path) -> None:
    path.write_text(json.dumps({**FRAME, "users": []}, indent=4) + "\n\n", encoding="utf-8-sig")
    assert read_export(path).records == ()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty (0 bytes)"),
        (b" \n", "is empty (2 bytes)"),
        (b"{", "is not JSON: Expecting property name"),
        (b"[]", "is not JSON: Expecting an object at line 1, column 1"),
        (b'{"format": "entra.mfa/export-v1", "users": [{"username": "anna"}', "is not JSON: Expecting ',' delimiter"),
        (b'{"format": "entra.mfa/export-v1", "users": [{"username": "an', "is not JSON: Unterminated string"),
        (b'{"format": "entra.mfa/export-v1", "users": []} extra', "is not JSON: Extra data"),
        (b'{"format": "entra.mfa/export-v1", "users": [],}', "is not JSON: Expecting property name"),
        (b'{"users": []}', "is of another format"),
        (b'{"format": "entra.mfa/export-v2", "users": []}', "is of another format"),
        (b'{"format": "entra.mfa/export-v1"}', "has no users"),
        (b'{"format": "entra.mfa/export-v1", "users": {}}', "has no users"),
        (b'{"format": "entra.mfa/export-v1", "users": [], "server": 7}', "cannot be used: server must be an object"),
        (b'{"format": "entra.mfa/export-v1", "users": ' + b"[" * 100_000, "is nested too deeply"),
        (b'{"format": "\xff"}', "is not UTF-8"),
        (b"$ANSIBLE_VAULT;1.1;AES256\n6162", "is encrypted with Ansible Vault"),
    ],
)
def test_broken_file_is_refused_in_one_sentence(path: Path, content: bytes, reason: str) -> None:
    path.write_bytes(content)
    with pytest.raises(ExportError) as caught:
        read_export(path)
    assert reason in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_file_and_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="does not exist"):
        read_export(tmp_path / "none.json")
    with pytest.raises(ExportError, match="cannot be read"):
        read_export(tmp_path)


def test_secrets_are_in_no_representation(path: Path) -> None:
    user = {
        "username": "anna",
        "phone": {"country_code": "1", "number": "2065550100"},
        "mobile_apps": [{"secret": "JBSWY3DPEHPK3PXP", "device_token": "token-of-device"}],
        "oath_token": {"serial": "1", "secret": "GEZDGNBVGY3TQOJQ"},
    }
    shown = repr(read_export(write(path, [user])))
    for secret in ("2065550100", "JBSWY3DPEHPK3PXP", "token-of-device", "GEZDGNBVGY3TQOJQ"):
        assert secret not in shown
