# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates of the migration utility in the store LocalMachine\\My of a host."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ansible_collections.entra.mfa.plugins.plugin_utils.windows import scripts
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import WindowsHost

STORE = {"store_name": "My", "store_location": "LocalMachine"}
QUOTED = re.compile(r'"([^"]*)"')
UNESCAPED_COMMA = re.compile(r"(?<!\\),")
SPACES = re.compile(r"\s+")
UTC_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate without its private key; `raw` is DER in base64, `not_after` in UTC."""

    thumbprint: str
    subject: str
    not_after: datetime
    has_private_key: bool
    raw: str

    @property
    def pem(self) -> str:
        """The certificate as PEM text."""
        lines = "\n".join(textwrap.wrap(self.raw, 64))
        return f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"

    def as_result(self) -> dict[str, str]:
        """What the play sees: thumbprint, pem, not_after."""
        return {"thumbprint": self.thumbprint, "pem": self.pem, "not_after": self.not_after.strftime(UTC_TIME)}


def find(host: WindowsHost, subject: str) -> list[Certificate]:
    """The certificates of a subject that have a private key, the longest valid first."""
    wanted = parts_of(subject)
    own = [item for item in _all(host) if item.has_private_key and parts_of(item.subject) == wanted]
    return sorted(own, key=lambda item: item.not_after, reverse=True)


def given(host: WindowsHost, thumbprint: str, renew_days: int) -> Certificate:
    """The certificate that the operator chose; refused unless the utility can use it now.

    One that ends within `renew_days` gets a warning, since it is the operator's to renew.
    """
    attempt = f"use the certificate {thumbprint}"
    wanted = re.sub(r"[^0-9a-f]", "", thumbprint.casefold())
    found = next((item for item in _all(host) if item.thumbprint.casefold() == wanted), None)
    if found is None:
        raise host.error(attempt, "it is not in LocalMachine\\My", "Import it there with its private key.")
    if not found.has_private_key:
        raise host.error(attempt, "its private key is not in LocalMachine\\My", "Import it with its private key.")
    now = datetime.now(UTC)
    end = found.not_after.strftime(UTC_TIME)
    if found.not_after <= now:
        raise host.error(attempt, f"it ended on {end}", "Give the thumbprint of a valid certificate.")
    if found.not_after <= now + timedelta(days=renew_days):
        host.warn(f"the certificate {found.thumbprint} ends on {end}; replace it in time")
    return found


def _all(host: WindowsHost) -> list[Certificate]:
    result = host.module("win_certificate_info", STORE, attempt="list the certificates in LocalMachine\\My")
    return [_certificate(entry) for entry in result["certificates"]]


def serviceable(certificates: Sequence[Certificate], now: datetime, renew_days: int) -> Certificate | None:
    """The certificate that stays valid for at least `renew_days` more, or None when a new one is due."""
    limit = now + timedelta(days=renew_days)
    return next((item for item in certificates if item.not_after > limit), None)


def expired(certificates: Sequence[Certificate], now: datetime) -> list[Certificate]:
    """The certificates that nobody can use any more."""
    return [item for item in certificates if item.not_after <= now]


def create(host: WindowsHost, subject: str, valid_days: int) -> Certificate:
    """Makes a self-signed certificate whose key cannot be exported, and reads it back from the store."""
    attempt = f"create the certificate {subject}"
    parameters = {"Subject": subject, "ValidDays": valid_days}
    output = host.powershell(scripts.NEW_CERTIFICATE, parameters, attempt=attempt)
    thumbprint = str(output[0]["thumbprint"]) if output else ""
    created = [item for item in find(host, subject) if item.thumbprint.casefold() == thumbprint.casefold()]
    if not created:
        raise host.error(attempt, "it is not in LocalMachine\\My afterwards", "Look into the store on the host.")
    return created[0]


def remove(host: WindowsHost, certificates: Sequence[Certificate]) -> None:
    """Removes certificates together with their private keys."""
    if certificates:
        thumbprints = [item.thumbprint for item in certificates]
        parameters = {"Thumbprint": thumbprints}
        host.powershell(scripts.REMOVE_CERTIFICATE, parameters, attempt=f"remove {', '.join(thumbprints)}")


def parts_of(subject: str) -> tuple[str, ...]:
    """The parts of a distinguished name in a form that can be compared: `CN="a, b"` and `CN=a\\, b` are the same."""
    plain = QUOTED.sub(lambda match: re.sub(r"([,+])", r"\\\1", match.group(1)), subject)
    parts = [SPACES.sub(" ", part.replace("\\", "")).strip() for part in UNESCAPED_COMMA.split(plain)]
    return tuple(re.sub(r"\s*=\s*", "=", part, count=1).casefold() for part in parts)


def _certificate(entry: dict[str, Any]) -> Certificate:
    moment = datetime.fromisoformat(str(entry["valid_to_iso8601"]))
    return Certificate(
        thumbprint=entry["thumbprint"],
        subject=entry["subject"],
        not_after=moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC),
        has_private_key=bool(entry["has_private_key"]),
        raw=re.sub(r"\s", "", entry["raw"]),
    )
