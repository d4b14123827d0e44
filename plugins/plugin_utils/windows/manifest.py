# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The manifest beside each copy of the data file: what was copied, from where, when, with which checksum."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from ansible_collections.entra.mfa.plugins.plugin_utils.windows import paths
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.files import FileRecord, FileState

FORMAT = "entra.mfa/pfdata-backup-v1"
SUFFIX = ".json"
STAMP = "%Y%m%dT%H%M%SZ"
SAME_MOMENT = 0.001
SHA256 = re.compile(r"[0-9a-f]{64}")
# A copy of the data file alone, and one of its whole folder.
DATA_FILE, WHOLE_FOLDER = ".pfdata", ".zip"
COPY_NAME = re.compile(r"PhoneFactor-\d{8}T\d{6}Z(-\d+)?(?P<kind>\.pfdata|\.zip)", re.IGNORECASE)


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
    """A backup and the file it was taken from; for a whole folder, the folder and the files in it."""

    backup: Backup
    source: FileState
    files: tuple[FileRecord, ...] = ()

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
        described = {"format": FORMAT, **self.backup.as_result(), "source": source}
        if self.files:
            described["files"] = [asdict(record) for record in self.files]
        return json.dumps(described, indent=2) + "\n"


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
    return Manifest(from_mapping(data), state, _files(data.get("files") or ()))


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


def copy_name(now: datetime, taken: Iterable[str], kind: str = DATA_FILE) -> str:
    """A file name for a copy made now that is not among the names already taken."""
    used = {name.casefold() for name in taken}
    stem = f"PhoneFactor-{now.astimezone(UTC).strftime(STAMP)}"
    candidate, number = f"{stem}{kind}", 1
    while candidate.casefold() in used:
        number += 1
        candidate = f"{stem}-{number}{kind}"
    return candidate


def copies(names: Collection[str], kind: str = DATA_FILE) -> list[str]:
    """The names of copies of a kind with a manifest among the names of a folder, newest first."""
    present = {name.casefold() for name in names}
    found = [name for name in names if kind_of(name) == kind and f"{name}{SUFFIX}".casefold() in present]
    return sorted(found, key=_age, reverse=True)


def unfinished(names: Collection[str]) -> list[str]:
    """The names of copies without a manifest: what a run left that was cut off."""
    complete = {name for kind in (DATA_FILE, WHOLE_FOLDER) for name in copies(names, kind)}
    return sorted(name for name in names if kind_of(name) and name not in complete)


def surplus(names: Collection[str], keep: int, kind: str = DATA_FILE) -> list[str]:
    """The copies of a kind to remove so that the newest `keep` stay."""
    return copies(names, kind)[keep:]


def kind_of(name: str) -> str | None:
    """Whether a file name is that of a copy: of the data file, of the whole folder, or of neither."""
    match = COPY_NAME.fullmatch(name)
    return match["kind"].lower() if match else None


def timestamp(now: datetime) -> str:
    """A moment in UTC as ISO 8601, to the second."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _age(name: str) -> tuple[str, int]:
    stamp, *number = name.rsplit(".", 1)[0].split("-")[1:]
    return stamp, int(number[0]) if number else 1


def _files(entries: Any) -> tuple[FileRecord, ...]:
    try:
        found = tuple(
            FileRecord(str(entry["name"]), int(entry["size"]), float(entry["modified"]), str(entry["sha256"]))
            for entry in entries
        )
    except (KeyError, TypeError, ValueError):
        raise ManifestError("each of files needs name, size, modified and sha256") from None
    if any(not paths.stays_below(record.name) for record in found):
        raise ManifestError("files names a place outside the folder")
    return found


def _text(data: Mapping[str, Any], key: str) -> str | None:
    value = data.get(key)
    return None if value is None else str(value)
