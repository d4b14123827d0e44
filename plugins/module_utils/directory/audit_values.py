# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in the modified properties of an audit record, decoded and without tokens and numbers.

Old and new value are JSON text inside a string, sometimes quoted twice. Only what is known to be harmless is shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.masking import HIDDEN, mask_number

METHODS = "StrongAuthenticationMethod"
DEVICES = "StrongAuthenticationPhoneAppDetail"
NUMBERS = "StrongAuthenticationUserDetails"
NAMES_OF_CHANGES = "Included Updated Properties"

METHOD_NAMES: Mapping[int, str] = {
    0: "voiceMobile",
    2: "voiceOffice",
    3: "voiceAlternateMobile",
    5: "sms",
    6: "push",
    7: "oath",
}
"""The code ``MethodType`` by the table of the migration guide; a token is hardware or software."""

_HARMLESS_OF_A_DEVICE = frozenset(
    {
        "authenticationtype",
        "devicename",
        "devicetag",
        "lastauthenticatedtimestamp",
        "notificationtype",
        "phoneappversion",
    }
)
_NUMBER = re.compile(r"[+\d][\d ().x-]{4,}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MethodList:
    """The methods of a user by name, in the order of their codes, and which of them is the default."""

    names: tuple[str, ...]
    default: str | None

    def as_dict(self) -> dict[str, Any]:
        """The list as modules return it."""
        return {"methods": list(self.names), "default": self.default}


def decode(text: object) -> Any:
    """The value inside the string; None for nothing and for text that is no JSON."""
    for _quoting in range(2):
        if not isinstance(text, str):
            break
        try:
            text = json.loads(text)
        except ValueError:
            return None
    return text


def methods(value: Any) -> MethodList:
    """The method list of a decoded ``StrongAuthenticationMethod``; its order says nothing."""
    entries = sorted(
        (entry for entry in _entries(value) if isinstance(entry.get("MethodType"), int)),
        key=lambda entry: int(entry["MethodType"]),
    )
    default = next((entry for entry in entries if entry.get("Default") is True), None)
    return MethodList(tuple(_method_name(entry) for entry in entries), _method_name(default) if default else None)


def devices(value: Any) -> list[dict[str, Any]]:
    """The devices of a decoded ``StrongAuthenticationPhoneAppDetail``; what is not known to be harmless is hidden."""
    return [
        {
            name: found if name.lower() in _HARMLESS_OF_A_DEVICE or found is None else HIDDEN
            for name, found in entry.items()
        }
        for entry in _entries(value)
    ]


@dataclass(frozen=True, slots=True)
class DeviceChange:
    """What became of one device: ``change`` is ``added``, ``updated`` or ``removed``."""

    name: str
    change: str
    app_version: str | None


def device_changes(before: Any, after: Any) -> tuple[DeviceChange, ...]:
    """What became of each device between two decoded ``StrongAuthenticationPhoneAppDetail``, compared by its name.

    A device of unchanged content is left out. Devices of one name count one by one.
    """
    old, new = _by_name(before), _by_name(after)
    found = []
    for name in dict.fromkeys([*old, *new]):
        was, now = old.get(name, []), new.get(name, [])
        gone = [entry for entry in was if entry not in now]
        come = [entry for entry in now if entry not in was]
        updated = min(len(gone), len(come))
        kinds = ["updated"] * updated + ["added"] * (len(come) - updated)
        found += [DeviceChange(name, kind, _app_version(entry)) for kind, entry in zip(kinds, come, strict=True)] + [
            DeviceChange(name, "removed", _app_version(entry)) for entry in gone[updated:]
        ]
    return tuple(found)


def _by_name(value: Any) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for entry in _entries(value):
        found.setdefault(str(entry.get("DeviceName") or ""), []).append(entry)
    return found


def _app_version(entry: Mapping[str, Any]) -> str | None:
    version = entry.get("PhoneAppVersion")
    return None if version is None else str(version)


def numbers(value: Any) -> dict[str, Any]:
    """The details of a decoded ``StrongAuthenticationUserDetails``: numbers masked, anything else hidden."""
    details = next(iter(_entries(value)), {})
    return {name: _masked(found) for name, found in details.items()}


def names(value: Any) -> list[str]:
    """The names in a decoded ``Included Updated Properties``."""
    return [name.strip() for name in value.split(",") if name.strip()] if isinstance(value, str) else []


def _entries(value: Any) -> Sequence[Mapping[str, Any]]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, Mapping)]


def _method_name(entry: Mapping[str, Any]) -> str:
    code = int(entry["MethodType"])
    return METHOD_NAMES.get(code, f"code {code}")


def _masked(found: Any) -> Any:
    if found is None or isinstance(found, bool):
        return found
    return mask_number(found) if isinstance(found, str) and _NUMBER.fullmatch(found) else HIDDEN
