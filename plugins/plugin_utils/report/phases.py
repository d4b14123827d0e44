# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The phases in their order: which have run, when, and what they left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ansible_collections.entra.mfa.plugins.plugin_utils.report.assessment import verdict
from ansible_collections.entra.mfa.plugins.plugin_utils.report.batches import Batch, total
from ansible_collections.entra.mfa.plugins.plugin_utils.report.record_files import (
    Record,
    RecordFolder,
    in_words,
    iso,
    moment,
)

DONE, PARTLY, TO_DO, TAKEN_BACK = "done", "partly", "to_do", "taken_back"


@dataclass(frozen=True, slots=True)
class Records:
    """The records of all phases but the batches; None for a phase that has not run."""

    assess: Record | None
    prepare: Record | None
    rollout: Record | None
    finalize: Record | None
    verify: Record | None
    rollback: Record | None
    portals: Sequence[Record] = ()
    decommission: Sequence[Record] = ()

    @classmethod
    def read(cls, folder: RecordFolder) -> Records:
        """Read what is there."""
        names = ("assess", "prepare", "rollout", "finalize", "verify", "rollback")
        single = {name: folder.read(f"{name}.json") for name in names}
        return cls(**single, portals=folder.read_all("portal"), decommission=folder.read_all("decommission"))

    def all(self) -> list[Record]:
        """The records that are there."""
        single = (self.assess, self.prepare, self.rollout, self.finalize, self.verify, self.rollback)
        return [*(record for record in single if record is not None), *self.portals, *self.decommission]

    @property
    def flipped(self) -> Mapping[str, Any]:
        """The domains that were flipped, without those that a rollback took back.

        A rollback keeps what it took back as the finalize phase had recorded it; a flip that came later is another one.
        """
        flips: Mapping[str, Any] = (self.finalize.content.get("domains") or {}) if self.finalize is not None else {}
        taken_back = (self.rollback.content.get("domains") or {}) if self.rollback is not None else {}
        return {name: flip for name, flip in flips.items() if taken_back.get(name) != flip}

    @property
    def staged_rollout_is_off(self) -> bool:
        """Whether the Staged Rollout policy was switched off after it had been on."""
        policy = self.rollout.content.get("policy") if self.rollout is not None else None
        return isinstance(policy, Mapping) and policy.get("isEnabled") is False

    @property
    def is_rolled_back(self) -> bool:
        """Whether nothing is left of what was flipped, because a rollback took it back."""
        return self.rollback is not None and not self.flipped


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase: its playbook, its state, when it ran (from, to), and what it left in a few sentences."""

    name: str
    title: str
    purpose: str
    state: str
    started: datetime | None = None
    ended: datetime | None = None
    details: Sequence[str] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """The phase as the report holds it."""
        return {
            "name": self.name,
            "title": self.title,
            "purpose": self.purpose,
            "playbook": f"entra.mfa.{self.name}",
            "state": self.state,
            "started_at": iso(self.started),
            "ended_at": iso(self.ended),
            "details": list(self.details),
        }


def phases(records: Records, batches: Sequence[Batch]) -> list[Phase]:
    """All phases in their order; the rollback only where one has run."""
    found = [
        _judgement("assess", "Assess", "Know what is there", records.assess),
        _prepare(records.prepare),
        _migrate(batches),
        _rollout(records, batches),
        _finalize(records),
        _judgement("verify", "Verify", "See Entra do the MFA", records.verify),
        _decommission(records),
    ]
    if records.rollback is not None:
        names = ", ".join(sorted(set(records.rollback.content.get("domains") or {}) - set(records.flipped)))
        detail = f"Taken back: {names}." if names else "Taken back, and flipped again since then."
        at = records.rollback.recorded_at
        found.append(Phase("rollback", "Rollback", "Give MFA back to the federated provider", DONE, at, at, (detail,)))
    return found


def _judgement(name: str, title: str, purpose: str, record: Record | None) -> Phase:
    """A phase that only looks and leaves a verdict."""
    if record is None:
        return Phase(name, title, purpose, TO_DO)
    word = verdict(record)
    details = [] if word is None else [f"Verdict: {word.replace('_', ' ')}."]
    return Phase(name, title, purpose, DONE, record.recorded_at, record.recorded_at, details)


def _prepare(record: Record | None) -> Phase:
    title, purpose = "Prepare", "Back up and update the MFA Servers"
    if record is None:
        return Phase("prepare", title, purpose, TO_DO)
    servers = record.content.get("servers") or {}
    builds = sorted({str(server.get("version")) for server in servers.values() if server.get("version")})
    details = [f"{_count(len(servers), 'server')}, build {', '.join(builds) or 'unknown'}."]
    taken = [moment(server["backup"].get("created_at")) for server in servers.values() if server.get("backup")]
    newest = max((time for time in taken if time is not None), default=None)
    details.append("No backup." if newest is None else f"Backup of {in_words(newest)}.")
    return Phase("prepare", title, purpose, DONE, record.recorded_at, record.recorded_at, details)


def _migrate(batches: Sequence[Batch]) -> Phase:
    title, purpose = "Migrate", "Bring the users' methods to Entra"
    run = [batch for batch in batches if batch.migrated_at is not None]
    if not run:
        return Phase("migrate", title, purpose, TO_DO)
    times = [time for batch in run for time in (batch.first_write, batch.last_write, batch.migrated_at) if time]
    tally = total(batches)
    state = DONE if all(batch.state == "done" for batch in batches) else PARTLY
    details = [
        f"{len(run)} of {_count(len(batches), 'batch', 'batches')}.",
        f"{tally.reached:,} of {tally.users:,} users.",
    ]
    return Phase("migrate", title, purpose, state, min(times), max(times), details)


def _rollout(records: Records, batches: Sequence[Batch]) -> Phase:
    title, purpose = "Roll out", "Route migrated users to Entra"
    record = records.rollout
    if record is None:
        return Phase("rollout", title, purpose, TO_DO)
    routed = [batch for batch in batches if batch.rolled_out]
    state = DONE if batches and all(b.rolled_out and not b.waits_for_a_wave for b in batches) else PARTLY
    details = [f"{len(routed)} of {_count(len(batches), 'batch', 'batches')} in Staged Rollout."]
    if records.staged_rollout_is_off:
        state, details = TAKEN_BACK, ["Staged Rollout is switched off."]
    return Phase("rollout", title, purpose, state, record.recorded_at, record.recorded_at, details)


def _finalize(records: Records) -> Phase:
    title, purpose = "Finalize", "Leave all MFA to Entra"
    record = records.finalize
    if record is None:
        return Phase("finalize", title, purpose, TO_DO)
    if not record.content.get("domains"):
        at = record.recorded_at
        return Phase("finalize", title, purpose, PARTLY, at, at, ["Refused: a gate was red, nothing was flipped."])
    if records.is_rolled_back:
        return Phase(
            "finalize",
            title,
            purpose,
            TAKEN_BACK,
            record.recorded_at,
            record.recorded_at,
            ["MFA is with the federated provider again."],
        )
    flips = records.flipped
    details = [f"{_count(len(flips), 'domain')}."]
    times = [moment(flip.get("effective_by")) for flip in flips.values()]
    latest = max((time for time in times if time is not None), default=None)
    if latest is not None:
        details.append(f"In effect by {in_words(latest)}.")
    closed = [str(portal.content.get("server")) for portal in records.portals if portal.content.get("state") != "open"]
    if closed:
        details.append(f"User portal redirected or closed on {', '.join(closed)}.")
    return Phase("finalize", title, purpose, DONE, record.recorded_at, record.recorded_at, details)


def _decommission(records: Records) -> Phase:
    title, purpose = "Decommission", "Remove the MFA Servers"
    if not records.decommission:
        return Phase("decommission", title, purpose, TO_DO)
    gone = {str(record.content.get("server")) for record in records.decommission if "server" in _removed(record)}
    servers = set((records.prepare.content.get("servers") or {}) if records.prepare is not None else ()) or gone
    times = [record.recorded_at for record in records.decommission]
    state = DONE if gone and servers <= gone else PARTLY
    details = [f"{len(gone)} of {_count(len(servers), 'server')} removed."]
    return Phase("decommission", title, purpose, state, min(times), max(times), details)


def _removed(record: Record) -> Sequence[str]:
    return record.content.get("removed") or ()


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
