# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the sample expects: every rule shown, totals that add up, people who can be what is said of them."""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from entra_simulator import sample
from entra_simulator.sample.cases import CASES_BY_BATCH
from entra_simulator.sample.cases.case import Case
from entra_simulator.sample.cases.ordinary import PATTERNS
from entra_simulator.sample.cases.rows import ROWS, ROWS_SHOWN_ELSEWHERE
from entra_simulator.sample.expectations import STATUSES

CASES = tuple(chain.from_iterable(CASES_BY_BATCH.values()))
TARGETS = {"mobile", "alternateMobile", "office", "hardwareOath", "mobileApp", "defaultMethod"}
REASONS = {
    "promoted",
    "no_mobile",
    "both_have_extension",
    "invalid_number",
    "older_duplicate",
    "device_limit",
    "already_registered",
    "already_set",
    "needs_registration",
    "no_secret",
    "oath_token_in_use",
    "no_allowed_method",
}
STATUS_REASONS = {
    "ambiguous_match",
    "disabled",
    "invalid_number",
    "invalid_record",
    "needs_registration",
    "no_mobile",
    "no_secret",
    "not_in_mfa_server",
    "nothing_to_migrate",
    "oath_token_in_use",
}


@pytest.fixture(scope="module")
def expectations(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return sample.build(tmp_path_factory.mktemp("sample"), 7)["expectations"]


def outcomes(case: Case) -> list[Any]:
    return [case.expected, *case.variants.values()]


def test_row_shown_by_a_case() -> None:
    shown = set(chain.from_iterable(case.covers for case in CASES)) | {"record_without_user"}

    assert set(ROWS) - shown == set()
    assert shown - set(ROWS) == set()
    assert not set(ROWS) & set(ROWS_SHOWN_ELSEWHERE)


def test_patterns_show_known_rows() -> None:
    assert set(chain.from_iterable(case.covers for _weight, case in PATTERNS)) <= set(ROWS)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("backup_promoted", "promoted"),
        ("backup_no_mobile", "no_mobile"),
        ("both_have_extension", "both_have_extension"),
        ("invalid_number", "invalid_number"),
        ("app_older_duplicate", "older_duplicate"),
        ("app_limit_five", "device_limit"),
        ("app_limit_four", "device_limit"),
        ("device_limit", "device_limit"),
        ("app_already_registered", "already_registered"),
        ("app_needs_registration", "needs_registration"),
        ("token_no_secret", "no_secret"),
        ("token_in_use", "oath_token_in_use"),
        ("no_allowed_method", "no_allowed_method"),
    ],
)
def test_every_case_of_the_row_has_its_reason(row: str, reason: str) -> None:
    cases = [case for case in CASES if row in case.covers]

    assert cases
    for case in cases:
        reasons = {action.reason for outcome in outcomes(case) for action in outcome.actions}
        if row == "app_limit_five" and "app_older_duplicate" in case.covers:
            assert "device_limit" not in reasons, case.name
        else:
            assert reason in reasons, case.name


def test_words_are_those_of_the_engine() -> None:
    for case in [*CASES, *(case for _weight, case in PATTERNS)]:
        for outcome in outcomes(case):
            assert outcome.status in STATUSES
            assert outcome.reason in STATUS_REASONS | {None}
            assert outcome.matched_by in {"upn", "sid", "attribute", None}
            for action in outcome.actions:
                assert action.target in TARGETS
                assert action.action in {"create", "update", "none", "skip"}
                assert action.reason in REASONS | {None}
                assert (action.action == "skip") <= (action.reason is not None)


def test_status_follows_from_the_actions() -> None:
    for case in [*CASES, *(case for _weight, case in PATTERNS)]:
        for outcome in outcomes(case):
            writes = any(action.action in ("create", "update") for action in outcome.actions)
            assert outcome.status == "failed" or writes == (outcome.status == "migrated"), case.name
            assert (outcome.reason is None) == (outcome.status in ("migrated", "unchanged")), case.name


def test_default_follows_from_its_action() -> None:
    for case in [*CASES, *(case for _weight, case in PATTERNS)]:
        for outcome in outcomes(case):
            actions = {action.action for action in outcome.actions if action.target == "defaultMethod"}
            if actions:
                (action,) = actions
                assert (action in ("create", "update")) == (outcome.before != outcome.after), case.name
                assert (action == "create") <= (outcome.before is None), case.name
                assert (action == "update") <= (outcome.before is not None), case.name


def test_needs_registration_follows_from_the_actions() -> None:
    for case in [*CASES, *(case for _weight, case in PATTERNS)]:
        for outcome in outcomes(case):
            named = any(action.reason == "needs_registration" for action in outcome.actions)
            assert outcome.needs_registration == named, case.name


def test_before_is_what_the_case_puts_into_entra() -> None:
    for case in [*CASES, *(case for _weight, case in PATTERNS)]:
        for outcome in outcomes(case):
            assert outcome.before == case.methods.get("preferred"), case.name


def test_names_of_cases_are_unique_and_fit_an_address() -> None:
    names = Counter(case.name for case in CASES)

    assert max(names.values()) == 1
    assert all(re.fullmatch("[a-z0-9-]{3,40}", name) for name in names)


def test_nobody_fails_before_the_third_batch(expectations: dict[str, Any]) -> None:
    failed = {name: totals["failed"] for name, totals in expectations["batches"].items()}

    assert failed["MFA migration batch 1"] == failed["MFA migration batch 2"] == 0
    assert failed["MFA migration batch 3"] == 12


def test_totals_split_the_batch(expectations: dict[str, Any]) -> None:
    for totals in expectations["batches"].values():
        assert sum(totals[status] for status in STATUSES) == totals["targeted"] == 80
    assert "matched" in expectations["batches"]["MFA migration batch 1"]
    assert "matched" not in expectations["batches"]["MFA migration batch 3"]


def test_every_user_has_an_expectation(expectations: dict[str, Any]) -> None:
    assert len(expectations["users"]) == 240
    assert len(expectations["special"]) == len(CASES)
    assert set(expectations["special"]) <= set(expectations["users"])


def test_undecided_answers_are_left_out(expectations: dict[str, Any]) -> None:
    ambiguous = expectations["users"]["ambiguous-record-upn@contoso.example"]
    plain = expectations["users"]["phone-no-extension@contoso.example"]

    assert set(ambiguous) == {"status", "reason", "needs_registration", "actions"}
    assert plain == {
        "status": "migrated",
        "reason": None,
        "matched_by": "upn",
        "needs_registration": False,
        "actions": [
            {"target": "mobile", "action": "create", "reason": None},
            {"target": "defaultMethod", "action": "create", "reason": None},
        ],
        "default_method": {"before": None, "after": "voiceMobile"},
    }


def test_variants_change_the_answer(expectations: dict[str, Any]) -> None:
    assert set(expectations["variants"]) == {
        "alternate_without_mobile=skip",
        "default_method=always",
        "default_method=most_secure_if_unset",
        "match_attribute=",
        "mobile_app=report",
        "oath_activation=none",
    }
    for users in expectations["variants"].values():
        assert all(answer != expectations["users"][upn] for upn, answer in users.items())


def test_ordinary_people_are_the_majority_and_of_every_pattern(tmp_path: Path) -> None:
    built = sample.build(tmp_path, 7)["expectations"]
    ordinary = [answer for upn, answer in built["users"].items() if upn not in set(built["special"])]

    assert len(ordinary) > len(built["special"])
    assert {answer["matched_by"] for answer in ordinary} == {"upn", "sid", "attribute", None}
    assert {answer["status"] for answer in ordinary} == {"migrated", "unchanged", "skipped"}
