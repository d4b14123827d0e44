# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the users of a batch, one by one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.migration.gate_rules import NOTHING_TO_BRING
from ansible_collections.entra.mfa.plugins.plugin_utils.report.holdings import Holdings
from ansible_collections.entra.mfa.plugins.plugin_utils.report.user_lines import UserLine
from ansible_collections.entra.mfa.plugins.plugin_utils.report.wording import code_of, explain, method

_COUNTS = (
    "migrated",
    "unchanged",
    "skipped",
    "failed",
    "waiting",
    "needs_registration",
    "attention",
    "registering",
)


@dataclass(slots=True)
class Tally:
    """Counts over users. Each one is migrated, unchanged, skipped or failed; ``waiting`` users were not looked at yet.

    ``attention`` counts the users of whom something is to be done: failed, or skipped for a reason to act on;
    ``registering`` those who were reached and have to register an app again.
    """

    migrated: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: int = 0
    waiting: int = 0
    needs_registration: int = 0
    attention: int = 0
    registering: int = 0
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)
    holdings: Holdings = field(default_factory=Holdings)

    @property
    def users(self) -> int:
        """All users of the batch."""
        return self.migrated + self.unchanged + self.skipped + self.failed + self.waiting

    @property
    def reached(self) -> int:
        """Users whose methods are in Entra."""
        return self.migrated + self.unchanged

    @property
    def left_alone(self) -> int:
        """Users who were left out on purpose: without a record, or with a disabled one."""
        return self.skipped + self.failed - self.attention

    def add(self, line: UserLine) -> None:
        """Count one user."""
        setattr(self, line.status, getattr(self, line.status) + 1)
        self.needs_registration += line.needs_registration
        if line.status in ("skipped", "failed"):
            code = code_of(line.reason or "nothing_to_migrate")
            self.reasons[line.status, code] += 1
            self.attention += line.status == "failed" or code not in NOTHING_TO_BRING
            return
        self.registering += line.needs_registration
        for target, action, reason in line.actions:
            if action == "skip":
                self.left_out[target, reason or "nothing_to_migrate"] += 1

    def add_summary(self, summary: dict[str, Any]) -> None:
        """Take the counts of a record in whose users are not listed anywhere."""
        for name in ("migrated", "unchanged", "skipped", "failed", "needs_registration"):
            setattr(self, name, getattr(self, name) + int(summary.get(name) or 0))
        self.attention += int(summary.get("failed") or 0) + int(summary.get("skipped") or 0)

    def merge(self, other: Tally) -> None:
        """Take the counts of another batch in."""
        for name in _COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.reasons.update(other.reasons)
        self.left_out.update(other.left_out)
        self.holdings.merge(other.holdings)

    def as_dict(self) -> dict[str, Any]:
        """The counts by name."""
        return {
            "users": self.users,
            "reached": self.reached,
            "migrated": self.migrated,
            "unchanged": self.unchanged,
            "skipped": self.skipped,
            "failed": self.failed,
            "waiting": self.waiting,
            "needs_registration": self.needs_registration,
            "needs_attention": self.attention,
            "registering": self.registering,
            "left_alone": self.left_alone,
            "to_cover": self.users - self.left_alone,
        }

    def reasons_as_list(self) -> list[dict[str, Any]]:
        """Why users were skipped or failed: failures first, the most frequent first."""
        rows = sorted(self.reasons.items(), key=lambda row: (row[0][0], -row[1], row[0][1]))
        return [
            {"status": status, "reason": code, "users": count, **explain(code)._asdict()}
            for (status, code), count in rows
        ]

    def left_out_as_list(self) -> list[dict[str, Any]]:
        """Which methods of migrated users were left out, and why; the most frequent first."""
        rows = sorted(self.left_out.items(), key=lambda row: (-row[1], row[0]))
        return [
            {
                "target": target,
                "method": "Default method" if target == "defaultMethod" else method(target),
                "reason": code,
                "methods": count,
                **explain(code)._asdict(),
            }
            for (target, code), count in rows
        ]
