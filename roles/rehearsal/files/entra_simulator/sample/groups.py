# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of the sample: migration batches, rollout groups, policy groups, and groups that rollout must refuse."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from entra_simulator.sample.cases.case import NO_TEXT_MESSAGES, NO_VOICE_CALLS, PHONES_ONLY, Json
from entra_simulator.sample.people import MANAGED_DOMAIN, Person
from entra_simulator.sample.symbols import identifier

VOICE_GROUP = "Staff with voice calls"
NO_TEXT_GROUP = "No text messages"
PHONES_ONLY_GROUP = "Phones only"
CONTACT_NAME = "Front desk of Fabrikam"
ROLLED_OUT_SITE = "Site north"
BATCHES = (1, 2, 3)
_NESTED_BATCH = 2
_BRANCHES_FROM, _FIELD_STAFF_FROM = 40, 65
_HEADQUARTERS_SIZE = 210
_SITE_SIZE = 20
_PILOTS = 10


def batch_name(batch: int) -> str:
    """Return the display name of a migration group."""
    return f"MFA migration batch {batch}"


def rollout_name(batch: int) -> str:
    """Return the display name of the rollout group for the people of a migration batch."""
    return f"MFA rollout {batch}"


def batches() -> list[dict[str, str]]:
    """Return the batches in the form of the variable ``entra_mfa_batches``."""
    return [
        {"name": f"batch{batch}", "group": batch_name(batch), "rollout_group": rollout_name(batch)} for batch in BATCHES
    ]


def all_groups(seed: int, people: Sequence[Person]) -> list[Json]:
    """Return every group of the organisation.

    Batch 2 is nested two levels deep, and its first member is also a member of the nested group. Rollout groups 1 and
    2 are empty; rollout group 3 already holds some people of its batch.
    """
    members = {batch: _ids(p for p in people if p.batch == batch) for batch in BATCHES}
    branches = plain_group(seed, f"{batch_name(_NESTED_BATCH)} - branches")
    field_staff = plain_group(seed, f"{batch_name(_NESTED_BATCH)} - field staff")
    nested = members[_NESTED_BATCH]
    field_staff["members"] = nested[_FIELD_STAFF_FROM:]
    branches["members"] = [nested[0], *nested[_BRANCHES_FROM:_FIELD_STAFF_FROM], field_staff["id"]]
    return [
        plain_group(seed, batch_name(1), members[1]),
        plain_group(seed, batch_name(_NESTED_BATCH), [*nested[:_BRANCHES_FROM], branches["id"]]),
        branches,
        field_staff,
        plain_group(seed, batch_name(3), members[3]),
        plain_group(seed, rollout_name(1)),
        plain_group(seed, rollout_name(2)),
        plain_group(seed, rollout_name(3), _ids(_pilots(people))),
        *_policy_groups(seed, people),
        *_refused_groups(seed, people),
    ]


def contacts(seed: int) -> list[Json]:
    """Return the one contact of the organisation."""
    return [{"id": identifier(seed, "contact", CONTACT_NAME), "displayName": CONTACT_NAME}]


def group_id(seed: int, name: str) -> str:
    """Return the id of the group called ``name`` (of the first one, where two share a name)."""
    return identifier(seed, "group", name)


def _policy_groups(seed: int, people: Sequence[Person]) -> list[Json]:
    """Return the groups that the methods policy includes or excludes."""
    voice = plain_group(
        seed,
        VOICE_GROUP,
        _ids(p for p in people if _synchronised(p) and NO_VOICE_CALLS not in p.case.policy_groups),
    )
    voice |= {"groupTypes": ["DynamicMembership"], "membershipRule": '(user.extensionAttribute5 -eq "voice")'}
    return [
        voice,
        plain_group(seed, NO_TEXT_GROUP, _ids(p for p in people if NO_TEXT_MESSAGES in p.case.policy_groups)),
        plain_group(seed, PHONES_ONLY_GROUP, _ids(p for p in people if PHONES_ONLY in p.case.policy_groups)),
    ]


def _refused_groups(seed: int, people: Sequence[Person]) -> list[Json]:
    """Return groups that are too large, nested, hold a contact, or share a name with another."""
    synchronised = _ids(p for p in people if _synchronised(p))
    north = plain_group(seed, ROLLED_OUT_SITE, synchronised[:_SITE_SIZE])
    south = plain_group(seed, "Site south", synchronised[_SITE_SIZE : 2 * _SITE_SIZE])
    return [
        north,
        south,
        plain_group(seed, "Sites", [north["id"], south["id"]]),
        plain_group(seed, "Projects", [*synchronised[:10], contacts(seed)[0]["id"]]),
        plain_group(seed, "Headquarters", synchronised[:_HEADQUARTERS_SIZE]),
        plain_group(seed, "MFA pilot", synchronised[:5]),
        plain_group(seed, "MFA pilot", synchronised[5:10], variant="second"),
    ]


def plain_group(seed: int, name: str, members: Sequence[str] = (), *, variant: str = "") -> Json:
    """Return an assigned security group."""
    return {
        "id": identifier(seed, "group", name, variant) if variant else group_id(seed, name),
        "displayName": name,
        "groupTypes": [],
        "securityEnabled": True,
        "membershipRule": None,
        "members": list(members),
    }


def _ids(people: Iterable[Person]) -> list[str]:
    return [person.user["id"] for person in people]


def _pilots(people: Sequence[Person]) -> list[Person]:
    """Return some ordinary people of batch 3 whose migration succeeds."""
    able = (p for p in people if p.batch == 3 and not p.special and p.case.expected.status == "migrated")
    return list(islice(able, _PILOTS))


def _synchronised(person: Person) -> bool:
    return person.case.domain != MANAGED_DOMAIN
