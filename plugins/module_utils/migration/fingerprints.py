# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keyed fingerprints: they tell whether two things are the same without telling what they are."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import astuple

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import MobileApp, OathToken, Phone, Record
from ansible_collections.entra.mfa.plugins.module_utils.migration.settings import Settings

RULES_VERSION = 1
"""Goes up when a release plans differently, so that users are compared with Entra once more."""

_SERIAL_PREFIX = "MFAS"


def record_fingerprint(record: Record, settings: Settings, key: bytes) -> bytes:
    """Fingerprint of a record together with the settings that shape what is written for it."""
    content = [
        RULES_VERSION,
        astuple(settings),
        record.username,
        record.upn,
        record.sid,
        sorted(record.attributes.items()),
        record.enabled,
        record.language,
        record.default_method,
        record.pin_modes,
        _phone(record.phone),
        _phone(record.backup_phone),
        [_app(app) for app in record.mobile_apps],
        _token(record.oath_token),
        record.changed_at,
    ]
    return value_fingerprint(json.dumps(content), key)


def value_fingerprint(text: str, key: bytes) -> bytes:
    """Fingerprint of one value, such as a number that was written."""
    return hmac.digest(key, text.encode(), "sha256")


def token_serial(secret: str, tenant_id: str) -> str:
    """The serial number under which an app's secret is known in a tenant.

    It depends on nothing but the normalised secret and the tenant, so that every controller finds the token again.
    """
    digest = hmac.new(tenant_id.lower().encode(), secret.encode(), hashlib.sha256).hexdigest()
    return f"{_SERIAL_PREFIX}{digest[:24].upper()}"


def _phone(phone: Phone | None) -> tuple[str | None, ...] | None:
    return None if phone is None else (phone.country_code, phone.number, phone.extension)


def _app(app: MobileApp) -> tuple[str | None, ...]:
    return (app.name, app.secret, app.device_token, app.registered_at)


def _token(token: OathToken | None) -> tuple[str | int | None, ...] | None:
    if token is None:
        return None
    return (token.serial, token.secret, token.interval, token.hash, token.manufacturer, token.model)
