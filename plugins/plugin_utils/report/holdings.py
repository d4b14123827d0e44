# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which kinds of methods users hold before and after a migration.

Three sources are put together, because none knows everything: the assess phase (``assess-NAME.jsonl``) and the report
of the last migration (``report-NAME.jsonl``) say what stood in Entra at their time, the ledger what was added. The
report of a later run says nothing of users who had not changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.entra.mfa.plugins.plugin_utils.report.user_lines import UserLine, UserView
from ansible_collections.entra.mfa.plugins.plugin_utils.report.wording import BITS, METHODS, default_method, method
from ansible_collections.entra.mfa.plugins.plugin_utils.report.writes import WrittenUser

_DONE_REASONS = (None, "promoted", "removed", "restored")
_NOT_WRITTEN = WrittenUser()


@dataclass(slots=True)
class Holdings:
    """How many users of how many hold each kind of method, and which default method they have."""

    recorded: Counter[int] = field(default_factory=Counter)
    before: Counter[int] = field(default_factory=Counter)
    after: Counter[int] = field(default_factory=Counter)
    changed: Counter[int] = field(default_factory=Counter)
    default_before: Counter[str | None] = field(default_factory=Counter)
    default_after: Counter[str | None] = field(default_factory=Counter)
    known: int = 0
    partly_known: int = 0

    def add(self, line: UserLine, view: UserView | None, written: WrittenUser | None) -> None:
        """Count one user. A user without a record in MFA Server has nothing to count.

        A user of whom only the ledger knows something is partly known: what they held before is not.
        """
        if not line.actions and view is None and written is None:
            self.partly_known += line.status == "unchanged"
            return
        own = written or _NOT_WRITTEN
        recorded, stands, added = _kinds(line.actions)
        if view is not None:
            recorded |= view.recorded
            stands |= view.stood
        if not recorded and not own.added and not own.changed:
            return
        added |= own.added
        stands |= own.changed
        self.recorded[recorded | added | own.changed] += 1
        self.before[stands & ~added] += 1
        self.after[stands | added] += 1
        self.changed[own.changed] += 1
        self.known += 1
        self.partly_known += not line.actions and view is None
        self._add_default(line, view, own)

    def _add_default(self, line: UserLine, view: UserView | None, own: WrittenUser) -> None:
        """Count the default method where both sides of it are known; the ledger only knows the one from before."""
        if line.actions:
            before, after = line.default_before, line.default_after
        elif view is None or (own.default_written and view.default == own.default_before):
            return
        else:
            before = after = view.default
        self.default_before[own.default_before if own.default_written else before] += 1
        self.default_after[after] += 1

    def merge(self, other: Holdings) -> None:
        """Take the counts of another batch in."""
        for name in ("recorded", "before", "after", "changed", "default_before", "default_after"):
            getattr(self, name).update(getattr(other, name))
        self.known += other.known
        self.partly_known += other.partly_known

    def as_dict(self) -> dict[str, Any]:
        """The counts by kind, in the order of writing, and by default method, the most frequent after first."""
        defaults = sorted(
            {*self.default_before, *self.default_after}, key=lambda name: (-self.default_after[name], name or "")
        )
        return {
            "known_users": self.known,
            "partly_known_users": self.partly_known,
            "kinds": [
                {
                    "target": target,
                    "title": method(target),
                    "in_mfa_server": _holders(self.recorded, BITS[target]),
                    "before": _holders(self.before, BITS[target]),
                    "after": _holders(self.after, BITS[target]),
                    "changed": _holders(self.changed, BITS[target]),
                }
                for target in METHODS
            ],
            "default_methods": [
                {
                    "method": name,
                    "title": default_method(name),
                    "before": self.default_before[name],
                    "after": self.default_after[name],
                }
                for name in defaults
            ],
        }


def _kinds(actions: Iterable[tuple[str, str, str | None]]) -> tuple[int, int, int]:
    """Bits of the kinds in the record, of those that stood in Entra, and of those that were added."""
    recorded = stood = added = 0
    for target, action, reason in actions:
        bit = BITS.get(target, 0)
        recorded |= bit
        if action == "none" or (action == "update" and reason in _DONE_REASONS):
            stood |= bit
        elif action == "create" and reason in _DONE_REASONS:
            added |= bit
    return recorded, stood, added


def _holders(counts: Counter[int], bit: int) -> int:
    return sum(count for kinds, count in counts.items() if kinds & bit)
