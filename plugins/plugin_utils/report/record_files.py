# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder of the records: what is there, and when it was written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ansible_collections.entra.mfa.plugins.plugin_utils.report.errors import ReportInputError


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a phase; ``recorded_at`` is what it says itself, else when the file was written (UTC)."""

    name: str
    content: Mapping[str, Any] = field(repr=False)
    recorded_at: datetime


class RecordFolder:
    """The records that the phases left; each may be missing."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def read(self, name: str) -> Record | None:
        """A record by its file name, None where there is none.

        Raises ReportInputError when it is not the JSON object that a phase writes.
        """
        path = self.path / name
        try:
            text = path.read_text(encoding="utf-8")
            written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise ReportInputError(
                f"The record {path} cannot be read ({error}); give the folder of the records."
            ) from None
        try:
            content = json.loads(text)
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise ReportInputError(f"{path} is no record of a phase; run the phase again, or move the file away.")
        return Record(name, content, moment(content.get("recorded_at")) or written.replace(microsecond=0))

    def read_all(self, prefix: str) -> Sequence[Record]:
        """The records ``PREFIX-NAME.json`` in the order of their names."""
        names = sorted(path.name for path in self.path.glob(f"{prefix}-*.json"))
        return [record for record in (self.read(name) for name in names) if record is not None]

    def users_file(self, batch: str, kind: str = "report") -> Path | None:
        """The file with the users of a batch, one a line: ``report`` of the migration, ``assess`` from before it."""
        path = self.path / f"{kind}-{batch}.jsonl"
        return path if path.is_file() else None


def moment(text: object) -> datetime | None:
    """A time of a record as UTC; None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def iso(time: datetime | None) -> str | None:
    """A time as the report writes it."""
    return None if time is None else time.strftime("%Y-%m-%dT%H:%M:%SZ")


def in_words(time: datetime) -> str:
    """A time as people read it, such as 24 November 2026, 07:54 UTC."""
    return f"{time.day} {time:%B %Y, %H:%M} UTC"
