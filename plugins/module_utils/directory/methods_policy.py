# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The authentication methods policy, as v1.0 knows it (Graph page *Get authenticationMethodsPolicy*)."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.directory import hardware_oath
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import GraphClient

PATH = "policies/authenticationMethodsPolicy"
ALL_USERS = "all_users"
_COMMON = frozenset({"id", "state", "includeTargets", "excludeTargets"})


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a configuration includes or excludes; `id` is a group's object id or `all_users`."""

    id: str
    type: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Further properties of the target, such as `isRegistrationRequired` or `authenticationMode`."""

    @classmethod
    def from_graph(cls, item: Mapping[str, Any]) -> Target:
        """Read a target; group ids are lower-cased so that they compare."""
        settings = {name: value for name, value in item.items() if name not in ("id", "targetType") and "@" not in name}
        return cls(str(item["id"]).lower(), str(item.get("targetType", "group")), settings)

    def summary(self) -> dict[str, Any]:
        """The target as modules return it, with Graph's property names."""
        return {"id": self.id, "targetType": self.type, **self.settings}


@dataclass(frozen=True, slots=True)
class Configuration:
    """One method of the policy; `method` is Graph's id with a lower-case first letter, such as `softwareOath`."""

    method: str
    enabled: bool
    include: tuple[Target, ...]
    exclude: tuple[Target, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Further properties of the method, such as `isSoftwareOathEnabled` or `isOfficePhoneAllowed`."""

    @classmethod
    def from_graph(cls, item: Mapping[str, Any]) -> Configuration:
        """Read a configuration; ids come back in mixed case."""
        settings = {name: value for name, value in item.items() if name not in _COMMON and "@" not in name}
        return cls(
            method=method_name(str(item["id"])),
            enabled=str(item.get("state", "disabled")).lower() == "enabled",
            include=tuple(Target.from_graph(target) for target in item.get("includeTargets") or ()),
            exclude=tuple(Target.from_graph(target) for target in item.get("excludeTargets") or ()),
            settings=settings,
        )

    def summary(self) -> dict[str, Any]:
        """The configuration as modules return it, with Graph's property names."""
        return {
            "state": "enabled" if self.enabled else "disabled",
            "includeTargets": [target.summary() for target in self.include],
            "excludeTargets": [target.summary() for target in self.exclude],
            **self.settings,
        }


@dataclass(frozen=True, slots=True)
class Campaign:
    """The registration campaign, which asks users at sign-in to register a better method.

    `state` is `default` (Microsoft managed), `enabled` or `disabled`; a user may put it off for `snooze_days` days.
    """

    state: str = "default"
    snooze_days: int = 0
    include: tuple[Target, ...] = ()
    exclude: tuple[Target, ...] = ()

    @classmethod
    def from_graph(cls, item: Mapping[str, Any]) -> Campaign:
        """Read the campaign."""
        return cls(
            state=str(item.get("state") or "default"),
            snooze_days=int(item.get("snoozeDurationInDays") or 0),
            include=tuple(Target.from_graph(target) for target in item.get("includeTargets") or ()),
            exclude=tuple(Target.from_graph(target) for target in item.get("excludeTargets") or ()),
        )

    def summary(self) -> dict[str, Any]:
        """The campaign as modules return it and Graph takes it."""
        return {
            "state": self.state,
            "snoozeDurationInDays": self.snooze_days,
            "includeTargets": [target.summary() for target in self.include],
            "excludeTargets": [target.summary() for target in self.exclude],
        }


@dataclass(frozen=True, slots=True)
class MethodsPolicy:
    """The policy: how far the tenant has left the legacy policies, the configurations by method, and the campaign."""

    migration_state: str | None
    configurations: Mapping[str, Configuration]
    campaign: Campaign = field(default_factory=Campaign)

    def summary(self) -> dict[str, Any]:
        """The policy as modules return it, with Graph's property names."""
        return {
            "policyMigrationState": self.migration_state,
            "configurations": {name: self.configurations[name].summary() for name in sorted(self.configurations)},
        }


def method_name(identifier: str) -> str:
    """Graph's id of a configuration in one spelling: `Sms` and `sms` are both `sms`."""
    return identifier[:1].lower() + identifier[1:]


def read(client: GraphClient) -> MethodsPolicy:
    """Read what v1.0 knows of the policy: all but the configuration of hardware OATH."""
    return _policy(client.get(PATH), None)


def read_with_hardware_oath(client: GraphClient) -> MethodsPolicy:
    """Read the policy and, side by side, the configuration of hardware OATH, where the caller may and there is one."""
    with ThreadPoolExecutor(1, thread_name_prefix="policy") as aside:
        body = aside.submit(client.get, PATH)
        hardware = hardware_oath.configuration_if_any(client)
        return _policy(body.result(), hardware)


def _policy(body: Mapping[str, Any], hardware: Mapping[str, Any] | None) -> MethodsPolicy:
    items = [*(body.get("authenticationMethodConfigurations") or []), *([hardware] if hardware else [])]
    configurations = {found.method: found for found in map(Configuration.from_graph, items)}
    enforcement = body.get("registrationEnforcement") or {}
    campaign = Campaign.from_graph(enforcement.get("authenticationMethodsRegistrationCampaign") or {})
    return MethodsPolicy(_migration_state(body.get("policyMigrationState")), configurations, campaign)


def _migration_state(value: str | None) -> str | None:
    """The documented spelling differs from the schema's (`premigration`); an empty text means absent."""
    if not value:
        return None
    return "preMigration" if value.lower() == "premigration" else value
