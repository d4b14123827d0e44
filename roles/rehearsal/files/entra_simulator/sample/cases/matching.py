# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a user and a record find each other, and when they do not."""

from __future__ import annotations

from entra_simulator.sample.cases.case import Case, Json, Outcome, create, failed, left_out, migrated, phone

WITHOUT_ATTRIBUTE = {"match_attribute=": left_out("not_in_mfa_server", matched_by=None)}


def _found_by(key: str) -> Outcome:
    """Return the outcome of a person with one phone, found by ``key``."""
    return migrated(create("mobile"), default="sms", matched_by=key)


def _record(username: str, **fields: object) -> Json:
    """Return a record with one phone that is found by what is given and nothing else."""
    return {"username": username, "default_method": "text_message", "phone": phone("A"), **fields}


FOUND = (
    Case(
        "match-username-is-upn",
        ("match_upn_by_username",),
        records=(_record("<upn_upper>"),),
        expected=_found_by("upn"),
    ),
    Case(
        "match-upn",
        ("match_upn_by_upn", "match_order"),
        records=(_record("<netbios>\\<sam>", upn="<upn_upper>", sid="<sid>"),),
        expected=_found_by("upn"),
    ),
    Case(
        "match-sid",
        ("match_sid",),
        records=(_record("CONTOSO\\renamed-account", sid="<sid_lower>"),),
        expected=_found_by("sid"),
    ),
    Case(
        "match-sid-before-attribute",
        ("match_sid", "match_order"),
        records=(_record("<netbios>\\<sam>", sid="<sid>"),),
        expected=_found_by("sid"),
    ),
    Case(
        "match-attribute",
        ("match_attribute",),
        records=(_record("<sam>"),),
        expected=_found_by("attribute"),
        variants=WITHOUT_ATTRIBUTE,
    ),
    Case(
        "match-attribute-prefix",
        ("match_attribute", "match_attribute_prefix_cut"),
        records=(_record("<netbios>\\<sam_upper>"),),
        expected=_found_by("attribute"),
        variants=WITHOUT_ATTRIBUTE,
    ),
    Case(
        "match-attribute-other-prefix",
        ("match_attribute_prefix_cut",),
        records=(_record("LITWARE\\<sam>"),),
        expected=_found_by("attribute"),
    ),
    Case(
        "match-namesake-contoso",
        ("match_attribute_prefix_decides",),
        records=(_record("CONTOSO\\namesake"),),
        user={"onPremisesSamAccountName": "namesake"},
        expected=_found_by("attribute"),
    ),
    Case(
        "match-namesake-fabrikam",
        ("match_attribute_prefix_decides",),
        records=(_record("fabrikam\\namesake"),),
        domain="fabrikam.example",
        user={"onPremisesSamAccountName": "namesake"},
        expected=_found_by("attribute"),
    ),
)

NOT_FOUND = (
    Case(
        "ambiguous-record-contoso",
        ("ambiguous_two_users",),
        records=(_record("double"),),
        user={"onPremisesSamAccountName": "double"},
        expected=failed("ambiguous_match"),
    ),
    Case(
        "ambiguous-record-fabrikam",
        ("ambiguous_two_users",),
        domain="fabrikam.example",
        user={"onPremisesSamAccountName": "double"},
        expected=failed("ambiguous_match"),
    ),
    Case(
        "ambiguous-record-upn",
        ("ambiguous_two_users",),
        records=(_record("CONTOSO\\moved-account", upn="<upn>", sid="S-1-5-21-1000-2000-3000-9001"),),
        expected=failed("ambiguous_match"),
    ),
    Case(
        "ambiguous-record-sid",
        ("ambiguous_two_users",),
        user={"onPremisesSecurityIdentifier": "S-1-5-21-1000-2000-3000-9001"},
        expected=failed("ambiguous_match"),
    ),
    Case(
        "ambiguous-user-one-key",
        ("ambiguous_two_records",),
        records=(
            _record("CONTOSO\\first-account", upn="<upn>"),
            _record("CONTOSO\\second-account", upn="<upn>", phone=phone("B")),
        ),
        expected=failed("ambiguous_match"),
    ),
    Case(
        "ambiguous-user-two-keys",
        ("ambiguous_two_records",),
        records=(_record("<upn>"), _record("CONTOSO\\older-account", sid="<sid>", phone=phone("B"))),
        expected=failed("ambiguous_match"),
    ),
    Case(
        "not-in-mfa-server",
        ("not_in_mfa_server",),
        expected=left_out("not_in_mfa_server", matched_by=None),
    ),
    Case(
        "hybrid-admin",
        ("not_in_mfa_server",),
        domain="contoso.onmicrosoft.example",
        expected=left_out("not_in_mfa_server", matched_by=None),
    ),
)

CASES = FOUND + NOT_FOUND
