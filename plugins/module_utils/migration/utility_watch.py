# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waits until the vendor's migration utility has done each user of a batch.

A user is done when everything stands that a migration of this collection would write, or when the audit log shows that
the utility wrote to them: its rules differ in details, and it moves push registrations, which nobody else can.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ansible_collections.entra.mfa.plugins.module_utils.migration import steps
from ansible_collections.entra.mfa.plugins.module_utils.migration.matching import Match
from ansible_collections.entra.mfa.plugins.module_utils.migration.results import UserResult
from ansible_collections.entra.mfa.plugins.module_utils.migration.runner import Progress, no_progress

SEEN_IN_AUDIT_LOG = "seen_in_audit_log"
"""The utility wrote to this user, but not everything that the export lets expect stands in Entra."""

NOT_MIGRATED = "not_migrated_by_utility"
"""Neither the log nor the methods show this user done when the time is over."""

NOT_SEEN = "not_seen"
"""The reason of an action whose result does not stand in Entra."""

_NOTHING_TO_MOVE = (steps.NOT_IN_MFA_SERVER, steps.DISABLED)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for the last user, and how long between two looks, in seconds."""

    seconds: float
    interval: float


@dataclass(frozen=True, slots=True)
class Senses:
    """What the wait is told by the tenant.

    ``plan`` gives what a migration would still do for these users; ``logged`` the ids of the users to whom the utility
    wrote.
    """

    plan: Callable[[Sequence[Match]], Iterable[UserResult]]
    logged: Callable[[], Collection[str]]


def watch(
    matches: Sequence[Match],
    senses: Senses,
    patience: Patience,
    *,
    known_done: Collection[str] | None = None,
    foretell: bool = False,
    progress: Progress = no_progress,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[UserResult]:
    """Yield one result for each match, in this order, once all are done or the time is over.

    Users who are done are ``unchanged`` when they stand in ``known_done``, by default the ids of those who are done at
    the first look, and otherwise ``migrated``. Those who are left are ``failed``, or with ``foretell`` ``migrated`` as
    the utility would do them. Users of whom the export says nothing usable are not waited for.
    """
    begin = clock()
    settled: dict[str, UserResult] = {}
    open_results: dict[str, UserResult] = {}
    waiting = list(matches)
    while waiting:
        logged = senses.logged()
        open_results = {}
        for result in senses.plan(waiting):
            done = _settle(result, logged=result.id in logged)
            if done is None:
                open_results[result.id] = result
            else:
                settled[result.id] = done
        waiting = [match for match in waiting if match.member.id in open_results]
        known_done = set(settled) if known_done is None else known_done
        progress(done=len(settled), failed=0, total=len(matches))
        left = patience.seconds - (clock() - begin)
        if left <= 0 or all(result.status == "failed" for result in open_results.values()):
            break
        sleep(min(patience.interval, left))
    for match in matches:
        user = match.member.id
        if user not in settled:
            yield _left(open_results[user], foretell=foretell)
        elif settled[user].status == "migrated" and user in (known_done or ()):
            yield replace(settled[user], status="unchanged")
        else:
            yield settled[user]


def _settle(result: UserResult, *, logged: bool) -> UserResult | None:
    """The result of a user who is done, or of whom there is nothing to move; None for any other."""
    stands = result.status == "unchanged" and not result.needs_registration
    if stands or logged:
        return replace(_as_it_stands(result), status="migrated", reason=None if stands else SEEN_IN_AUDIT_LOG)
    return result if result.status == "skipped" and result.reason in _NOTHING_TO_MOVE else None


def _left(result: UserResult, *, foretell: bool) -> UserResult:
    if result.status == "failed":
        return result
    if foretell:
        return replace(result, status="migrated", wrote=False)
    return replace(_as_it_stands(result), status="failed", reason=NOT_MIGRATED)


def _as_it_stands(result: UserResult) -> UserResult:
    """A plan as a picture of now: what it would still write is not there."""
    actions = tuple(
        action if action.action in ("none", "skip") else action._replace(action="skip", reason=NOT_SEEN)
        for action in result.actions
    )
    return replace(result, actions=actions, default_after=result.default_before, wrote=False, before={}, after={})
