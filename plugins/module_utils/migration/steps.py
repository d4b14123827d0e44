# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vocabulary of a plan: targets, actions, reasons, and the writes behind them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.phone_numbers import PhoneNumber

Target = Literal["mobile", "alternateMobile", "office", "hardwareOath", "mobileApp", "defaultMethod"]
Action = Literal["create", "update", "none", "skip"]

PHONE_TARGETS: tuple[Target, ...] = ("mobile", "alternateMobile", "office")
TOKEN_TARGETS: tuple[Target, ...] = ("hardwareOath", "mobileApp")

ALREADY_GONE = "already_gone"
ALREADY_REGISTERED = "already_registered"
ALREADY_SET = "already_set"
AMBIGUOUS_MATCH = "ambiguous_match"
BOTH_HAVE_EXTENSION = "both_have_extension"
CANNOT_BE_UNSET = "cannot_be_unset"
CHANGED_SINCE = "changed_since"
DEVICE_LIMIT = "device_limit"
DISABLED = "disabled"
INVALID_NUMBER = "invalid_number"
INVALID_RECORD = "invalid_record"
INVALID_SECRET = "invalid_secret"  # noqa: S105 - a reason, not a secret
NEEDED_BY_ALTERNATE = "needed_by_alternate"
NEEDS_REGISTRATION = "needs_registration"
NOT_ACTIVATED = "not_activated"
NOT_ATTEMPTED = "not_attempted"
NOT_IN_MFA_SERVER = "not_in_mfa_server"
NOTHING_TO_MIGRATE = "nothing_to_migrate"
NO_ALLOWED_METHOD = "no_allowed_method"
NO_MOBILE = "no_mobile"
NO_SECRET = "no_secret"  # noqa: S105 - a reason, not a secret
OATH_TOKEN_IN_USE = "oath_token_in_use"  # noqa: S105 - a reason, not a secret
OLDER_DUPLICATE = "older_duplicate"
PREVIOUS_VALUE_UNKNOWN = "previous_value_unknown"
PROMOTED = "promoted"
REMOVED = "removed"
REPLACED = "replaced"
RESTORED = "restored"

FAILURES = (AMBIGUOUS_MATCH, INVALID_RECORD)
"""Reasons for which a user is failed before anything of them is read."""


@dataclass(frozen=True, slots=True)
class PhoneWrite:
    """Write a number; ``exists`` says that this phone type holds another number now."""

    phone_type: Target
    number: PhoneNumber
    exists: bool


@dataclass(frozen=True, slots=True)
class TokenWrite:
    """Bring a hardware OATH token to a user.

    ``device_id`` is None while the inventory does not hold it; ``assigned`` says that it is the user's already;
    ``activate`` asks for a computed code, after which its codes are accepted.
    """

    serial: str
    secret: str = field(repr=False)
    interval: int
    hash: str
    manufacturer: str
    model: str
    display_name: str | None
    device_id: str | None
    assigned: bool
    activate: bool


@dataclass(frozen=True, slots=True)
class DefaultWrite:
    """Set the default method; None takes it away."""

    method: str | None


@dataclass(frozen=True, slots=True)
class PhoneRemoval:
    """Remove the number of one type; ``last`` keeps it until everything else is gone."""

    phone_type: Target
    last: bool


@dataclass(frozen=True, slots=True)
class TokenRemoval:
    """Take a token from the user (``assigned``) and, where it was made for the migration, out of the inventory."""

    serial: str
    device_id: str
    assigned: bool
    delete: bool


Write: TypeAlias = "PhoneWrite | TokenWrite | DefaultWrite | PhoneRemoval | TokenRemoval"


class Step(NamedTuple):
    """One thing that is done, found done, or left undone for a user; it becomes one entry of ``actions``."""

    target: Target
    action: Action
    reason: str | None = None
    write: Write | None = None
