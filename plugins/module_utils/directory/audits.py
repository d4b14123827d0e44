# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The directory audit log of a migration (Graph page *List directoryAudits*)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.directory import audit_values
from ansible_collections.entra.mfa.plugins.module_utils.directory.audit_values import DeviceChange, MethodList
from ansible_collections.entra.mfa.plugins.module_utils.directory.sign_in_values import SignIn, sign_in
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import GraphClient
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError, InputError
from ansible_collections.entra.mfa.plugins.module_utils.masking import mask_numbers_in

UTILITY_ACTOR = "Azure MFA Management"
"""Display name under which the vendor's migration utility writes."""

PAGE_SIZE = "999"
_NOT_IN_BETA = (400, 404, 405)


@dataclass(frozen=True, slots=True)
class Selection:
    """Records of one actor, by display name or by the id of its app, from one moment to another."""

    since: datetime
    until: datetime | None = None
    actor: str = UTILITY_ACTOR
    app_id: str | None = None

    def filter(self) -> str:
        """The selection as a ``$filter``."""
        literal = (self.app_id or self.actor).replace("'", "''")
        who = "appId" if self.app_id else "displayName"
        parts = [f"activityDateTime ge {_stamp(self.since)}"]
        if self.until is not None:
            parts.append(f"activityDateTime le {_stamp(self.until)}")
        return " and ".join([*parts, f"initiatedBy/app/{who} eq '{literal}'"])


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One record about one user.

    ``at`` is the moment as the service writes it (UTC), ``initiated_by`` the display name of the app that made the
    change. ``methods``, ``devices`` and ``numbers`` are before and after, or None when the record does not speak of
    them; ``other_properties`` are the names of whatever else changed.
    """

    id: str
    at: str
    activity: str
    succeeded: bool
    reason: str
    user_id: str
    upn: str
    methods: tuple[MethodList, MethodList] | None = None
    devices: tuple[list[dict[str, Any]], list[dict[str, Any]]] | None = None
    numbers: tuple[dict[str, Any], dict[str, Any]] | None = None
    other_properties: tuple[str, ...] = ()
    initiated_by: str = ""
    device_changes: tuple[DeviceChange, ...] = ()

    @property
    def kind(self) -> str:
        """``device`` for the separate record about migrated devices, otherwise ``user``."""
        return "device" if self.devices is not None and self.methods is None else "user"

    def as_dict(self) -> dict[str, Any]:
        """The record as modules return it, without tokens and numbers."""
        methods = self.methods and tuple(found.as_dict() for found in self.methods)
        return {
            "id": self.id,
            "at": self.at,
            "kind": self.kind,
            "initiated_by": self.initiated_by,
            "user": {"id": self.user_id, "upn": self.upn},
            "activity": self.activity,
            "succeeded": self.succeeded,
            "reason": self.reason,
            "methods": _before_and_after(methods),
            "devices": _before_and_after(self.devices),
            "numbers": _before_and_after(self.numbers),
            "other_properties": list(self.other_properties),
        }


@dataclass(slots=True)
class UserTally:
    """What the records say about one user; ``methods`` are those after the last record that names any."""

    id: str
    upn: str
    first_at: str
    last_at: str = ""
    entries: int = 0
    device_entries: int = 0
    failed: int = 0
    methods: MethodList | None = None

    def as_dict(self) -> dict[str, Any]:
        """The user as modules return it."""
        return {
            "id": self.id,
            "upn": self.upn,
            "first_at": self.first_at,
            "last_at": self.last_at,
            "entries": self.entries,
            "device_entries": self.device_entries,
            "failed": self.failed,
            "methods": list(self.methods.names) if self.methods else None,
            "default_method": self.methods.default if self.methods else None,
        }


@dataclass(slots=True)
class Tally:
    """Counts over records that are added in the order of their time."""

    users: dict[str, UserTally] = field(default_factory=dict)
    devices: list[dict[str, Any]] = field(default_factory=list)
    _by_day: defaultdict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, record: AuditRecord) -> None:
        """Count one record."""
        user = self.users.setdefault(record.user_id, UserTally(record.user_id, record.upn, record.at))
        user.last_at = record.at
        user.entries += 1
        user.device_entries += record.kind == "device"
        user.failed += not record.succeeded
        if record.methods is not None and record.succeeded:
            user.methods = record.methods[1]
        self._by_day[record.at[:10], record.initiated_by].add(record.user_id)
        for change in record.device_changes:
            self.devices.append(
                {
                    "user": {"id": record.user_id, "upn": record.upn},
                    "name": change.name,
                    "change": change.change,
                    "app_version": change.app_version,
                    "at": record.at,
                    "succeeded": record.succeeded,
                }
            )

    def days(self) -> list[dict[str, Any]]:
        """How many different users each day (UTC) has by actor, as the summary of the migration guide counts them."""
        return [
            {"day": day, "initiated_by": actor, "users": len(found)}
            for (day, actor), found in sorted(self._by_day.items())
        ]

    def summary(self) -> dict[str, int]:
        """The counts over everything."""
        found = self.users.values()
        return {
            "users": len(found),
            "entries": sum(user.entries for user in found),
            "device_entries": sum(user.device_entries for user in found),
            "failed": sum(user.failed for user in found),
        }

    def without_entries(self, names: Collection[str]) -> list[str]:
        """Those of these object ids and user principal names of which there is no record."""
        seen = {name.casefold() for user in self.users.values() for name in (user.id, user.upn)}
        return [name for name in names if name.casefold() not in seen]


def moment(text: str, option: str) -> datetime:
    """A date, or date and time, of ISO 8601 in UTC unless it says otherwise; InputError names the option."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InputError(f"{option} must be a date or time such as 2026-03-01T08:00:00Z, not {text!r}.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def read(client: GraphClient, selection: Selection, users: Collection[str] = ()) -> Iterator[AuditRecord]:
    """The records about users, the oldest first; with ``users`` only about these object ids or user principal names.

    One query serves any number of users, because five requests in ten seconds are all that the log answers.
    """
    wanted = {name.casefold() for name in users}
    params = {"$filter": selection.filter(), "$orderby": "activityDateTime", "$top": PAGE_SIZE}
    for item in client.items("auditLogs/directoryAudits", params=params):
        record = _record(item)
        if record is not None and (not wanted or not wanted.isdisjoint((record.user_id, record.upn.casefold()))):
            yield record


def sign_ins(client: GraphClient, since: datetime, until: datetime | None = None) -> Iterator[SignIn]:
    """The interactive sign-ins, the newest first.

    Only the beta version says how a user did MFA; where it does not answer, v1.0 is asked, which tells less.
    """
    parts = [f"createdDateTime ge {_stamp(since)}"]
    if until is not None:
        parts.append(f"createdDateTime le {_stamp(until)}")
    params = {"$filter": " and ".join(parts), "$top": PAGE_SIZE}
    begun = False
    try:
        for item in client.items("auditLogs/signIns", version="beta", params=params):
            begun = True
            yield sign_in(item)
    except GraphError as error:
        if begun or error.status not in _NOT_IN_BETA:
            raise
        yield from map(sign_in, client.items("auditLogs/signIns", params=params))


def changes_of(client: GraphClient, name: str, since: datetime) -> Iterator[dict[str, Any]]:
    """The records about a directory object of this display name, such as a domain, the oldest first, without values."""
    literal = name.replace("'", "''")
    selection = f"activityDateTime ge {_stamp(since)} and targetResources/any(t:t/displayName eq '{literal}')"
    params = {"$filter": selection, "$orderby": "activityDateTime", "$top": PAGE_SIZE}
    for item in client.items("auditLogs/directoryAudits", params=params):
        by = item.get("initiatedBy") or {}
        person, app = by.get("user") or {}, by.get("app") or {}
        yield {
            "at": str(item["activityDateTime"]),
            "activity": str(item.get("activityDisplayName") or ""),
            "succeeded": item.get("result") == "success",
            "by": str(person.get("userPrincipalName") or app.get("displayName") or app.get("appId") or ""),
        }


def _record(item: Mapping[str, Any]) -> AuditRecord | None:
    """The record, or None when it is about no user."""
    targets = item.get("targetResources") or []
    user = next((target for target in targets if target.get("type") == "User" or target.get("userPrincipalName")), None)
    if user is None or not user.get("id"):
        return None
    values: dict[str, tuple[Any, Any]] = {
        str(entry.get("displayName")): (
            audit_values.decode(entry.get("oldValue")),
            audit_values.decode(entry.get("newValue")),
        )
        for entry in user.get("modifiedProperties") or []
    }
    shown = (audit_values.METHODS, audit_values.DEVICES, audit_values.NUMBERS)
    named = audit_values.names(values.pop(audit_values.NAMES_OF_CHANGES, (None, None))[1])
    before_after = [values.get(name) for name in shown]
    methods, devices, numbers = before_after
    return AuditRecord(
        id=str(item.get("id") or ""),
        at=str(item["activityDateTime"]),
        activity=str(item.get("activityDisplayName") or ""),
        succeeded=item.get("result") == "success",
        reason=mask_numbers_in(str(item.get("resultReason") or "")),
        user_id=str(user["id"]).lower(),
        upn=str(user.get("userPrincipalName") or ""),
        methods=methods and (audit_values.methods(methods[0]), audit_values.methods(methods[1])),
        devices=devices and (audit_values.devices(devices[0]), audit_values.devices(devices[1])),
        numbers=numbers and (audit_values.numbers(numbers[0]), audit_values.numbers(numbers[1])),
        other_properties=tuple(name for name in dict.fromkeys([*values, *named]) if name not in shown),
        initiated_by=str(((item.get("initiatedBy") or {}).get("app") or {}).get("displayName") or ""),
        device_changes=audit_values.device_changes(*devices) if devices else (),
    )


def _before_and_after(pair: tuple[Any, Any] | Any) -> dict[str, Any] | None:
    return {"before": pair[0], "after": pair[1]} if pair else None


def _stamp(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
