# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Masks for telephone numbers and secrets."""

from __future__ import annotations

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.masking import mask_number, mask_numbers_in, scrub


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("+1 2065550100", "•••• 00"),
        ("+1 2065550123x456", "•••• 23"),
        ("+44 (0)20 7946-0199", "•••• 99"),
        ("12", "••••"),
        ("", "••••"),
        (None, "••••"),
    ],
)
def test_number_keeps_its_last_two_digits(number: str | None, masked: str) -> None:
    assert mask_number(number) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("number +1 2065550100 is taken", "number •••• 00 is taken"),
        ("+1 5555550123x77 and +442079460199.", "•••• 23 and •••• 99."),
        ("call 2065550100!", "call •••• 00!"),
    ],
)
def test_numbers_in_a_text_are_masked(text: str, masked: str) -> None:
    assert mask_numbers_in(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "user 11111111-2222-3333-4444-555555555555",
        "id 38d9df27-64da-44fd-b7c5-112233445566",
        "at 2026-11-24T03:52:10.1234567Z",
        "AADSTS7000215: wrong",
        "token 900001",
        "S-1-5-21-1004336348-1177238915-682003330-1104",
        "on 127.0.0.1:43123",
    ],
)
def test_other_figures_are_left_alone(text: str) -> None:
    assert mask_numbers_in(text) == text


def test_secrets_of_the_request_are_hidden_wherever_they_lie() -> None:
    sent = {"value": [{"secretKey": "JBSWY3DPEHPK3PXP", "displayName": "token"}], "verificationCode": "123456"}
    assert scrub("JBSWY3DPEHPK3PXP of token with 123456", sent) == "******** of token with ********"


def test_text_without_a_request_is_only_searched_for_numbers() -> None:
    assert scrub("no number") == "no number"
