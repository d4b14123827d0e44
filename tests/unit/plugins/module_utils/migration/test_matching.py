# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which record belongs to which user."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import BrokenRecord, Record
from ansible_collections.entra.mfa.plugins.module_utils.migration.matching import (
    MATCH_ATTRIBUTES,
    Match,
    Member,
    check_export_match_field,
    match_users,
    member_from,
    members_from,
    properties_to_select,
    select_members,
)

ANNA = Member("1", "Anna@contoso.example", "S-1-5-21-1", "anna", "CORP")
BEN = Member("2", "ben@contoso.example", "S-1-5-21-2", "ben", "CORP")


def match(members: list[Member], records: list[Record | BrokenRecord], **options: str) -> list[Match]:
    return match_users(members, records, **options)


def outcome(found: Match) -> Any:
    if found.ambiguous:
        return "ambiguous"
    return (found.record.username if found.record else None, found.matched_by)


@pytest.mark.parametrize(
    ("record", "matched_by"),
    [
        (Record("anna@CONTOSO.example"), "upn"),
        (Record("x", upn="ANNA@contoso.example"), "upn"),
        (Record("x", sid="s-1-5-21-1"), "sid"),
        (Record("ANNA"), "attribute"),
        (Record("CORP\\anna"), "attribute"),
        (Record("anna@contoso.example", sid="S-1-5-21-1"), "upn"),
        (Record("anna", sid="S-1-5-21-1"), "sid"),
    ],
)
def test_record_is_found(record: Record, matched_by: str) -> None:
    (found,) = match([ANNA], [record], match_attribute="onPremisesSamAccountName")
    assert outcome(found) == (record.username, matched_by)


def test_attribute_is_not_looked_at_unless_it_is_named() -> None:
    assert outcome(match([ANNA], [Record("anna")])[0]) == (None, None)


def test_domain_prefix_is_cut_off_for_account_names_only() -> None:
    (found,) = match(
        [Member("1", "a@contoso.example", attribute="anna")], [Record("CORP\\anna")], match_attribute="mail"
    )
    assert outcome(found) == (None, None)


def test_attribute_is_compared_with_a_named_field_of_the_record() -> None:
    record = Record("x", attributes={"employeeId": "E1"})
    member = Member("1", "a@contoso.example", attribute="e1")
    options = {"match_attribute": "employeeId", "export_match_field": "attributes.employeeId"}
    assert outcome(match([member], [record], **options)[0]) == ("x", "attribute")
    assert outcome(match([member], [record], match_attribute="employeeId")[0]) == (None, None)


def test_several_users_of_one_account_name_are_told_apart_by_the_domain() -> None:
    others = [Member("1", "a@x", attribute="anna", domain="corp"), Member("2", "b@x", attribute="anna", domain="EMEA")]
    records: list[Record | BrokenRecord] = [Record("EMEA\\anna"), Record("CORP\\anna")]
    found = match(others, records, match_attribute="onPremisesSamAccountName")
    assert [outcome(item) for item in found] == [("CORP\\anna", "attribute"), ("EMEA\\anna", "attribute")]


@pytest.mark.parametrize("username", ["anna", "OTHER\\anna"])
def test_several_users_of_one_account_name_without_a_telling_domain_are_ambiguous(username: str) -> None:
    others = [Member("1", "a@x", attribute="anna", domain="corp"), Member("2", "b@x", attribute="anna", domain="emea")]
    found = match(others, [Record(username)], match_attribute="onPremisesSamAccountName")
    assert [outcome(item) for item in found] == ["ambiguous", "ambiguous"]


def test_two_users_of_one_account_name_and_one_domain_are_ambiguous() -> None:
    others = [Member("1", "a@x", attribute="anna", domain="corp"), Member("2", "b@x", attribute="anna", domain="corp")]
    found = match(others, [Record("CORP\\anna")], match_attribute="onPremisesSamAccountName")
    assert [outcome(item) for item in found] == ["ambiguous", "ambiguous"]


@pytest.mark.parametrize("domain", ["corp", "emea", None])
def test_domain_is_asked_only_where_several_users_match(domain: str | None) -> None:
    member = Member("1", "a@x", attribute="anna", domain=domain)
    (found,) = match([member], [Record("CORP\\anna")], match_attribute="onPremisesSamAccountName")
    assert outcome(found) == ("CORP\\anna", "attribute")


def test_domain_is_cut_off_a_named_field_too() -> None:
    others = [Member("1", "a@x", attribute="anna", domain="corp"), Member("2", "b@x", attribute="anna", domain="emea")]
    record = Record("x", attributes={"account": "corp\\Anna"})
    options = {"match_attribute": "onPremisesSamAccountName", "export_match_field": "attributes.account"}
    assert [outcome(item) for item in match(others, [record], **options)] == [("x", "attribute"), (None, None)]


def test_first_label_of_the_domain_name_is_compared() -> None:
    users = [
        {"id": "1", "onPremisesSamAccountName": "anna", "onPremisesDomainName": "corp.contoso.example"},
        {"id": "2", "onPremisesSamAccountName": "anna", "onPremisesDomainName": "contoso.example"},
    ]
    members = members_from(users, "onPremisesSamAccountName")
    found = match(members, [Record("CONTOSO\\anna")], match_attribute="onPremisesSamAccountName")
    assert [outcome(item) for item in found] == [(None, None), ("CONTOSO\\anna", "attribute")]


def test_two_records_for_one_user_are_ambiguous() -> None:
    found = match([ANNA, BEN], [Record("anna@contoso.example"), Record("x", upn="anna@contoso.example")])
    assert [outcome(item) for item in found] == ["ambiguous", (None, None)]


def test_two_records_for_one_user_by_different_keys_are_ambiguous() -> None:
    (found,) = match([ANNA], [Record("anna@contoso.example"), Record("x", sid="S-1-5-21-1")])
    assert outcome(found) == "ambiguous"
    assert found.matched_by == "upn"


def test_two_users_for_one_record_by_different_keys_are_both_ambiguous() -> None:
    found = match([ANNA, BEN], [Record("anna@contoso.example", sid="S-1-5-21-2")])
    assert [outcome(item) for item in found] == ["ambiguous", "ambiguous"]


def test_one_record_that_several_keys_find_is_not_ambiguous() -> None:
    (found,) = match([ANNA], [Record("anna@contoso.example", upn="ANNA@contoso.example", sid="S-1-5-21-1")])
    assert outcome(found) == ("anna@contoso.example", "upn")


def test_broken_record_finds_its_user() -> None:
    broken = BrokenRecord(1, "phone must be an object", upn="anna@contoso.example")
    (found,) = match([ANNA], [broken])
    assert found.record is broken


def test_empty_values_match_nobody() -> None:
    (found,) = match([Member("1", "", "", "")], [Record("x", upn="", sid="")], match_attribute="mail")
    assert outcome(found) == (None, None)


def test_members_keep_their_order() -> None:
    found = match([BEN, ANNA], [Record("anna@contoso.example"), Record("ben@contoso.example")])
    assert [item.member.id for item in found] == ["2", "1"]


@pytest.mark.parametrize("attribute", MATCH_ATTRIBUTES)
def test_selected_properties_hold_the_attribute(attribute: str) -> None:
    user = {
        "id": "1",
        "userPrincipalName": "anna@contoso.example",
        "onPremisesSecurityIdentifier": "S-1",
        "onPremisesExtensionAttributes": {f"extensionAttribute{n}": "value" for n in range(1, 16)},
        **dict.fromkeys(MATCH_ATTRIBUTES[:4], "value"),
        "onPremisesDomainName": "corp.contoso.example",
    }
    selected = {name: user[name] for name in properties_to_select(attribute)}
    member = member_from(selected, attribute)
    domain = "corp" if attribute == "onPremisesSamAccountName" else None
    assert member == Member("1", "anna@contoso.example", "S-1", "value", domain)


def test_user_who_is_listed_twice_is_one_member() -> None:
    user = {"id": "1", "userPrincipalName": "anna@contoso.example"}
    assert [member.id for member in members_from([user, user], None)] == ["1"]


def test_members_are_selected_by_id_and_name() -> None:
    assert select_members([ANNA, BEN], ["ANNA@contoso.example"]) == {"1"}
    assert select_members([ANNA, BEN], ["2", "anna@contoso.example"]) == {"1", "2"}
    assert select_members([ANNA, BEN], None) == {"1", "2"}


def test_names_of_nobody_are_listed() -> None:
    with pytest.raises(UnusableInputError, match="no member Cleo, dora;"):
        select_members([ANNA], ["1", "Cleo", "dora"])


@pytest.mark.parametrize("name", ["upn", "attributes.", "attributes", ""])
def test_match_field_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(UnusableInputError, match="export_match_field"):
        check_export_match_field(name)
