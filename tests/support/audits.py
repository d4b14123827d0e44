# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Audit records as the vendor's migration utility leaves them: values are JSON in a string, with tokens and numbers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

UTILITY = "Azure MFA Management"
PUSH_TOKEN = "apns2-0123456789abcdef"
SECRET_NUMBER = "+1 2065550177"


def methods(*codes: int, default: int | None = None) -> list[dict[str, Any]]:
    """The value of ``StrongAuthenticationMethod``."""
    return [{"MethodType": code, "Default": code == default} for code in codes]


def device(name: str, token: str = PUSH_TOKEN) -> dict[str, Any]:
    """One device of ``StrongAuthenticationPhoneAppDetail``."""
    return {"DeviceName": name, "DeviceToken": token, "PhoneAppVersion": "6.8.0", "OathSecretKey": token}


def moment(days: int, hour: int = 12) -> str:
    """An hour (UTC) of so many days ago, as the log writes it."""
    return (datetime.now(UTC) - timedelta(days=days)).strftime(f"%Y-%m-%dT{hour}:00:00Z")


def record(
    user_id: str, upn: str, at: str, *, actor: str = UTILITY, result: str = "success", **changes: tuple[Any, Any]
) -> dict[str, Any]:
    """A record about a user; ``changes`` maps a property to its old and new value."""
    properties = [
        {"displayName": name, "oldValue": json.dumps(old), "newValue": json.dumps(new)}
        for name, (old, new) in changes.items()
    ]
    named = json.dumps(json.dumps(", ".join(changes)))
    properties.append({"displayName": "Included Updated Properties", "oldValue": None, "newValue": named})
    return {
        "id": f"Directory_{upn}_{at}_{len(properties)}",
        "activityDateTime": at,
        "activityDisplayName": "Update user",
        "result": result,
        "resultReason": "" if result == "success" else f"The number {SECRET_NUMBER} is taken.",
        "initiatedBy": {"user": None, "app": {"appId": None, "displayName": actor}},
        "targetResources": [
            {"id": user_id, "type": "User", "userPrincipalName": upn, "modifiedProperties": properties}
        ],
    }


def utility_records(*users: tuple[str, str]) -> list[dict[str, Any]]:
    """What the utility left of two users (id and user principal name), oldest first.

    The first one's methods two days ago and a device yesterday; the second one's number, which failed, and a change
    that somebody else made.
    """
    (first, first_upn), (second, second_upn) = users
    numbers = ({"PhoneNumber": None}, {"PhoneNumber": SECRET_NUMBER, "Email": "private@example.org"})
    return [
        record(
            first,
            first_upn,
            moment(2),
            StrongAuthenticationMethod=(methods(7, 6, default=6), methods(7, 6, 0, 5, default=6)),
            StrongAuthenticationUserDetails=({}, numbers[1]),
        ),
        record(first, first_upn, moment(1), StrongAuthenticationPhoneAppDetail=([], [device("Pixel")])),
        record(
            second,
            second_upn,
            moment(1, 13),
            result="failure",
            StrongAuthenticationUserDetails=numbers,
            LastDirSyncTime=(None, "now"),
        ),
        record(second, second_upn, moment(1), actor="Somebody else", StrongAuthenticationMethod=([], methods(6))),
    ]
