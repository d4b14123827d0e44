# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which method a user is asked for first."""

from __future__ import annotations

from collections.abc import Collection

from ansible_collections.entra.mfa.plugins.module_utils.migration import steps
from ansible_collections.entra.mfa.plugins.module_utils.migration.policy import AllowedMethods
from ansible_collections.entra.mfa.plugins.module_utils.migration.settings import Settings
from ansible_collections.entra.mfa.plugins.module_utils.migration.steps import DefaultWrite, Step, Target
from ansible_collections.entra.mfa.plugins.module_utils.migration.tenant import Methods

MOST_SECURE_FIRST = ("push", "oath", "sms", "voiceMobile", "voiceAlternateMobile", "voiceOffice")

_OF_PHONE = {
    "mobile": ("sms", "voiceMobile"),
    "alternateMobile": ("voiceAlternateMobile",),
    "office": ("voiceOffice",),
}
_OF_RECORD = {"text_message": "sms", "mobile_app": "push", "oath_token": "oath"}
_OF_PHONE_CALL = {"mobile": "voiceMobile", "office": "voiceOffice"}


def oath_kinds_after(methods: Methods, has_activated_token: bool, allowed: AllowedMethods) -> tuple[str, ...]:
    """The kinds of one-time password that a user has after the plan, by the policy's names."""
    kinds = []
    if has_activated_token:
        kinds.append("hardwareOath")
    if methods.software_tokens:
        kinds.append("softwareOath")
    if methods.authenticators and allowed.authenticator_gives_codes:
        kinds.append("microsoftAuthenticator")
    return tuple(kinds)


def registered_methods(phones: Collection[str], has_authenticator: bool, oath_kinds: Collection[str]) -> list[str]:
    """The default methods that these registrations make possible, the most secure first."""
    possible = {method for phone in phones for method in _OF_PHONE.get(phone, ())}
    if has_authenticator:
        possible.add("push")
    if oath_kinds:
        possible.add("oath")
    return [method for method in MOST_SECURE_FIRST if method in possible]


def plan_default_method(
    user_id: str,
    *,
    record_default: str | None,
    phone_went_to: Target | None,
    phones_after: Collection[str],
    has_authenticator: bool,
    oath_kinds: Collection[str],
    current: str | None,
    allowed: AllowedMethods,
    settings: Settings,
) -> Step:
    """Plan the default method of a user.

    ``phones_after``, ``has_authenticator`` and ``oath_kinds`` say what is registered once the plan is carried out;
    ``current`` is the default method in Entra, None for none.
    """
    registered = registered_methods(phones_after, has_authenticator, oath_kinds)
    usable = [method for method in registered if allowed.allows(method, user_id, oath_kinds)]
    wanted = None if settings.default_method == "most_secure_if_unset" else _wanted(record_default, phone_went_to)
    chosen = wanted if wanted in usable else next(iter(usable), None)
    if chosen is not None and chosen == current:
        return Step("defaultMethod", "none")
    if current is not None and settings.default_method != "always":
        return Step("defaultMethod", "none", steps.ALREADY_SET)
    if chosen is None:
        return Step("defaultMethod", "skip", steps.NO_ALLOWED_METHOD)
    return Step("defaultMethod", "create" if current is None else "update", None, DefaultWrite(chosen))


def _wanted(record_default: str | None, phone_went_to: Target | None) -> str | None:
    if record_default == "phone_call":
        return _OF_PHONE_CALL.get(phone_went_to or "")
    return _OF_RECORD.get(record_default or "")
