# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gathers the results of a run: counts, the list that is returned, and whether too many failed."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.migration.report import Report
from ansible_collections.entra.mfa.plugins.module_utils.migration.results import Summary, UserResult

MOST_CHARACTERS = 250_000
"""Longest list of users and diff together; automation controllers drop events that are much larger."""

_PERCENTAGE = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*%")


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How many users may fail before the run counts as failed; None for any number, else a percentage of all."""

    percent: float | None

    @classmethod
    def parse(cls, text: str) -> Tolerance:
        """Read ``any``, ``none`` or a percentage such as ``5%``; raises UnusableInputError for anything else."""
        if text == "any":
            return cls(0.0)
        if text == "none":
            return cls(None)
        found = _PERCENTAGE.fullmatch(text.strip())
        if found is None or float(found.group(1)) > 100:
            raise UnusableInputError(f"fail_on must be any, none or a percentage such as 5%, not {text}.")
        return cls(float(found.group(1)))

    def is_exceeded_by(self, summary: Summary) -> bool:
        """Whether too many users failed."""
        return self.percent is not None and summary.failed * 100 > self.percent * summary.targeted


@dataclass(slots=True)
class _Shown:
    """A user as returned, with their part of the diff."""

    position: int
    user: dict[str, Any]
    before: dict[str, Any]
    after: dict[str, Any]
    size: int


class Collector:
    """Takes results one by one and keeps what may be returned.

    When the list grows too long, users who did not fail make room for those who did.
    """

    def __init__(self, report: Report, *, with_diff: bool, most_characters: int = MOST_CHARACTERS) -> None:
        self.summary = Summary()
        self._report = report
        self._with_diff = with_diff
        self._room = most_characters
        self._failed: list[_Shown] = []
        self._others: deque[_Shown] = deque()
        self._omitted = 0
        self._full = False

    def add_all(self, results: Iterable[UserResult]) -> None:
        """Take the results of a run."""
        for result in results:
            self.summary.add(result)
            self._report.add(result)
            if result.status != "unchanged":
                self._keep(result)

    def failure_message(self, fail_on: str) -> str:
        """One sentence about the users who failed."""
        summary, first = self.summary, self._failed[0].user if self._failed else None
        example = f"; the first is {first['upn']} ({first['reason']})" if first else ""
        return f"{summary.failed} of {summary.targeted} users failed, which fail_on={fail_on} does not accept{example}."

    @property
    def users(self) -> list[dict[str, Any]]:
        """The users to return, in the order they came."""
        return [shown.user for shown in self._in_order()]

    @property
    def users_omitted(self) -> int:
        """How many users are only in the report."""
        return self._omitted

    @property
    def diff(self) -> dict[str, dict[str, Any]]:
        """Before and after of the users with a change, by user principal name."""
        changed = [shown for shown in self._in_order() if shown.before != shown.after]
        return {
            "before": {shown.user["upn"]: shown.before for shown in changed},
            "after": {shown.user["upn"]: shown.after for shown in changed},
        }

    def _in_order(self) -> list[_Shown]:
        return sorted((*self._failed, *self._others), key=lambda shown: shown.position)

    def _keep(self, result: UserResult) -> None:
        if self._full and result.status != "failed":
            self._omitted += 1
            return
        user = result.as_dict()
        size = len(json.dumps(user))
        before, after = (result.before, result.after) if self._with_diff else ({}, {})
        if before != after:
            size += len(json.dumps([result.upn, before, result.upn, after]))
        shown = _Shown(self.summary.targeted, user, before, after, size)
        if result.status == "failed":
            while self._others and size > self._room:
                self._room += self._others.pop().size
                self._omitted += 1
        if size > self._room:
            self._full = True
            self._omitted += 1
            return
        self._room -= size
        (self._failed if result.status == "failed" else self._others).append(shown)
