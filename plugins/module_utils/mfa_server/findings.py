# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What readers find wrong in a source, without the values themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

MOST_PROBLEMS = 500
"""Most problems that are kept one by one; the others are counted."""
MOST_NAMED = 20
"""Most names that one warning lists."""
_MOST_IN_MESSAGE = 5


class ValueProblemError(ValueError):
    """A value that cannot be used; the text completes a sentence that begins with the field, without the value."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    ``line`` counts the lines of a text file from 1, or the records of a JSON export; ``field`` is the field of the
    export format, or None for a whole line.
    """

    source: str
    line: int | None
    field: str | None
    problem: str

    def __str__(self) -> str:
        place = self.source if self.line is None else f"{self.source}, line {self.line}"
        return f"{place}: {self.field} {self.problem}" if self.field else f"{place}: {self.problem}"

    def as_dict(self) -> dict[str, str | int | None]:
        """The problem as a module returns it."""
        return {"source": self.source, "line": self.line, "field": self.field, "problem": self.problem}


@dataclass(slots=True)
class Findings:
    """Collects problems, of which the first ones are kept, and warnings."""

    problems: list[Problem] = field(default_factory=list)
    count: int = 0
    warnings: list[str] = field(default_factory=list)

    def add(self, source: str, line: int | None, name: str | None, problem: str) -> None:
        """Take one problem."""
        self.count += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(source, line, name, problem))

    def warn(self, sentence: str) -> None:
        """Take one warning."""
        self.warnings.append(sentence)

    def failure_message(self) -> str:
        """One sentence about all problems that names the first ones."""
        named = "; ".join(str(problem) for problem in self.problems[:_MOST_IN_MESSAGE])
        more = f"; and {self.count - _MOST_IN_MESSAGE} more" if self.count > _MOST_IN_MESSAGE else ""
        things = "1 problem" if self.count == 1 else f"{self.count} problems"
        return f"The sources have {things}, and nothing was written: {named}{more}."

    @property
    def omitted(self) -> int:
        """How many problems were counted and not kept."""
        return self.count - len(self.problems)


def listed(names: Sequence[str]) -> str:
    """The names as a list that stays short."""
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more
