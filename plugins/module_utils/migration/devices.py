# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a record's OATH token and of its app registrations.

Public Graph cannot create a push registration. An app whose secret is known becomes a hardware OATH token with the same
codes; an app without one is either registered in Entra already, or its user has to register it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import MobileApp, OathToken, Record
from ansible_collections.entra.mfa.plugins.module_utils.migration import steps
from ansible_collections.entra.mfa.plugins.module_utils.migration.fingerprints import token_serial
from ansible_collections.entra.mfa.plugins.module_utils.migration.settings import Settings
from ansible_collections.entra.mfa.plugins.module_utils.migration.steps import Step, Target, TokenWrite
from ansible_collections.entra.mfa.plugins.module_utils.migration.tenant import InventoryToken, Methods
from ansible_collections.entra.mfa.plugins.module_utils.migration.totp import normalise_secret

MOST_DEVICES = 5
_OLDEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DevicePlan:
    """Steps in the order of writing; whether the user then has an activated hardware token; who must register again."""

    steps: tuple[Step, ...] = ()
    has_activated_token: bool = False
    needs_registration: bool = False
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A token that a record asks for; ``secret`` is normalised, None when there is none, empty when it is unusable."""

    target: Target
    serial: str | None
    secret: str | None
    token: OathToken
    display_name: str | None


def serials_to_look_up(record: Record, methods: Methods, tenant_id: str, settings: Settings) -> tuple[str, ...]:
    """Serial numbers whose inventory entry the plan needs: wanted, and not among the user's own tokens."""
    own = {token.serial.casefold() for token in methods.hardware_tokens}
    wanted = (item.serial for item in _wanted(record, tenant_id, settings) if isinstance(item, _Wanted))
    return tuple(serial for serial in wanted if serial and serial.casefold() not in own)


def plan_devices(
    user_id: str,
    record: Record,
    methods: Methods,
    inventory: Mapping[str, InventoryToken],
    tenant_id: str,
    settings: Settings,
) -> DevicePlan:
    """Plan the OATH token first, then the apps from newest to oldest, within five devices in Entra.

    An activated token may stand in the inventory before the user's own methods show it.
    """
    if record.oath_token is None and not record.mobile_apps:
        return DevicePlan(has_activated_token=any(token.activated for token in methods.hardware_tokens))
    held = len(methods.authenticators) + methods.software_tokens + len(methods.hardware_tokens)
    planned: list[Step] = []
    for item in _wanted(record, tenant_id, settings):
        if isinstance(item, Step):
            step = item
        elif isinstance(item, MobileApp):
            step = _app_without_token(item, methods.authenticators)
        else:
            step = _plan_token(user_id, item, methods, inventory, settings, room=held < MOST_DEVICES)
        held += step.action == "create"
        planned.append(step)
    writes = [step.write for step in planned if isinstance(step.write, TokenWrite)]
    return DevicePlan(
        tuple(planned),
        has_activated_token=any(item.activated for item in methods.hardware_tokens)
        or any(step.action == "none" and step.reason is None for step in planned)
        or any(write.activate for write in writes),
        needs_registration=any(step.reason == steps.NEEDS_REGISTRATION for step in planned),
        failure=next((step.reason for step in planned if step.reason == steps.OATH_TOKEN_IN_USE), None),
    )


def _wanted(record: Record, tenant_id: str, settings: Settings) -> Iterator[Step | MobileApp | _Wanted]:
    """What the record asks for in order; a ready step where nothing can be asked for, an app where it has no token."""
    seen: set[str] = set()
    if record.oath_token is not None:
        wanted = _wanted_token(record.oath_token, tenant_id)
        yield wanted
        if record.oath_token.serial is None and wanted.secret:
            seen.add(wanted.secret)
    limit = MOST_DEVICES - (record.oath_token is not None)
    kept = 0
    for app in _newest_first(record.mobile_apps):
        # Two registrations of one secret give the same codes: they are one device under two names.
        identities = {identity for identity in ((app.name or "").casefold(), _usable(app.secret)) if identity}
        if identities & seen:
            yield Step("mobileApp", "skip", steps.OLDER_DUPLICATE)
            continue
        seen |= identities
        if kept == limit:
            yield Step("mobileApp", "skip", steps.DEVICE_LIMIT)
            continue
        kept += 1
        yield _wanted_app(app, tenant_id, settings)


def _newest_first(apps: Sequence[MobileApp]) -> Sequence[MobileApp]:
    return apps if len(apps) < 2 else sorted(apps, key=_registered_at, reverse=True)


def _registered_at(app: MobileApp) -> datetime:
    if not app.registered_at:
        return _OLDEST
    moment = datetime.fromisoformat(app.registered_at)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _wanted_token(token: OathToken, tenant_id: str) -> _Wanted:
    secret = _usable(token.secret)
    serial = token.serial or (token_serial(secret, tenant_id) if secret else None)
    return _Wanted("hardwareOath", serial, secret, token, None)


def _wanted_app(app: MobileApp, tenant_id: str, settings: Settings) -> Step | MobileApp | _Wanted:
    if settings.mobile_app == "report":
        return app
    if not app.secret:
        return app if settings.mobile_app == "auto" else Step("mobileApp", "skip", steps.NO_SECRET)
    secret = _usable(app.secret)
    serial = token_serial(secret, tenant_id) if secret else None
    token = OathToken(serial, manufacturer="Microsoft", model="Authenticator app")
    return _Wanted("mobileApp", serial, secret, token, app.name)


def _usable(secret: str | None) -> str | None:
    return None if secret is None else normalise_secret(secret) or ""


def _app_without_token(app: MobileApp, authenticators: Sequence[str]) -> Step:
    name = (app.name or "").casefold()
    if name and any(name == present.casefold() for present in authenticators):
        return Step("mobileApp", "none", steps.ALREADY_REGISTERED)
    return Step("mobileApp", "skip", steps.NEEDS_REGISTRATION)


def _plan_token(
    user_id: str,
    wanted: _Wanted,
    methods: Methods,
    inventory: Mapping[str, InventoryToken],
    settings: Settings,
    *,
    room: bool,
) -> Step:
    serial = (wanted.serial or "").casefold()
    own = next((token for token in methods.hardware_tokens if serial and token.serial.casefold() == serial), None)
    stored = inventory.get(wanted.serial) if wanted.serial else None
    device_id = own.id if own else stored.id if stored else None
    assigned = own is not None or (stored is not None and stored.assigned_to == user_id.lower())
    activated = own.activated if own else assigned and stored is not None and stored.activated
    if activated:
        return Step(wanted.target, "none")
    if assigned and settings.oath_activation == "none":
        return Step(wanted.target, "none", steps.NOT_ACTIVATED)
    if stored is not None and stored.assigned_to is not None and not assigned:
        return Step(wanted.target, "skip", steps.OATH_TOKEN_IN_USE)
    if not wanted.secret:
        return Step(wanted.target, "skip", steps.NO_SECRET if wanted.secret is None else steps.INVALID_SECRET)
    if not assigned and not room:
        return Step(wanted.target, "skip", steps.DEVICE_LIMIT)
    return Step(
        wanted.target, "update" if assigned else "create", None, _token_write(wanted, device_id, assigned, settings)
    )


def _token_write(wanted: _Wanted, device_id: str | None, assigned: bool, settings: Settings) -> TokenWrite:
    return TokenWrite(
        serial=wanted.serial or "",
        secret=wanted.secret or "",
        interval=wanted.token.interval,
        hash=wanted.token.hash,
        manufacturer=wanted.token.manufacturer or "Unknown",
        model=wanted.token.model or "Unknown",
        display_name=wanted.display_name,
        device_id=device_id,
        assigned=assigned,
        activate=settings.oath_activation == "computed",
    )
