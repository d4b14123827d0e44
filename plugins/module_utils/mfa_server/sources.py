# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read into an export: files of users and files of OATH tokens, with what their reader has to be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import OathToken


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file; ``encoding`` and ``delimiter`` may be ``auto``.

    ``name`` is what problems and warnings call it, which is not always its path.
    """

    path: str
    name: str
    encoding: str = "auto"
    delimiter: str = "auto"


@dataclass(frozen=True, slots=True)
class UserSource:
    """A file of users, ``format`` being ``csv`` or ``json``; everything else is for CSV.

    ``columns`` maps fields of the export to column names or positions from 1; without it a column is read when it is
    named after a field. ``values`` maps fields to what their values stand for. ``time_format`` is that of ``strptime``,
    None for ISO 8601. ``notation`` is ``auto``, ``base32`` or ``hex``.
    """

    file: TextFile
    format: str = "csv"
    columns: Mapping[str, str | int] | None = None
    header: bool = True
    values: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    country_code: str | None = None
    time_format: str | None = None
    notation: str = "auto"


@dataclass(frozen=True, slots=True)
class TokenSource:
    """A file of OATH tokens, ``format`` being ``mfa_server_csv``, ``entra_csv`` or ``pskc``.

    ``interval``, ``hash``, ``manufacturer`` and ``model`` are for tokens that do not tell themselves. ``key`` (Base64
    or hex) and ``password`` open an encrypted PSKC file.
    """

    file: TextFile
    format: str
    notation: str = "auto"
    interval: int = 30
    hash: str = "sha1"
    manufacturer: str | None = None
    model: str | None = None
    key: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class FoundToken:
    """A token of a file; ``holder`` is the user principal name or account name that stands beside it, if any."""

    token: OathToken
    holder: str | None
    source: str
    line: int

    @property
    def place(self) -> str:
        """Where it was found."""
        return f"{self.source}, line {self.line}"
