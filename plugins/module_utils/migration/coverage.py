# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many users can do multifactor authentication, who only has a phone, who cannot and why."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.migration.mfa_verdict import PHONE_DELIVERY_ENDS
from ansible_collections.entra.mfa.plugins.module_utils.migration.user_view import UserView

MOST_CHARACTERS = 250_000
"""Longest lists together; automation controllers drop events that are much larger."""


class Room:
    """Characters that lists may still take."""

    def __init__(self, characters: int = MOST_CHARACTERS) -> None:
        self._left = characters

    def take(self, item: Any) -> bool:
        """Whether an item still fits; nothing fits after the first that does not."""
        size = len(json.dumps(item)) + 2
        self._left = self._left - size if size <= self._left else 0
        return self._left > 0


@dataclass(slots=True)
class Coverage:
    """Counts over users, added one by one. Every user is in exactly one of capable, incapable, disabled, unreadable."""

    capable: list[str] = field(default_factory=list)
    phone_only: list[str] = field(default_factory=list)
    incapable: list[dict[str, str]] = field(default_factory=list)
    disabled: list[str] = field(default_factory=list)
    unreadable: list[dict[str, str]] = field(default_factory=list)
    incomplete: list[str] = field(default_factory=list)
    usable: Counter[str] = field(default_factory=Counter)
    matched: int = 0
    complete: int = 0

    def add(self, view: UserView) -> None:
        """Count one user; an account that is switched off cannot sign in and counts apart."""
        self._compare(view)
        if view.account_enabled is False:
            self.disabled.append(view.upn)
        elif view.entra is None:
            self.unreadable.append({"upn": view.upn, "reason": view.error or ""})
        elif not view.entra.verdict.usable:
            self.incapable.append({"upn": view.upn, "reason": view.entra.verdict.reason or ""})
        else:
            self.capable.append(view.upn)
            self.usable.update(view.entra.verdict.usable)
            if view.entra.verdict.phone_only:
                self.phone_only.append(view.upn)

    def as_dict(self, room: Room) -> dict[str, Any]:
        """The coverage as the module returns it; who needs attention is named first while there is room."""
        omitted = 0

        def shown(items: list[Any]) -> list[Any]:
            nonlocal omitted
            kept = [item for item in items if room.take(item)]
            omitted += len(items) - len(kept)
            return kept

        incapable = shown(self.incapable)
        unreadable = shown(self.unreadable)
        phone_only = shown(self.phone_only)
        incomplete = shown(self.incomplete)
        disabled = shown(self.disabled)
        capable = shown(self.capable)
        total = len(self.capable) + len(self.incapable) + len(self.disabled) + len(self.unreadable)
        return {
            "total": total,
            "capable": {"count": len(self.capable), "users": capable, "methods": dict(self.usable)},
            "phone_only": {
                "count": len(self.phone_only),
                "users": phone_only,
                "delivery_ends": PHONE_DELIVERY_ENDS,
            },
            "incapable": {
                "count": len(self.incapable),
                "users": incapable,
                "reasons": dict(Counter(user["reason"] for user in self.incapable)),
            },
            "disabled": {"count": len(self.disabled), "users": disabled},
            "unreadable": {"count": len(self.unreadable), "users": unreadable},
            "records": {
                "matched": self.matched,
                "complete": self.complete,
                "incomplete": {"count": len(self.incomplete), "users": incomplete},
            },
            "users_omitted": omitted,
        }

    def _compare(self, view: UserView) -> None:
        if view.match is not None and view.match.record is not None:
            self.matched += 1
        if view.complete is True:
            self.complete += 1
        elif view.complete is False:
            self.incomplete.append(view.upn)
