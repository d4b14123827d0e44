# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Desired state of the methods policy: its configurations, their targets, and the registration campaign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.directory.methods_policy import (
    ALL_USERS,
    Campaign,
    Configuration,
    MethodsPolicy,
    Target,
)
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError

METHODS = ("sms", "voice", "microsoftAuthenticator", "softwareOath", "hardwareOath", "temporaryAccessPass")
TARGET_SETTINGS = ("isRegistrationRequired", "isUsableForSignIn", "authenticationMode")
"""Settings that belong to an include target and not to the configuration."""

_NEW_TARGET: Mapping[str, Mapping[str, Any]] = {
    "sms": {"isUsableForSignIn": False},
    "microsoftAuthenticator": {"authenticationMode": "any"},
}
_MOST_SNOOZE_DAYS = 14
_AUTHENTICATOR = "microsoftAuthenticator"


@dataclass(frozen=True, slots=True)
class WantedConfiguration:
    """What one configuration should be; None leaves a part alone.

    Targets are lower-case object ids of groups, or ``all_users``; ``mode`` is ``add``, ``remove`` or ``exact``.
    """

    method: str
    mode: str = "add"
    enabled: bool | None = None
    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WantedCampaign:
    """What the registration campaign should be; None leaves a part alone. ``mode`` as for a configuration."""

    mode: str = "add"
    state: str | None = None
    snooze_days: int | None = None
    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] | None = None


def plan(
    before: MethodsPolicy,
    configurations: Sequence[WantedConfiguration],
    campaign: WantedCampaign | None,
) -> MethodsPolicy:
    """The policy as it should be.

    Raises InputError for a configuration that the policy does not have and for a snooze that Entra does not take.
    """
    planned = dict(before.configurations)
    for wanted in configurations:
        if wanted.method not in planned:
            raise InputError(
                f"The authentication methods policy has no configuration {wanted.method}, or this login may not read "
                "it; leave it out, or grant Policy.ReadWrite.AuthenticationMethod."
            )
        planned[wanted.method] = _configuration(planned[wanted.method], wanted)
    after = replace(before, configurations=planned)
    return after if campaign is None else replace(after, campaign=_campaign(before.campaign, campaign))


def configuration_changes(before: Configuration, after: Configuration) -> dict[str, Any]:
    """The properties to write so that a configuration becomes another, as Graph takes them; empty when none differs."""
    changes: dict[str, Any] = {}
    if before.enabled != after.enabled:
        changes["state"] = after.summary()["state"]
    if not _holds(before.include, after.include):
        changes["includeTargets"] = [target.summary() for target in after.include]
    if not _holds(before.exclude, after.exclude):
        changes["excludeTargets"] = [target.summary() for target in after.exclude]
    changes |= {name: value for name, value in after.settings.items() if before.settings.get(name) != value}
    return changes


def campaign_changes(before: Campaign, after: Campaign) -> dict[str, Any]:
    """The whole campaign to write, because Graph takes it as one value; empty when nothing differs."""
    same = (
        (before.state, before.snooze_days) == (after.state, after.snooze_days)
        and _holds(before.include, after.include)
        and _holds(before.exclude, after.exclude)
    )
    return {} if same else after.summary()


def _configuration(current: Configuration, wanted: WantedConfiguration) -> Configuration:
    on_targets = {name: value for name, value in wanted.settings.items() if name in TARGET_SETTINGS}
    on_method = {name: value for name, value in wanted.settings.items() if name not in TARGET_SETTINGS}
    enabled = current.enabled if wanted.enabled is None else wanted.enabled
    # Targets of a disabled configuration have no effect; adding to them would give the method to all of them at once.
    dormant = wanted.mode == "add" and enabled and not current.enabled and wanted.include is not None
    include = _targets(() if dormant else current.include, wanted.include, wanted.mode)
    named = {target.id for target in include} if wanted.include is None else set(wanted.include)
    fresh = {"isRegistrationRequired": False, **_NEW_TARGET.get(current.method, {})}
    known = {target.id: target for target in current.include}
    return replace(
        current,
        enabled=enabled,
        include=tuple(
            _with_settings(known.get(target.id) or replace(target, settings=fresh), on_targets, named)
            for target in include
        ),
        exclude=_targets(current.exclude, wanted.exclude, wanted.mode),
        settings={**current.settings, **on_method},
    )


def _campaign(current: Campaign, wanted: WantedCampaign) -> Campaign:
    days = current.snooze_days if wanted.snooze_days is None else wanted.snooze_days
    if not 0 <= days <= _MOST_SNOOZE_DAYS:
        raise InputError(f"snooze_duration_in_days must be from 0 to {_MOST_SNOOZE_DAYS}, not {days}.")
    settings = {"targetedAuthenticationMethod": _AUTHENTICATOR}
    known = {target.id: target for target in current.include}
    return Campaign(
        state=wanted.state or current.state,
        snooze_days=days,
        include=tuple(
            known.get(target.id) or replace(target, settings=settings)
            for target in _targets(current.include, wanted.include, wanted.mode)
        ),
        exclude=_targets(current.exclude, wanted.exclude, wanted.mode),
    )


def _targets(current: tuple[Target, ...], wanted: tuple[str, ...] | None, mode: str) -> tuple[Target, ...]:
    """The targets afterwards; those that stay keep their order, and everybody makes single groups needless."""
    if wanted is None:
        return current
    if mode == "remove":
        return tuple(target for target in current if target.id not in wanted)
    present = {target.id for target in current}
    new = tuple(Target(name, "group") for name in dict.fromkeys(wanted) if name not in present)
    if mode == "exact":
        return (*(target for target in current if target.id in wanted), *new)
    if ALL_USERS in present:
        return current
    return tuple(target for target in new if target.id == ALL_USERS) or (*current, *new)


def _with_settings(target: Target, settings: Mapping[str, Any], named: set[str]) -> Target:
    return replace(target, settings={**target.settings, **settings}) if target.id in named else target


def _holds(found: Sequence[Target], wanted: Sequence[Target]) -> bool:
    """Whether targets are the wanted ones; a service that shows more settings of a target holds it all the same."""
    shown = {target.id: target.settings for target in found}
    return shown.keys() == {target.id for target in wanted} and all(
        target.settings.items() <= shown[target.id].items() for target in wanted
    )
