# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The organisation file: reading one into a tenant, and writing a tenant's state back in the same form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from entra_simulator.tenant import audits
from entra_simulator.tenant.resources import (
    applications,
    domains,
    groups,
    hardware_tokens,
    methods_policy,
    rollout,
    sign_ins,
)
from entra_simulator.tenant.store import Authenticator, HardwareDevice, Methods, SoftwareToken, User
from entra_simulator.tenant.tenant import Tenant

USER_PROPERTIES = (
    "userPrincipalName",
    "displayName",
    "givenName",
    "surname",
    "jobTitle",
    "mail",
    "employeeId",
    "accountEnabled",
    "userType",
    "mobilePhone",
    "onPremisesSyncEnabled",
    "onPremisesSamAccountName",
    "onPremisesDomainName",
    "onPremisesUserPrincipalName",
    "onPremisesSecurityIdentifier",
    "onPremisesImmutableId",
    "onPremisesExtensionAttributes",
    "proxyAddresses",
)
_EXTENSIONS = {f"extensionAttribute{number}": None for number in range(1, 16)}
_GROUP_PROPERTIES = (
    "displayName",
    "description",
    "groupTypes",
    "securityEnabled",
    "membershipRule",
    "onPremisesSyncEnabled",
)


def load(tenant: Tenant, data: Mapping[str, Any]) -> None:
    """Fill a tenant from organisation data; KeyError or ValueError when a needed part is missing or malformed."""
    tenant.cloud = data["tenant"].get("cloud", "global")
    for domain in data.get("domains", []):
        domains.load(tenant, domain)
    for contact in data.get("contacts", []):
        tenant.store.contacts[contact["id"].lower()] = {**contact, "id": contact["id"].lower()}
    for device in data.get("hardwareOathDevices", []):
        hardware_tokens.load(tenant, device)
    for user in data.get("users", []):
        _load_user(tenant, user)
    _load_groups(tenant, data.get("groups", []))
    methods_policy.load(tenant, data.get("methodsPolicy", {}))
    for policy in data.get("rolloutPolicies", []):
        rollout.load(tenant, policy)
    applications.load_graph(tenant)
    for app in data.get("apps", []):
        applications.load(tenant, app)
    for entry in data.get("delegated", []):
        _load_delegated(tenant, entry)
    for record in data.get("audits", []):
        audits.load(tenant, record)
    sign_ins.load(tenant, data.get("signIns", []))


def _load_delegated(tenant: Tenant, entry: Mapping[str, Any]) -> None:
    if next(tenant.store.users_by("userPrincipalName", [entry["userPrincipalName"].casefold()]), None) is None:
        raise ValueError(f"delegated access {entry['name']} names an unknown user {entry['userPrincipalName']}")
    tenant.delegated.append(dict(entry))


def _load_user(tenant: Tenant, data: Mapping[str, Any]) -> None:
    unknown = set(data) - set(USER_PROPERTIES) - {"id", "methods"}
    if unknown:
        raise ValueError(f"unknown user properties in the organisation: {', '.join(sorted(unknown))}")
    user_id = data["id"].lower()
    properties: dict[str, Any] = {
        "accountEnabled": True,
        "userType": "Member",
        "businessPhones": [],
        "proxyAddresses": [],
    }
    properties |= {name: data[name] for name in USER_PROPERTIES if name in data}
    properties["onPremisesExtensionAttributes"] = _EXTENSIONS | (properties.get("onPremisesExtensionAttributes") or {})
    user = User(user_id, {**properties, "id": user_id}, Methods())
    tenant.store.add_user(user)
    _load_methods(tenant, user, data.get("methods", {}))


def _load_methods(tenant: Tenant, user: User, data: Mapping[str, Any]) -> None:
    methods, now = user.methods, tenant.clock.stamp()
    for phone in data.get("phone", []):
        methods.phones[phone["phoneType"]] = phone["phoneNumber"]
        methods.phones_created[phone["phoneType"]] = now
    for app in data.get("microsoftAuthenticator", []):
        methods.authenticators.append(Authenticator(app.get("id") or tenant.new_id(), app["displayName"], now))
    for token in data.get("softwareOath", []):
        methods.software.append(SoftwareToken(token.get("id") or tenant.new_id(), now))
    for token in data.get("hardwareOath", []):
        device = hardware_tokens.load(tenant, token)
        device.user_id, device.assigned_at = user.id, now
        device.status = token.get("status") or ("activated" if token.get("activated", True) else "assigned")
        methods.hardware.append(device.id)
    methods.preferred = data.get("preferred")
    methods.system_preferred = bool(data.get("systemPreferred", False))


def _load_groups(tenant: Tenant, data: list[Mapping[str, Any]]) -> None:
    for entry in data:
        values = {name: entry[name] for name in _GROUP_PROPERTIES if name in entry}
        group = groups.new_group(entry["id"].lower(), tenant.clock.stamp(), values)
        tenant.store.groups[group.id] = group
    for entry in data:
        group = tenant.store.groups[entry["id"].lower()]
        members = [member.lower() for member in entry.get("members", [])]
        store = tenant.store
        for member in members:
            if member not in store.users and member not in store.groups and member not in store.contacts:
                raise ValueError(f"group {entry['displayName']} has an unknown member {member}")
        store.change_members(group, members)


def dump(tenant: Tenant) -> dict[str, Any]:
    """The tenant's present state as organisation data, secrets included; the audit log is not part of it."""
    store = tenant.store
    return {
        "tenant": {"id": tenant.tenant_id, "displayName": tenant.display_name, "cloud": tenant.cloud},
        "domains": [domains.dump(tenant, name) for name in store.domains],
        "users": [_dump_user(tenant, user) for user in store.users.values()],
        "groups": [
            {
                "id": group.id,
                **{name: group.properties[name] for name in _GROUP_PROPERTIES},
                "members": list(group.members),
            }
            for group in store.groups.values()
        ],
        "contacts": list(store.contacts.values()),
        "hardwareOathDevices": [_dump_device(device) for device in store.devices.values() if device.user_id is None],
        "methodsPolicy": methods_policy.dump(tenant),
        "rolloutPolicies": [dict(policy) for policy in store.rollouts.values()],
        "apps": [applications.dump(tenant, app) for app in store.applications.values()],
        "delegated": tenant.delegated,
        "registrationDetails": "derived",
    }


def _dump_device(device: HardwareDevice) -> dict[str, Any]:
    return {
        "id": device.id,
        "serialNumber": device.serial,
        "secretKey": device.secret,
        "timeIntervalInSeconds": device.interval,
        "hashFunction": device.hash_function,
        "manufacturer": device.manufacturer,
        "model": device.model,
        "displayName": device.display_name,
        "status": device.status,
        "activated": device.status == "activated",
    }


def _dump_user(tenant: Tenant, user: User) -> dict[str, Any]:
    methods = user.methods
    return {
        "id": user.id,
        **{name: user.properties.get(name) for name in USER_PROPERTIES},
        "methods": {
            "phone": [{"phoneType": kind, "phoneNumber": number} for kind, number in methods.phones.items()],
            "microsoftAuthenticator": [
                {"id": app.id, "displayName": app.display_name} for app in methods.authenticators
            ],
            "softwareOath": [{"id": token.id} for token in methods.software],
            "hardwareOath": [_dump_device(tenant.store.devices[device_id]) for device_id in methods.hardware],
            "preferred": methods.preferred,
            "systemPreferred": methods.system_preferred,
        },
    }
