# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a user can really do multifactor authentication: with what is registered, and what the policy allows.

The registration report of Entra is not asked: it lags, and it does not know the policy of the moment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from ansible_collections.entra.mfa.plugins.module_utils.migration.default_method import (
    oath_kinds_after,
    registered_methods,
)
from ansible_collections.entra.mfa.plugins.module_utils.migration.policy import AllowedMethods
from ansible_collections.entra.mfa.plugins.module_utils.migration.steps import PhoneWrite, TokenWrite, Write
from ansible_collections.entra.mfa.plugins.module_utils.migration.tenant import DefaultMethod, HardwareToken, Methods

FIDO2 = "fido2"
"""A security key or passkey: the one method beside the default methods that counts."""

PHONE_METHODS = ("sms", "voiceMobile", "voiceAlternateMobile", "voiceOffice")
PHONE_DELIVERY_ENDS = "2027-02-01"
"""From this day Microsoft delivers no text messages and calls in the public cloud."""

NO_METHOD = "no_method"
NOT_ACTIVATED = "not_activated"
NOT_ALLOWED = "not_allowed"


class RegisteredMethods(Methods, Protocol):
    """The methods of a user with those that no migration touches."""

    @property
    def other(self) -> Sequence[str]:
        """Names of further methods, such as ``fido2`` and ``windowsHelloForBusiness``."""


class Preference(DefaultMethod, Protocol):
    """The default method of a user, and what Entra asks for in its place."""

    @property
    def system_preferred(self) -> bool | None:
        """Whether Entra asks for the most secure method whatever the default is; None when it does not say."""

    @property
    def system_preferred_method(self) -> str | None:
        """That method; None when it does not say."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The methods that a user can use, the most secure first, and those that the policy keeps from them.

    ``reason`` says why there is none: ``no_method``, ``not_activated`` or ``not_allowed``.
    """

    usable: tuple[str, ...]
    not_allowed: tuple[str, ...] = ()
    reason: str | None = None

    @property
    def phone_only(self) -> bool:
        """Whether text messages and calls are all there is."""
        return bool(self.usable) and all(method in PHONE_METHODS for method in self.usable)

    def as_dict(self) -> dict[str, Any]:
        """The verdict as modules return it."""
        return {
            "capable": bool(self.usable),
            "phone_only": self.phone_only,
            "usable": list(self.usable),
            "not_allowed": list(self.not_allowed),
            "reason": self.reason,
        }


class _TokenAfter(NamedTuple):
    id: str
    serial: str
    activated: bool


@dataclass(frozen=True, slots=True)
class MethodsAfter:
    """The methods of a user once the writes of a plan are done."""

    phones: Mapping[str, str] = field(repr=False)
    authenticators: Sequence[str]
    software_tokens: int
    hardware_tokens: Sequence[HardwareToken]
    other: Sequence[str]
    error: None = None

    @classmethod
    def of(cls, methods: RegisteredMethods, writes: Sequence[Write | None]) -> MethodsAfter:
        """The methods of now with what the writes add; the numbers themselves are left out."""
        phones: dict[str, str] = {write.phone_type: "" for write in writes if isinstance(write, PhoneWrite)}
        tokens = [
            _TokenAfter(write.device_id or "", write.serial, write.activate)
            for write in writes
            if isinstance(write, TokenWrite)
        ]
        return cls(
            {**methods.phones, **phones},
            methods.authenticators,
            methods.software_tokens,
            (*methods.hardware_tokens, *tokens),
            methods.other,
        )


def judge(user_id: str, methods: RegisteredMethods, allowed: AllowedMethods) -> Verdict:
    """Judge one user by the methods that could be read."""
    activated = any(token.activated for token in methods.hardware_tokens)
    oath_kinds = oath_kinds_after(methods, activated, allowed)
    registered = registered_methods(methods.phones, bool(methods.authenticators), oath_kinds)
    if FIDO2 in methods.other:
        registered.insert(0, FIDO2)
    usable = tuple(method for method in registered if allowed.allows(method, user_id, oath_kinds))
    not_allowed = tuple(method for method in registered if method not in usable)
    if usable:
        return Verdict(usable, not_allowed)
    if registered:
        return Verdict((), not_allowed, NOT_ALLOWED)
    return Verdict((), (), NOT_ACTIVATED if methods.hardware_tokens else NO_METHOD)
