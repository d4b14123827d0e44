# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates and secrets of application registrations."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1

from entra_simulator.tenant import bodies
from entra_simulator.tenant.errors import bad_request
from entra_simulator.tenant.tenant import Tenant

_TWO_YEARS = timedelta(days=730)

KEY: bodies.Shape = {
    "customKeyIdentifier": bodies.optional(bodies.text),
    "displayName": bodies.optional(bodies.text),
    "endDateTime": bodies.optional(bodies.moment),
    "key": bodies.optional(bodies.text),
    "keyId": bodies.optional(bodies.text),
    "startDateTime": bodies.optional(bodies.moment),
    "type": bodies.required(bodies.one_of("AsymmetricX509Cert")),
    "usage": bodies.required(bodies.one_of("Verify")),
}


def key_credential(tenant: Tenant, entry: Mapping[str, Any], kept: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The stored form of a certificate. One that is kept is named by its ``keyId`` and needs no ``key``."""
    key_id = (entry.get("keyId") or "").lower()
    if entry.get("key") is None:
        if key_id not in kept:
            raise bad_request("New key credentials must have a value for 'key'.")
        return dict(kept[key_id])
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode(entry["key"], validate=True))
    except (binascii.Error, ValueError) as error:
        raise bad_request(
            "Key credential is not a valid certificate: 'key' must be a DER certificate in Base64."
        ) from error
    end = certificate.not_valid_after_utc
    if end.timestamp() <= tenant.clock.now():
        raise bad_request("Key credential end date is invalid: the certificate has expired.")
    stamp = "%Y-%m-%dT%H:%M:%SZ"
    return {
        "customKeyIdentifier": entry.get("customKeyIdentifier") or certificate.fingerprint(SHA1()).hex().upper(),  # noqa: S303
        "displayName": entry.get("displayName") or certificate.subject.rfc4514_string(),
        "endDateTime": entry.get("endDateTime") or end.strftime(stamp),
        "key": entry["key"],
        "keyId": key_id or tenant.new_id(),
        "startDateTime": entry.get("startDateTime") or certificate.not_valid_before_utc.strftime(stamp),
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
    }


def add_secret(tenant: Tenant, application: dict[str, Any], text: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Add a secret to an application; it is valid for two years unless ``values`` say otherwise."""
    start = values.get("startDateTime") or tenant.clock.stamp()
    default_end = (datetime.fromisoformat(start) + _TWO_YEARS).strftime("%Y-%m-%dT%H:%M:%SZ")
    credential: dict[str, Any] = {
        "customKeyIdentifier": None,
        "displayName": values.get("displayName"),
        "endDateTime": values.get("endDateTime") or default_end,
        "hint": text[:3],
        "keyId": tenant.new_id(),
        "secretText": None,
        "startDateTime": start,
    }
    application["passwordCredentials"].append(credential)
    tenant.secrets[credential["keyId"]] = text
    return credential
