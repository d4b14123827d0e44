# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tenant in memory for tests of the engine: strict about what Graph is strict about, and able to misbehave."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.migration.policy import AllowedMethods
from ansible_collections.entra.mfa.plugins.module_utils.migration.totp import code_at

KINDS = ("sms", "voice", "microsoftAuthenticator", "softwareOath", "hardwareOath")


class Refused(Exception):  # noqa: N818 - what the service does, not a failure of the test
    """A refusal as the Graph layer would raise it."""

    def __init__(
        self, status: int, code: str = "badRequest", message: str = "Refused", hint: str | None = None
    ) -> None:
        super().__init__(status, code)
        self.status, self.code, self.message, self.hint = status, code, message, hint


@dataclass
class Token:
    """A token of the inventory, and of a user once it is assigned."""

    id: str
    serial: str
    secret: str = ""
    interval: int = 30
    hash: str = "sha1"
    user_id: str | None = None
    activated: bool = False


@dataclass
class Account:
    """What the tenant holds for one user."""

    phones: dict[str, str] = field(default_factory=dict)
    authenticators: list[str] = field(default_factory=list)
    software_tokens: int = 0
    default: str | None = None


@dataclass
class Methods:
    """Answer to a read of a user's methods."""

    phones: dict[str, str] = field(default_factory=dict)
    authenticators: tuple[str, ...] = ()
    software_tokens: int = 0
    hardware_tokens: tuple[Token, ...] = ()
    error: Refused | None = None


@dataclass
class Default:
    """Answer to a read of a user's default method."""

    method: str | None = None
    error: Refused | None = None


@dataclass
class Entry:
    """Answer to a look-up in the inventory."""

    id: str | None = None
    assigned_to: str | None = None
    activated: bool = False
    error: Refused | None = None


@dataclass
class Outcome:
    """Answer to a write."""

    error: Refused | None = None
    unknown: bool = False
    created_id: str | None = None


@dataclass
class Request:
    """A write: its name for the log, whose it is, and how it is applied."""

    name: str
    user_id: str
    apply: Callable[[], str | None]


Fault = Callable[[Request], "Outcome | None"]
"""Given a write, answers it in place of the tenant, or leaves it to the tenant with None."""


State = tuple[dict[str, Account], dict[str, Token]]
"""Users and tokens by id."""


class ModelTenant:
    """Users, tokens and the log of everything that was asked."""

    def __init__(
        self, users: Mapping[str, Account] | None = None, tokens: Iterable[Token] = (), now: float = 1e9
    ) -> None:
        self.users = dict(users or {})
        self.tokens = {token.id: token for token in tokens}
        self.now = now
        self.batches: list[tuple[str, int]] = []
        self.applied: list[str] = []
        self.faults: deque[Fault] = deque()
        self.read_errors: dict[str, Refused] = {}
        self.stale_reads = 0
        self._before_last_write: State | None = None
        self._lock = threading.Lock()

    def clock(self) -> float:
        """Seconds since the epoch."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    def snapshot(self) -> Any:
        """Everything the tenant holds, for comparison."""
        tokens = [
            (token.serial, token.user_id, token.activated)
            for token in sorted(self.tokens.values(), key=lambda t: t.serial)
        ]
        return deepcopy(self.users), tokens

    def state(self) -> State:
        """Everything the tenant holds, to be shown again by `show`."""
        return deepcopy((self.users, self.tokens))

    def show(self, state: State, reads: int) -> None:
        """Let so many reads of methods see an older state."""
        self._before_last_write, self.stale_reads = state, reads

    # Reads

    def read_methods(self, user_ids: Sequence[str]) -> list[Methods]:
        self.batches.append(("methods", len(user_ids)))
        users, tokens = self._visible()
        return [self._methods(user_id, users, tokens) for user_id in user_ids]

    def read_default_methods(self, user_ids: Sequence[str]) -> list[Default]:
        self.batches.append(("defaults", len(user_ids)))
        return [Default(self.users[user_id].default) for user_id in user_ids]

    def find_tokens(self, serials: Sequence[str]) -> list[Entry]:
        self.batches.append(("inventory", len(serials)))
        return [self._entry(serial) for serial in serials]

    def _visible(self) -> State:
        if self.stale_reads and self._before_last_write is not None:
            self.stale_reads -= 1
            return self._before_last_write
        return self.users, self.tokens

    def _methods(self, user_id: str, users: Mapping[str, Account], tokens: Mapping[str, Token]) -> Methods:
        if user_id in self.read_errors:
            return Methods(error=self.read_errors[user_id])
        account = users.get(user_id)
        if account is None:
            return Methods(error=Refused(404, "Request_ResourceNotFound"))
        held = tuple(deepcopy(token) for token in tokens.values() if token.user_id == user_id)
        return Methods(dict(account.phones), tuple(account.authenticators), account.software_tokens, held)

    def _entry(self, serial: str) -> Entry:
        for token in self.tokens.values():
            if token.serial == serial:
                return Entry(token.id, token.user_id, token.activated)
        return Entry()

    # Writes

    def set_phone(self, user_id: str, phone_type: str, number: str, *, exists: bool) -> Request:
        def apply() -> None:
            phones = self.users[user_id].phones
            if exists != (phone_type in phones):
                raise Refused(404 if exists else 400)
            if phone_type == "alternateMobile" and "mobile" not in phones:
                raise Refused(400)
            if "x" in number and phone_type != "office":
                raise Refused(400)
            phones[phone_type] = number

        return Request(f"{'update' if exists else 'create'} {phone_type}", user_id, apply)

    def delete_phone(self, user_id: str, phone_type: str) -> Request:
        def apply() -> None:
            account = self.users[user_id]
            if phone_type not in account.phones:
                raise Refused(404)
            if phone_type == "mobile" and "alternateMobile" in account.phones:
                raise Refused(400)
            carried = {"mobile": ("sms", "voiceMobile"), "office": ("voiceOffice",)}.get(
                phone_type, ("voiceAlternateMobile",)
            )
            if account.default in carried:
                if len(account.phones) + self.devices(user_id) > 1:
                    raise Refused(400, message="Cannot delete default method with other methods configured")
                account.default = None
            del account.phones[phone_type]

        return Request(f"remove {phone_type}", user_id, apply)

    def create_token(
        self,
        user_id: str,
        *,
        serial: str,
        secret: str,
        interval: int,
        hash_name: str,
        manufacturer: str,
        model: str,
        display_name: str | None,
    ) -> Request:
        def apply() -> str:
            if self._entry(serial).id is not None or not manufacturer or not model:
                raise Refused(400)
            self._check_room(user_id)
            token = Token(f"device-{serial}", serial, secret, interval, hash_name, user_id)
            self.tokens[token.id] = token
            return token.id

        return Request("create token", user_id, apply)

    def assign_token(self, user_id: str, device_id: str) -> Request:
        def apply() -> None:
            if self.tokens[device_id].user_id is not None:
                raise Refused(400)
            self._check_room(user_id)
            self.tokens[device_id].user_id = user_id

        return Request("assign token", user_id, apply)

    def activate_token(self, user_id: str, device_id: str, code: str, display_name: str | None) -> Request:
        def apply() -> None:
            token = self.tokens.get(device_id)
            if token is None or token.user_id != user_id:
                raise Refused(404)
            if code != code_at(token.secret, self.now, token.interval, token.hash):
                raise Refused(400, message="The code is not valid")
            token.activated = True

        return Request("activate token", user_id, apply)

    def unassign_token(self, user_id: str, device_id: str) -> Request:
        def apply() -> None:
            token = self.tokens[device_id]
            token.user_id, token.activated = None, False
            if self.users[user_id].default not in self.possible_defaults(user_id):
                self.users[user_id].default = None

        return Request("unassign token", user_id, apply)

    def delete_token(self, device_id: str) -> Request:
        def apply() -> None:
            if self.tokens[device_id].user_id is not None:
                raise Refused(400)
            del self.tokens[device_id]

        return Request("delete token", "", apply)

    def set_default_method(self, user_id: str, method: str | None) -> Request:
        def apply() -> None:
            if method not in self.possible_defaults(user_id):
                raise Refused(400)
            self.users[user_id].default = method

        return Request(f"default {method}", user_id, apply)

    def send(self, requests: Sequence[Request]) -> list[Outcome]:
        owners = [request.user_id for request in requests if request.user_id]
        if len(owners) != len(set(owners)):
            raise AssertionError("Two writes on one user in one batch.")
        self.batches.append(("write", len(requests)))
        return [self._answer(request) for request in requests]

    def _answer(self, request: Request) -> Outcome:
        with self._lock:
            fault = self.faults.popleft() if self.faults else None
            answer = fault(request) if fault is not None else None
            return answer if answer is not None else self.perform(request)

    def perform(self, request: Request) -> Outcome:
        """Apply a write as a healthy tenant does."""
        before = deepcopy((self.users, self.tokens))
        try:
            created = request.apply()
        except Refused as error:
            return Outcome(error)
        self._before_last_write = before
        self.applied.append(f"{request.user_id}: {request.name}")
        return Outcome(created_id=created)

    def _check_room(self, user_id: str) -> None:
        account = self.users[user_id]
        if self.devices(user_id) >= 5 or account is None:
            raise Refused(400, message="Too many devices")

    def devices(self, user_id: str) -> int:
        """How many devices a user has."""
        account = self.users[user_id]
        held = sum(token.user_id == user_id for token in self.tokens.values())
        return len(account.authenticators) + account.software_tokens + held

    def possible_defaults(self, user_id: str) -> set[str]:
        """The default methods that a user's registrations make possible."""
        account = self.users[user_id]
        possible = set()
        if "mobile" in account.phones:
            possible |= {"sms", "voiceMobile"}
        if "alternateMobile" in account.phones:
            possible.add("voiceAlternateMobile")
        if "office" in account.phones:
            possible.add("voiceOffice")
        if account.authenticators:
            possible |= {"push", "oath"}
        tokens = [token for token in self.tokens.values() if token.user_id == user_id and token.activated]
        if account.software_tokens or tokens:
            possible.add("oath")
        return possible


def lost(request: Request) -> Outcome:
    """The answer is cut off before the tenant sees the write."""
    return Outcome(Refused(504, "gatewayTimeout"), unknown=True)


def cut_off(tenant: ModelTenant) -> Fault:
    """The tenant applies the write, and the answer is cut off."""

    def fault(request: Request) -> Outcome:
        tenant.perform(request)
        return Outcome(Refused(504, "gatewayTimeout"), unknown=True)

    return fault


def refuse(status: int, code: str = "badRequest", message: str = "No") -> Fault:
    """The tenant refuses the write."""
    return lambda request: Outcome(Refused(status, code, message))


def well(request: Request) -> Outcome | None:
    """Nothing goes wrong with this write."""
    return None


@dataclass(frozen=True)
class Target:
    """A target of the methods policy."""

    id: str
    type: str = "group"
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Configuration:
    """A configuration of the methods policy."""

    enabled: bool = True
    include: tuple[Target, ...] = (Target("all_users"),)
    exclude: tuple[Target, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


def allowing(
    *kinds: str, members_of: Callable[[str], Sequence[str]] = lambda group: (), **changed: Configuration
) -> AllowedMethods:
    """A policy that allows these kinds of method to everybody (all kinds when none is named), with changes."""
    settings = {"voice": {"isOfficePhoneAllowed": True}, "microsoftAuthenticator": {"isSoftwareOathEnabled": True}}
    configurations = {kind: Configuration(settings=settings.get(kind, {})) for kind in kinds or KINDS}
    return AllowedMethods({**configurations, **changed}, members_of)
