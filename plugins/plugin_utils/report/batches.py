# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The batches: who is planned, who was migrated, who is routed to Entra."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ansible_collections.entra.mfa.plugins.plugin_utils.report.errors import ReportInputError
from ansible_collections.entra.mfa.plugins.plugin_utils.report.record_files import RecordFolder, iso
from ansible_collections.entra.mfa.plugins.plugin_utils.report.tally import Tally
from ansible_collections.entra.mfa.plugins.plugin_utils.report.user_lines import (
    UserLine,
    UserView,
    read_users,
    read_views,
)
from ansible_collections.entra.mfa.plugins.plugin_utils.report.writes import Writes

OnUser = Callable[[str, UserLine], object]
"""Hears of every user: the name of the batch, and the user."""


@dataclass(frozen=True, slots=True)
class PlannedBatch:
    """A batch as the operator or a record names it."""

    name: str
    group: str | None = None
    rollout_group: str | None = None


@dataclass(slots=True)
class Batch:
    """A batch and its counts. Times are UTC; None where nothing is recorded."""

    planned: PlannedBatch
    tally: Tally = field(default_factory=Tally)
    migrated_at: datetime | None = None
    first_write: datetime | None = None
    last_write: datetime | None = None
    rolled_out: bool = False
    waves: Mapping[str, Any] = field(default_factory=dict)
    users_listed: bool = False

    @property
    def name(self) -> str:
        """The name of the batch."""
        return self.planned.name

    @property
    def waits_for_a_wave(self) -> bool:
        """Whether migrated users of a batch that is rolled out wait for the next wave."""
        return self.rolled_out and (self.waves.get("reached") or 0) < (self.waves.get("total") or 0)

    @property
    def state(self) -> str:
        """``waiting``, ``partly`` (failed or waiting users are left) or ``done``."""
        if self.migrated_at is None:
            return "waiting"
        return "partly" if self.tally.failed or self.tally.waiting else "done"

    def as_dict(self) -> dict[str, Any]:
        """The batch as the report holds it."""
        return {
            "name": self.name,
            "group": self.planned.group,
            "rollout_group": self.planned.rollout_group,
            "state": self.state,
            "rolled_out": self.rolled_out,
            "wave": self.waves.get("wave") if self.rolled_out else None,
            "waves": self.waves.get("of") if self.rolled_out else None,
            "routed": self.waves.get("reached") if self.rolled_out else None,
            "to_route": self.waves.get("total") if self.rolled_out else None,
            "next_wave_at": self.waves.get("next_at") if self.rolled_out else None,
            "migrated_at": iso(self.migrated_at),
            "first_write_at": iso(self.first_write),
            "last_write_at": iso(self.last_write),
            **self.tally.as_dict(),
        }


def planned_batches(
    folder: RecordFolder, wanted: Sequence[Mapping[str, Any]], assessed: Mapping[str, Any]
) -> list[PlannedBatch]:
    """The batches that the operator names, in that order, then those of which only a record knows."""
    found = {
        str(entry["name"]): PlannedBatch(str(entry["name"]), entry.get("group"), entry.get("rollout_group"))
        for entry in wanted
    }
    for record in folder.read_all("batch"):
        name = record.name.removeprefix("batch-").removesuffix(".json")
        found.setdefault(name, PlannedBatch(name, record.content.get("group")))
    for name in assessed:
        found.setdefault(str(name), PlannedBatch(str(name)))
    for name in found:
        if Path(name).name != name:
            raise ReportInputError(f"The batch {name!r} has a name that no file can have; name it otherwise.")
    return list(found.values())


def read_batch(
    folder: RecordFolder,
    planned: PlannedBatch,
    *,
    assessed: Mapping[str, Any],
    rolled_out: bool,
    waves: Mapping[str, Any],
    writes: Writes | None,
    on_user: OnUser,
) -> Batch:
    """Count the users of a batch; each is told to ``on_user`` and then forgotten.

    ``assessed`` is what the assess phase counted: users whom no migration has looked at are waiting. ``waves`` is how
    far the rollout phase has come with the batch.
    """
    batch = Batch(planned, rolled_out=rolled_out, waves=waves)
    record = folder.read(f"batch-{planned.name}.json")
    path = folder.users_file(planned.name)
    expected = int(assessed.get("targeted") or 0)
    if record is None:
        batch.tally.waiting = expected
        return batch
    batch.migrated_at = record.recorded_at
    if path is None:
        batch.tally.add_summary(record.content.get("summary") or {})
    else:
        batch.users_listed = True
        _count(batch, path, _views(folder, planned.name), writes, on_user)
    batch.tally.waiting = max(0, expected - batch.tally.users)
    return batch


def _views(folder: RecordFolder, name: str) -> Mapping[str, UserView]:
    path = folder.users_file(name, "assess")
    return {} if path is None else {view.id: view for view in read_views(path)}


def _count(batch: Batch, path: Path, views: Mapping[str, UserView], writes: Writes | None, on_user: OnUser) -> None:
    first = last = 0.0
    for line in read_users(path):
        batch.tally.add(line)
        written = writes.users.get(line.id) if writes is not None else None
        if written is not None:
            first = min(first or written.first, written.first)
            last = max(last, written.last)
        batch.tally.holdings.add(line, views.get(line.id), written)
        on_user(batch.name, line)
    batch.first_write, batch.last_write = _time(first), _time(last)


def _time(seconds: float) -> datetime | None:
    return datetime.fromtimestamp(int(seconds), UTC) if seconds else None


def total(batches: Iterable[Batch]) -> Tally:
    """The counts of all batches together."""
    found = Tally()
    for batch in batches:
        found.merge(batch.tally)
    return found
