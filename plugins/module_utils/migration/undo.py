# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes back what the ledger says this collection created, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.phone_numbers import comparison_key
from ansible_collections.entra.mfa.plugins.module_utils.migration import steps
from ansible_collections.entra.mfa.plugins.module_utils.migration.default_method import (
    oath_kinds_after,
    registered_methods,
)
from ansible_collections.entra.mfa.plugins.module_utils.migration.fingerprints import value_fingerprint
from ansible_collections.entra.mfa.plugins.module_utils.migration.ledger import Change
from ansible_collections.entra.mfa.plugins.module_utils.migration.plan import Rules, UserPlan
from ansible_collections.entra.mfa.plugins.module_utils.migration.steps import (
    DefaultWrite,
    PhoneRemoval,
    Step,
    Target,
    TokenRemoval,
)
from ansible_collections.entra.mfa.plugins.module_utils.migration.tenant import InventoryToken, Methods
from ansible_collections.entra.mfa.plugins.module_utils.migration.user_state import Candidate

_PHONES: tuple[Target, ...] = ("alternateMobile", "mobile", "office")
_KEPT = (steps.PREVIOUS_VALUE_UNKNOWN, steps.NEEDED_BY_ALTERNATE, steps.OATH_TOKEN_IN_USE)


@dataclass(slots=True)
class _Entry:
    """What was written to one object of a user, over all runs."""

    target: Target
    object: str
    previous: str | None
    kinds: set[str] = field(default_factory=set)
    values: set[bytes] = field(default_factory=set)


class UndoPlanner:
    """Plans the way back from the changes of the ledger."""

    def __init__(self, changes: Mapping[str, Sequence[Change]], key: bytes, rules: Rules) -> None:
        """``changes`` holds the writes of each user in their order, ``key`` is that of the ledger's fingerprints."""
        self._entries = {user_id: _fold(found) for user_id, found in changes.items()}
        self._key = key
        self._rules = rules

    def serials(self, candidate: Candidate, methods: Methods) -> Sequence[str]:
        """Tokens that were made here and that the user does not hold any more."""
        own = {token.serial for token in methods.hardware_tokens}
        return [
            entry.object
            for entry in self._entries[candidate.member.id]
            if entry.target in steps.TOKEN_TARGETS and "create" in entry.kinds and entry.object not in own
        ]

    def plan(
        self, candidate: Candidate, methods: Methods, default: str | None, inventory: Mapping[str, InventoryToken]
    ) -> UserPlan:
        """Default method first, then alternate, mobile and office phone, then tokens.

        Where no method is left that could be the default, the phone that is the default goes last: Graph lets the
        default go only when it is the last method.
        """
        entries = self._entries[candidate.member.id]
        phones = self._plan_phones(entries, methods)
        user_id = candidate.member.id.lower()
        tokens = [
            _plan_token(user_id, entry, methods, inventory) for entry in entries if entry.target in steps.TOKEN_TARGETS
        ]
        remaining = self._remaining(methods, [*phones, *tokens])
        entry = next((entry for entry in entries if entry.target == "defaultMethod"), None)
        default_steps = self._plan_default(candidate.member.id, entry, default, remaining)
        planned = (*default_steps, *_keep_for_last(phones, default_steps, default), *tokens)
        after = _default_after(default_steps, default)
        return UserPlan(planned, default, after, taken_back=_taken_back(entries, planned))

    def _plan_phones(self, entries: Sequence[_Entry], methods: Methods) -> list[Step]:
        by_type = {entry.target: entry for entry in entries}
        planned: list[Step] = []
        alternate_stays = "alternateMobile" in methods.phones
        for phone_type in _PHONES:
            if phone_type not in by_type:
                continue
            step = self._plan_phone(by_type[phone_type], methods.phones.get(phone_type))
            if phone_type == "alternateMobile" and step.write is not None:
                alternate_stays = False
            if phone_type == "mobile" and step.write is not None and alternate_stays:
                step = Step(phone_type, "skip", steps.NEEDED_BY_ALTERNATE)
            planned.append(step)
        return planned

    def _plan_phone(self, entry: _Entry, present: str | None) -> Step:
        if "create" not in entry.kinds:
            return Step(entry.target, "skip", steps.PREVIOUS_VALUE_UNKNOWN)
        if present is None:
            return Step(entry.target, "none", steps.ALREADY_GONE)
        if value_fingerprint(comparison_key(present), self._key) not in entry.values:
            return Step(entry.target, "skip", steps.CHANGED_SINCE)
        return Step(entry.target, "update", steps.REMOVED, PhoneRemoval(entry.target, last=False))

    def _remaining(self, methods: Methods, removals: Sequence[Step]) -> list[str]:
        """The default methods that are still possible after the removals."""
        gone = {step.target for step in removals if isinstance(step.write, PhoneRemoval)}
        serials = {step.write.serial for step in removals if isinstance(step.write, TokenRemoval)}
        has_token = any(token.activated and token.serial not in serials for token in methods.hardware_tokens)
        kinds = oath_kinds_after(methods, has_token, self._rules.allowed)
        phones = [phone_type for phone_type in methods.phones if phone_type not in gone]
        return registered_methods(phones, bool(methods.authenticators), kinds)

    def _plan_default(
        self, user_id: str, entry: _Entry | None, current: str | None, remaining: Collection[str]
    ) -> list[Step]:
        if current is None:
            return [Step("defaultMethod", "none", steps.ALREADY_GONE)] if entry else []
        is_ours = entry is not None and value_fingerprint(current, self._key) in entry.values
        if entry is not None and is_ours and entry.previous in remaining:
            return [_set_default(entry.previous, current, steps.RESTORED)]
        if current in remaining:
            reason = steps.CANNOT_BE_UNSET if is_ours else steps.CHANGED_SINCE
            return [Step("defaultMethod", "skip", reason)] if entry else []
        allowed = (method for method in remaining if self._rules.allowed.allows(method, user_id, ("hardwareOath",)))
        replacement = next(allowed, next(iter(remaining), None))
        if replacement is not None:
            return [_set_default(replacement, current, steps.REPLACED)]
        # An alternate goes before its mobile, so it cannot be the one that stays to the end.
        write = DefaultWrite("voiceMobile") if current == "voiceAlternateMobile" else None
        return [Step("defaultMethod", "update", steps.REMOVED, write)]


def _fold(changes: Sequence[Change]) -> list[_Entry]:
    entries: dict[tuple[str, str], _Entry] = {}
    for change in changes:
        target: Target = change.target  # type: ignore[assignment]
        entry = entries.setdefault((target, change.object), _Entry(target, change.object, change.previous))
        entry.kinds.add(change.kind)
        if change.value is not None:
            entry.values.add(change.value)
    return list(entries.values())


def _plan_token(user_id: str, entry: _Entry, methods: Methods, inventory: Mapping[str, InventoryToken]) -> Step:
    created = "create" in entry.kinds
    if not created and "assign" not in entry.kinds:
        return Step(entry.target, "skip", steps.PREVIOUS_VALUE_UNKNOWN)
    own = next((token for token in methods.hardware_tokens if token.serial == entry.object), None)
    if own is not None:
        removal = TokenRemoval(entry.object, own.id, assigned=True, delete=created)
        return Step(entry.target, "update", steps.REMOVED, removal)
    stored = inventory.get(entry.object)
    if stored is None or stored.id is None:
        return Step(entry.target, "none", steps.ALREADY_GONE)
    if stored.assigned_to not in (None, user_id):
        return Step(entry.target, "skip", steps.OATH_TOKEN_IN_USE)
    removal = TokenRemoval(entry.object, stored.id, assigned=stored.assigned_to is not None, delete=True)
    return Step(entry.target, "update", steps.REMOVED, removal)


def _set_default(method: str | None, current: str, reason: str) -> Step:
    if method == current:
        return Step("defaultMethod", "none")
    return Step("defaultMethod", "update", reason, DefaultWrite(method))


_PHONE_OF_DEFAULT = {
    "sms": "mobile",
    "voiceMobile": "mobile",
    "voiceAlternateMobile": "alternateMobile",
    "voiceOffice": "office",
}


def _default_after(default_steps: Sequence[Step], default: str | None) -> str | None:
    for step in default_steps:
        if step.reason == steps.REMOVED:
            return None
        if isinstance(step.write, DefaultWrite):
            return step.write.method
    return default


def _keep_for_last(phones: Sequence[Step], default_steps: Sequence[Step], default: str | None) -> list[Step]:
    """The phone that is the default to the end goes after everything else."""
    default_step = next((step for step in default_steps if step.reason == steps.REMOVED), None)
    if default_step is None:
        return list(phones)
    carrier = default_step.write.method if isinstance(default_step.write, DefaultWrite) else default
    last = _PHONE_OF_DEFAULT.get(carrier or "")
    return [
        step._replace(write=PhoneRemoval(step.write.phone_type, last=True))
        if isinstance(step.write, PhoneRemoval) and step.target == last
        else step
        for step in phones
    ]


def _taken_back(entries: Sequence[_Entry], planned: Sequence[Step]) -> tuple[tuple[str, str], ...]:
    kept = {step.target for step in planned if step.reason in _KEPT}
    return tuple((entry.target, entry.object) for entry in entries if entry.target not in kept)
