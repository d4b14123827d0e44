# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates with which an application signs in, as Graph keeps them (Graph page *keyCredential*)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError
from ansible_collections.entra.mfa.plugins.module_utils.graph.libraries import load

SHA1_SIZE = 20


@dataclass(frozen=True, slots=True)
class Certificate:
    """The public half of a certificate; `thumbprint` is SHA-1 in upper-case hexadecimal, as Windows shows it."""

    thumbprint: str
    der: bytes
    subject: str
    not_before: datetime
    not_after: datetime

    def credential(self) -> dict[str, Any]:
        """The certificate as a new entry of an application's `keyCredentials`."""
        return {
            "type": "AsymmetricX509Cert",
            "usage": "Verify",
            "displayName": self.subject,
            "customKeyIdentifier": base64.b64encode(bytes.fromhex(self.thumbprint)).decode(),
            "startDateTime": _graph_time(self.not_before),
            "endDateTime": _graph_time(self.not_after),
            "key": base64.b64encode(self.der).decode(),
        }


def read(value: object, position: int) -> Certificate:
    """Read one element of the `certificates` option: PEM text, or a dictionary with the `path` of a PEM file.

    A file may also hold the private key, which is never looked at. Raises InputError that names the element.
    """
    label = f"certificates[{position}]"
    if isinstance(value, Mapping):
        if set(value) != {"path"} or not isinstance(value["path"], str):
            raise InputError(f"{label} must be PEM text or a dictionary with path alone.")
        return _parse(_file(value["path"], label), label)
    if not isinstance(value, str):
        raise InputError(f"{label} must be PEM text or a dictionary with path alone.")
    if "PRIVATE KEY" in value:
        raise InputError(f"{label} holds a private key; give the certificate alone, or the file by path.")
    return _parse(value.encode(), label)


def thumbprint_of(credential: Mapping[str, Any]) -> str | None:
    """The SHA-1 thumbprint of an entry of `keyCredentials`, from its key or else from its identifier."""
    if credential.get("key"):
        return _sha1(base64.b64decode(credential["key"]))
    identifier = str(credential.get("customKeyIdentifier") or "")
    try:
        if len(identifier) == 2 * SHA1_SIZE:
            return bytes.fromhex(identifier).hex().upper()
        decoded = base64.b64decode(identifier, validate=True)
    except (ValueError, binascii.Error):
        return None
    return decoded.hex().upper() if len(decoded) == SHA1_SIZE else None


def end_of(credential: Mapping[str, Any]) -> datetime | None:
    """When an entry of `keyCredentials` ends; None when Graph names no end."""
    end = credential.get("endDateTime")
    return datetime.fromisoformat(end).astimezone(UTC) if end else None


def summary(credential: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of `keyCredentials` as the module returns it, without its key."""
    end = end_of(credential)
    return {
        "thumbprint": thumbprint_of(credential),
        "name": credential.get("displayName"),
        "not_after": _graph_time(end) if end else None,
    }


def _file(path: str, label: str) -> bytes:
    try:
        return Path(path).expanduser().read_bytes()
    except OSError as error:
        raise InputError(f"{label} cannot be read from {path}: {error.strerror}.") from error


def _parse(pem: bytes, label: str) -> Certificate:
    x509 = load("cryptography.x509", "cryptography")
    serialization = load("cryptography.hazmat.primitives.serialization", "cryptography")
    try:
        found = x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        raise InputError(f"{label} holds no certificate in PEM form.") from error
    der = found.public_bytes(serialization.Encoding.DER)
    return Certificate(
        _sha1(der), der, found.subject.rfc4514_string(), found.not_valid_before_utc, found.not_valid_after_utc
    )


def _sha1(der: bytes) -> str:
    return hashlib.sha1(der, usedforsecurity=False).hexdigest().upper()


def _graph_time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
