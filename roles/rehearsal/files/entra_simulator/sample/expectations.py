# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a migration of the sample must answer, taken from the rules and not from the engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

from entra_simulator.sample.cases.case import Json, Outcome
from entra_simulator.sample.groups import BATCHES, batch_name
from entra_simulator.sample.people import Person

STATUSES = ("migrated", "unchanged", "skipped", "failed")


def expectations(people: Sequence[Person]) -> Json:
    """Return what `migration_batch` must say about ``people``.

    Options are the defaults, with ``match_attribute: onPremisesSamAccountName``; each batch runs once, on the
    untouched tenant. The answer has

    ``users``
        user principal name to ``status``, ``reason``, ``matched_by``, ``needs_registration``, ``actions`` (their order
        carries no meaning) and ``default_method``. A key is missing where the rules leave the answer open.
    ``special``
        names of the users who each show a rule, in order.
    ``batches``
        display name of the migration group to the counts of ``summary`` that are certain.
    ``variants``
        ``option=value`` to the users whose answer that one change decides, in the shape of ``users``.
    """
    return {
        "users": {person.upn: _answer(person.case.expected) for person in people},
        "special": [person.upn for person in people if person.special],
        "batches": {batch_name(batch): _totals([p for p in people if p.batch == batch]) for batch in BATCHES},
        "variants": _variants(people),
    }


def _answer(outcome: Outcome) -> Json:
    """Return ``outcome`` as the module returns it, without the keys that are undecided."""
    answer = {
        "status": outcome.status,
        "reason": outcome.reason,
        "matched_by": outcome.matched_by,
        "needs_registration": outcome.needs_registration,
        "actions": [asdict(action) for action in outcome.actions],
        "default_method": {"before": outcome.before, "after": outcome.after},
    }
    return {key: value for key, value in answer.items() if key not in outcome.undecided}


def _totals(people: Sequence[Person]) -> dict[str, int]:
    """Return the counts of one batch; ``matched`` only where every match is decided."""
    outcomes = [person.case.expected for person in people]
    counted = Counter(outcome.status for outcome in outcomes)
    totals = {
        "targeted": len(outcomes),
        **{status: counted[status] for status in STATUSES},
        "needs_registration": sum(outcome.needs_registration for outcome in outcomes),
    }
    if not any("matched_by" in outcome.undecided for outcome in outcomes):
        totals["matched"] = sum(outcome.matched_by is not None for outcome in outcomes)
    return totals


def _variants(people: Sequence[Person]) -> dict[str, dict[str, Json]]:
    variants: dict[str, dict[str, Json]] = {}
    for person in people:
        if person.special:
            for option, outcome in person.case.variants.items():
                variants.setdefault(option, {})[person.upn] = _answer(outcome)
    return variants
