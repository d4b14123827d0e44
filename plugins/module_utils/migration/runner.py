# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives a batch: match, plan, apply, verify, record."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import BrokenRecord, Record
from ansible_collections.entra.mfa.plugins.module_utils.migration import steps
from ansible_collections.entra.mfa.plugins.module_utils.migration.books import Book, MigrationBook, NoBook, UndoBook
from ansible_collections.entra.mfa.plugins.module_utils.migration.chunk import PAUSES, ChunkWorker, Planner
from ansible_collections.entra.mfa.plugins.module_utils.migration.fingerprints import record_fingerprint
from ansible_collections.entra.mfa.plugins.module_utils.migration.ledger import Ledger
from ansible_collections.entra.mfa.plugins.module_utils.migration.matching import Match, Member
from ansible_collections.entra.mfa.plugins.module_utils.migration.plan import Rules
from ansible_collections.entra.mfa.plugins.module_utils.migration.planner import AwaitedPlanner, MigrationPlanner
from ansible_collections.entra.mfa.plugins.module_utils.migration.results import UserResult
from ansible_collections.entra.mfa.plugins.module_utils.migration.settings import Settings
from ansible_collections.entra.mfa.plugins.module_utils.migration.tenant import Tenant
from ansible_collections.entra.mfa.plugins.module_utils.migration.undo import UndoPlanner
from ansible_collections.entra.mfa.plugins.module_utils.migration.user_state import Candidate

CHUNK_SIZE = 20
"""One batch request to Graph carries so many calls."""


CHUNKS_PER_REQUEST = 4
"""For each request that may be in flight so many chunks are under way, so that there is always one to be sent."""


class Progress(Protocol):
    """Hears how far a run is."""

    def __call__(self, *, done: int, failed: int, total: int) -> None:
        """``done`` of ``total`` users are through, ``failed`` of them without success."""


def no_progress(*, done: int, failed: int, total: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a run works with besides its users.

    ``rules`` is asked once, and only when a user needs them: they cost requests. ``clock`` gives seconds since the
    epoch, ``sleep`` waits, ``pauses`` are the waits before each look at a user whose last write is unclear.
    """

    tenant: Tenant
    rules: Callable[[], Rules]
    ledger: Ledger | None = None
    concurrency: int = 8
    check_mode: bool = False
    progress: Progress = no_progress
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    pauses: Sequence[float] = PAUSES


def migrate(
    matches: Sequence[Match], settings: Settings, around: Surroundings, *, only_changed: bool = True
) -> Iterator[UserResult]:
    """Bring the methods of matched users into Entra; yields one result for each match.

    With a ledger and ``only_changed`` a user whose record and settings are those of the last run costs no request.
    """
    candidates: list[Candidate] = []
    done = around.ledger.done_users() if around.ledger is not None and only_changed else {}
    key = around.ledger.key if around.ledger is not None else None
    for match in matches:
        if match.ambiguous or not isinstance(match.record, Record) or not match.record.enabled:
            yield _without_plan(match)
            continue
        fingerprint = record_fingerprint(match.record, settings, key) if key is not None else b""
        known = done.get(match.member.id)
        if known is not None and known.fingerprint == fingerprint:
            yield _unchanged(match.member, match.matched_by, needs_registration=known.needs_registration)
            continue
        candidates.append(Candidate(match.member, match.record, match.matched_by, fingerprint))
    if candidates:
        book = MigrationBook(around.ledger) if around.ledger is not None else NoBook()
        yield from _work(candidates, around, lambda: MigrationPlanner(around.rules()), book)


def undo(members: Sequence[Member], around: Surroundings) -> Iterator[UserResult]:
    """Take back what the ledger says was created for these users; yields one result for each member."""
    ledger = around.ledger
    changes = ledger.changes_of([member.id for member in members]) if ledger is not None else {}
    candidates = [Candidate(member) for member in members if member.id in changes]
    for member in members:
        if member.id not in changes:
            yield _unchanged(member, None, has_record=False)
    if candidates and ledger is not None:
        key = ledger.key
        yield from _work(candidates, around, lambda: UndoPlanner(changes, key, around.rules()), UndoBook(ledger))


def _work(
    candidates: Sequence[Candidate], around: Surroundings, make_planner: Callable[[], Planner], book: Book
) -> Iterator[UserResult]:
    """Work on users while the ledger keeps other runs away from them; the first are read while the planner is made."""
    ledger = None if around.check_mode else around.ledger
    if ledger is not None:
        ledger.acquire([candidate.member.id for candidate in candidates])
    try:
        with ThreadPoolExecutor(1, thread_name_prefix="rules") as aside:
            worker = ChunkWorker(
                around.tenant,
                AwaitedPlanner(aside.submit(make_planner)),
                book,
                check_mode=around.check_mode,
                clock=around.clock,
                sleep=around.sleep,
                pauses=around.pauses,
            )
            yield from _work_in_chunks(worker, candidates, around)
    finally:
        if ledger is not None:
            ledger.release()


def _work_in_chunks(worker: ChunkWorker, candidates: Sequence[Candidate], around: Surroundings) -> Iterator[UserResult]:
    """Many chunks side by side, results in the order of the users. The first error ends the run."""
    chunks = [candidates[start : start + CHUNK_SIZE] for start in range(0, len(candidates), CHUNK_SIZE)]
    done = failed = 0
    around.progress(done=0, failed=0, total=len(candidates))
    with ThreadPoolExecutor(CHUNKS_PER_REQUEST * around.concurrency, thread_name_prefix="users") as pool:
        waiting = deque(pool.submit(worker.run, chunk) for chunk in chunks)
        try:
            while waiting:
                results = waiting.popleft().result()
                done += len(results)
                failed += sum(result.status == "failed" for result in results)
                around.progress(done=done, failed=failed, total=len(candidates))
                yield from results
        finally:
            for future in waiting:
                future.cancel()


def _without_plan(match: Match) -> UserResult:
    """The result of a user for whom there is nothing to ask Entra."""
    member, record = match.member, match.record
    if match.ambiguous:
        return UserResult(member.id, member.upn, "failed", steps.AMBIGUOUS_MATCH, match.matched_by)
    if isinstance(record, BrokenRecord):
        reason = f"{steps.INVALID_RECORD}: {record.problem}"
        return UserResult(member.id, member.upn, "failed", reason, match.matched_by)
    if record is None:
        return UserResult(member.id, member.upn, "skipped", steps.NOT_IN_MFA_SERVER, has_record=False)
    return UserResult(member.id, member.upn, "skipped", steps.DISABLED, match.matched_by)


def _unchanged(
    member: Member, matched_by: str | None, *, needs_registration: bool = False, has_record: bool = True
) -> UserResult:
    return UserResult(
        member.id,
        member.upn,
        "unchanged",
        matched_by=matched_by,
        needs_registration=needs_registration,
        has_record=has_record,
    )
