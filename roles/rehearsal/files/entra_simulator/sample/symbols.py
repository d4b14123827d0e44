# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Derivation of ids, secrets and serials from the seed, and replacement of the symbols in a case."""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from collections.abc import Mapping
from typing import Any

_NAMESPACE = uuid.UUID("5c9ad0a4-2d0c-5d0e-9d5e-3f1f7a1b6c55")
_SYMBOL = re.compile(r"<(\w+)>")
_SHARED_SERIALS = 900_000
_SERIALS = 910_000


def identifier(seed: int, *names: str) -> str:
    """Return the GUID of the named object, the same for the same ``seed``."""
    return str(uuid.uuid5(_NAMESPACE, "/".join((str(seed), *names))))


def derived_bytes(seed: int, *names: str) -> bytes:
    """Return 32 bytes that depend on ``seed`` and ``names`` alone."""
    return hashlib.sha256("/".join((str(seed), *names)).encode()).digest()


def oath_secret(seed: int, *names: str) -> str:
    """Return a Base32 secret of 20 bytes."""
    return base64.b32encode(derived_bytes(seed, "oath", *names)[:20]).decode()


class Symbols:
    """The values behind the symbols of one person's case (see `entra_simulator.sample.cases.case`)."""

    __slots__ = ("_number", "_owner", "_seed", "_values")

    def __init__(
        self,
        seed: int,
        owner: str,
        number: int,
        names: Mapping[str, str],
        phones: Mapping[str, tuple[str, str]],
    ) -> None:
        """Keep ``names`` as they are and derive the spellings of ``phones`` (letter to country code and number)."""
        self._seed = seed
        self._owner = owner
        self._number = number
        self._values = dict(names)
        for letter, (country_code, national) in phones.items():
            self._values |= {
                letter: national,
                f"{letter}_cc": country_code,
                f"{letter}_dashed": f"({national[:3]}) {national[3:6]}-{national[6:]}",
                f"{letter}_short": national[:3] + national[5:],
            }

    def value(self, name: str) -> str:
        """Return the value of one symbol.

        :raises KeyError: the symbol is unknown
        """
        if name in self._values:
            return self._values[name]
        kind = name.rstrip("0123456789")
        place = name.removeprefix(kind)
        match kind:
            case "secret":
                return oath_secret(self._seed, self._owner, place)
            case "serial":
                return str(_SERIALS + 10 * self._number + int(place))
            case "device":
                return derived_bytes(self._seed, "device", self._owner, place).hex()
            case "shared":
                return str(_SHARED_SERIALS + int(place))
            case "shared_secret":
                return oath_secret(self._seed, "shared", place)
        raise KeyError(name)

    def fill(self, value: Any) -> Any:
        """Return ``value`` (text, list, mapping or scalar) with every symbol replaced."""
        if isinstance(value, str):
            return _SYMBOL.sub(lambda found: self.value(found[1]), value)
        if isinstance(value, Mapping):
            return {key: self.fill(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.fill(item) for item in value]
        return value
