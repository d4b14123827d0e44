# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The codes of the records in plain words, each with what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Reason(NamedTuple):
    """A code in words: what it means, and the remedy (empty where nothing needs to be done)."""

    title: str
    remedy: str


METHODS: Mapping[str, str] = {
    "mobile": "Mobile phone",
    "alternateMobile": "Alternate phone",
    "office": "Office phone",
    "hardwareOath": "OATH hardware token",
    "mobileApp": "Authenticator app or its OATH token",
}
"""The kinds of methods that a migration brings, in the order in which they are written."""

BITS: Mapping[str, int] = {target: 1 << place for place, target in enumerate(METHODS)}
"""One bit for each kind, so that what a user holds is one small number."""

DEFAULT_METHODS: Mapping[str, str] = {
    "push": "Authenticator notification",
    "oath": "Code of an app or token",
    "sms": "Text message",
    "voiceMobile": "Call to the mobile phone",
    "voiceAlternateMobile": "Call to the alternate phone",
    "voiceOffice": "Call to the office phone",
}

BEHAVIORS: Mapping[str, str] = {
    "acceptIfMfaDoneByFederatedIdp": "Entra accepts the MFA of the federated provider",
    "enforceMfaByFederatedIdp": "The federated provider does the MFA",
    "rejectMfaByFederatedIdp": "Entra does all MFA",
}

STATUSES: Mapping[str, str] = {
    "migrated": "Methods written",
    "unchanged": "Nothing to write",
    "skipped": "Skipped",
    "failed": "Failed",
}

REASONS: Mapping[str, Reason] = {
    "ambiguous_match": Reason(
        "More than one record or user matches",
        "Make the names unique: correct the record in MFA Server or the attribute in Entra, export and migrate again.",
    ),
    "both_have_extension": Reason(
        "Both phones have an extension, Entra has room for one office phone",
        "Nothing, or let the user add a mobile phone.",
    ),
    "device_limit": Reason(
        "Five devices are the most that Entra takes",
        "Let the user remove a device that is not used, then migrate again.",
    ),
    "disabled": Reason(
        "Disabled in MFA Server",
        "Nothing, if the user is not to sign in. Else enable the record, export and migrate again.",
    ),
    "invalid_number": Reason(
        "The telephone number is not possible", "Correct the number in MFA Server, export and migrate again."
    ),
    "invalid_record": Reason(
        "The record of the export is broken", "Correct the field that the details name, then migrate again."
    ),
    "invalid_secret": Reason(
        "The secret of the token is not usable", "Import the token file of the manufacturer, then migrate again."
    ),
    "needs_registration": Reason(
        "The Authenticator app has no secret in the export",
        "Announce it: these users register the app again, by a Temporary Access Pass where they have no other method.",
    ),
    "no_allowed_method": Reason(
        "The methods policy allows none of the user's methods",
        "Allow a method to the user in the authentication methods policy, then migrate again.",
    ),
    "no_mobile": Reason(
        "An alternate phone needs a mobile phone first",
        "Set entra_mfa_alternate_without_mobile to promote, or let the user add a mobile phone.",
    ),
    "no_secret": Reason(
        "The OATH token has no secret in the export", "Import the token file of the manufacturer, then migrate again."
    ),
    "not_attempted": Reason("Not tried, because a write before it was refused", "Migrate again once that is cured."),
    "not_in_mfa_server": Reason(
        "No record in MFA Server",
        "Nothing, if the user never used MFA. If a record was expected, check entra_mfa_match_attribute.",
    ),
    "not_migrated_by_utility": Reason(
        "The Migration Utility has not migrated the user in time", "Look at its log on its server, then migrate again."
    ),
    "not_seen": Reason("Not seen in Entra yet", "Wait for the Migration Utility, then migrate again."),
    "nothing_to_migrate": Reason(
        "The record holds no method", "Let the user register, or accept them in entra_mfa_accepted_users."
    ),
    "oath_token_in_use": Reason(
        "Another user holds the OATH token", "Take the token from that user in Entra, then migrate again."
    ),
    "older_duplicate": Reason("An older registration of a device of the same name", ""),
    "previous_value_unknown": Reason("The number from before is stored nowhere", "Let the user check their numbers."),
    "seen_in_audit_log": Reason("Written by the Migration Utility with other methods than the record", ""),
}
"""Why users were skipped or failed, and why methods were left out."""

REFUSED = Reason(
    "Microsoft Graph refused a write", "Look at the details of the users below; migrate again once that is cured."
)
"""For every code that Microsoft Graph made."""

GATES: Mapping[str, Reason] = {
    "backup": Reason("Verified backup", "Run the prepare playbook: it copies the data file to the controller."),
    "coverage": Reason(
        "Every user has their methods", "Migrate them, help them register, or name them in entra_mfa_accepted_users."
    ),
    "dependencies": Reason(
        "Nothing asks MFA Server any more",
        "Move what still asks MFA Server, then name it in entra_mfa_dependencies_moved.",
    ),
    "rollout": Reason("Every batch is in Staged Rollout", "Run the rollout playbook for all batches."),
}
"""The gates before the flip, with the general remedy."""


def explain(reason: str) -> Reason:
    """A reason as the records hold it, ``code`` or ``code: details``, in words."""
    return REASONS.get(code_of(reason), REFUSED)


def code_of(reason: str) -> str:
    """The code in front of the details."""
    return reason.partition(":")[0].strip()


def method(target: str) -> str:
    """The name of a kind of method; an unknown one stays as it is."""
    return METHODS.get(target, target)


def default_method(name: str | None) -> str:
    """The name of a default method; an unknown one stays as it is."""
    return "None" if name is None else DEFAULT_METHODS.get(name, name)
