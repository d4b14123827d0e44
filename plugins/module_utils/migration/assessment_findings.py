# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings of an assessment: what was found, how bad it is, whom it touches and what to do."""

from __future__ import annotations

from bisect import insort
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Severity = Literal["blocker", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("blocker", "warning", "info")

READY = "ready"
READY_WITH_WARNINGS = "ready_with_warnings"
NOT_READY = "not_ready"


@dataclass(slots=True)
class Named:
    """Counts names and keeps the first of them in alphabetical order, so that two looks at the same show the same."""

    most: int
    count: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, name: str) -> None:
        """Take one name."""
        self.count += 1
        if len(self.examples) < self.most or name < self.examples[-1]:
            insort(self.examples, name)
            del self.examples[self.most :]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. ``message`` is a sentence, ``remedy`` says what to do, ``count`` how many users or things."""

    code: str
    severity: Severity
    message: str
    remedy: str
    count: int = 0
    examples: tuple[str, ...] = ()
    accepted: bool = False

    @classmethod
    def of(cls, named: Named, code: str, severity: Severity, message: str, remedy: str) -> Finding:
        """A finding about the names that were counted."""
        return cls(code, severity, message, remedy, named.count, tuple(named.examples))

    @classmethod
    def about(
        cls, names: Collection[str], most: int, code: str, severity: Severity, message: str, remedy: str
    ) -> Finding:
        """A finding about these names, of which so many are shown."""
        return cls(code, severity, message, remedy, len(names), tuple(sorted(names)[:most]))

    def as_dict(self) -> dict[str, Any]:
        """The finding as modules return it."""
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "count": self.count,
            "examples": list(self.examples),
            "remedy": self.remedy,
            "accepted": self.accepted,
        }


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, the worst first, and within a severity in the order in which they came."""
    return sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))


def accept(findings: Iterable[Finding], codes: Collection[str]) -> list[Finding]:
    """The findings; those of these codes are marked as accepted and no longer speak against a migration."""
    return [replace(finding, accepted=finding.code in codes) for finding in findings]


def verdict(findings: Sequence[Finding]) -> str:
    """``not_ready`` for a blocker, ``ready_with_warnings`` for a warning, else ``ready``. Skips accepted ones."""
    severities = {finding.severity for finding in findings if not finding.accepted}
    if "blocker" in severities:
        return NOT_READY
    return READY_WITH_WARNINGS if "warning" in severities else READY
