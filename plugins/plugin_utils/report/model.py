# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts the report together from the records: one pass over the users, then everything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from ansible_collections.entra.mfa.plugins.plugin_utils.report import assessment
from ansible_collections.entra.mfa.plugins.plugin_utils.report.batches import (
    Batch,
    OnUser,
    planned_batches,
    read_batch,
    total,
)
from ansible_collections.entra.mfa.plugins.plugin_utils.report.gates import gates
from ansible_collections.entra.mfa.plugins.plugin_utils.report.headline import headline
from ansible_collections.entra.mfa.plugins.plugin_utils.report.next_steps import next_steps
from ansible_collections.entra.mfa.plugins.plugin_utils.report.phases import Records, phases
from ansible_collections.entra.mfa.plugins.plugin_utils.report.record_files import RecordFolder, iso
from ansible_collections.entra.mfa.plugins.plugin_utils.report.user_lists import UserLists
from ansible_collections.entra.mfa.plugins.plugin_utils.report.writes import Writes, read_writes

FORMAT = "entra.mfa/report-v1"
MOST_DAYS = 90
"""Days of the chart of progress; the newest count."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be reported: where the records lie, and what the operator declares.

    ``most_users`` is how many users each list of the page names at most.
    """

    records: Path
    batches: Sequence[Mapping[str, Any]] = ()
    ledger: Path | None = None
    title: str = "Migration to Microsoft Entra multifactor authentication"
    most_users: int = 500
    dependencies_moved: Sequence[str] = ()
    accepted_users: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The report: ``content`` is what the JSON file holds and the page shows."""

    content: dict[str, Any] = field(repr=False)
    batches: Sequence[Batch] = field(repr=False)


def build(request: Request, on_user: OnUser) -> Report:
    """Read the records; every user is told to ``on_user``.

    The same records give the same report: its time is that of the newest record. Raises ReportInputError when a file
    is no record.
    """
    folder = RecordFolder(request.records)
    records = Records.read(folder)
    writes = read_writes(request.ledger or folder.path / "ledger.sqlite")
    lists = UserLists(request.most_users)

    def hear(name: str, line: Any) -> None:
        lists.add(name, line)
        on_user(name, line)

    batches = _read_batches(folder, records, request, writes, hear)
    found = phases(records, batches)
    judged = gates(
        prepared=records.prepare,
        rollout=records.rollout,
        finalized=None if records.is_rolled_back else records.finalize,
        batches=batches,
        moved=request.dependencies_moved,
        accepted=request.accepted_users,
    )
    tally = total(batches)
    times = [record.recorded_at for record in records.all()]
    times += [batch.migrated_at for batch in batches if batch.migrated_at is not None]
    content = {
        "format": FORMAT,
        "title": request.title,
        "tenant": _tenant(records),
        "data_as_of": iso(max(times, default=None)),
        "headline": headline(records, batches, found, judged).as_dict(),
        "next_steps": [step.as_dict() for step in next_steps(records, batches, found, judged)],
        "phases": [phase.as_dict() for phase in found],
        "totals": tally.as_dict() | {"batches": len(batches), "rolled_out_batches": sum(b.rolled_out for b in batches)},
        "batches": [batch.as_dict() for batch in batches],
        "days": _days(writes),
        "methods": tally.holdings.as_dict(),
        "reasons": tally.reasons_as_list(),
        "left_out": tally.left_out_as_list(),
        "users": lists.as_list(),
        "gates": [gate.as_dict() for gate in judged],
        "domains": assessment.domains(records.assess, records.finalize, records.flipped, records.rollback),
        "dependencies": assessment.dependencies(records.assess, records.prepare, list(request.dependencies_moved)),
        "assessment": assessment.judgement(records.assess),
        "verification": assessment.judgement(records.verify),
        "taken_back_users": writes.taken_back if writes is not None else 0,
        "unlisted_batches": [b.name for b in batches if b.migrated_at is not None and not b.users_listed],
    }
    return Report(content, batches)


def _read_batches(
    folder: RecordFolder, records: Records, request: Request, writes: Writes | None, on_user: OnUser
) -> list[Batch]:
    assessed = assessment.batches(records.assess)
    routed = set((records.rollout.content.get("batches") or ()) if records.rollout is not None else ())
    waves = (records.rollout.content.get("progress") or {}) if records.rollout is not None else {}
    return [
        read_batch(
            folder,
            planned,
            assessed=assessed.get(planned.name) or {},
            rolled_out=planned.name in routed and not records.staged_rollout_is_off,
            waves=waves.get(planned.name) or {},
            writes=writes,
            on_user=on_user,
        )
        for planned in planned_batches(folder, request.batches, assessed)
    ]


def _tenant(records: Records) -> str | None:
    found = records.assess.content.get("tenant") if records.assess is not None else None
    return found if isinstance(found, str) else None


def _days(writes: Writes | None) -> list[dict[str, Any]]:
    """How many users got their first method on each day from the first to the last; days without any count too."""
    found = writes.per_day() if writes is not None else {}
    if not found:
        return []
    last = date.fromisoformat(max(found))
    count = min((last - date.fromisoformat(min(found))).days + 1, MOST_DAYS)
    days = [(last - timedelta(days=back)).isoformat() for back in reversed(range(count))]
    return [{"date": day, "users": found.get(day, 0)} for day in days]
