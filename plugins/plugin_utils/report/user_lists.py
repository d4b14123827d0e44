# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The users whom the page names: as many as it may show of each kind, and how many more there are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.migration.gate_rules import NOTHING_TO_BRING
from ansible_collections.entra.mfa.plugins.plugin_utils.report.user_lines import UserLine
from ansible_collections.entra.mfa.plugins.plugin_utils.report.wording import code_of, explain


@dataclass(slots=True)
class UserList:
    """Users of one kind."""

    title: str
    most: int
    users: list[dict[str, Any]] = field(default_factory=list)
    count: int = 0

    def add(self, batch: str, line: UserLine) -> None:
        """Take a user in while there is room, and count them in any case."""
        self.count += 1
        if len(self.users) < self.most:
            self.users.append(user_row(batch, line))

    def as_dict(self) -> dict[str, Any]:
        """The list as the report holds it."""
        return {
            "title": self.title,
            "count": self.count,
            "omitted": self.count - len(self.users),
            "users": self.users,
        }


class UserLists:
    """Failed users, users who were skipped for a reason to act on, users who register again, and the other skipped."""

    def __init__(self, most: int) -> None:
        self._failed = UserList("Failed", most)
        self._skipped = UserList("Skipped, and something can be done", most)
        self._registering = UserList("Need to register the Authenticator app again", most)
        self._left_alone = UserList("Left out on purpose", most)

    def add(self, batch: str, line: UserLine) -> None:
        """Put a user where they belong; a user who has to register may stand in two lists."""
        if line.status == "failed":
            self._failed.add(batch, line)
        elif line.status == "skipped":
            on_purpose = code_of(line.reason or "") in NOTHING_TO_BRING
            (self._left_alone if on_purpose else self._skipped).add(batch, line)
        if line.needs_registration:
            self._registering.add(batch, line)

    def as_list(self) -> list[dict[str, Any]]:
        """The lists that are not empty, the most urgent first."""
        lists = (self._failed, self._skipped, self._registering, self._left_alone)
        return [found.as_dict() for found in lists if found.count]


def user_row(batch: str, line: UserLine) -> dict[str, Any]:
    """A user as lists show them; ``details`` is what stands behind the code of the reason."""
    reason = line.reason or ""
    known = explain(reason) if reason else None
    return {
        "batch": batch,
        "upn": line.upn,
        "status": line.status,
        "reason": code_of(reason),
        "title": known.title if known else "",
        "details": reason.partition(":")[2].strip(),
        "remedy": known.remedy if known else "",
        "needs_registration": line.needs_registration,
    }
