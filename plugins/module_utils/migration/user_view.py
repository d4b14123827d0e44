# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both sides of a user, as the *View* of the migration utility shows them: the record and Entra.

Numbers are masked, secrets are left out. What stands in Entra is what a migration would find done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from ansible_collections.entra.mfa.plugins.module_utils.masking import mask_number
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import BrokenRecord, Phone, Record
from ansible_collections.entra.mfa.plugins.module_utils.migration import steps
from ansible_collections.entra.mfa.plugins.module_utils.migration.matching import Match
from ansible_collections.entra.mfa.plugins.module_utils.migration.mfa_verdict import (
    MethodsAfter,
    Preference,
    RegisteredMethods,
    Verdict,
    judge,
)
from ansible_collections.entra.mfa.plugins.module_utils.migration.plan import (
    Rules,
    Status,
    UserPlan,
    holds_a_method,
    plan_user,
)
from ansible_collections.entra.mfa.plugins.module_utils.migration.steps import Step, TokenWrite
from ansible_collections.entra.mfa.plugins.module_utils.migration.tenant import Refusal

MISSING = "missing"
DIFFERS = "differs"
_FORBIDDEN = 403
_NOBODY_GETS_THROUGH = (0, 401, _FORBIDDEN)


class ReadableTenant(Protocol):
    """What a view asks of a tenant; nothing raises for one user."""

    def read_methods(self, user_ids: Sequence[str]) -> Sequence[RegisteredMethods]:
        """Registered methods of these users, in this order."""

    def read_default_methods(self, user_ids: Sequence[str]) -> Sequence[Preference]:
        """Default methods of these users, in this order."""


class StandingMethod(NamedTuple):
    """A method of the record: whether it stands in Entra, and if not, why."""

    target: str
    stands: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class EntraSide:
    """What Entra holds for a user, and what that is good for.

    ``preference`` is None for a user without methods, and when ``preference_known`` is False.
    """

    methods: RegisteredMethods
    preference: Preference | None
    preference_known: bool
    verdict: Verdict

    def as_dict(self) -> dict[str, Any]:
        """The side as the module returns it."""
        methods, preference = self.methods, self.preference
        return {
            "phones": {
                kind: mask_number(methods.phones[kind]) if kind in methods.phones else None
                for kind in steps.PHONE_TARGETS
            },
            "authenticators": list(methods.authenticators),
            "software_oath": methods.software_tokens,
            "hardware_oath": [
                {"serial": token.serial, "activated": token.activated} for token in methods.hardware_tokens
            ],
            "other_methods": list(methods.other),
            "default_method": preference.method if preference else None,
            "system_preferred": preference.system_preferred if preference else None,
            "system_preferred_method": preference.system_preferred_method if preference else None,
        }


@dataclass(frozen=True, slots=True)
class UserView:
    """One user from both sides; ``entra`` is None when it could not be read, and ``error`` says why.

    ``match`` is None when no export was given. ``plan`` is what a migration would do, and ``expected`` what the user
    could use afterwards; None when there is no record that it would use.
    """

    id: str
    upn: str
    account_enabled: bool | None
    match: Match | None
    entra: EntraSide | None
    error: str | None
    methods: tuple[StandingMethod, ...]
    plan: UserPlan | None = None
    expected: Verdict | None = None

    @property
    def record_problem(self) -> str | None:
        """Why there is no record, or none that a migration would use; None for a good one."""
        if self.match is None:
            return None
        record = self.match.record
        if self.match.ambiguous:
            return steps.AMBIGUOUS_MATCH
        if record is None:
            return steps.NOT_IN_MFA_SERVER
        if isinstance(record, BrokenRecord):
            return f"{steps.INVALID_RECORD}: {record.problem}"
        return None if record.enabled else steps.DISABLED

    @property
    def complete(self) -> bool | None:
        """Whether every method of the record stands in Entra; None when there is nothing to compare."""
        return all(method.stands for method in self.methods) if self.methods else None

    def as_dict(self) -> dict[str, Any]:
        """The user as the module returns and reports it."""
        record = self.match.record if self.match is not None else None
        return {
            "id": self.id,
            "upn": self.upn,
            "account_enabled": self.account_enabled,
            "matched_by": self.match.matched_by if self.match is not None else None,
            "reason": self.error or self.record_problem,
            "record": _record(record) if isinstance(record, Record) else None,
            "entra": self.entra.as_dict() if self.entra else None,
            "methods": [method._asdict() for method in self.methods],
            "complete": self.complete,
            "mfa": self.entra.verdict.as_dict() if self.entra else None,
            "expected": self.expected.as_dict() if self.expected else None,
        }

    @property
    def planned_status(self) -> Status:
        """What would become of the user in a migration."""
        if self.plan is not None:
            return self.plan.status
        reason = self.error or self.record_problem or ""
        return "failed" if self.error or reason.startswith(steps.FAILURES) else "skipped"


@dataclass(frozen=True, slots=True)
class ReportedView:
    """A user as a report shows them: both sides, and the keys of a migration's report for what it would do."""

    view: UserView

    def as_dict(self) -> dict[str, Any]:
        """The line of the report."""
        view, plan = self.view, self.view.plan
        shown = view.as_dict()
        before = view.entra.preference.method if view.entra and view.entra.preference else None
        return {
            **shown,
            "status": view.planned_status,
            "reason": shown["reason"] or (plan.reason if plan else None),
            "needs_registration": plan is not None and plan.needs_registration,
            "actions": [{"target": step.target, "action": step.action, "reason": step.reason} for step in plan.steps]
            if plan
            else [],
            "default_method": {"before": before, "after": plan.default_after if plan else before},
        }


class Person(NamedTuple):
    """A user to look at, with the record found for them; ``match`` is None when no export was given."""

    id: str
    upn: str
    account_enabled: bool | None
    match: Match | None


def look_at(
    people: Sequence[Person],
    tenant: ReadableTenant,
    rules: Rules,
    slice_size: int,
    defaults_refused: Callable[[Refusal], None],
) -> Iterator[UserView]:
    """Read users, ``slice_size`` at a time, and show each of them.

    A login that may read methods but no default methods sees users without these; ``defaults_refused`` hears of it
    once. Raises the refusal itself when the service refuses everybody of a slice for another reason: then a permission
    is missing, the login has ended or the network is down.
    """
    with_defaults = True
    for start in range(0, len(people), slice_size):
        part = people[start : start + slice_size]
        methods = tenant.read_methods([person.id for person in part])
        _stop_if_nobody_gets_through([found.error for found in methods])
        answers = _preferences(part, methods, tenant) if with_defaults else {}
        refusal = _refusal_of_all([answer.error for answer in answers.values()])
        if refusal is not None:
            with_defaults, answers = False, {}
            defaults_refused(refusal)
        for person, found in zip(part, methods, strict=True):
            yield _view(person, found, answers.get(person.id), rules, preference_known=with_defaults)


def _preferences(
    people: Sequence[Person], methods: Sequence[RegisteredMethods], tenant: ReadableTenant
) -> dict[str, Preference]:
    """The default methods of those who have any method."""
    both = zip(people, methods, strict=True)
    holders = [person.id for person, found in both if found.error is None and holds_a_method(found)]
    answers = tenant.read_default_methods(holders) if holders else []
    return dict(zip(holders, answers, strict=True))


def _view(
    person: Person, methods: RegisteredMethods, preference: Preference | None, rules: Rules, *, preference_known: bool
) -> UserView:
    error = methods.error or (preference.error if preference else None)
    if error is not None:
        return UserView(*person, entra=None, error=f"{error.code}: {error.message}", methods=())
    side = EntraSide(methods, preference, preference_known, judge(person.id, methods, rules.allowed))
    plan = _plan(person, side, rules)
    if plan is None:
        return UserView(*person, entra=side, error=None, methods=())
    after = MethodsAfter.of(methods, [step.write for step in plan.steps])
    expected = judge(person.id, after, rules.allowed)
    return UserView(*person, side, None, tuple(_standing(person, side, plan)), plan, expected)


def _plan(person: Person, side: EntraSide, rules: Rules) -> UserPlan | None:
    """What a migration would do; None without a record that it would use."""
    record = person.match.record if person.match is not None and not person.match.ambiguous else None
    if not isinstance(record, Record) or not record.enabled:
        return None
    default = side.preference.method if side.preference else None
    return plan_user(person.id, record, side.methods, default, {}, rules)


def _standing(person: Person, side: EntraSide, plan: UserPlan) -> Iterable[StandingMethod]:
    record = person.match.record if person.match is not None else None
    default_counts = isinstance(record, Record) and record.default_method is not None and side.preference_known
    for step in plan.steps:
        if step.target != "defaultMethod" or default_counts:
            yield StandingMethod(step.target, step.action == "none", _why_not(step))


def _why_not(step: Step) -> str | None:
    if step.action in ("none", "skip"):
        return step.reason
    if isinstance(step.write, TokenWrite):
        return steps.NOT_ACTIVATED if step.write.assigned else MISSING
    return MISSING if step.action == "create" else DIFFERS


def _record(record: Record) -> dict[str, Any]:
    token = record.oath_token
    return {
        "username": record.username,
        "enabled": record.enabled,
        "default_method": record.default_method,
        "pin_modes": list(record.pin_modes),
        "phone": _phone(record.phone),
        "backup_phone": _phone(record.backup_phone),
        "mobile_apps": [
            {"name": app.name, "has_secret": bool(app.secret), "registered_at": app.registered_at}
            for app in record.mobile_apps
        ],
        "oath_token": None if token is None else {"serial": token.serial, "has_secret": bool(token.secret)},
        "changed_at": record.changed_at,
    }


def _phone(phone: Phone | None) -> dict[str, Any] | None:
    return None if phone is None else {"number": mask_number(phone.number), "has_extension": bool(phone.extension)}


def _refusal_of_all(errors: Sequence[Refusal | None]) -> Refusal | None:
    """The refusal when a permission is missing for everybody; any other reason to refuse everybody is raised."""
    refused = [error for error in errors if error is not None and error.status == _FORBIDDEN]
    if refused and len(refused) == len(errors):
        return refused[0]
    _stop_if_nobody_gets_through(errors)
    return None


def _stop_if_nobody_gets_through(errors: Sequence[Refusal | None]) -> None:
    refused = [error for error in errors if error is not None and error.status in _NOBODY_GETS_THROUGH]
    if refused and len(refused) == len(errors):
        refusal = refused[0]
        raise refusal if isinstance(refusal, Exception) else RuntimeError(refusal.message)
