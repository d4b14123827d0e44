# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sliding-window limits per app, with the documented numbers of the identity and access family as defaults."""

from __future__ import annotations

import math
from collections import defaultdict, deque

from entra_simulator.tenant.clock import Clock
from entra_simulator.tenant.errors import throttled
from entra_simulator.tenant.settings import Settings


class Window:
    """Costs spent in the last seconds."""

    def __init__(self) -> None:
        self._spent: deque[tuple[float, int]] = deque()
        self._total = 0

    def wait(self, now: float, cost: int, limit: int, seconds: float) -> float:
        """Seconds until ``cost`` more fits under the limit; 0 when it fits now."""
        while self._spent and self._spent[0][0] <= now - seconds:
            self._total -= self._spent.popleft()[1]
        missing = self._total + cost - limit
        if missing <= 0 or not self._spent:
            return 0.0
        for moment, spent in self._spent:
            missing -= spent
            if missing <= 0:
                return moment + seconds - now
        return seconds

    def spend(self, now: float, cost: int) -> None:
        """Note a cost."""
        self._spent.append((now, cost))
        self._total += cost


class Throttle:
    """Refuses requests over a limit with 429. Early retries are not counted, only what was let through."""

    def __init__(self, clock: Clock, settings: Settings) -> None:
        self._clock = clock
        self._settings = settings
        self._windows: defaultdict[tuple[str, str], Window] = defaultdict(Window)

    def admit(self, app_id: str, *, users: int, units: int, write: bool, report: bool) -> dict[str, str]:
        """Count a request and return the headers about it; over a limit it is refused with 429."""
        settings = self._settings
        limits = [("units", units, settings.unit_limit or _units_for(users), settings.unit_window)]
        if write:
            limits.append(("writes", 1, settings.write_limit, settings.write_window))
        if report:
            limits.append(("reports", 1, settings.report_limit, settings.report_window))
        now = self._clock.now()
        wait = max(self._windows[app_id, name].wait(now, cost, limit, span) for name, cost, limit, span in limits)
        if wait > 0:
            information = {
                "x-ms-throttle-scope": "Tenant_Application/ReadWrite",
                "x-ms-throttle-information": "ResourceUnitLimitExceeded",
            }
            raise throttled(math.ceil(wait), information)
        for name, cost, _limit, _span in limits:
            self._windows[app_id, name].spend(now, cost)
        return {"x-ms-resource-unit": str(units)}


def _units_for(users: int) -> int:
    if users < 50:
        return 3500
    return 5000 if users <= 500 else 8000
