# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file of Temporary Access Passes: the only place where their codes are kept, for the owner alone.

A pass can be shown once only, so what the file holds already stays, and each change is whole on the disk before the
next pass is made. A name that ends in ``.csv`` means CSV, any other JSON.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError

COLUMNS = ("id", "upn", "temporary_access_pass", "starts_at", "lifetime_in_minutes", "is_usable_once")


class PassFileError(UnusableInputError):
    """The file cannot be used; the text is one sentence."""


class PassFile:
    """Passes by user, read at the start and written anew with each addition."""

    def __init__(self, path: str) -> None:
        """Read what the file holds.

        Raises PassFileError when it is something else, or when its folder cannot be written to.
        """
        self._path = Path(path)
        self._entries: dict[str, Mapping[str, Any]] = {entry["id"]: entry for entry in self._read()}
        folder = self._path.parent
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        if not folder.is_dir() or not os.access(folder, os.W_OK):
            raise PassFileError(f"output_path {path} cannot be written; make {folder} writable or give another path.")

    def add(self, entries: Iterable[Mapping[str, Any]]) -> None:
        """Keep passes, with the keys of ``COLUMNS``; one of a user takes the place of that user's older one."""
        self._entries |= {entry["id"]: entry for entry in entries}
        partial = self._path.with_name(f".{self._path.name}.part")
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            partial.unlink(missing_ok=True)
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                file.write(self._text())
                file.flush()
                os.fsync(descriptor)
            partial.replace(self._path)
        except OSError as error:
            raise PassFileError(
                f"output_path {self._path} cannot be written ({error.strerror}); the passes of the last request are "
                "lost, make room and run again with replace: true for these users."
            ) from None

    @property
    def _is_csv(self) -> bool:
        return self._path.suffix.lower() == ".csv"

    def _text(self) -> str:
        entries = list(self._entries.values())
        if not self._is_csv:
            return json.dumps(entries, ensure_ascii=False, indent=2) + "\n"
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writeheader()
        writer.writerows(entries)
        return text.getvalue()

    def _read(self) -> Sequence[Mapping[str, Any]]:
        try:
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return ()
        except (OSError, UnicodeDecodeError):
            text = ""
        entries = self._csv_entries(text) if self._is_csv else _json_entries(text)
        if entries is None:
            raise PassFileError(
                f"output_path {self._path} exists and is no file of passes made here; give another path, or move it."
            )
        return entries

    def _csv_entries(self, text: str) -> Sequence[Mapping[str, Any]] | None:
        reader = csv.DictReader(io.StringIO(text, newline=""))
        return list(reader) if tuple(reader.fieldnames or ()) == COLUMNS else None


def _json_entries(text: str) -> Sequence[Mapping[str, Any]] | None:
    try:
        entries = json.loads(text)
    except ValueError:
        return None
    fits = isinstance(entries, list) and all(isinstance(entry, dict) and "id" in entry for entry in entries)
    return entries if fits else None
