# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which configurations of the methods policy the records of an export need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.phone_numbers import normalise
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import Phone, Record

Needs = Mapping[str, Mapping[str, Any]]
"""Settings by configuration; a configuration that only has to be enabled has none."""


def policy_needs(records: Iterable[Record]) -> Needs:
    """What has to be enabled so that users can use what a migration writes for them.

    A mobile phone needs text messages or calls, as the user's default method says, and text messages where it says
    neither. An alternate or office phone needs calls, the latter also ``isOfficePhoneAllowed``. OATH tokens and apps
    with a secret need hardware OATH, other apps the Authenticator. Disabled records need nothing. Which phone goes
    where is the rule of ``phones``.
    """
    needs: dict[str, dict[str, Any]] = {}
    for record in records:
        if record.enabled:
            for method, settings in needs_of(record):
                needs.setdefault(method, {}).update(settings)
    return needs


def needs_of(record: Record) -> Iterator[tuple[str, dict[str, Any]]]:
    """The configurations that one record needs, each with the settings it asks for; one may come twice."""
    of_mobile = "voice" if record.default_method == "phone_call" else "sms"
    office: tuple[str, dict[str, Any]] = ("voice", {"isOfficePhoneAllowed": True})
    phone_has_extension = record.phone is not None and _has_extension(record.phone)
    if record.phone is not None:
        yield office if phone_has_extension and record.default_method != "text_message" else (of_mobile, {})
    if record.backup_phone is not None:
        if not _has_extension(record.backup_phone):
            yield ("voice" if record.phone is not None else of_mobile), {}
        elif not phone_has_extension:
            yield office
    if record.oath_token is not None or any(app.secret for app in record.mobile_apps):
        yield "hardwareOath", {}
    if any(not app.secret for app in record.mobile_apps):
        yield "microsoftAuthenticator", {}


def _has_extension(phone: Phone) -> bool:
    if phone.extension:
        return True
    number = normalise(phone)
    return number is not None and number.extension is not None
