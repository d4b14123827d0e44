# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report: every user of the batch, one JSON object a line; a run of some users may leave the other lines."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError


class ReportError(UnusableInputError):
    """The report cannot be written; the text is one sentence."""


class Reportable(Protocol):
    """What is told about one user."""

    def as_dict(self) -> dict[str, Any]:
        """The line of the report, without numbers and secrets."""


class Report(Protocol):
    """Where results go, one by one."""

    def add(self, result: Reportable) -> None:
        """Take one user."""


class NoReport:
    """Keeps nothing."""

    def add(self, result: Reportable) -> None:
        """Nothing to keep."""


class JsonLinesReport:
    """Writes to an open file; results are written as they come, so that memory does not grow with them.

    With an ``earlier`` report its users who do not come again stand behind those who did.
    """

    def __init__(self, descriptor: int, earlier: Path | None = None) -> None:
        self._file = os.fdopen(descriptor, "w", encoding="utf-8")
        self._earlier = earlier
        self._ids: set[str] = set()

    def add(self, result: Reportable) -> None:
        """Write one line."""
        line = result.as_dict()
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        if self._earlier is not None:
            self._ids.add(line["id"])

    def close(self) -> None:
        """Finish the file."""
        if self._earlier is not None:
            self._file.writelines(line for name, line in _lines(self._earlier) if name not in self._ids)
        self._file.close()


@contextmanager
def open_report(path: str | None, *, merge: bool = False) -> Iterator[Report]:
    """A report at this path, mode 0600, or one that keeps nothing.

    The lines go to a file beside it, which takes its place at the end; a run that an error breaks off leaves the users
    so far. With ``merge`` the lines of an earlier report about other users stay. Raises ReportError when it cannot be
    written, or when there is something else at its place that was to be merged.
    """
    if path is None:
        yield NoReport()
        return
    target = Path(path)
    earlier = target if merge and target.is_file() else None
    for _line in _lines(target) if earlier else ():
        pass
    partial = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        report = JsonLinesReport(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), earlier)
    except OSError as error:
        raise ReportError(f"The report {path} cannot be written: {error.strerror}.") from None
    try:
        yield report
    finally:
        report.close()
        partial.replace(target)


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    """Id and line of each user of a report."""
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _id_of(path, number, line), line.rstrip("\n") + "\n"
    except (OSError, UnicodeDecodeError) as error:
        raise ReportError(f"The report {path} cannot be read ({error}); move it away, or merge nothing.") from None


def _id_of(path: Path, number: int, line: str) -> str:
    try:
        return str(json.loads(line)["id"])
    except (ValueError, KeyError, TypeError):
        raise ReportError(f"Line {number} of the report {path} is no user; move it away, or merge nothing.") from None
