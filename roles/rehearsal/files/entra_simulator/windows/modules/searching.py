# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`win_find`."""

from __future__ import annotations

import fnmatch
import ntpath
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from entra_simulator.windows.errors import ModuleFailure, WindowsError
from entra_simulator.windows.filesystem import Drives
from entra_simulator.windows.modules.doubles import double
from entra_simulator.windows.modules.files import describe

if TYPE_CHECKING:
    from entra_simulator.windows.host import Context, Host

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_BYTES = {"b": 1, "k": 1024, "m": 1024**2, "g": 1024**3, "t": 1024**4}
_STAMPS = {"mtime": "lastwritetime", "ctime": "creationtime", "atime": "lastaccesstime"}


@double("ansible.windows.win_find")
def win_find(host: Host, arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Files and folders below the given folders that fit all criteria."""
    del context
    search = _Search(
        host,
        arguments,
        age=_quantity("age", arguments["age"], _SECONDS),
        size=_quantity("size", arguments["size"], _BYTES),
    )
    found = [item for path in arguments["paths"] for item in search.below(host.expand(path), arguments["depth"] or 0)]
    found.sort(key=lambda item: str(item["path"]).casefold())
    result = {"examined": len(search.seen), "matched": len(found), "files": found}
    return result | ({"warnings": search.warnings} if search.warnings else {})


def _quantity(name: str, text: str | None, units: Mapping[str, int]) -> int | None:
    if text is None:
        return None
    match = re.match(rf"^(-?\d+)([{''.join(units)}])?$", text, re.IGNORECASE)
    if match is None:
        raise ModuleFailure(f"Invalid {name} pattern specified")
    return int(match[1]) * (units[match[2].lower()] if match[2] else 1)


@dataclass(slots=True)
class _Search:
    host: Host
    arguments: Mapping[str, Any]
    age: int | None
    size: int | None
    seen: set[str] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)

    @property
    def drives(self) -> Drives:
        return self.host.drives

    def below(self, path: str, depth: int) -> Iterator[dict[str, Any]]:
        if not self.drives.is_directory(path):
            reason = "is a file not a directory" if self.drives.exists(path) else "does not exist or is not accessible"
            self.warnings.append(f"Argument path '{path}' {reason}, skipping")
            return
        for child in self.drives.children(path):
            if self.arguments["recurse"] and depth != 1 and self.drives.is_directory(child):
                yield from self.below(child, depth - 1)
            if child.casefold() in self.seen:
                continue
            self.seen.add(child.casefold())
            item = describe(self.host, child)
            if self._fits(child, item):
                yield self._completed(child, item)

    def _completed(self, path: str, item: dict[str, Any]) -> dict[str, Any]:
        item |= dict.fromkeys(("checksum", "extension", "size", "sharename", "lnk_source", "lnk_target"))
        if item["isreg"]:
            item["extension"] = ntpath.splitext(path)[1]
            item["size"] = self.drives.size(path)
            if self.arguments["get_checksum"]:
                try:
                    item["checksum"] = self.drives.digest(path, self.arguments["checksum_algorithm"])
                except WindowsError:
                    item["checksum"] = None
        return item

    def _fits(self, path: str, item: Mapping[str, Any]) -> bool:
        kind = self.arguments["file_type"]
        if kind != "any" and bool(item["isdir"]) != (kind == "directory"):
            return False
        return self._fits_age(item) and self._fits_size(path, item) and self._fits_name(str(item["filename"]))

    def _fits_age(self, item: Mapping[str, Any]) -> bool:
        if self.age is None:
            return True
        old = time.time() - item[_STAMPS[self.arguments["age_stamp"]]]
        return bool(old >= self.age if self.age >= 0 else old <= -self.age)

    def _fits_size(self, path: str, item: Mapping[str, Any]) -> bool:
        if self.size is None:
            return True
        size = 0 if item["isdir"] else self.drives.size(path)
        return size >= self.size if self.size >= 0 else size <= -self.size

    def _fits_name(self, name: str) -> bool:
        patterns = self.arguments["patterns"]
        if patterns is None:
            return True
        if not self.arguments["use_regex"]:
            return any(fnmatch.fnmatchcase(name.casefold(), pattern.casefold()) for pattern in patterns)
        flags = 0 if self.arguments["case_sensitive"] else re.IGNORECASE
        return any(re.search(pattern, name, flags) for pattern in patterns)
