# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user has registered and is allowed to use: the rules that several resources share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from entra_simulator.tenant.store import Methods, User
from entra_simulator.tenant.tenant import Tenant

PREFERENCES = ("push", "oath", "voiceMobile", "voiceAlternateMobile", "voiceOffice", "sms")
"""What a user's default method can be."""

_OTP_STATES = frozenset({"activated"})


def _targeted(tenant: Tenant, targets: Iterable[Mapping[str, Any]], user: User) -> bool:
    for target in targets:
        if target["id"] == "all_users" or target["id"].lower() == user.id:
            return True
        group = tenant.store.groups.get(target["id"].lower())
        if group is not None and user.id in tenant.store.transitive_members(group):
            return True
    return False


def allows(tenant: Tenant, configuration: str, user: User) -> bool:
    """Whether the methods policy lets a user use a method, exclusions first."""
    entry = tenant.store.configurations[configuration.lower()]
    if entry["state"] != "enabled" or _targeted(tenant, entry["excludeTargets"], user):
        return False
    return _targeted(tenant, entry["includeTargets"], user)


def _hardware_active(tenant: Tenant, methods: Methods) -> bool:
    return any(tenant.store.devices[device_id].status in _OTP_STATES for device_id in methods.hardware)


def default_options(tenant: Tenant, user: User) -> list[str]:
    """The default methods that the user's registrations make possible, most secure first."""
    methods = user.methods
    software_codes = bool(tenant.store.configurations["microsoftauthenticator"].get("isSoftwareOathEnabled"))
    possible = {
        "push": bool(methods.authenticators),
        "oath": bool(methods.software)
        or _hardware_active(tenant, methods)
        or (bool(methods.authenticators) and software_codes),
        "sms": "mobile" in methods.phones,
        "voiceMobile": "mobile" in methods.phones,
        "voiceAlternateMobile": "alternateMobile" in methods.phones,
        "voiceOffice": "office" in methods.phones,
    }
    return [name for name, there in possible.items() if there]


def forget_default(tenant: Tenant, user: User) -> None:
    """Clear a default method that the user's registrations no longer support."""
    if user.methods.preferred and user.methods.preferred not in default_options(tenant, user):
        user.methods.preferred = None


def registered_names(tenant: Tenant, methods: Methods) -> list[str]:
    """The method names that the registration report lists."""
    names = {
        "mobilePhone": "mobile" in methods.phones,
        "alternateMobilePhone": "alternateMobile" in methods.phones,
        "officePhone": "office" in methods.phones,
        "microsoftAuthenticatorPush": bool(methods.authenticators),
        "softwareOneTimePasscode": bool(methods.software or methods.authenticators),
        "hardwareOneTimePasscode": _hardware_active(tenant, methods),
        "temporaryAccessPass": methods.access_pass is not None,
    }
    return [name for name, there in names.items() if there]
