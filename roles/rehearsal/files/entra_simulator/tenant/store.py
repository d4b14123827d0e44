# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects of the tenant with the indices that keep requests independent of the number of users.

Reads go through ``shown``: while a write is still spreading (a lag is set) they get the object's state from before.
"""

from __future__ import annotations

import copy
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from entra_simulator.tenant.clock import Clock
from entra_simulator.tenant.errors import object_missing

Value = TypeVar("Value")

INDEXED = (
    "userPrincipalName",
    "mail",
    "employeeId",
    "onPremisesSecurityIdentifier",
    "onPremisesUserPrincipalName",
    "onPremisesSamAccountName",
)
"""User properties that filters look up without a scan."""


@dataclass(slots=True)
class Authenticator:
    """A Microsoft Authenticator registration."""

    id: str
    display_name: str
    created: str


@dataclass(slots=True)
class SoftwareToken:
    """A software OATH method; its secret never leaves the service."""

    id: str
    created: str


@dataclass(slots=True)
class AccessPass:
    """A Temporary Access Pass; ``start`` is in seconds since the epoch."""

    id: str
    code: str = field(repr=False)
    created: str = ""
    start: float = 0.0
    lifetime_minutes: int = 60
    once: bool = False


@dataclass(slots=True)
class Methods:
    """What a user has registered. ``phones`` maps the phone type to the number, ``hardware`` lists device ids."""

    phones: dict[str, str] = field(default_factory=dict, repr=False)
    phones_created: dict[str, str] = field(default_factory=dict)
    authenticators: list[Authenticator] = field(default_factory=list)
    software: list[SoftwareToken] = field(default_factory=list)
    hardware: list[str] = field(default_factory=list)
    access_pass: AccessPass | None = None
    preferred: str | None = None
    system_preferred: bool = False
    per_user_state: str = "disabled"

    @property
    def devices(self) -> int:
        """How many devices count against the limit of five."""
        return len(self.authenticators) + len(self.software) + len(self.hardware)


@dataclass(slots=True)
class User:
    """A user: Graph properties as they are sent, and the methods."""

    id: str
    properties: dict[str, Any]
    methods: Methods


@dataclass(slots=True)
class HardwareDevice:
    """A hardware OATH token of the inventory; ``user_id`` is None while it is unassigned."""

    id: str
    serial: str
    secret: str = field(repr=False)
    interval: int = 30
    hash_function: str = "hmacsha1"
    manufacturer: str = ""
    model: str = ""
    display_name: str | None = None
    status: str = "available"
    user_id: str | None = None
    assigned_at: str | None = None


@dataclass(slots=True)
class Group:
    """A group: Graph properties, the direct members in the order they were added."""

    id: str
    properties: dict[str, Any]
    members: dict[str, None] = field(default_factory=dict)

    @property
    def dynamic(self) -> bool:
        """Whether a rule decides about the membership."""
        return "DynamicMembership" in self.properties["groupTypes"]


@dataclass(slots=True)
class Store:
    """All objects of the tenant. Dicts are keyed by id (``domains`` by name, ``configurations`` by lower-case id)."""

    clock: Clock
    users: dict[str, User] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    contacts: dict[str, dict[str, Any]] = field(default_factory=dict)
    devices: dict[str, HardwareDevice] = field(default_factory=dict)
    domains: dict[str, dict[str, Any]] = field(default_factory=dict)
    federations: dict[str, dict[str, Any]] = field(default_factory=dict)
    methods_policy: dict[str, Any] = field(default_factory=dict)
    configurations: dict[str, dict[str, Any]] = field(default_factory=dict)
    rollouts: dict[str, dict[str, Any]] = field(default_factory=dict)
    applications: dict[str, dict[str, Any]] = field(default_factory=dict)
    service_principals: dict[str, dict[str, Any]] = field(default_factory=dict)
    assignments: dict[str, dict[str, Any]] = field(default_factory=dict)
    audits: list[dict[str, Any]] = field(default_factory=list)
    sign_ins: list[dict[str, Any]] = field(default_factory=list)
    lag: float = 0.0
    _indices: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    _serials: dict[str, str] = field(default_factory=dict)
    _shadows: dict[tuple[str, str], tuple[float, Any]] = field(default_factory=dict)
    _closures: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _crowds: dict[str, tuple[User, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._indices = {name: defaultdict(set) for name in INDEXED}

    # Users

    def add_user(self, user: User) -> None:
        """Add a user and index its properties."""
        self.users[user.id] = user
        for name in INDEXED:
            value = user.properties.get(name)
            if value:
                self._indices[name][value.casefold()].add(user.id)

    def remove_user(self, user: User) -> None:
        """Remove a user with its memberships; its hardware tokens return to the inventory."""
        for name in INDEXED:
            value = user.properties.get(name)
            if value:
                self._indices[name][value.casefold()].discard(user.id)
        for device_id in user.methods.hardware:
            device = self.devices[device_id]
            device.user_id, device.assigned_at, device.status = None, None, "available"
        for group in self.groups.values():
            group.members.pop(user.id, None)
        self._forget_closures()
        del self.users[user.id]

    def user(self, key: str) -> User:
        """The user of an object id or user principal name; refused with 404 when there is none."""
        user = self.users.get(key.lower())
        if user is not None:
            return user
        ids = self._indices["userPrincipalName"].get(key.casefold())
        if not ids:
            raise object_missing(key)
        return self.users[next(iter(ids))]

    def users_by(self, name: str, values: Iterable[Any]) -> Iterator[User]:
        """The users whose indexed property has one of the lower-cased values."""
        for value in values:
            for user_id in sorted(self._indices[name].get(value, ())):
                yield self.users[user_id]

    # Groups

    def group(self, group_id: str) -> Group:
        """The group of an id; refused with 404 when there is none."""
        group = self.groups.get(group_id.lower())
        if group is None:
            raise object_missing(group_id)
        return group

    def change_members(self, group: Group, added: Iterable[str] = (), removed: Iterable[str] = ()) -> None:
        """Add and remove direct members."""
        self.remember("members", group.id, group.members)
        group.members.update(dict.fromkeys(added))
        for member in removed:
            del group.members[member]
        self._forget_closures()

    def members(self, group: Group) -> tuple[str, ...]:
        """Direct members as reads see them now."""
        return tuple(self.shown("members", group.id, group.members))

    def transitive_members(self, group: Group) -> tuple[str, ...]:
        """Members and members of member groups, each once."""
        if self._shadows:
            return self._walk(group)
        if group.id not in self._closures:
            self._closures[group.id] = self._walk(group)
        return self._closures[group.id]

    def transitive_users(self, group: Group) -> tuple[User, ...]:
        """Users among the members and the members of member groups, each once."""
        known = None if self._shadows else self._crowds.get(group.id)
        if known is None:
            known = tuple(self.users[member] for member in self.transitive_members(group) if member in self.users)
        if not self._shadows:
            self._crowds[group.id] = known
        return known

    def _forget_closures(self) -> None:
        self._closures.clear()
        self._crowds.clear()

    def _walk(self, group: Group) -> tuple[str, ...]:
        found: dict[str, None] = {}
        waiting = [group]
        while waiting:
            for member in self.members(waiting.pop(0)):
                if member not in found and member != group.id:
                    found[member] = None
                    if member in self.groups:
                        waiting.append(self.groups[member])
        return tuple(found)

    def directory_object(self, key: str) -> dict[str, Any]:
        """The properties of any user, group, contact or service principal, with ``@odata.type``; else 404."""
        key = key.lower()
        if key in self.users:
            return {"@odata.type": "#microsoft.graph.user", **self.users[key].properties}
        if key in self.groups:
            return {"@odata.type": "#microsoft.graph.group", **self.groups[key].properties}
        if key in self.contacts:
            return {"@odata.type": "#microsoft.graph.orgContact", **self.contacts[key]}
        if key in self.service_principals:
            return {"@odata.type": "#microsoft.graph.servicePrincipal", **self.service_principals[key]}
        raise object_missing(key)

    # Hardware OATH devices

    def add_device(self, device: HardwareDevice) -> None:
        """Put a token into the inventory."""
        self.remember("device", device.id, None)
        self.devices[device.id] = device
        self._serials[device.serial.casefold()] = device.id

    def remove_device(self, device: HardwareDevice) -> None:
        """Take a token out of the inventory."""
        self.remember("device", device.id, device)
        del self.devices[device.id]
        del self._serials[device.serial.casefold()]

    def device_of_serial(self, serial: str) -> HardwareDevice | None:
        """The token with that serial number, if the inventory has one."""
        device_id = self._serials.get(serial.casefold())
        return self.devices[device_id] if device_id else None

    # Applications

    def application_of(self, app_id: str) -> dict[str, Any] | None:
        """The application with that client id."""
        return next((app for app in self.applications.values() if app["appId"] == app_id.lower()), None)

    def service_principal_of(self, app_id: str) -> dict[str, Any] | None:
        """The service principal of the application with that client id."""
        return next((entry for entry in self.service_principals.values() if entry["appId"] == app_id.lower()), None)

    # Writes that are still spreading

    def remember(self, kind: str, key: str, state: Any) -> None:
        """Keep an object's state for reads, before it is changed, while a lag is set (None: it did not exist)."""
        if self.lag <= 0:
            return
        until = self.clock.now() + self.lag
        kept = self._shadows.get((kind, key))
        state = kept[1] if kept and kept[0] > self.clock.now() else copy.deepcopy(state)
        self._shadows[kind, key] = (until, state)

    def shown(self, kind: str, key: str, current: Value) -> Value:
        """The state of an object that a read gets now; None when the object is not visible yet."""
        if not self._shadows:
            return current
        kept = self._shadows.get((kind, key))
        if kept is None:
            return current
        if kept[0] <= self.clock.now():
            del self._shadows[kind, key]
            return current
        state: Value = kept[1]
        return state

    def visible(self, kind: str, objects: Mapping[str, Value]) -> list[Value]:
        """All objects of a kind as reads see them now."""
        if not self._shadows:
            return list(objects.values())
        states: Iterable[Value | None] = (self.shown(kind, key, value) for key, value in objects.items())
        return [state for state in states if state is not None]


def new_id(draw: Callable[[int], int]) -> str:
    """A random GUID from a seeded bit source, so that two runs with one seed give the same ids."""
    return str(uuid.UUID(int=draw(128), version=4))
