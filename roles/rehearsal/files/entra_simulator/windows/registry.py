# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The registry of a simulated host, as a 64-bit process sees it: `WOW6432Node` is a key like any other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from entra_simulator.windows.errors import WindowsError

KINDS = {
    "none": "REG_NONE",
    "binary": "REG_BINARY",
    "dword": "REG_DWORD",
    "expandstring": "REG_EXPAND_SZ",
    "multistring": "REG_MULTI_SZ",
    "string": "REG_SZ",
    "qword": "REG_QWORD",
}
_PATH = re.compile(r"^(HK(?:CC|CR|CU|LM|U)):\\(.*)$", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class RegistryValue:
    """A value's kind (`string`, `dword`, …) and data: text, integer, tuple of integers (bytes) or tuple of texts."""

    kind: str
    data: object


@dataclass(slots=True)
class _Key:
    path: str
    values: dict[str, tuple[str, RegistryValue]] = field(default_factory=dict)


class Registry:
    """Keys by path (`HKLM:\\SOFTWARE\\…`), names of keys and values without regard to case."""

    def __init__(self) -> None:
        self._keys: dict[str, _Key] = {}

    @staticmethod
    def is_path(path: str) -> bool:
        """Whether the text names a key the way `ansible.windows` asks for it."""
        return _PATH.match(path) is not None

    @staticmethod
    def _split(path: str) -> list[str]:
        match = _PATH.match(path)
        if match is None:
            raise WindowsError(f"'{path}' is not a registry path.")
        return [f"{match[1].upper()}:", *[part for part in match[2].split("\\") if part]]

    def _find(self, path: str) -> _Key | None:
        return self._keys.get("\\".join(self._split(path)).casefold())

    def exists(self, path: str) -> bool:
        """Whether the key exists; the roots always do."""
        return len(self._split(path)) == 1 or self._find(path) is not None

    def create(self, path: str) -> None:
        """Create a key and its missing parents."""
        parts = self._split(path)
        for depth in range(2, len(parts) + 1):
            name = "\\".join(parts[:depth])
            above = self._keys.get("\\".join(parts[: depth - 1]).casefold())
            if above is not None:
                name = f"{above.path}\\{parts[depth - 1]}"
            self._keys.setdefault(name.casefold(), _Key(name))

    def values(self, path: str) -> dict[str, RegistryValue]:
        """All values of a key by name; the default value has the name ''."""
        key = self._find(path)
        return dict(key.values.values()) if key else {}

    def get(self, path: str, name: str) -> RegistryValue | None:
        """One value, or None when the key or the value is absent."""
        key = self._find(path)
        found = key.values.get(name.casefold()) if key else None
        return found[1] if found else None

    def set(self, path: str, name: str, value: RegistryValue) -> None:
        """Write a value; the key is created where it is missing."""
        if value.kind not in KINDS:
            raise WindowsError(f"'{value.kind}' is not a kind of registry value.")
        self.create(path)
        key = self._find(path)
        if key is None:
            raise WindowsError("Values of a registry root are not modelled.")
        spelled = key.values.get(name.casefold(), (name, value))[0]
        key.values[name.casefold()] = (spelled, value)

    def delete_value(self, path: str, name: str) -> None:
        """Delete a value; an absent one is no error."""
        key = self._find(path)
        if key:
            key.values.pop(name.casefold(), None)

    def delete_key(self, path: str) -> None:
        """Delete a key with everything below it."""
        prefix = "\\".join(self._split(path)).casefold()
        self._keys = {
            name: key for name, key in self._keys.items() if name != prefix and not name.startswith(f"{prefix}\\")
        }

    def sub_keys(self, path: str) -> list[str]:
        """Names of the keys directly below a key, in alphabetical order."""
        depth = len(self._split(path))
        prefix = "\\".join(self._split(path)).casefold() + "\\"
        names = [
            key.path.split("\\")[depth]
            for name, key in self._keys.items()
            if name.startswith(prefix) and name.count("\\") == depth
        ]
        return sorted(names, key=str.casefold)

    def walk(self) -> Iterator[tuple[str, dict[str, RegistryValue]]]:
        """Every key's path with its values."""
        for key in sorted(self._keys.values(), key=lambda item: item.path.casefold()):
            yield key.path, self.values(key.path)
