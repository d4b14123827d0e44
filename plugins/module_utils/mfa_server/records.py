# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What MFA Server knows of its users, in the terms of the export file.

Numbers, tokens and secrets stay out of every ``repr``, so that no log and no traceback can show them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

MOST_NAMED = 20
"""Most broken records that a warning names."""


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number as the server holds it: nothing is normalised yet."""

    country_code: str | None
    number: str = field(repr=False)
    extension: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class MobileApp:
    """One registration of the Authenticator app; ``secret`` is its Base32 seed, ``registered_at`` ISO 8601."""

    name: str | None
    secret: str | None = field(default=None, repr=False)
    device_token: str | None = field(default=None, repr=False)
    registered_at: str | None = None


@dataclass(frozen=True, slots=True)
class OathToken:
    """A hardware token; ``interval`` in seconds (30 or 60), ``hash`` is ``sha1`` or ``sha256``, ``secret`` Base32."""

    serial: str | None
    secret: str | None = field(default=None, repr=False)
    interval: int = 30
    hash: str = "sha1"
    manufacturer: str | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One user of MFA Server.

    ``username`` may be a user principal name, a bare account name or ``DOMAIN\\account``; ``default_method`` is one of
    ``phone_call``, ``text_message``, ``mobile_app``, ``oath_token`` or None.
    """

    username: str
    upn: str | None = None
    sid: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict, repr=False)
    enabled: bool = True
    language: str | None = None
    default_method: str | None = None
    pin_modes: tuple[str, ...] = ()
    phone: Phone | None = None
    backup_phone: Phone | None = None
    mobile_apps: tuple[MobileApp, ...] = ()
    oath_token: OathToken | None = None
    changed_at: str | None = None


@dataclass(frozen=True, slots=True)
class BrokenRecord:
    """A record of the export that cannot be used; the names that are readable still tell whose it is.

    ``position`` counts the records of the file from 1; ``problem`` names the field and what is wrong, never its value.
    """

    position: int
    problem: str
    username: str | None = None
    upn: str | None = None
    sid: str | None = None

    @property
    def label(self) -> str:
        """The record by its place in the file and, where it has one, its name."""
        name = self.username or self.upn
        return f"record {self.position} ({name})" if name else f"record {self.position}"


AnyRecord: TypeAlias = "Record | BrokenRecord"


@dataclass(frozen=True, slots=True)
class Export:
    """The content of one export file: usable records, broken ones, and the fields nobody knows."""

    records: tuple[Record, ...]
    broken: tuple[BrokenRecord, ...] = ()
    unknown_fields: tuple[str, ...] = ()

    @property
    def warnings(self) -> list[str]:
        """One sentence about unknown fields and one about broken records, each only where there are some."""
        found = []
        if self.unknown_fields:
            found.append(f"The export has fields that are not known and not used: {', '.join(self.unknown_fields)}.")
        if self.broken:
            named = "; ".join(f"{record.label}: {record.problem}" for record in self.broken[:MOST_NAMED])
            more = f"; and {len(self.broken) - MOST_NAMED} more" if len(self.broken) > MOST_NAMED else ""
            count = "1 record" if len(self.broken) == 1 else f"{len(self.broken)} records"
            found.append(f"The export has {count} that cannot be used: {named}{more}.")
        return found
