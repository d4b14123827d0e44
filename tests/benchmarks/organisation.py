# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An organisation of any size in which every user has one telephone and a default method to migrate."""

from __future__ import annotations

from typing import Any

from support.organisation import small_organisation

GROUP = "MFA benchmark"
COUNTRY_CODE = "1"
DEFAULT_METHOD = "text_message"


def user_id(number: int) -> str:
    """The object id of a user, counted from 0."""
    return f"70000000-0000-4000-8000-{number:012d}"


def principal(number: int) -> str:
    """The user principal name of a user, counted from 0."""
    return f"person{number}@contoso.example"


def organisation(count: int) -> dict[str, Any]:
    """A tenant with ``count`` users in one group, none of whom has a method yet, and text messages for everybody."""
    tenant = small_organisation()
    tenant["users"] += [
        {
            "id": user_id(number),
            "userPrincipalName": principal(number),
            "displayName": f"Person {number}",
            "accountEnabled": True,
            "userType": "Member",
            "methods": {},
        }
        for number in range(count)
    ]
    tenant["groups"].append(
        {
            "id": "60000000-0000-4000-8000-000000000000",
            "displayName": GROUP,
            "groupTypes": [],
            "securityEnabled": True,
            "membershipRule": None,
            "members": [user_id(number) for number in range(count)],
        }
    )
    everybody = {"state": "enabled", "includeTargets": [{"targetType": "group", "id": "all_users"}]}
    tenant["methodsPolicy"]["configurations"] |= {"sms": everybody, "voice": everybody}
    return tenant


def record(number: int) -> dict[str, Any]:
    """What MFA Server knows of a user."""
    phone = {"country_code": COUNTRY_CODE, "number": f"20655{number:05d}", "extension": None}
    return {"username": principal(number), "default_method": DEFAULT_METHOD, "phone": phone}


def export(count: int) -> dict[str, Any]:
    """The export of these users."""
    return {"format": "entra.mfa/export-v1", "users": [record(number) for number in range(count)]}
