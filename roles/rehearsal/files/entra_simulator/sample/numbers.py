# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Telephone numbers that the national regulators keep free for films, books and documentation."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Range:
    """A block of fictional numbers: ``prefix`` followed by every value of ``digits`` digits from ``first`` to ``last``.

    ``weight`` says how many of a hundred ordinary people have a number of this block.
    """

    country_code: str
    prefix: str
    first: int
    last: int
    digits: int
    weight: int = 0

    def numbers(self) -> list[str]:
        """Return the numbers of the block, without the country code."""
        return [f"{self.prefix}{value:0{self.digits}d}" for value in range(self.first, self.last + 1)]


CASE_RANGES = tuple(Range("1", f"{area}555", 100, 199, 4) for area in ("206", "253", "360", "425"))
"""North American numbers for the cases (555-0100 to 555-0199 of four area codes)."""

ORDINARY_RANGES = (
    Range("1", "509555", 100, 199, 4, weight=18),
    Range("1", "564555", 100, 199, 4, weight=18),
    Range("1", "503555", 100, 199, 4, weight=18),
    Range("44", "2079460", 100, 999, 3, weight=7),
    Range("44", "7700900", 100, 999, 3, weight=9),
    Range("49", "3023125", 100, 999, 3, weight=10),
    Range("33", "639980", 100, 999, 3, weight=8),
    Range("46", "7017406", 5, 99, 2, weight=6),
    Range("61", "255501", 100, 999, 3, weight=6),
)
"""Blocks for the ordinary people: North America, Britain, Germany, France, Sweden and Australia."""


def case_numbers() -> Iterator[tuple[str, str]]:
    """Yield country code and number for the cases, each once, always in the same order."""
    for block in CASE_RANGES:
        for number in block.numbers():
            yield block.country_code, number


class NumberPool:
    """Hands out fictional numbers, each once, in an order that the generator of the sample decides."""

    def __init__(self, chance: random.Random) -> None:
        """Shuffle every block with ``chance``."""
        self._chance = chance
        self._free: dict[Range, list[str]] = {}
        for block in ORDINARY_RANGES:
            numbers = block.numbers()
            chance.shuffle(numbers)
            self._free[block] = numbers

    def take(self, count: int) -> list[tuple[str, str]]:
        """Return ``count`` pairs of country code and number, all from one block."""
        blocks = [block for block, numbers in self._free.items() if len(numbers) >= count]
        block = self._chance.choices(blocks, weights=[block.weight for block in blocks])[0]
        return [(block.country_code, self._free[block].pop()) for _index in range(count)]
