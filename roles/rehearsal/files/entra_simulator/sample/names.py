# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Made-up names that nobody carries: a tree and a bird."""

from __future__ import annotations

import random
from collections.abc import Iterator

_FIRST_NAMES = (
    "Acacia",
    "Alder",
    "Apple",
    "Ash",
    "Aspen",
    "Balsa",
    "Beech",
    "Birch",
    "Cedar",
    "Cherry",
    "Cypress",
    "Elder",
    "Elm",
    "Fir",
    "Hazel",
    "Hickory",
    "Juniper",
    "Larch",
    "Linden",
    "Maple",
    "Oak",
    "Olive",
    "Pine",
    "Poplar",
    "Rowan",
    "Spruce",
    "Sumac",
    "Walnut",
    "Willow",
    "Yew",
)
_LAST_NAMES = (
    "Avocet",
    "Bittern",
    "Bunting",
    "Curlew",
    "Dunlin",
    "Egret",
    "Finch",
    "Gannet",
    "Godwit",
    "Grouse",
    "Heron",
    "Hoopoe",
    "Kestrel",
    "Lapwing",
    "Linnet",
    "Merlin",
    "Osprey",
    "Petrel",
    "Pipit",
    "Plover",
    "Puffin",
    "Rail",
    "Sandpiper",
    "Siskin",
    "Skua",
    "Snipe",
    "Tern",
    "Wagtail",
    "Warbler",
    "Whimbrel",
)


def full_names(chance: random.Random) -> Iterator[tuple[str, str]]:
    """Yield made-up names, a tree and a bird, each pair once."""
    pairs = [(first, last) for first in _FIRST_NAMES for last in _LAST_NAMES]
    chance.shuffle(pairs)
    yield from pairs
