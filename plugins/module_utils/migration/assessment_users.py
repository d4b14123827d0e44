# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an assessment finds about the users of the batches.

Users come one by one, as the report of ``user_methods_info`` shows them, and are counted and forgotten: a report of
half a million users needs no more memory than one of a dozen, but for the names of their records.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ansible_collections.entra.mfa.plugins.module_utils.migration import steps
from ansible_collections.entra.mfa.plugins.module_utils.migration.assessment_findings import Finding, Named, Severity
from ansible_collections.entra.mfa.plugins.module_utils.migration.mfa_verdict import PHONE_DELIVERY_ENDS, PHONE_METHODS
from ansible_collections.entra.mfa.plugins.module_utils.migration.user_view import DIFFERS, MISSING

SERVER_ENDED = "2024-09-30"
"""Since this day Azure MFA Server answers no MFA request."""

PUBLIC_CLOUD = "global"
UNREADABLE = "user_unreadable"
WITHOUT_METHOD = "without_method"
PHONE_ONLY = "phone_only"
LOSES_PHONE = "phone_delivery_ends"
NOT_ALLOWED = "method_not_allowed"
TWICE = "user_in_two_batches"


class _Words(NamedTuple):
    severity: Severity
    message: str
    remedy: str


_REGISTER = "Issue Temporary Access Passes by temporary_access_pass, or run the registration campaign of the tenant."
_USERS: Mapping[str, _Words] = {
    steps.AMBIGUOUS_MATCH: _Words(
        "warning",
        "Users to whom more than one record fits, or whose record fits more than one user; the migration leaves them "
        "out.",
        "Correct username, UPN or SID of these records in the export, or compare another attribute by "
        "entra_mfa_match_attribute.",
    ),
    steps.NOT_IN_MFA_SERVER: _Words(
        "warning",
        "Users of the batches without a record in the export.",
        "Set entra_mfa_match_attribute if their names differ from the export; those who never used MFA Server register "
        "in Entra.",
    ),
    steps.DISABLED: _Words(
        "info",
        "Users whose record is disabled on MFA Server; the migration leaves them out.",
        "Enable the record first if the user is to keep the methods.",
    ),
    UNREADABLE: _Words(
        "warning",
        "Users whose methods in Entra could not be read, so that nothing is known about them.",
        "Grant UserAuthenticationMethod.Read.All, or look at the reason in the report.",
    ),
    steps.INVALID_NUMBER: _Words(
        "warning",
        "Users with a telephone number that is not possible in its country; it is left out, their other methods go on.",
        "Correct number or country code on MFA Server, then export again.",
    ),
    steps.DEVICE_LIMIT: _Words(
        "warning",
        "Users with more apps and tokens than the five devices that Entra takes; the oldest apps are left out.",
        "Remove devices that are no longer used, on MFA Server or in Entra.",
    ),
    steps.NO_SECRET: _Words(
        "warning",
        "Users with an OATH token or app without a secret in the export, which no migration can create.",
        "Add the vendor's seed file by mfa_server_export, or let these users register anew.",
    ),
    steps.INVALID_SECRET: _Words(
        "warning",
        "Users with an OATH secret that is not Base32.",
        "Take the secret from the vendor's seed file by mfa_server_export.",
    ),
    steps.NEEDS_REGISTRATION: _Words(
        "warning",
        "Users who must register Authenticator again, because a push registration cannot be created for them.",
        _REGISTER + " Or let Microsoft's utility move the registrations: entra_mfa_engine: utility.",
    ),
    steps.BOTH_HAVE_EXTENSION: _Words(
        "info",
        "Users whose phone and backup phone both have an extension; Entra takes one office number, the backup is left "
        "out.",
        "Nothing, if the first phone is enough.",
    ),
    steps.NO_MOBILE: _Words(
        "info",
        "Users with a backup phone and no mobile phone, for whom Entra takes no alternate number.",
        "Say entra_mfa_alternate_without_mobile: promote to make it the mobile number.",
    ),
    WITHOUT_METHOD: _Words(
        "warning",
        "Users who will have no method that they may use, even after the migration: they must register before their "
        "domain is finalized.",
        _REGISTER,
    ),
    TWICE: _Words(
        "info",
        "Users of more than one batch; the first one migrates them, the others find them done.",
        "Nothing, or take them out of all groups but one.",
    ),
}


@dataclass(slots=True)
class BatchCount:
    """How many users of one batch there are, and how far they are from what their records say.

    ``matched`` have a record; ``complete`` have every method of it in Entra; for ``to_migrate`` a migration would write
    something; ``capable_now`` and ``capable_after`` could do MFA in Entra.
    """

    targeted: int = 0
    matched: int = 0
    complete: int = 0
    to_migrate: int = 0
    capable_now: int = 0
    capable_after: int = 0
    phone_only_after: int = 0
    needs_registration: int = 0

    def as_dict(self) -> dict[str, int]:
        """The counts by name."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Survey:
    """Counts over all users of all batches; ``most`` is how many names a finding shows.

    ``domains`` counts all users by domain, ``enabled`` those whose account is not switched off.
    """

    most: int
    utility: bool = False
    batches: dict[str, BatchCount] = field(default_factory=dict)
    domains: Counter[str] = field(default_factory=Counter)
    enabled: Counter[str] = field(default_factory=Counter)
    usernames: set[str] = field(default_factory=set)
    not_allowed: dict[str, Named] = field(default_factory=dict)
    phones: Named = field(init=False)
    phone_only: Named = field(init=False)
    methods_after: Counter[str] = field(default_factory=Counter)
    _found: dict[str, Named] = field(default_factory=dict)
    _ids: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.phones, self.phone_only = Named(self.most), Named(self.most)

    def add(self, batch: str, user: Mapping[str, Any]) -> None:
        """Count one user of a batch. A user who was counted for another batch is not counted again for the whole."""
        counts = self.batches.setdefault(batch, BatchCount())
        reasons = _reasons(user)
        if self.utility:
            reasons.discard(steps.NEEDS_REGISTRATION)
        self._count(counts, user, reasons)
        if user["id"] in self._ids:
            self._name(TWICE, user)
            return
        self._ids.add(user["id"])
        domain = user["upn"].rpartition("@")[2].casefold()
        self.domains[domain] += 1
        self.enabled[domain] += user.get("account_enabled") is not False
        if (record := user.get("record")) is not None:
            self.usernames.add(record["username"].casefold())
        for reason in reasons & _USERS.keys():
            self._name(reason, user)
        self._look_ahead(user)

    def findings(self, cloud: str) -> Iterator[Finding]:
        """What was found about the users; the end of text messages and calls is known for the public cloud alone."""
        for code, words in _USERS.items():
            if code in self._found:
                yield Finding.of(self._found[code], code, *words)
        for method, named in sorted(self.not_allowed.items()):
            yield Finding.of(
                named,
                f"{NOT_ALLOWED}_{method}",
                "warning",
                f"Users who have or get {method}, and to whom the authentication methods policy does not allow it.",
                "Enable the method for them, by authentication_methods_policy or in the Entra admin center.",
            )
        if cloud == PUBLIC_CLOUD:
            yield from self._end_of_phones()

    def _end_of_phones(self) -> Iterator[Finding]:
        if self.phone_only.count:
            yield Finding.of(
                self.phone_only,
                PHONE_ONLY,
                "warning",
                "Users who will have text messages and calls only. Microsoft stops delivering them in the public "
                f"cloud on {PHONE_DELIVERY_ENDS}; from then on Entra makes these users register a passkey before "
                "they get in.",
                "Plan passkeys or Authenticator for them, or buy delivery from a telecom provider.",
            )
        if self.phones.count:
            yield Finding.of(
                self.phones,
                LOSES_PHONE,
                "info",
                f"Users whose text messages and calls end on {PHONE_DELIVERY_ENDS}, when Microsoft stops delivering "
                "them in the public cloud.",
                "Nothing, for those who have another method.",
            )

    def _count(self, counts: BatchCount, user: Mapping[str, Any], reasons: set[str]) -> None:
        after = user.get("expected") or user.get("mfa") or {}
        counts.targeted += 1
        counts.matched += user.get("record") is not None
        counts.complete += user.get("complete") is True
        counts.to_migrate += bool(reasons & {MISSING, DIFFERS})
        counts.capable_now += bool((user.get("mfa") or {}).get("capable"))
        counts.capable_after += bool(after.get("capable"))
        counts.phone_only_after += bool(after.get("phone_only"))
        counts.needs_registration += steps.NEEDS_REGISTRATION in reasons

    def _look_ahead(self, user: Mapping[str, Any]) -> None:
        """What the user can do after a migration; an account that is switched off signs in nowhere."""
        after = user.get("expected") or user.get("mfa")
        if after is None or user.get("account_enabled") is False:
            return
        name = user["upn"]
        self.methods_after.update(after["usable"])
        moves_app = self.utility and bool((user.get("record") or {}).get("mobile_apps"))
        if not after["capable"] and not moves_app:
            self._name(WITHOUT_METHOD, user)
        if after["phone_only"] and not moves_app:
            self.phone_only.add(name)
        if any(method in PHONE_METHODS for method in after["usable"]):
            self.phones.add(name)
        for method in after["not_allowed"]:
            self.not_allowed.setdefault(method, Named(self.most)).add(name)

    def _name(self, code: str, user: Mapping[str, Any]) -> None:
        self._found.setdefault(code, Named(self.most)).add(user["upn"])


def _reasons(user: Mapping[str, Any]) -> set[str]:
    """Why not everything of a user is in Entra; codes without their details."""
    found = {method["reason"] for method in user["methods"] if not method["stands"] and method["reason"]}
    reason = (user.get("reason") or "").partition(":")[0]
    if user["entra"] is None:
        found.add(UNREADABLE)
    elif reason in _USERS:
        found.add(reason)
    return found
