# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every code that a record can hold has words."""

from __future__ import annotations

from typing import get_args

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.migration import steps, utility_watch
from ansible_collections.entra.mfa.plugins.plugin_utils.report import wording

OF_UNDOING = {
    steps.ALREADY_GONE,
    steps.CANNOT_BE_UNSET,
    steps.CHANGED_SINCE,
    steps.NEEDED_BY_ALTERNATE,
    steps.REMOVED,
    steps.REPLACED,
    steps.RESTORED,
}
NO_PROBLEM = {steps.ALREADY_REGISTERED, steps.ALREADY_SET, steps.PROMOTED, steps.NOT_ACTIVATED}


def codes() -> set[str]:
    """The reasons that a migration gives for what it leaves."""
    texts = {value for name, value in vars(steps).items() if name.isupper() and isinstance(value, str)}
    watched = {utility_watch.SEEN_IN_AUDIT_LOG, utility_watch.NOT_MIGRATED, utility_watch.NOT_SEEN}
    return (texts | watched) - OF_UNDOING - NO_PROBLEM


@pytest.mark.parametrize("code", sorted(codes()))
def test_reason_is_explained(code: str) -> None:
    assert wording.explain(code) is not wording.REFUSED


def test_every_target_has_a_name() -> None:
    assert set(wording.METHODS) == set(get_args(steps.Target)) - {"defaultMethod"}


def test_code_of_the_service_is_a_refusal() -> None:
    assert wording.explain("Request_BadRequest: no") is wording.REFUSED
    assert wording.code_of("invalid_record: phone must be an object: really") == "invalid_record"
