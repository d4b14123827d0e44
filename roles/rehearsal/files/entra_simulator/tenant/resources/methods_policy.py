# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The authentication methods policy and its configurations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from entra_simulator.tenant import bodies
from entra_simulator.tenant.audits import record
from entra_simulator.tenant.errors import bad_request, not_found
from entra_simulator.tenant.messages import Answer
from entra_simulator.tenant.routing import Call
from entra_simulator.tenant.tenant import Tenant

_EVERYONE = {"targetType": "group", "id": "all_users", "isRegistrationRequired": False}
_FEATURE = {
    "state": "default",
    "includeTarget": {"targetType": "group", "id": "all_users"},
    "excludeTarget": {"targetType": "group", "id": "00000000-0000-0000-0000-000000000000"},
}
_DEFAULTS: dict[str, dict[str, Any]] = {
    "Sms": {"state": "disabled", "includeTargets": [{**_EVERYONE, "isUsableForSignIn": False}]},
    "Voice": {"state": "disabled", "isOfficePhoneAllowed": False, "includeTargets": [_EVERYONE]},
    "MicrosoftAuthenticator": {
        "state": "enabled",
        "isSoftwareOathEnabled": True,
        "featureSettings": {
            "displayAppInformationRequiredState": _FEATURE,
            "displayLocationInformationRequiredState": _FEATURE,
        },
        "includeTargets": [{**_EVERYONE, "authenticationMode": "any"}],
    },
    "SoftwareOath": {"state": "enabled", "includeTargets": [_EVERYONE]},
    "HardwareOath": {"state": "disabled", "includeTargets": [_EVERYONE]},
    "TemporaryAccessPass": {
        "state": "disabled",
        "defaultLifetimeInMinutes": 60,
        "defaultLength": 8,
        "minimumLifetimeInMinutes": 60,
        "maximumLifetimeInMinutes": 480,
        "isUsableOnce": False,
        "includeTargets": [_EVERYONE],
    },
}
_BETA_ONLY = frozenset({"hardwareoath"})
_TARGET: bodies.Shape = {
    "id": bodies.required(bodies.text),
    "targetType": bodies.required(bodies.one_of("user", "group")),
}
_INCLUDE: bodies.Shape = {**_TARGET, "isRegistrationRequired": bodies.optional(bodies.flag)}
_EXTRA: dict[str, bodies.Shape] = {
    "sms": {"isUsableForSignIn": bodies.optional(bodies.flag)},
    "microsoftauthenticator": {"authenticationMode": bodies.optional(bodies.one_of("deviceBasedPush", "push", "any"))},
}
_FEATURE_SHAPE: bodies.Shape = {
    "state": bodies.optional(bodies.one_of("default", "enabled", "disabled")),
    "includeTarget": bodies.optional(bodies.record(_TARGET)),
    "excludeTarget": bodies.optional(bodies.record(_TARGET)),
}
_FEATURES = ("displayAppInformationRequiredState", "displayLocationInformationRequiredState")
_BETA_FEATURES = (*_FEATURES, "numberMatchingRequiredState", "companionAppAllowedState")
_NUMBERS = ("defaultLength", "defaultLifetimeInMinutes", "minimumLifetimeInMinutes", "maximumLifetimeInMinutes")
_CAMPAIGN: bodies.Shape = {
    "snoozeDurationInDays": bodies.optional(bodies.number),
    "state": bodies.optional(bodies.one_of("default", "enabled", "disabled")),
    "includeTargets": bodies.optional(
        bodies.list_of(bodies.record({**_TARGET, "targetedAuthenticationMethod": bodies.optional(bodies.text)}))
    ),
    "excludeTargets": bodies.optional(bodies.list_of(bodies.record(_TARGET))),
    "enforceRegistrationAfterAllowedSnoozes": bodies.optional(bodies.flag),
}
_PREFERENCES: bodies.Shape = {
    "state": bodies.optional(bodies.one_of("default", "enabled", "disabled")),
    "includeTargets": bodies.optional(bodies.list_of(bodies.record(_TARGET))),
    "excludeTargets": bodies.optional(bodies.list_of(bodies.record(_TARGET))),
}
POLICY_BODY: bodies.Shape = {
    "displayName": bodies.optional(bodies.text),
    "description": bodies.optional(bodies.text),
    "policyMigrationState": bodies.optional(bodies.one_of("preMigration", "migrationInProgress", "migrationComplete")),
    "registrationEnforcement": bodies.optional(
        bodies.record({"authenticationMethodsRegistrationCampaign": bodies.optional(bodies.record(_CAMPAIGN))})
    ),
    "systemCredentialPreferences": bodies.optional(bodies.record(_PREFERENCES)),
}


def _free(value: Any, path: str) -> None:
    """Checked later, when the kind of configuration is known."""


CONFIGURATION_BODY: bodies.Shape = {
    "@odata.type": bodies.required(bodies.text),
    **{
        name: bodies.optional(_free)
        for name in (
            "id",
            "state",
            "includeTargets",
            "excludeTargets",
            "isOfficePhoneAllowed",
            "isSoftwareOathEnabled",
            "featureSettings",
            "isUsableOnce",
            *_NUMBERS,
        )
    },
}


def _shape(key: str, version: str) -> bodies.Shape:
    features = _BETA_FEATURES if version == "beta" else _FEATURES
    special: dict[str, bodies.Shape] = {
        "voice": {"isOfficePhoneAllowed": bodies.optional(bodies.flag)},
        "microsoftauthenticator": {
            "isSoftwareOathEnabled": bodies.optional(bodies.flag),
            "featureSettings": bodies.optional(
                bodies.record({name: bodies.optional(bodies.record(_FEATURE_SHAPE)) for name in features})
            ),
        },
        "temporaryaccesspass": {
            "isUsableOnce": bodies.optional(bodies.flag),
            **{name: bodies.optional(bodies.number) for name in _NUMBERS},
        },
    }
    return {
        "@odata.type": bodies.required(bodies.one_of(_type(key))),
        "id": bodies.optional(bodies.text),
        "state": bodies.optional(bodies.one_of("enabled", "disabled")),
        "includeTargets": bodies.optional(bodies.list_of(bodies.record({**_INCLUDE, **_EXTRA.get(key, {})}))),
        "excludeTargets": bodies.optional(bodies.list_of(bodies.record(_TARGET))),
        **special.get(key, {}),
    }


def _name(key: str) -> str:
    return next(name for name in _DEFAULTS if name.lower() == key)


def _type(key: str) -> str:
    name = _name(key)
    return f"#microsoft.graph.{name[0].lower()}{name[1:]}AuthenticationMethodConfiguration"


def _default(key: str) -> dict[str, Any]:
    return {"@odata.type": _type(key), "id": _name(key), "excludeTargets": [], **_DEFAULTS[_name(key)]}


def load(tenant: Tenant, data: Mapping[str, Any]) -> None:
    """Set the policy of the organisation file; configurations it does not name get the defaults of a new tenant."""
    campaign = {"snoozeDurationInDays": 1, "state": "default", "excludeTargets": [], "includeTargets": []}
    tenant.store.methods_policy = {
        "id": "authenticationMethodsPolicy",
        "displayName": "Authentication Methods Policy",
        "description": "The tenant-wide policy that controls which authentication methods are allowed in the tenant.",
        "lastModifiedDateTime": tenant.clock.stamp(),
        "policyVersion": "1.5",
        "policyMigrationState": data.get("policyMigrationState", "preMigration"),
        "registrationEnforcement": {
            "authenticationMethodsRegistrationCampaign": {**campaign, **data.get("registrationCampaign", {})}
        },
        "systemCredentialPreferences": {"state": "default", "includeTargets": [], "excludeTargets": []},
    }
    for name in _DEFAULTS:
        tenant.store.configurations[name.lower()] = _default(name.lower())
    for name, values in data.get("configurations", {}).items():
        if name.lower() not in tenant.store.configurations:
            raise ValueError(f"unknown authentication method configuration {name}")
        tenant.store.configurations[name.lower()].update(values)


def dump(tenant: Tenant) -> dict[str, Any]:
    """The policy as the organisation file holds it."""
    policy = tenant.store.methods_policy
    configurations = {
        entry["id"][0].lower() + entry["id"][1:]: {k: v for k, v in entry.items() if k not in {"id", "@odata.type"}}
        for entry in tenant.store.configurations.values()
    }
    return {
        "policyMigrationState": policy["policyMigrationState"],
        "registrationCampaign": policy["registrationEnforcement"]["authenticationMethodsRegistrationCampaign"],
        "configurations": configurations,
    }


def _shown(call: Call) -> dict[str, Any]:
    beta = call.request.version == "beta"
    policy = dict(call.tenant.store.methods_policy)
    if not beta:
        del policy["systemCredentialPreferences"]
        campaign = dict(policy["registrationEnforcement"]["authenticationMethodsRegistrationCampaign"])
        campaign.pop("enforceRegistrationAfterAllowedSnoozes", None)
        policy["registrationEnforcement"] = {"authenticationMethodsRegistrationCampaign": campaign}
    context = (
        f"{call.url.split('?')[0]}/$metadata#policies/authenticationMethodsPolicy/authenticationMethodConfigurations"
    )
    policy["authenticationMethodConfigurations@odata.context"] = context
    policy["authenticationMethodConfigurations"] = [
        _configuration(call, key) for key in call.tenant.store.configurations if beta or key not in _BETA_ONLY
    ]
    return policy


def _configuration(call: Call, key: str) -> dict[str, Any]:
    entry = dict(call.tenant.store.configurations[key])
    if call.request.version != "beta" and "featureSettings" in entry:
        entry["featureSettings"] = {name: entry["featureSettings"].get(name) for name in _FEATURES}
    entry["includeTargets@odata.context"] = f"{call.tenant.root}/{call.request.version}/$metadata#includeTargets"
    return entry


def get_policy(call: Call) -> Answer:
    """``GET /policies/authenticationMethodsPolicy`` with its configurations."""
    return Answer(200, _shown(call))


def update_policy(call: Call) -> Answer:
    """``PATCH /policies/authenticationMethodsPolicy``: 200 with the policy."""
    policy = call.tenant.store.methods_policy
    body = call.body
    if call.request.version != "beta":
        _refuse_beta_parts(body)
    campaign = (body.pop("registrationEnforcement", None) or {}).get("authenticationMethodsRegistrationCampaign")
    if campaign:
        if not 0 <= campaign.get("snoozeDurationInDays", 0) <= 14:
            raise bad_request("Invalid value specified for property 'snoozeDurationInDays' of resource.")
        current = policy["registrationEnforcement"]["authenticationMethodsRegistrationCampaign"]
        policy["registrationEnforcement"] = {"authenticationMethodsRegistrationCampaign": {**current, **campaign}}
    policy.update(body, lastModifiedDateTime=call.tenant.clock.stamp())
    _record(call, "authenticationMethodsPolicy")
    return Answer(200, _shown(call))


def _refuse_beta_parts(body: Mapping[str, Any]) -> None:
    if "systemCredentialPreferences" in body:
        raise bad_request("Invalid property 'systemCredentialPreferences'.")
    enforcement = body.get("registrationEnforcement") or {}
    if "enforceRegistrationAfterAllowedSnoozes" in (enforcement.get("authenticationMethodsRegistrationCampaign") or {}):
        raise bad_request("Invalid property 'enforceRegistrationAfterAllowedSnoozes'.")


def _record(call: Call, name: str) -> None:
    target = {"id": name, "displayName": "Authentication Methods Policy", "type": "Policy"}
    record(call, "Authentication Methods Policy Update", "ApplicationManagement", target, operation="Update")


def _key(call: Call) -> str:
    key = call.values["configuration"].lower()
    if key not in call.tenant.store.configurations or (call.request.version != "beta" and key in _BETA_ONLY):
        raise not_found("The authentication method configuration does not exist.")
    return key


def get_configuration(call: Call) -> Answer:
    """``GET …/authenticationMethodConfigurations/{id}``; the id is compared without case."""
    return Answer(200, _configuration(call, _key(call)))


def update_configuration(call: Call) -> Answer:
    """``PATCH …/authenticationMethodConfigurations/{id}``: ``@odata.type`` must name the configuration's own type."""
    key = _key(call)
    bodies.check_body(call.request.body, _shape(key, call.request.version))
    entry = call.tenant.store.configurations[key]
    changed = {name: value for name, value in call.body.items() if name != "id"}
    settings = changed.pop("featureSettings", None)
    if settings:
        entry["featureSettings"] = {**entry["featureSettings"], **settings}
    for target in [*(changed.get("includeTargets") or []), *(changed.get("excludeTargets") or [])]:
        if target["id"] != "all_users":
            call.tenant.store.directory_object(target["id"])
    entry.update(changed)
    _record(call, entry["id"])
    return Answer(204)


def reset_configuration(call: Call) -> Answer:
    """``DELETE …/authenticationMethodConfigurations/{id}``: back to the defaults of a new tenant."""
    key = _key(call)
    call.tenant.store.configurations[key] = _default(key)
    _record(call, key)
    return Answer(204)
