# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An organisation of any size with every kind of method, the export that belongs to it, and what tests compare."""

from __future__ import annotations

import re
from base64 import b32encode
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from support.organisation import small_organisation

KINDS = 10
"""So many kinds of users take turns; see `_record` and `_methods`."""

_DEVICE = re.compile(r"(hardwareOathMethods|hardwareOathDevices)/[0-9a-f-]{36}")


def user_id(number: int) -> str:
    """The object id of a user, counted from 0."""
    return f"50000000-0000-4000-8000-{number:012d}"


def group_name(number: int) -> str:
    """The display name of a group, counted from 0."""
    return f"MFA crowd {number}"


def _secret(number: int, which: int) -> str:
    return b32encode(f"{number:06d}-{which:03d}".encode()).decode()


def _phone(number: int, which: int, extension: str | None = None) -> dict[str, Any]:
    return {"country_code": "1", "number": f"20655{which}{number:04d}", "extension": extension}


def _token(number: int) -> dict[str, Any]:
    return {
        "serial": f"9{number:06d}",
        "secret": _secret(number, 0),
        "interval": 60 if number % 20 == 3 else 30,
        "hash": "sha256" if number % 20 == 3 else "sha1",
        "manufacturer": "Feitian",
        "model": "c200",
    }


def _apps(number: int, count: int) -> list[dict[str, Any]]:
    return [
        {"name": f"Phone {which}", "secret": _secret(number, which), "registered_at": f"2024-01-0{which}T00:00:00Z"}
        for which in range(1, count + 1)
    ]


def _record(number: int) -> dict[str, Any]:
    """What MFA Server knows of a user."""
    phone, backup = _phone(number, 1), _phone(number, 2)
    kinds: list[dict[str, Any]] = [
        {"default_method": "phone_call", "phone": phone},
        {"default_method": "text_message", "phone": phone, "backup_phone": backup},
        {"default_method": "phone_call", "phone": _phone(number, 3, "12"), "backup_phone": backup},
        {"default_method": "oath_token", "oath_token": _token(number)},
        {"default_method": "oath_token", "phone": phone, "mobile_apps": _apps(number, 2)},
        {"default_method": "text_message", "phone": phone, "backup_phone": backup},
        {"default_method": "oath_token", "phone": phone, "oath_token": _token(number)},
        {"default_method": "mobile_app", "phone": phone, "mobile_apps": [{"name": "Pixel"}]},
        {"default_method": "phone_call", "backup_phone": backup},
        {"default_method": "text_message", "phone": phone},
    ]
    return {"username": f"user{number}@contoso.example", **kinds[number % KINDS]}


def _methods(number: int) -> dict[str, Any]:
    """What Entra holds of a user before the migration."""
    other = [{"phoneType": "mobile", "phoneNumber": f"+1 206556{number:04d}"}]
    kinds: dict[int, dict[str, Any]] = {
        5: {"phone": other, "preferred": "voiceMobile"},
        9: {"microsoftAuthenticator": [{"displayName": "Pixel"}], "preferred": "push"},
    }
    return kinds.get(number % KINDS, {})


def _user(number: int) -> dict[str, Any]:
    return {
        "id": user_id(number),
        "userPrincipalName": f"user{number}@contoso.example",
        "displayName": f"User {number}",
        "accountEnabled": True,
        "userType": "Member",
        "methods": _methods(number),
    }


def _stored(number: int) -> dict[str, Any]:
    token = _token(number)
    return {
        "serialNumber": token["serial"],
        "secretKey": token["secret"],
        "timeIntervalInSeconds": token["interval"],
        "hashFunction": f"hmac{token['hash']}",
        "manufacturer": token["manufacturer"],
        "model": token["model"],
    }


def crowd_organisation(count: int, groups: int = 1) -> dict[str, Any]:
    """The small organisation with ``count`` users more, dealt out to ``groups`` groups.

    Every method is allowed to everybody.
    """
    numbers = range(count)
    everybody = {"state": "enabled", "includeTargets": [{"targetType": "group", "id": "all_users"}]}
    organisation = small_organisation()
    organisation["users"] += [_user(number) for number in numbers]
    organisation["groups"] += [
        {
            "id": f"60000000-0000-4000-8000-{group:012d}",
            "displayName": group_name(group),
            "groupTypes": [],
            "securityEnabled": True,
            "membershipRule": None,
            "members": [user_id(number) for number in numbers if number % groups == group],
        }
        for group in range(groups)
    ]
    organisation["hardwareOathDevices"] += [_stored(number) for number in numbers if number % KINDS == 6]
    organisation["methodsPolicy"]["configurations"] |= {
        "sms": everybody,
        "voice": {**everybody, "isOfficePhoneAllowed": True},
        "microsoftAuthenticator": {**everybody, "isSoftwareOathEnabled": True},
        "hardwareOath": everybody,
        "softwareOath": everybody,
    }
    return organisation


def crowd_export(count: int) -> dict[str, Any]:
    """The export of these users."""
    return {"format": "entra.mfa/export-v1", "users": [_record(number) for number in range(count)]}


def methods_by_user(state: Mapping[str, Any], without: Collection[str] = ()) -> dict[str, Any]:
    """The methods of all users and the free tokens of a tenant's state, without the ids that differ between tenants."""
    users = {
        user["userPrincipalName"]: _comparable(user["methods"]) for user in state["users"] if user["id"] not in without
    }
    return {**users, "inventory": _tokens(state["hardwareOathDevices"])}


def _comparable(methods: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "phones": {phone["phoneType"]: phone["phoneNumber"] for phone in methods["phone"]},
        "authenticators": sorted(app["displayName"] for app in methods["microsoftAuthenticator"]),
        "software": len(methods["softwareOath"]),
        "tokens": _tokens(methods["hardwareOath"]),
        "preferred": methods["preferred"],
    }


def _tokens(devices: Iterable[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    names = ("serialNumber", "secretKey", "hashFunction", "status")
    return sorted(tuple(device[name] for name in names) for device in devices)


def applied_writes(log: Sequence[Mapping[str, Any]]) -> Counter[tuple[str, str]]:
    """How often each change was made, by verb and path; tokens are told apart by their users only."""
    return Counter((entry["method"], _DEVICE.sub(r"\1/*", entry["path"])) for entry in log if entry["applied"])
