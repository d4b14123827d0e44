# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users of several sources, and the tokens that belong to them."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.findings import Findings
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.merge import TokenStore, Users, merge
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import MobileApp, OathToken, Phone, Record
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.sources import FoundToken

SECRET, OTHER = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def findings() -> Findings:
    return Findings()


def users(name: str, *records: Record) -> Users:
    return Users(name, lambda: iter(enumerate(records, start=2)))


def merged(findings: Findings, *sources: Users) -> list[Record]:
    return [record for _source, _line, record in merge(sources, findings)]


def given(
    findings: Findings, tokens: Iterable[FoundToken], *records: Record
) -> tuple[list[Record], list[tuple[str, int | None]]]:
    found = list(TokenStore(tokens, findings).give(merge([users("a", *records)], findings)))
    return found, [(problem.source, problem.line) for problem in findings.problems]


def token(serial: str, holder: str | None = None, line: int = 1, secret: str = SECRET) -> FoundToken:
    return FoundToken(OathToken(serial, secret), holder, "tokens", line)


def test_first_of_two_records_with_one_name_stands(findings: Findings) -> None:
    found = merged(findings, users("a", Record("anna", upn="1@x"), Record("ben"), Record("ANNA", upn="2@x")))
    assert found == [Record("anna", upn="1@x"), Record("ben")]
    assert [str(problem) for problem in findings.problems] == [
        "a, line 4: username is that of line 2 again; the first one stands"
    ]


def test_later_sources_fill_what_earlier_ones_leave_open(findings: Findings) -> None:
    app, tablet = MobileApp("Phone"), MobileApp("Tablet", SECRET)
    first = Record("anna", attributes={"mail": "a"}, phone=Phone("1", "2065550100"), mobile_apps=(app,))
    other = Record(
        "ANNA",
        upn="anna@contoso.example",
        attributes={"mail": "a", "employeeId": "7"},
        enabled=False,
        pin_modes=("sms",),
        phone=Phone("1", "2065550100"),
        mobile_apps=(tablet, app),
    )
    assert merged(findings, users("a", first), users("b", Record("ben"), other), users("c", Record("cleo"))) == [
        Record(
            "anna",
            upn="anna@contoso.example",
            attributes={"mail": "a", "employeeId": "7"},
            enabled=False,
            pin_modes=("sms",),
            phone=Phone("1", "2065550100"),
            mobile_apps=(app, tablet),
        ),
        Record("ben"),
        Record("cleo"),
    ]
    assert findings.count == 0


def test_another_value_for_the_same_field_is_a_problem(findings: Findings) -> None:
    first = Record("anna", upn="1@x", attributes={"mail": "a"}, phone=Phone("1", "2065550100"))
    other = Record("anna", upn="2@x", attributes={"mail": "b"}, phone=Phone("1", "2065550101"))
    assert merged(findings, users("a", first), users("b", other)) == [first]
    assert [(problem.source, problem.line, problem.field) for problem in findings.problems] == [
        ("b", 2, "upn"),
        ("b", 2, "attributes.mail"),
        ("b", 2, "phone"),
    ]


@pytest.mark.parametrize(
    ("found", "record"),
    [
        (token("900001", "ANNA@contoso.example"), Record("a", upn="anna@contoso.example")),
        (token("900001", "anna"), Record("Anna", upn="anna@contoso.example")),
        (token("GALT1"), Record("anna", oath_token=OathToken("galt1"))),
        (token("900001", "anna"), Record("anna", oath_token=OathToken("900001", SECRET))),
    ],
    ids=["user principal name", "user name", "serial number", "both say the same"],
)
def test_token_goes_to_its_user(found: FoundToken, record: Record, findings: Findings) -> None:
    (user,), problems = given(findings, [found], record)
    assert user.oath_token == found.token
    assert (problems, findings.warnings) == ([], [])


def test_token_of_a_user_of_no_source_makes_a_user(findings: Findings) -> None:
    found = token("900001", "anna@contoso.example")
    assert given(findings, [found], Record("ben")) == (
        [Record("ben"), Record("anna@contoso.example", oath_token=found.token)],
        [],
    )


def test_tokens_alone_make_users(findings: Findings) -> None:
    found = token("900001", "anna@contoso.example")
    assert list(TokenStore([found], findings).give(merge([], findings))) == [
        Record("anna@contoso.example", oath_token=found.token)
    ]


def test_tokens_of_nobody_and_users_without_secret_are_named(findings: Findings) -> None:
    found, problems = given(findings, [token("900001")], Record("anna", oath_token=OathToken("900002")))
    assert found == [Record("anna", oath_token=OathToken("900002"))]
    assert problems == []
    assert "belong to no user are left out: 900001." in findings.warnings[0]
    assert "without a secret, which cannot be migrated: anna." in findings.warnings[1]


def test_serial_that_comes_twice_is_a_problem(findings: Findings) -> None:
    tokens = [token("900001", "anna"), token("900001", "ben", line=2, secret=OTHER)]
    found, problems = given(findings, tokens, Record("anna"), Record("ben"))
    assert found == [Record("anna", oath_token=tokens[0].token), Record("ben")]
    assert problems == [("tokens", 2)]


def test_second_token_of_one_user_is_a_problem(findings: Findings) -> None:
    tokens = [token("900001", "anna"), token("900002", "Anna", line=2)]
    found, problems = given(findings, tokens, Record("anna"))
    assert found == [Record("anna", oath_token=tokens[0].token)]
    assert problems == [("tokens", 2)]


def test_serial_of_two_users_is_a_problem(findings: Findings) -> None:
    own = OathToken("900001")
    found, problems = given(findings, [token("900001")], Record("anna", oath_token=own), Record("ben", oath_token=own))
    assert found == [Record("anna", oath_token=OathToken("900001", SECRET)), Record("ben")]
    assert problems == [("a", 3)]


@pytest.mark.parametrize("own", [OathToken("900002"), OathToken("900001", OTHER)])
def test_token_that_contradicts_the_record_is_a_problem(own: OathToken, findings: Findings) -> None:
    (user,), problems = given(findings, [token("900001", "anna")], Record("anna", oath_token=own))
    assert user.oath_token == OathToken("900001", SECRET)
    assert problems == [("a", 2)]


def test_serial_of_somebody_elses_token_gives_no_secret(findings: Findings) -> None:
    found, _problems = given(findings, [token("900001", "anna")], Record("ben", oath_token=OathToken("900001")))
    assert found == [Record("ben", oath_token=OathToken("900001"))]
