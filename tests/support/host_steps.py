# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of a run on a simulated server, from its call log, and the faults that hit each of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

_MASK = "********"
_CHANGING = re.compile(r"\d{8}T\d{6}Z|ansible-tmp-[\w.-]+")
_LEFT_OUT = "\0"


@dataclass(frozen=True, slots=True)
class Step:
    """One call of a module: ``match`` finds it by its arguments in later runs, ``kind`` is module or script.

    ``after`` is how many equal calls come before it.
    """

    number: int
    module: str
    kind: str
    match: str
    changed: bool
    after: int = 0

    def fault(self, **outcome: Any) -> dict[str, Any]:
        """A fault that hits such a call."""
        return {"module": self.module, "match": self.match, "after": self.after, **outcome}

    def __str__(self) -> str:
        return f"{self.number} {self.kind}{' (changes)' if self.changed else ''}"


def steps_of(log: Iterable[Mapping[str, Any]]) -> list[Step]:
    """The calls that meet the host in a state of its own, in their order.

    These are the ones that change something, the first one after each of them, and the first of each kind that reads.
    """
    calls = [_step(entry) for entry in log]
    found: list[Step] = []
    for number, step in enumerate(calls):
        if step.changed or all(step.kind != other.kind or other.changed for other in found):
            found.append(step)
        elif calls[number - 1].changed:
            equal = [other for other in calls[:number] if (other.module, other.match) == (step.module, step.match)]
            found.append(replace(step, after=len(equal)))
    return found


def _step(entry: Mapping[str, Any]) -> Step:
    arguments: dict[str, Any] = dict(entry["args"])
    script = arguments.pop("script", None)
    parts = [f"entra.mfa script: {script}\\n"] if script else []
    parts += [
        f"{json.dumps(name)}: {json.dumps(value)}" for name, value in arguments.items() if _MASK not in str(value)
    ]
    short = entry["module"].rpartition(".")[2]
    return Step(
        number=entry["n"],
        module=entry["module"],
        kind=f"{short} {script}" if script else short,
        match="(?s)" + "".join(f"(?=.*{_pattern(part)})" for part in parts),
        changed=entry["result"].get("changed") is True,
    )


def _pattern(text: str) -> str:
    """The text as a regular expression; moments and temporary folders may be others."""
    parts = [re.escape(part) for part in _CHANGING.sub(_LEFT_OUT, text).split(_LEFT_OUT)]
    return r"[\w.-]+".join(parts)
