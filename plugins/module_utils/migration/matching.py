# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which record of MFA Server belongs to which user of Entra.

Matching starts from the Entra side and sees the whole batch at once: user principal name, then security identifier,
then the attribute that the operator names. A record that could belong to two users, or a user to whom two records could
belong, is left alone: giving somebody the telephone of somebody else is the one mistake that cannot be excused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import AnyRecord, Record

SAM_ACCOUNT_NAME = "onPremisesSamAccountName"
EXTENSION_ATTRIBUTES = tuple(f"extensionAttribute{number}" for number in range(1, 16))
MATCH_ATTRIBUTES = (SAM_ACCOUNT_NAME, "onPremisesUserPrincipalName", "mail", "employeeId", *EXTENSION_ATTRIBUTES)

_ATTRIBUTES = "attributes."


@dataclass(frozen=True, slots=True)
class Member:
    """A user of the batch with what matching needs; ``domain`` is the first label of the on-premises domain."""

    id: str
    upn: str
    sid: str | None = None
    attribute: str | None = field(default=None, repr=False)
    domain: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A user with the record found for them; ``ambiguous`` when there is no telling."""

    member: Member
    record: AnyRecord | None = None
    matched_by: str | None = None
    ambiguous: bool = False


def check_export_match_field(name: str) -> None:
    """Raise UnusableInputError unless this is a field that the attribute can be compared with."""
    if name != "username" and not (name.startswith(_ATTRIBUTES) and len(name) > len(_ATTRIBUTES)):
        raise UnusableInputError(f"export_match_field must be username or attributes.NAME, not {name}.")


def properties_to_select(match_attribute: str | None) -> tuple[str, ...]:
    """The user properties that a batch has to read so that its members can be matched."""
    wanted = ["id", "userPrincipalName", "onPremisesSecurityIdentifier"]
    if match_attribute in EXTENSION_ATTRIBUTES:
        wanted.append("onPremisesExtensionAttributes")
    elif match_attribute is not None:
        wanted.append(match_attribute)
    if match_attribute == SAM_ACCOUNT_NAME:
        wanted.append("onPremisesDomainName")
    return tuple(wanted)


def member_from(user: Mapping[str, Any], match_attribute: str | None) -> Member:
    """A member from a user object that carries the properties of ``properties_to_select``."""
    source = user
    if match_attribute in EXTENSION_ATTRIBUTES:
        source = user.get("onPremisesExtensionAttributes") or {}
    return Member(
        id=user["id"],
        upn=user.get("userPrincipalName") or "",
        sid=user.get("onPremisesSecurityIdentifier"),
        attribute=source.get(match_attribute) if match_attribute else None,
        domain=(user.get("onPremisesDomainName") or "").partition(".")[0] or None,
    )


def members_from(users: Iterable[Mapping[str, Any]], match_attribute: str | None) -> list[Member]:
    """The members of a batch, each once: a group that changes while it is read may show a user on two pages."""
    found: dict[str, Member] = {}
    for user in users:
        found.setdefault(user["id"], member_from(user, match_attribute))
    return list(found.values())


def select_members(members: Sequence[Member], names: Iterable[str] | None) -> frozenset[str]:
    """Ids of the members that are named by object id or user principal name; None selects all.

    Raises UnusableInputError that lists the names of nobody in the batch.
    """
    if names is None:
        return frozenset(member.id for member in members)
    wanted = {name.lower(): name for name in names}
    selected = {}
    for member in members:
        for name in (member.id.lower(), member.upn.lower()):
            if name in wanted:
                selected[name] = member.id
    missing = [name for key, name in wanted.items() if key not in selected]
    if missing:
        raise UnusableInputError(
            f"The group has no member {', '.join(missing)}; give object ids or user principal names."
        )
    return frozenset(selected.values())


def match_users(
    members: Sequence[Member],
    records: Iterable[AnyRecord],
    *,
    match_attribute: str | None = None,
    export_match_field: str = "username",
) -> list[Match]:
    """The record of each member, in the order of the members.

    ``export_match_field`` is ``username`` or ``attributes.NAME``: the field that is compared with the attribute.
    """
    claims = _Claims(members)
    for record in records:
        for name in (_key(record.username), _key(record.upn)):
            claims.add("upn", name, record)
        claims.add("sid", _key(record.sid), record)
        if match_attribute is not None:
            claims.add_by_attribute(_field(record, export_match_field), record, match_attribute == SAM_ACCOUNT_NAME)
    return list(claims.matches())


class _Claims:
    """Who could own which record."""

    def __init__(self, members: Sequence[Member]) -> None:
        self._members = members
        self._by: dict[str, dict[str, list[int]]] = {key: defaultdict(list) for key in ("upn", "sid", "attribute")}
        for index, member in enumerate(members):
            for key, value in (("upn", member.upn), ("sid", member.sid), ("attribute", member.attribute)):
                if value:
                    self._by[key][value.lower()].append(index)
        # Per user: record (by identity) and the keys that led to it. Per record: the users.
        self._records: dict[int, dict[int, tuple[AnyRecord, set[str]]]] = defaultdict(dict)
        self._users: dict[int, set[int]] = defaultdict(set)

    def add(self, key: str, value: str, record: AnyRecord) -> None:
        """Note every user whose key has this value."""
        if value:
            self._note(key, self._by[key].get(value, ()), record)

    def add_by_attribute(self, value: str, record: AnyRecord, is_account_name: bool) -> None:
        """Note every user whose attribute has this value; an account name may carry its domain in front."""
        prefix = ""
        if is_account_name and "\\" in value:
            prefix, _backslash, value = value.rpartition("\\")
        users = self._by["attribute"].get(value, ()) if value else ()
        if prefix and len(users) > 1:
            of_domain = [index for index in users if (self._members[index].domain or "").lower() == prefix]
            users = of_domain or users
        self._note("attribute", users, record)

    def matches(self) -> Iterator[Match]:
        """The verdict for each user."""
        for index, member in enumerate(self._members):
            found = self._records.get(index)
            if not found:
                yield Match(member)
                continue
            keys = set().union(*(keys for _record, keys in found.values()))
            matched_by = min(keys, key=("upn", "sid", "attribute").index)
            shared = any(len(self._users[identity]) > 1 for identity in found)
            if len(found) > 1 or shared:
                yield Match(member, matched_by=matched_by, ambiguous=True)
            else:
                ((record, _keys),) = found.values()
                yield Match(member, record, matched_by)

    def _note(self, key: str, users: Iterable[int], record: AnyRecord) -> None:
        for index in users:
            _record, keys = self._records[index].setdefault(id(record), (record, set()))
            keys.add(key)
            self._users[id(record)].add(index)


def _key(value: str | None) -> str:
    return value.lower() if value else ""


def _field(record: AnyRecord, name: str) -> str:
    if name == "username":
        return _key(record.username)
    attributes = record.attributes if isinstance(record, Record) else {}
    return _key(attributes.get(name.removeprefix(_ATTRIBUTES)))
