# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON Schema (2020-12) of the export file: the one definition for the reader and for the documentation."""

from __future__ import annotations

from typing import Any

FORMAT = "entra.mfa/export-v1"
DEFAULT_METHODS = ("phone_call", "text_message", "mobile_app", "oath_token")

_TEXT = {"type": ["string", "null"]}
_TIME = {"type": ["string", "null"], "format": "date-time"}

_PHONE: dict[str, Any] = {
    "type": ["object", "null"],
    "properties": {"country_code": _TEXT, "number": _TEXT, "extension": _TEXT},
}
_MOBILE_APP: dict[str, Any] = {
    "type": "object",
    "properties": {"name": _TEXT, "secret": _TEXT, "device_token": _TEXT, "registered_at": _TIME},
}
_OATH_TOKEN: dict[str, Any] = {
    "type": ["object", "null"],
    "properties": {
        "serial": _TEXT,
        "secret": _TEXT,
        "interval": {"type": ["integer", "null"], "enum": [30, 60, None]},
        "hash": {"type": ["string", "null"], "enum": ["sha1", "sha256", None]},
        "manufacturer": _TEXT,
        "model": _TEXT,
    },
}

USER: dict[str, Any] = {
    "type": "object",
    "required": ["username"],
    "properties": {
        "username": {"type": "string", "minLength": 1},
        "upn": _TEXT,
        "sid": _TEXT,
        "attributes": {"type": ["object", "null"], "additionalProperties": _TEXT},
        "enabled": {"type": ["boolean", "null"]},
        "language": _TEXT,
        "default_method": {"type": ["string", "null"], "enum": [*DEFAULT_METHODS, None]},
        "pin_modes": {"type": ["array", "null"], "items": {"type": "string"}},
        "phone": _PHONE,
        "backup_phone": _PHONE,
        "mobile_apps": {"type": ["array", "null"], "items": _MOBILE_APP},
        "oath_token": _OATH_TOKEN,
        "changed_at": _TIME,
    },
}

EXPORT: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Export of MFA Server users",
    "type": "object",
    "required": ["format", "users"],
    "properties": {
        "format": {"type": "string", "const": FORMAT},
        "exported_at": _TIME,
        "server": {"type": ["object", "null"], "properties": {"name": _TEXT, "version": _TEXT}},
        "users": {"type": "array", "items": USER},
    },
}
