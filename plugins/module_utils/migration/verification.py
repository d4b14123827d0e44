# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether MFA really is done by Entra after the flip, by what users did at sign-in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from ansible_collections.entra.mfa.plugins.module_utils.migration.assessment_findings import Finding, Named

VERIFIED = "verified"
NOT_VERIFIED = "not_verified"
INCONCLUSIVE = "inconclusive"
REJECT = "rejectMfaByFederatedIdp"


class SignIn(Protocol):
    """A sign-in as the log tells it."""

    @property
    def user_id(self) -> str:
        """Object id of the user."""

    @property
    def upn(self) -> str:
        """User principal name."""

    @property
    def at(self) -> str:
        """When (UTC, ISO 8601)."""

    @property
    def app(self) -> str:
        """To which application."""

    @property
    def source(self) -> str:
        """Where MFA was done, such as ``cloud`` or ``federated``."""


@dataclass(frozen=True, slots=True)
class Flip:
    """A domain, the behavior it was given, and the time by which that is in effect."""

    domain: str
    behavior: str = REJECT
    effective_by: datetime | None = None


@dataclass(slots=True)
class FederatedUser:
    """A user whose MFA is still done by the federated provider."""

    id: str
    upn: str
    sign_ins: int = 0
    last_at: str = ""
    apps: set[str] = field(default_factory=set)

    def as_dict(self) -> dict[str, Any]:
        """The user as reports show them."""
        return {
            "id": self.id,
            "upn": self.upn,
            "sign_ins": self.sign_ins,
            "last_at": self.last_at,
            "apps": sorted(self.apps),
        }


@dataclass(slots=True)
class DomainTally:
    """The sign-ins of a domain since its change is in effect."""

    since: datetime
    sources: Counter[str] = field(default_factory=Counter)
    users: dict[str, set[str]] = field(default_factory=dict)
    federated: dict[str, FederatedUser] = field(default_factory=dict)

    def add(self, sign_in: SignIn) -> None:
        """Count one sign-in."""
        self.sources[sign_in.source] += 1
        self.users.setdefault(sign_in.source, set()).add(sign_in.user_id)
        if sign_in.source == "federated":
            user = self.federated.setdefault(sign_in.user_id, FederatedUser(sign_in.user_id, sign_in.upn))
            user.sign_ins += 1
            user.last_at = max(user.last_at, sign_in.at)
            user.apps.add(sign_in.app)

    def named(self, most: int) -> Named:
        """The users who still do federated MFA."""
        found = Named(most)
        for user in self.federated.values():
            found.add(user.upn)
        return found


class Tally:
    """Sign-ins by domain; a user belongs to the longest domain that is theirs or above theirs."""

    def __init__(self, since: Mapping[str, datetime]) -> None:
        self.domains = {domain: DomainTally(when) for domain, when in since.items()}
        self._by_length = sorted(((name.casefold(), name) for name in since), key=lambda pair: -len(pair[0]))

    def add(self, sign_in: SignIn) -> None:
        """Count one sign-in where it belongs; one from before the change is in effect counts nowhere."""
        own = sign_in.upn.rpartition("@")[2].casefold()
        domain = next((name for low, name in self._by_length if own == low or own.endswith(f".{low}")), None)
        if domain is not None and datetime.fromisoformat(sign_in.at) >= self.domains[domain].since:
            self.domains[domain].add(sign_in)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read about a domain.

    ``behavior`` is what it has now, None for never set; ``behavior_problem`` and ``logs_problem`` say why something
    could not be read. ``changes`` are the records of the audit log about the domain. ``oldest_read`` is the time of the
    oldest sign-in that was read where older ones of the domain may have been left out, None where all were read.
    """

    tally: DomainTally
    behavior: str | None = None
    behavior_problem: str = ""
    logs_problem: str = ""
    changes: Sequence[Mapping[str, Any]] = ()
    oldest_read: datetime | None = None


def findings(flip: Flip, seen: Seen, now: datetime, most: int) -> Iterator[Finding]:
    """What speaks for and against a domain, in the order of weight."""
    domain, tally = flip.domain, seen.tally
    if seen.behavior_problem:
        yield Finding(
            "federation_unread",
            "warning",
            f"The federation of {domain} could not be read: {seen.behavior_problem.rstrip('.')}.",
            "Grant Domain.Read.All.",
        )
    elif seen.behavior != flip.behavior:
        yield Finding(
            "behavior_changed",
            "blocker",
            f"{domain} has federatedIdpMfaBehavior {seen.behavior or 'unset'} now, and {flip.behavior} was set.",
            "Look in the audit log who changed it, then run finalize again.",
        )
    if flip.behavior != REJECT:
        yield Finding(
            "federated_by_choice",
            "info",
            f"{domain} has {flip.behavior}: its federated provider is meant to do MFA, so that its claims prove "
            "nothing.",
            "Look in the log of the federated provider whether it asks Entra.",
        )
    elif flip.effective_by is not None and now < flip.effective_by:
        yield Finding(
            "too_early",
            "info",
            f"The change of {domain} may take effect as late as {_text(flip.effective_by)}.",
            "Verify again after that.",
        )
    if seen.logs_problem:
        yield Finding(
            "sign_ins_unread",
            "warning",
            f"The sign-in log could not be read: {seen.logs_problem.rstrip('.')}.",
            "Grant AuditLog.Read.All; the log needs Microsoft Entra ID P1 or P2.",
        )
    if seen.oldest_read is not None:
        yield Finding(
            "sign_ins_left_out",
            "warning",
            f"Only the newest sign-ins of {domain} were read, those since {_text(seen.oldest_read)}; what happened "
            f"between {_text(tally.since)} and then is not known.",
            "Read more of them (most_sign_ins), or say from when they count (since).",
        )
    yield from _sign_ins(flip, seen, tally, most)


def verdict(flip: Flip, seen: Seen, now: datetime) -> str:
    """``verified`` when Entra was seen doing MFA and nobody else, ``not_verified``, or ``inconclusive``.

    Sign-ins that were left out may be those that speak against it.
    """
    if not seen.behavior_problem and seen.behavior != flip.behavior:
        return NOT_VERIFIED
    early = flip.effective_by is not None and now < flip.effective_by
    if seen.logs_problem or early or flip.behavior != REJECT:
        return INCONCLUSIVE
    if seen.tally.sources["federated"]:
        return NOT_VERIFIED
    return VERIFIED if seen.tally.sources["cloud"] and seen.oldest_read is None else INCONCLUSIVE


def overall(verdicts: Sequence[str]) -> str:
    """The verdict over all domains: the worst one counts."""
    if NOT_VERIFIED in verdicts:
        return NOT_VERIFIED
    return VERIFIED if verdicts and set(verdicts) == {VERIFIED} else INCONCLUSIVE


def _sign_ins(flip: Flip, seen: Seen, tally: DomainTally, most: int) -> Iterator[Finding]:
    domain = flip.domain
    if tally.federated and flip.behavior == REJECT:
        yield Finding.of(
            tally.named(most),
            "federated_mfa_seen",
            "blocker",
            f"Users of {domain} who still do MFA at the federated provider, since {_text(tally.since)}.",
            "Look at the applications they used; an old session may still hold the claim. Verify again the next day.",
        )
    if tally.sources["must_register"]:
        yield Finding(
            "must_register",
            "warning",
            f"Users of {domain} whom Entra stopped at sign-in, because they have no method registered.",
            "Issue Temporary Access Passes by temporary_access_pass.",
            len(tally.users["must_register"]),
        )
    if tally.sources["mfa_failed"]:
        yield Finding(
            "mfa_failed",
            "info",
            f"Users of {domain} who did not get through MFA at least once.",
            "Look at their sign-ins when they ask for help.",
            len(tally.users["mfa_failed"]),
        )
    silent = not tally.sources["cloud"] and not tally.sources["federated"]
    if silent and not seen.logs_problem:
        yield Finding(
            "no_mfa_seen",
            "info",
            f"Nobody of {domain} did MFA since {_text(tally.since)} as far as the log tells.",
            "Sign in once with an account of the domain, wait for the log, then verify again.",
        )


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
