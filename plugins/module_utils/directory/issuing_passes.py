# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Desired state of Temporary Access Passes: who gets one, who keeps theirs, who loses it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from ansible_collections.entra.mfa.plugins.module_utils.directory import access_passes
from ansible_collections.entra.mfa.plugins.module_utils.directory.access_passes import AccessPass, Answer, Found
from ansible_collections.entra.mfa.plugins.module_utils.directory.methods_policy import Configuration
from ansible_collections.entra.mfa.plugins.module_utils.directory.users import User
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import GraphClient
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError, InputError

METHOD = "temporaryAccessPass"
USERS_AT_A_TIME = 20
MOST_ATTEMPTS = 3
SHORTEST, LONGEST = 10, 43_200
STATUSES = ("created", "replaced", "deleted", "unchanged", "skipped", "failed")
NOT_ALLOWED = "not_allowed"
ALREADY_HAS_ONE = "already_has_one"
_NOBODY_GETS_THROUGH = (0, 401, 403)

Save = Callable[[Sequence[tuple[User, AccessPass]]], None]
"""Keeps new passes; called with each twenty at most, as soon as they are made."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What new passes are like; None leaves a property to the policy. ``start`` is a time with its zone."""

    lifetime_in_minutes: int | None
    usable_once: bool | None
    start: str | None
    replace: bool

    def body(self) -> dict[str, Any]:
        """The properties as Graph takes them."""
        wanted = {
            "lifetimeInMinutes": self.lifetime_in_minutes,
            "isUsableOnce": self.usable_once,
            "startDateTime": self.start,
        }
        return {name: value for name, value in wanted.items() if value is not None}


class PassResult(NamedTuple):
    """What became of one user; ``access_pass`` is the pass they have now, as far as it is known."""

    user: User
    status: str
    reason: str | None = None
    access_pass: AccessPass | None = None

    def as_dict(self) -> dict[str, Any]:
        """The user as the module returns it, without the code."""
        shown = self.access_pass.properties() if self.access_pass else {}
        names = ("starts_at", "lifetime_in_minutes", "is_usable_once")
        about = {"id": self.user.id, "upn": self.user.upn, "status": self.status, "reason": self.reason}
        return {**about, **{name: shown.get(name) for name in names}}


def check(wishes: Wishes, policy: Configuration | None) -> None:
    """Raise InputError when the policy, or Entra itself, takes no such passes."""
    minutes = wishes.lifetime_in_minutes
    if minutes is not None and not SHORTEST <= minutes <= LONGEST:
        raise InputError(f"lifetime_in_minutes must be from {SHORTEST} to {LONGEST}, not {minutes}.")
    if wishes.start is not None and not _has_zone(wishes.start):
        raise InputError(
            f"start_date_time must be an ISO 8601 time with its zone, such as 2024-05-01T08:00:00Z, not {wishes.start}."
        )
    if policy is None or not policy.enabled:
        raise InputError(
            "Temporary Access Pass is disabled in the authentication methods policy; enable it with the module "
            "authentication_methods_policy (configurations: temporaryAccessPass: state: enabled)."
        )
    least, most = policy.settings.get("minimumLifetimeInMinutes"), policy.settings.get("maximumLifetimeInMinutes")
    if minutes is not None and least is not None and most is not None and not least <= minutes <= most:
        raise InputError(
            f"lifetime_in_minutes must be from {least} to {most} by the authentication methods policy, not {minutes}; "
            "change it, or the policy with the module authentication_methods_policy."
        )
    if wishes.usable_once is False and policy.settings.get("isUsableOnce") is True:
        raise InputError(
            "is_usable_once cannot be false, because the authentication methods policy allows one-time passes only; "
            "leave it out, or change the policy with the module authentication_methods_policy."
        )


def issue(
    client: GraphClient,
    users: Sequence[User],
    wishes: Wishes,
    allows: Callable[[str], bool],
    save: Save,
    *,
    check_mode: bool,
) -> list[PassResult]:
    """Give each user a pass who has no usable one; with ``replace`` everybody. Results are in the order of the users.

    Every twenty passes are saved before the next are made, so that a run that is cut off loses none but the last.
    """
    results: dict[str, PassResult] = {}
    for part in _parts(users):
        permitted = [user for user in part if allows(user.id)]
        for user in part:
            results[user.id] = PassResult(user, "skipped", NOT_ALLOWED)
        waiting: list[tuple[User, str]] = []
        for user, found in _read(client, permitted):
            standing = found.access_pass is not None and found.access_pass.usable
            if found.error is not None:
                results[user.id] = _failed(user, found.error)
            elif standing and not wishes.replace:
                results[user.id] = PassResult(user, "unchanged", ALREADY_HAS_ONE, found.access_pass)
            else:
                waiting.append((user, "replaced" if standing else "created"))
        if check_mode:
            results |= {user.id: PassResult(user, status) for user, status in waiting}
        else:
            answers = _create(client, [user for user, _status in waiting], wishes.body(), save)
            for user, status in waiting:
                answer = answers[user.id]
                made = PassResult(user, status, None, answer.access_pass)
                results[user.id] = made if answer.error is None else _failed(user, answer.error)
    return list(results.values())


def revoke(client: GraphClient, users: Sequence[User], *, check_mode: bool) -> list[PassResult]:
    """Delete the pass of each user who has one, usable or not. Results are in the order of the users."""
    results: dict[str, PassResult] = {}
    for part in _parts(users):
        waiting: list[tuple[User, str]] = []
        for user, found in _read(client, part):
            results[user.id] = PassResult(user, "unchanged")
            if found.error is not None:
                results[user.id] = _failed(user, found.error)
            elif found.access_pass is not None:
                waiting.append((user, found.access_pass.id))
        errors = {} if check_mode else _delete(client, [(user.id, pass_id) for user, pass_id in waiting])
        for user, _pass_id in waiting:
            error = errors.get(user.id)
            results[user.id] = PassResult(user, "deleted") if error is None else _failed(user, error)
    return list(results.values())


def summary(results: Iterable[PassResult]) -> dict[str, int]:
    """Counts of users by status, and how many were targeted."""
    counts = Counter(result.status for result in results)
    return {"targeted": counts.total(), **{status: counts[status] for status in STATUSES}}


def _parts(users: Sequence[User]) -> Iterable[Sequence[User]]:
    unique = list({user.id: user for user in users}.values())
    return (unique[start : start + USERS_AT_A_TIME] for start in range(0, len(unique), USERS_AT_A_TIME))


def _read(client: GraphClient, users: Sequence[User]) -> list[tuple[User, Found]]:
    found = access_passes.read(client, [user.id for user in users]) if users else []
    _stop_if_nobody_gets_through([item.error for item in found])
    return list(zip(users, found, strict=True))


def _create(client: GraphClient, users: Sequence[User], body: Mapping[str, Any], save: Save) -> dict[str, Answer]:
    """Make passes and save them. After an unknown outcome a pass is made anew, as nobody saw its code."""
    answers: dict[str, Answer] = {}
    waiting = list(users)
    for _attempt in range(MOST_ATTEMPTS):
        if not waiting:
            break
        made = access_passes.create(client, [user.id for user in waiting], body)
        answers |= {user.id: answer for user, answer in zip(waiting, made, strict=True)}
        new = [(user, answer.access_pass) for user, answer in zip(waiting, made, strict=True) if answer.access_pass]
        if new:
            save(new)
        waiting = [user for user, answer in zip(waiting, made, strict=True) if answer.unknown]
    _stop_if_nobody_gets_through([answer.error for answer in answers.values()])
    return answers


def _delete(client: GraphClient, passes: Sequence[tuple[str, str]]) -> dict[str, GraphError]:
    """Delete passes; what is asked for twice is gone the second time. Returns the refusals by user."""
    errors: dict[str, GraphError] = {}
    waiting = list(passes)
    for _attempt in range(MOST_ATTEMPTS):
        if not waiting:
            break
        answers = access_passes.delete(client, waiting)
        for (user_id, _pass_id), answer in zip(waiting, answers, strict=True):
            errors.pop(user_id, None)
            if answer.error is not None:
                errors[user_id] = answer.error
        waiting = [item for item, answer in zip(waiting, answers, strict=True) if answer.unknown]
    _stop_if_nobody_gets_through([errors.get(user_id) for user_id, _pass_id in passes])
    return errors


def _stop_if_nobody_gets_through(errors: Sequence[GraphError | None]) -> None:
    """Raise the refusal when everybody is refused for want of a permission, a login or a network."""
    refused = [error for error in errors if error is not None and error.status in _NOBODY_GETS_THROUGH]
    if refused and len(refused) == len(errors):
        raise refused[0]


def _failed(user: User, error: GraphError) -> PassResult:
    reason = f"{error.code}: {error.message}" + (f"; {error.hint}" if error.hint else "")
    return PassResult(user, "failed", reason)


def _has_zone(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
