# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told about each user, and about all of them together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ansible_collections.entra.mfa.plugins.module_utils.migration.plan import Status


class DoneAction(NamedTuple):
    """One entry of a user's ``actions``."""

    target: str
    action: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class UserResult:
    """The outcome of one user.

    ``reason`` is a code; for a refused write and a broken record it is followed by a colon and the details.
    ``before`` and ``after`` show the user's methods with numbers masked, where something changes.
    """

    id: str
    upn: str
    status: Status
    reason: str | None = None
    matched_by: str | None = None
    needs_registration: bool = False
    actions: tuple[DoneAction, ...] = ()
    default_before: str | None = None
    default_after: str | None = None
    wrote: bool = False
    has_record: bool = True
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The user as the module returns and reports it."""
        return {
            "id": self.id,
            "upn": self.upn,
            "matched_by": self.matched_by,
            "status": self.status,
            "reason": self.reason,
            "needs_registration": self.needs_registration,
            "actions": [action._asdict() for action in self.actions],
            "default_method": {"before": self.default_before, "after": self.default_after},
        }


@dataclass(slots=True)
class Summary:
    """Counts over the users of a run; targeted = migrated + unchanged + skipped + failed."""

    targeted: int = 0
    matched: int = 0
    migrated: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: int = 0
    needs_registration: int = 0
    wrote: bool = False

    def add(self, result: UserResult) -> None:
        """Count one user."""
        self.targeted += 1
        self.matched += result.has_record
        self.needs_registration += result.needs_registration
        self.wrote = self.wrote or result.wrote
        setattr(self, result.status, getattr(self, result.status) + 1)

    def as_dict(self) -> dict[str, int]:
        """The counts by name."""
        names = ("targeted", "matched", "migrated", "unchanged", "skipped", "failed", "needs_registration")
        return {name: getattr(self, name) for name in names}
