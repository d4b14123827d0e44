# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a rollout group grows: in waves, from migrated users only, the next wave when the last one has taken effect.

How far a rollout is follows from who stands in the group, so that a run that broke off goes on where it was.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.migration.assessment_findings import Named


class Migrated(NamedTuple):
    """A user whose methods are in Entra, as a report of the migration says."""

    id: str
    upn: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """``sizes`` are the numbers of users that the waves reach, all together and without the last one, which takes all.

    The next wave begins ``hours`` after ``last_at``, the time of the last change of the group; None for no change yet.
    """

    sizes: Sequence[int] = ()
    hours: float = 24.0
    last_at: datetime | None = None

    def __post_init__(self) -> None:
        if any(size < 1 for size in self.sizes) or sorted(set(self.sizes)) != list(self.sizes):
            raise UnusableInputError("waves must be growing numbers of users, such as 200, 1000, 5000.")


@dataclass(frozen=True, slots=True)
class Wave:
    """A wave: its ``number`` of how many, the number of users it reaches (``target``) of all, and how many are reached.

    ``due`` says that somebody may enter now; ``next_at`` when the wave may begin if it has to wait.
    """

    number: int
    of: int
    target: int
    total: int
    reached: int
    due: bool
    next_at: datetime | None = None

    def as_dict(self) -> dict[str, Any]:
        """The wave as modules return it."""
        return {
            "number": self.number,
            "of": self.of,
            "target": self.target,
            "total": self.total,
            "reached": self.reached,
            "complete": self.reached >= self.total,
            "due": self.due,
            "next_at": text(self.next_at) if self.next_at else None,
        }


def text(moment: datetime) -> str:
    """A moment (UTC) as ISO 8601, to the second."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def next_wave(schedule: Schedule, reached: int, total: int, now: datetime) -> Wave:
    """The wave in which a rollout is that has reached so many of all users.

    A wave that has begun goes on at once; one that has not waits for the last one to take effect.
    """
    targets = [*(size for size in schedule.sizes if size < total), total]
    number = next((place for place, size in enumerate(targets) if size > reached), len(targets) - 1)
    has_begun = (number > 0 and reached > targets[number - 1]) or (number == 0 and reached > 0)
    waits = bool(schedule.sizes) and not has_begun and number > 0 and schedule.last_at is not None
    next_at = schedule.last_at + timedelta(hours=schedule.hours) if waits and schedule.last_at else None
    if next_at is not None and next_at <= now:
        next_at = None
    due = next_at is None and reached < total
    return Wave(number + 1, len(targets), targets[number], total, reached, due, next_at)


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """Who enters and who leaves, the wave, and the members who are no migrated users."""

    add: tuple[str, ...]
    remove: tuple[str, ...]
    wave: Wave
    strangers: Named


def plan_present(
    members: Mapping[str, str],
    migrated: Sequence[Migrated],
    known: Collection[str],
    schedule: Schedule,
    now: datetime,
    at_most: int | None = None,
) -> GroupPlan:
    """Let the group grow to the size of its wave.

    ``members`` maps the ids of the group's members to their names, ``known`` are ids of users that were migrated
    otherwise, ``at_most`` is the most members that the group may have now.
    """
    reached = sum(user.id in members for user in migrated)
    wave = next_wave(schedule, reached, len(migrated), now)
    room = max(0, wave.target - reached) if wave.due else 0
    if at_most is not None:
        room = min(room, max(0, at_most - len(members)))
    waiting = (user.id for user in migrated if user.id not in members)
    add = tuple(user_id for _place, user_id in zip(range(room), waiting, strict=False))
    return GroupPlan(add, (), wave, _strangers(members, migrated, known))


def plan_absent(members: Mapping[str, str], migrated: Sequence[Migrated], now: datetime) -> GroupPlan:
    """Take migrated users out of the group again."""
    leaving = tuple(user.id for user in migrated if user.id in members)
    wave = next_wave(Schedule(), len(leaving), len(migrated), now)
    return GroupPlan((), leaving, wave, _strangers(members, migrated, ()))


def select(migrated: Sequence[Migrated], names: Collection[str] | None) -> list[Migrated]:
    """The migrated users that are named by object id or user principal name; None selects all.

    Raises UnusableInputError that lists those who were not migrated.
    """
    if names is None:
        return list(migrated)
    wanted = {name.casefold(): name for name in names}
    selected = [user for user in migrated if user.id in wanted or user.upn.casefold() in wanted]
    found = {key for user in selected for key in (user.id, user.upn.casefold())}
    missing = [name for key, name in wanted.items() if key not in found]
    if missing:
        raise UnusableInputError(
            f"The reports name no migrated user {', '.join(missing)}; migrate them first, or correct the names."
        )
    return selected


def _strangers(members: Mapping[str, str], migrated: Sequence[Migrated], known: Collection[str]) -> Named:
    found, own = Named(10), {user.id for user in migrated}
    for member, name in members.items():
        if member not in own and member not in known:
            found.add(name)
    return found
