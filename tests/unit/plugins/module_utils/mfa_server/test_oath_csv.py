# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OATH tokens from the CSV files that MFA Server and Entra import."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server import oath_csv
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.findings import Findings
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import OathToken
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.sources import FoundToken, TextFile, TokenSource

HEX, BASE32 = b"12345678901234567890".hex(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
ENTRA = "upn,serial number,secret key,time interval,manufacturer,model\n"


def read(path: Path, text: str, kind: str = "mfa_server_csv", **options: Any) -> tuple[list[FoundToken], Findings]:
    path.write_text(text, encoding="utf-8")
    findings = Findings()
    source = TokenSource(TextFile(str(path), path.name), kind, **options)
    return list(oath_csv.read_tokens(source, findings)), findings


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tokens.csv"


@pytest.mark.parametrize(
    "text",
    [
        f"900001,{BASE32},60\n",
        f"900001;{BASE32.lower()};60\n",
        f"Serial Number,Secret Key,Time Interval\n900001,{BASE32},60\n",
        f'interval\tsecret\tserial\n60\t"{BASE32}"\t="900001"\n',
        f"900001,{HEX},60\n",
    ],
)
def test_tokens_of_mfa_server(text: str, path: Path) -> None:
    (found,), findings = read(path, text)
    assert found.token == OathToken("900001", BASE32, 60)
    assert (found.holder, findings.count, findings.warnings) == (None, 0, [])


def test_what_a_file_does_not_tell_comes_from_the_options(path: Path) -> None:
    (found,), _findings = read(
        path, f"900001,{BASE32}\n", interval=60, hash="sha256", manufacturer="Contoso", model="c200"
    )
    assert found.token == OathToken("900001", BASE32, 60, "sha256", "Contoso", "c200")


def test_tokens_of_entra(path: Path) -> None:
    text = f"{ENTRA}anna@contoso.example,900001,{BASE32},30,Contoso,c200\n,900002,{BASE32},60,Contoso,c200\n"
    found, findings = read(path, text, "entra_csv")
    assert found == [
        FoundToken(OathToken("900001", BASE32, 30, "sha1", "Contoso", "c200"), "anna@contoso.example", path.name, 2),
        FoundToken(OathToken("900002", BASE32, 60, "sha1", "Contoso", "c200"), None, path.name, 3),
    ]
    assert findings.count == 0


def test_columns_that_entra_does_not_know_are_told(path: Path) -> None:
    text = f"Colour,{ENTRA}red,,900001,{BASE32},30,Contoso,c200\n"
    found, findings = read(path, text, "entra_csv")
    assert len(found) == 1
    assert findings.warnings == ["The file tokens.csv has columns that are not read: Colour."]


def test_wrong_tokens_are_left_out_and_named(path: Path) -> None:
    text = (
        f"900001,{BASE32},30\n900002,ABC,30\n900003,{BASE32},45\n,{BASE32},30\n900005,,30\n"
        f"9.00006E+5,{BASE32},30\n=1+1,{BASE32},30\n"
    )
    found, findings = read(path, text)
    assert [token.token.serial for token in found] == ["900001"]
    assert [(problem.line, problem.field) for problem in findings.problems] == [
        (2, "secret"),
        (3, "interval"),
        (4, "serial"),
        (5, "secret"),
        (6, "serial"),
        (7, "serial"),
    ]


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("900001\n", "mfa_server_csv", "has one column, where serial number"),
        ("serial number,colour\n1,red\n", "mfa_server_csv", "has no column secret key. It has: serial number, colour"),
        (f"900001,{BASE32},30\n", "entra_csv", "has no column upn, serial number, secret key"),
        ("", "entra_csv", "is empty"),
    ],
)
def test_file_that_is_something_else_is_refused(text: str, kind: str, message: str, path: Path) -> None:
    with pytest.raises(UnusableInputError, match=message):
        read(path, text, kind)
