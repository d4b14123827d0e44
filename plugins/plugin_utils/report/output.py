# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of a report: written only where they differ, readable for their owner alone."""

from __future__ import annotations

import filecmp
import os
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from ansible_collections.entra.mfa.plugins.plugin_utils.report.errors import ReportInputError

MODE = 0o600


class Output:
    """Writes files into a folder and remembers the names of those that changed.

    A file is made beside the one that it replaces, and takes its place only when it differs. In check mode it is made
    in the folder for temporary files, compared and removed.
    """

    def __init__(self, folder: Path, *, check_mode: bool = False) -> None:
        self._folder = folder
        self._check_mode = check_mode
        self.changed: list[str] = []

    def write(self, name: str, fill: Callable[[TextIO], object]) -> Path:
        """Write what a function puts into the open file; returns the path.

        Raises ReportInputError when the folder cannot be written.
        """
        target = self._folder / name
        partial: Path | None = None
        try:
            if not self._check_mode:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, made = tempfile.mkstemp(
                prefix=f".{name}.", suffix=".part", dir=None if self._check_mode else self._folder
            )
            partial = Path(made)
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                fill(file)
            self._put(partial, target)
        except OSError as error:
            raise ReportInputError(
                f"{target} cannot be written ({error.strerror}); give a folder that can be, with room for it."
            ) from None
        finally:
            if partial is not None:
                with suppress(FileNotFoundError):
                    partial.unlink()
        return target

    def _put(self, partial: Path, target: Path) -> None:
        """Let the new file take its place; mkstemp made it with mode 0600."""
        if _is_same(partial, target):
            return
        self.changed.append(target.name)
        if not self._check_mode:
            partial.replace(target)


def _is_same(partial: Path, target: Path) -> bool:
    try:
        status = target.lstat()
    except FileNotFoundError:
        return False
    return (
        stat.S_ISREG(status.st_mode)
        and stat.S_IMODE(status.st_mode) == MODE
        and filecmp.cmp(partial, target, shallow=False)
    )
