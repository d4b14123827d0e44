# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict on a finalized domain, by what was seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.migration import verification
from ansible_collections.entra.mfa.plugins.module_utils.migration.verification import DomainTally, Flip, Seen, Tally

NOW = datetime(2026, 3, 3, tzinfo=UTC)
PAST, FUTURE = NOW - timedelta(hours=5), NOW + timedelta(hours=5)
DOMAIN, REJECT = "contoso.example", "rejectMfaByFederatedIdp"


class Entry(NamedTuple):
    """A sign-in."""

    source: str
    upn: str = "anna@contoso.example"
    at: str = "2026-03-02T23:00:00Z"
    user_id: str = "id"
    app: str = "Portal"


def seen(*sources: str, **more: Any) -> Seen:
    """What was read, of a domain that stands as it was set."""
    tally = DomainTally(PAST)
    for number, source in enumerate(sources):
        tally.add(Entry(source, user_id=str(number)))
    return Seen(**{"tally": tally, "behavior": REJECT, **more})


@pytest.mark.parametrize(
    ("flip", "found", "verdict", "codes"),
    [
        (Flip(DOMAIN, REJECT, PAST), seen("cloud", "session"), "verified", set()),
        (Flip(DOMAIN), seen("cloud"), "verified", set()),
        (Flip(DOMAIN, REJECT, PAST), seen("cloud", "federated"), "not_verified", {"federated_mfa_seen"}),
        (
            Flip(DOMAIN, REJECT, PAST),
            seen("federated", behavior=None),
            "not_verified",
            {"behavior_changed", "federated_mfa_seen"},
        ),
        (Flip(DOMAIN, REJECT, PAST), seen("session", "single_factor", "unknown"), "inconclusive", {"no_mfa_seen"}),
        (Flip(DOMAIN, REJECT, FUTURE), seen("cloud"), "inconclusive", {"too_early"}),
        (Flip(DOMAIN, REJECT, PAST), seen(logs_problem="HTTP 403"), "inconclusive", {"sign_ins_unread"}),
        (
            Flip(DOMAIN, REJECT, PAST),
            seen("cloud", behavior=None, behavior_problem="HTTP 403"),
            "verified",
            {"federation_unread"},
        ),
        (
            Flip(DOMAIN, REJECT, PAST),
            seen("cloud", "must_register", "mfa_failed"),
            "verified",
            {"must_register", "mfa_failed"},
        ),
        (Flip(DOMAIN, REJECT, PAST), seen("cloud", oldest_read=NOW), "inconclusive", {"sign_ins_left_out"}),
        (
            Flip(DOMAIN, REJECT, PAST),
            seen("federated", oldest_read=NOW),
            "not_verified",
            {"sign_ins_left_out", "federated_mfa_seen"},
        ),
        (
            Flip(DOMAIN, "enforceMfaByFederatedIdp", PAST),
            seen("federated", behavior="enforceMfaByFederatedIdp"),
            "inconclusive",
            {"federated_by_choice"},
        ),
    ],
)
def test_verdict_and_findings(flip: Flip, found: Seen, verdict: str, codes: set[str]) -> None:
    assert verification.verdict(flip, found, NOW) == verdict
    assert {finding.code for finding in verification.findings(flip, found, NOW, 10)} == codes


def test_sign_ins_count_for_their_domain_and_only_when_the_change_is_in_effect() -> None:
    tally = Tally({DOMAIN: PAST, "eu.contoso.example": PAST})
    tally.add(Entry("federated"))
    tally.add(Entry("federated", app="Mail", at="2026-03-02T23:30:00Z"))
    tally.add(Entry("cloud", at="2026-03-02T10:00:00Z"))
    tally.add(Entry("cloud", "BEN@EU.contoso.example"))
    tally.add(Entry("cloud", "eve@fabrikam.example"))

    domain = tally.domains[DOMAIN]
    assert dict(domain.sources) == {"federated": 2}
    assert [user.as_dict() for user in domain.federated.values()] == [
        {
            "id": "id",
            "upn": "anna@contoso.example",
            "sign_ins": 2,
            "last_at": "2026-03-02T23:30:00Z",
            "apps": ["Mail", "Portal"],
        }
    ]
    assert dict(tally.domains["eu.contoso.example"].sources) == {"cloud": 1}


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        (["verified", "verified"], "verified"),
        (["verified", "inconclusive"], "inconclusive"),
        (["inconclusive", "not_verified", "verified"], "not_verified"),
        ([], "inconclusive"),
    ],
)
def test_the_worst_domain_counts(verdicts: list[str], expected: str) -> None:
    assert verification.overall(verdicts) == expected
