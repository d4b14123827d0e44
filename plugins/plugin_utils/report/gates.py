# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gates before the flip: what the finalize phase judged, or what the records let expect."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.migration.gate_rules import not_moved
from ansible_collections.entra.mfa.plugins.plugin_utils.report.batches import Batch
from ansible_collections.entra.mfa.plugins.plugin_utils.report.record_files import Record
from ansible_collections.entra.mfa.plugins.plugin_utils.report.wording import GATES, Reason


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate: ``green``, ``red`` or ``overridden``, with what is missing and the remedy where it is not green.

    ``judged`` is False for a forecast from the records: only the finalize phase looks at the tenant.
    """

    name: str
    state: str
    judged: bool
    detail: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The gate as the report holds it."""
        known = GATES.get(self.name, Reason(self.name.replace("_", " ").capitalize(), "See what is missing."))
        return {
            "name": self.name,
            "title": known.title,
            "state": self.state,
            "judged": self.judged,
            "detail": self.detail,
            "remedy": "" if self.state == "green" else known.remedy,
        }


def gates(
    *,
    prepared: Record | None,
    rollout: Record | None,
    finalized: Record | None,
    batches: Sequence[Batch],
    moved: Collection[str],
    accepted: Collection[str],
) -> list[Gate]:
    """Every gate, in the order of the finalize phase.

    What that phase judged counts; before it has run, the records let expect something.
    """
    forecasts = {
        "backup": _backup(prepared),
        "coverage": _coverage(batches, accepted),
        "dependencies": _dependencies(prepared, moved),
        "rollout": _rollout(rollout, batches),
    }
    if finalized is None:
        return [Gate(name, "red" if text else "green", judged=False, detail=text) for name, text in forecasts.items()]
    verdicts: Mapping[str, str] = finalized.content.get("gates") or {}
    overridden = finalized.content.get("overridden_gates") or ()
    return [_judged(name, verdicts.get(name) or "", overridden) for name in {**forecasts, **verdicts}]


def _judged(name: str, missing: str, overridden: Collection[str]) -> Gate:
    state = "overridden" if name in overridden else "red" if missing else "green"
    return Gate(name, state, judged=True, detail=missing.removeprefix(f"{name}: "))


def _backup(prepared: Record | None) -> str:
    if prepared is None:
        return "There is no record of the prepare phase."
    servers = prepared.content.get("servers") or {}
    primaries = {name: server for name, server in servers.items() if server.get("role") == "primary"}
    if not primaries:
        return "No primary MFA Server is recorded."
    bare = [name for name, server in primaries.items() if not server.get("fetched_to")]
    if bare:
        return f"No copy on the controller of: {', '.join(sorted(bare))}."
    gone = [server["fetched_to"] for server in primaries.values() if not Path(server["fetched_to"]).is_file()]
    return f"The copy is not there any more: {', '.join(sorted(gone))}." if gone else ""


def _coverage(batches: Sequence[Batch], accepted: Collection[str]) -> str:
    if not batches:
        return "No batch is recorded."
    attention = sum(batch.tally.attention + batch.tally.waiting for batch in batches)
    register = sum(batch.tally.needs_registration for batch in batches)
    unknown = [batch.name for batch in batches if batch.migrated_at is None]
    parts = []
    if unknown:
        parts.append(f"Not migrated yet: {', '.join(unknown)}.")
    if attention:
        parts.append(f"{attention:,} users are failed, skipped or waiting.")
    if register:
        parts.append(f"{register:,} users have to register their app.")
    if parts and accepted:
        parts.append(f"{len(accepted):,} users are accepted by name.")
    return " ".join(parts)


def _dependencies(prepared: Record | None, moved: Collection[str]) -> str:
    if prepared is None:
        return "There is no record of the prepare phase."
    left = not_moved(prepared.content.get("servers") or {}, moved)
    return f"Not declared moved: {', '.join(left)}." if left else ""


def _rollout(rollout: Record | None, batches: Sequence[Batch]) -> str:
    if rollout is None:
        return "There is no record of the rollout phase."
    if not (rollout.content.get("policy") or {}).get("isEnabled", True):
        return "The Staged Rollout policy is switched off."
    left = [batch.name for batch in batches if not batch.rolled_out]
    return f"Not rolled out: {', '.join(left)}." if left else ""
