# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The manifest beside each copy of the data file: what was copied, from where, when, with which checksum."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ansible_collections.entra.mfa.plugins.plugin_utils.windows import paths
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.files import FileState

FORMAT = "entra.mfa/pfdata-backup-v1"
SUFFIX = ".json"
STAMP = "%Y%m%dT%H%M%SZ"
SAME_MOMENT = 0.001
SHA256 = re.compile(r"[0-9a-f]{64}")
COPY_NAME = re.compile(r"PhoneFactor-\d{8}T\d{6}Z(-\d+)?\.pfdata", re.IGNORECASE)


class ManifestError(Exception):
    """A manifest that cannot be used; the message names the field."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A verified copy of the data file, as returned to the play.

    `path` is on the host, or on the controller. `sha256` is lower-case hexadecimal, `size` in bytes, `created_at` in
    UTC (ISO 8601). What is not known, such as the checksum of a copy that check mode only announces, is None.
    """

    path: str
    sha256: str | None
    size: int | None
    created_at: str | None
    server_version: str | None
    host: str | None

    def as_result(self) -> dict[str, Any]:
        """The dictionary that the play sees."""
        return {
            "path": self.path,
            "sha256": self.sha256,
            "size": self.size,
            "created_at": self.created_at,
            "server_version": self.server_version,
            "host": self.host,
        }


@dataclass(frozen=True, slots=True)
class Manifest:
    """A backup and the file it was taken from."""

    backup: Backup
    source: FileState

    def describes(self, now: FileState) -> bool:
        """Whether the source looks as it did when the copy was taken: same path, size and last write time."""
        return (
            paths.same(self.source.path, now.path)
            and self.source.size == now.size
            and abs(self.source.modified - now.modified) < SAME_MOMENT
        )

    def as_text(self) -> str:
        """The manifest as JSON."""
        source = {"path": self.source.path, "size": self.source.size, "modified": self.source.modified}
        return json.dumps({"format": FORMAT, **self.backup.as_result(), "source": source}, indent=2) + "\n"


def from_text(text: str) -> Manifest:
    """Reads a manifest; raises `ManifestError` with what is wrong."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise ManifestError(f"it is not JSON ({error})") from None
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        raise ManifestError(f"its format is not {FORMAT}")
    source = data.get("source")
    if not isinstance(source, Mapping):
        raise ManifestError("source is missing")
    try:
        state = FileState(str(source["path"]), int(source["size"]), float(source["modified"]))
    except (KeyError, TypeError, ValueError):
        raise ManifestError("source needs path, size and modified") from None
    return Manifest(from_mapping(data), state)


def from_mapping(data: Mapping[str, Any]) -> Backup:
    """Reads the dictionary that `pfdata_backup` returns; raises `ManifestError` with what is wrong."""
    path = data.get("path")
    if not isinstance(path, str) or not path:
        raise ManifestError("path is missing")
    checksum = str(data.get("sha256") or "").lower()
    if not SHA256.fullmatch(checksum):
        raise ManifestError("sha256 is missing or is not 64 hexadecimal digits")
    size = data.get("size")
    if size is not None and not str(size).isdecimal():
        raise ManifestError("size is not a number of bytes")
    return Backup(
        path=path,
        sha256=checksum,
        size=None if size is None else int(size),
        created_at=_text(data, "created_at"),
        server_version=_text(data, "server_version"),
        host=_text(data, "host"),
    )


def copy_name(now: datetime, taken: Iterable[str]) -> str:
    """A file name for a copy made now that is not among the names already taken."""
    used = {name.casefold() for name in taken}
    stem = f"PhoneFactor-{now.astimezone(UTC).strftime(STAMP)}"
    candidate, number = f"{stem}.pfdata", 1
    while candidate.casefold() in used:
        number += 1
        candidate = f"{stem}-{number}.pfdata"
    return candidate


def copies(names: Collection[str]) -> list[str]:
    """The names of copies with a manifest among the names of a folder, newest first."""
    present = {name.casefold() for name in names}
    found = [name for name in names if COPY_NAME.fullmatch(name) and f"{name}{SUFFIX}".casefold() in present]
    return sorted(found, key=_age, reverse=True)


def unfinished(names: Collection[str]) -> list[str]:
    """The names of copies without a manifest: what a run left that was cut off."""
    complete = set(copies(names))
    return sorted(name for name in names if COPY_NAME.fullmatch(name) and name not in complete)


def surplus(names: Collection[str], keep: int) -> list[str]:
    """The copies to remove so that the newest `keep` stay."""
    return copies(names)[keep:]


def timestamp(now: datetime) -> str:
    """A moment in UTC as ISO 8601, to the second."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _age(name: str) -> tuple[str, int]:
    stamp, *number = name.rsplit(".", 1)[0].split("-")[1:]
    return stamp, int(number[0]) if number else 1


def _text(data: Mapping[str, Any], key: str) -> str | None:
    value = data.get(key)
    return None if value is None else str(value)
