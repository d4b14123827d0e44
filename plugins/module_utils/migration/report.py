# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report: every user of the batch, one JSON object a line."""

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
    """Writes to an open file; results are written as they come, so that memory does not grow with them."""

    def __init__(self, descriptor: int) -> None:
        self._file = os.fdopen(descriptor, "w", encoding="utf-8")

    def add(self, result: Reportable) -> None:
        """Write one line."""
        self._file.write(json.dumps(result.as_dict(), ensure_ascii=False) + "\n")

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


@contextmanager
def open_report(path: str | None) -> Iterator[Report]:
    """A report at this path, mode 0600, or one that keeps nothing.

    The lines go to a file beside it, which takes its place at the end; a run that an error breaks off leaves the users
    so far. Raises ReportError when it cannot be written.
    """
    if path is None:
        yield NoReport()
        return
    target = Path(path)
    partial = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        report = JsonLinesReport(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise ReportError(f"The report {path} cannot be written: {error.strerror}.") from None
    try:
        yield report
    finally:
        report.close()
        partial.replace(target)
