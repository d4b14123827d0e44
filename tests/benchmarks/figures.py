# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmarks print: one line for each figure, with its bound and whether it holds."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from operator import ge, gt, le, lt
from typing import Literal

Comparison = Literal["<=", ">=", "<", ">"]
_COMPARE = {"<=": le, ">=": ge, "<": lt, ">": gt}


@dataclass(frozen=True, slots=True)
class Figure:
    """A ratio or a count; ``unit`` follows the number, as in ``MB``."""

    name: str
    value: float
    comparison: Comparison
    bound: float
    unit: str = ""

    @property
    def holds(self) -> bool:
        """Whether the value keeps within its bound."""
        return bool(_COMPARE[self.comparison](self.value, self.bound))

    def __str__(self) -> str:
        value, bound = (f"{number:,.5g}{self.unit}" for number in (self.value, self.bound))
        return f"{'holds' if self.holds else 'FAILS':6}{self.name:<62}{value:>14}   {self.comparison} {bound}"


def tell(line: object) -> None:
    """Print a line at once, as some figures take minutes."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
