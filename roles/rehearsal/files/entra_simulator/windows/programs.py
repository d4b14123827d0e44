# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that a simulated host can run: they are known by their content, not by their name."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from entra_simulator.windows.errors import ModuleFailure, PathNotFoundError
from entra_simulator.windows.filesystem import Drives


@dataclass(frozen=True, slots=True)
class ProgramResult:
    """How a program ended."""

    return_code: int
    stdout: str = ""
    stderr: str = ""


Program = Callable[[list[str]], ProgramResult]


def split_command_line(line: str) -> list[str]:
    """Program and arguments of a Windows command line; quotation marks group and are dropped."""
    return [quoted or plain for quoted, plain in re.findall(r'"([^"]*)"|([^\s"]+)', line)]


class Programs:
    """Runs the programs that were registered for the SHA-256 of their file."""

    def __init__(self, drives: Drives) -> None:
        self._drives = drives
        self._programs: dict[str, Program] = {}

    def register(self, sha256: str, program: Program) -> None:
        """Let files with this content do something."""
        self._programs[sha256] = program

    def run(self, line: str) -> ProgramResult:
        """Run a command line; raises `WindowsError` or `ModuleFailure` where no program can be started."""
        path, *arguments = self._resolve(split_command_line(line))
        program = self._programs.get(self._drives.digest(path, "sha256"))
        if program is None:
            raise ModuleFailure(f"The simulated host has no behaviour for the program '{path}'.")
        return program(arguments)

    def _resolve(self, words: list[str]) -> list[str]:
        for count in range(1, len(words) + 1):
            path = " ".join(words[:count])
            if re.match(r"^[A-Za-z]:[\\/]", path) and self._drives.is_file(path):
                return [path, *words[count:]]
        raise PathNotFoundError(f"The system cannot find the file specified: {words[0] if words else ''}")
