# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A PowerShell text of the collection: named by its first line, sent whole, values only as parameters."""

from __future__ import annotations

from dataclasses import dataclass

MARKER = "# entra.mfa script: "


@dataclass(frozen=True, slots=True)
class PowerShellText:
    """A PowerShell text; `name` is the one in its marker line."""

    name: str
    body: str

    @property
    def text(self) -> str:
        """What is sent to the host."""
        return f"{MARKER}{self.name}\n{self.body.strip()}\n"
