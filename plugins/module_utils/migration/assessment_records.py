# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an assessment finds in the export: the methods in use and what takes their place in Entra."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import BrokenRecord, Record
from ansible_collections.entra.mfa.plugins.module_utils.migration import equivalents
from ansible_collections.entra.mfa.plugins.module_utils.migration.assessment_findings import Finding, Named, Severity
from ansible_collections.entra.mfa.plugins.module_utils.migration.assessment_users import SERVER_ENDED
from ansible_collections.entra.mfa.plugins.module_utils.migration.policy_needs import needs_of

_CONFIGURATION = {
    "phone_call": "voice",
    "text_message": "sms",
    "mobile_app": "microsoftAuthenticator",
    "oath_token": "hardwareOath",
}
_NAMES = {
    "voice": "Voice call",
    "sms": "SMS",
    "microsoftAuthenticator": "Microsoft Authenticator",
    "hardwareOath": "Hardware OATH tokens",
}


@dataclass(slots=True)
class Inventory:
    """Counts over the enabled records of an export.

    ``methods`` counts the users of each (method, mode); ``needs`` those for whom a migration needs each configuration
    of the methods policy, ``office`` those who need office phones; ``pins`` names the users of each PIN mode.
    """

    most: int
    records: int = 0
    disabled: int = 0
    methods: Counter[tuple[str, str]] = field(default_factory=Counter)
    needs: Counter[str] = field(default_factory=Counter)
    office: int = 0
    pins: dict[str, Named] = field(default_factory=dict)
    of_nobody: Named = field(init=False)
    broken: Named = field(init=False)

    def __post_init__(self) -> None:
        self.of_nobody, self.broken = Named(self.most), Named(self.most)

    @classmethod
    def of(
        cls, records: Iterable[Record], broken: Collection[BrokenRecord], claimed: Collection[str] | None, most: int
    ) -> Inventory:
        """Count records; ``claimed`` are the user names, in lower case, that belong to a user of some batch.

        Without it nothing is said about records of nobody.
        """
        found = cls(most)
        for unusable in broken:
            found.broken.add(f"{unusable.label}: {unusable.problem}")
        for record in records:
            found.records += 1
            if not record.enabled:
                found.disabled += 1
                continue
            found._add(record)
            if claimed is not None and record.username.casefold() not in claimed:
                found.of_nobody.add(record.username)
        return found

    def table(self, policy: Mapping[str, Any] | None) -> list[dict[str, Any]]:
        """The methods that are in use, with their equivalents and whether the methods policy has them enabled."""
        rows = []
        for (method, mode), users in sorted(self.methods.items()):
            equivalent = equivalents.METHODS.get((method, mode), equivalents.NO_EQUIVALENT)
            enabled = None
            if policy is not None and method in _CONFIGURATION:
                enabled = _enabled(policy, _CONFIGURATION[method])
            rows.append(
                {
                    "method": method,
                    "mode": mode,
                    "users": users,
                    "feature": equivalent.feature,
                    "entra": equivalent.entra,
                    "action": equivalent.action,
                    "enabled": enabled,
                }
            )
        return rows

    def findings(self, policy: Mapping[str, Any] | None, engine: str) -> Iterator[Finding]:
        """What the export means for the tenant; ``policy`` are the configurations of the methods policy, if known."""
        if self.records:
            yield Finding(
                "mfa_server_ended",
                "info",
                f"MFA Server has answered no MFA request since {SERVER_ENDED}: these users depend on what Entra has of "
                "them, and a rollback of the server brings the software back, not the service.",
                "Migrate them; take a rollback for a way back to the federation, not to MFA Server.",
                self.records - self.disabled,
            )
        if policy is not None:
            yield from self._disabled_methods(policy, engine)
        for mode, named in sorted(self.pins.items()):
            yield _pin_finding(mode, named)
        if self.broken.count:
            yield Finding.of(
                self.broken,
                "invalid_record",
                "warning",
                "Records of the export that cannot be used; their users are left out.",
                "Correct the field that is named, or export these users again.",
            )
        if self.of_nobody.count:
            yield Finding.of(
                self.of_nobody,
                "record_of_nobody",
                "warning",
                "Records that belong to no user of the batches, or to no single one; nothing of them is migrated.",
                "Put their users into a migration group, or set entra_mfa_match_attribute if their names differ.",
            )

    def _disabled_methods(self, policy: Mapping[str, Any], engine: str) -> Iterator[Finding]:
        needs = dict(self.needs)
        if engine == "utility" and (apps := self.methods["mobile_app", equivalents.STANDARD]):
            needs["microsoftAuthenticator"] = max(apps, needs.get("microsoftAuthenticator", 0))
        for name, users in sorted(needs.items()):
            if _enabled(policy, name) is False:
                yield Finding(
                    f"method_disabled_{name}",
                    "blocker",
                    f"{_NAMES[name]} is in use on MFA Server and switched off in the authentication methods policy: "
                    "users cannot use what is migrated.",
                    "Enable it by authentication_methods_policy (needs_of), or accept the finding in "
                    "entra_mfa_accepted_findings.",
                    users,
                )
        if self.office and _enabled(policy, "voice") and policy["voice"].get("isOfficePhoneAllowed") is not True:
            yield Finding(
                "office_phone_disabled",
                "blocker",
                "Phones with an extension become office phones, and the voice call method does not allow office "
                "phones.",
                "Set isOfficePhoneAllowed by authentication_methods_policy.",
                self.office,
            )

    def _add(self, record: Record) -> None:
        pins = set(record.pin_modes)
        for method in _methods_of(record):
            mode = equivalents.PIN if method in pins else equivalents.STANDARD
            self.methods[method, mode] += 1
        for mode in pins:
            self.pins.setdefault(mode, Named(self.most)).add(record.username)
        needed = list(needs_of(record))
        self.needs.update({name for name, _settings in needed})
        self.office += any(settings.get("isOfficePhoneAllowed") for _name, settings in needed)


def _methods_of(record: Record) -> Iterator[str]:
    """The methods that a user of MFA Server can use; which of call and message a phone is for, the default says."""
    if record.phone is not None or record.backup_phone is not None:
        yield "text_message" if record.default_method == "text_message" else "phone_call"
    if record.mobile_apps:
        yield "mobile_app"
    if record.oath_token is not None:
        yield "oath_token"


def _enabled(policy: Mapping[str, Any], name: str) -> bool | None:
    """Whether a method is enabled; None for a configuration that could not be read, as may happen to beta ones."""
    return policy[name].get("state") == "enabled" if name in policy else None


def _pin_finding(mode: str, named: Named) -> Finding:
    equivalent = equivalents.METHODS.get((mode, equivalents.PIN))
    if equivalent is None:
        message = f"Users who enter a PIN with {mode}, which has no equivalent in Entra."
        return Finding.of(named, "pin_without_equivalent", "warning", message, str(equivalents.NO_EQUIVALENT.action))
    severity: Severity = "warning" if equivalent.action else "info"
    message = f"Users who enter a PIN with {mode}; in Entra its place is taken by: {equivalent.entra}."
    return Finding.of(named, f"pin_{mode}", severity, message, equivalent.action or "Nothing.")
