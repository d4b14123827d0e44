# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which default methods the tenant's methods policy allows to a user (Graph page *authenticationMethodsPolicy*)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

EVERYBODY = "all_users"
OATH_KINDS = ("hardwareOath", "softwareOath", "microsoftAuthenticator")
_PUSH_MODES = ("any", "push")

MembersOf = Callable[[str], Collection[str]]
"""Ids of the users of a group, those of nested groups included."""


class PolicyTarget(Protocol):
    """Whom a configuration includes or excludes."""

    @property
    def id(self) -> str:
        """Id of a group or a user, or ``all_users``."""

    @property
    def type(self) -> str:
        """``group`` or ``user``."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """Further properties, such as ``authenticationMode``."""


class MethodConfiguration(Protocol):
    """One method of the policy."""

    @property
    def enabled(self) -> bool:
        """Whether anybody may use it."""

    @property
    def include(self) -> Sequence[PolicyTarget]:
        """Who may."""

    @property
    def exclude(self) -> Sequence[PolicyTarget]:
        """Who may not, whatever else includes them."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """Further properties, such as ``isOfficePhoneAllowed`` and ``isSoftwareOathEnabled``."""


@dataclass(frozen=True, slots=True)
class _Audience:
    """The users of a configuration; ``included`` is None for everybody."""

    included: frozenset[str] | None
    excluded: frozenset[str]

    def holds(self, user_id: str) -> bool:
        return user_id not in self.excluded and (self.included is None or user_id in self.included)


_NOBODY = _Audience(frozenset(), frozenset())


class AllowedMethods:
    """Answers for one tenant which default methods a user may have.

    The members of a target group are read once, when the first configuration names it. ``also`` names configurations
    beside those of the default methods, such as ``fido2``; ``allows`` then answers for them too.
    """

    def __init__(
        self,
        configurations: Mapping[str, MethodConfiguration],
        members_of: MembersOf,
        *,
        also: Collection[str] = (),
    ) -> None:
        self._members_of = members_of
        self._groups: dict[str, frozenset[str]] = {}
        self._audiences = {
            name: self._audience(configuration)
            for name, configuration in configurations.items()
            if name in ("sms", "voice", *OATH_KINDS, *also)
        }
        authenticator = configurations.get("microsoftAuthenticator")
        if authenticator is not None:
            self._audiences["push"] = self._audience(authenticator, _PUSH_MODES)
        self.authenticator_gives_codes = bool(
            authenticator is not None and authenticator.settings.get("isSoftwareOathEnabled")
        )
        voice = configurations.get("voice")
        self._office_allowed = voice is not None and voice.settings.get("isOfficePhoneAllowed") is True

    def allows(self, method: str, user_id: str, oath_kinds: Collection[str] = ()) -> bool:
        """Whether the user may use a default method; ``oath`` is judged by the kinds of token that the user holds."""
        if method == "oath":
            return any(self._holds(kind, user_id) for kind in oath_kinds)
        if method == "voiceOffice" and not self._office_allowed:
            return False
        return self._holds("voice" if method.startswith("voice") else method, user_id)

    def _holds(self, name: str, user_id: str) -> bool:
        return self._audiences.get(name, _NOBODY).holds(user_id.lower())

    def _audience(self, configuration: MethodConfiguration, modes: Sequence[str] | None = None) -> _Audience:
        if not configuration.enabled:
            return _NOBODY
        include = [target for target in configuration.include if modes is None or _mode(target.settings) in modes]
        excluded = self._users(configuration.exclude)
        if any(target.id == EVERYBODY for target in include):
            return _Audience(None, excluded)
        return _Audience(self._users(include), excluded)

    def _users(self, targets: Sequence[PolicyTarget]) -> frozenset[str]:
        users: set[str] = set()
        for target in targets:
            users |= {target.id.lower()} if target.type == "user" else self._group(target.id)
        return frozenset(users)

    def _group(self, group_id: str) -> frozenset[str]:
        if group_id not in self._groups:
            self._groups[group_id] = frozenset(member.lower() for member in self._members_of(group_id))
        return self._groups[group_id]


def _mode(settings: Mapping[str, Any]) -> str:
    return str(settings.get("authenticationMode") or "any")
