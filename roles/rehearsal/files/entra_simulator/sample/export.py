# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sample's export file, as `mfa_server_export` would write it."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Sequence
from pathlib import Path

from entra_simulator.sample.cases.case import Json, phone
from entra_simulator.sample.people import Person
from entra_simulator.sample.symbols import Symbols

FORMAT = "entra.mfa/export-v1"
EXPORTED_AT = "2024-05-01T10:00:00Z"
CHANGED_AT = "2024-04-30T08:00:00Z"
_NUMBERS_OF_STRANGERS = tuple(("353", f"20915{value:04d}") for value in range(100, 112))


def export(seed: int, people: Sequence[Person]) -> Json:
    """Return the export: the records of ``people`` and of some whom the tenant does not know, in mixed order."""
    records = [_complete(record) for person in people for record in person.records] + _strangers(seed)
    random.Random(seed).shuffle(records)
    return {
        "format": FORMAT,
        "exported_at": EXPORTED_AT,
        "server": {"name": "MFA01", "version": "8.1.10"},
        "users": records,
    }


def write_export(path: Path, content: Json) -> None:
    """Write ``content`` to ``path``, readable by its owner only; an existing file is replaced."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2, ensure_ascii=False)
        file.write("\n")


def _complete(record: Json) -> Json:
    """Return ``record`` with the fields that every exported record has."""
    return {"language": "en", "changed_at": CHANGED_AT, **record}


def _strangers(seed: int) -> list[Json]:
    """Return records of former employees and service accounts, none of whom is in the tenant."""
    records = []
    for place, number in enumerate(_NUMBERS_OF_STRANGERS, start=1):
        name = f"former-employee-{place:02d}" if place % 3 else f"service-account-{place:02d}"
        symbols = Symbols(seed, name, 900 + place, {"upn": f"{name}@contoso.example"}, {"A": number})
        records.append(
            _complete(symbols.fill({"username": "<upn>", "default_method": "text_message", "phone": phone("A")}))
        )
    return records
