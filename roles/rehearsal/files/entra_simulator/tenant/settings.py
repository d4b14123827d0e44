# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of the tenant that tests change while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(slots=True)
class Settings:
    """Behaviour that the Graph documentation leaves open, and limits that tests lower.

    Times are seconds unless the name says otherwise. ``latency_ms`` is the time from a request to its answer, the work
    on it included. ``write_limit`` writes per ``write_window`` and ``report_limit`` report requests per
    ``report_window`` are counted per app; ``unit_limit`` resource units per ``unit_window`` likewise (None: by the
    number of users, as documented). ``application_lag`` is how long a new application cannot
    yet back a service principal, ``lag`` how long any write stays invisible to reads. ``rollout_app_only`` opens the
    rollout policies to application permissions. ``page_limit`` is the most objects on a page, whatever ``$top`` asks.
    ``premium`` says that the tenant has the licence for the sign-in log.
    """

    latency_ms: float = 0.0
    token_lifetime: int = 3599
    write_limit: int = 3000
    write_window: float = 150.0
    report_limit: int = 5
    report_window: float = 10.0
    unit_limit: int | None = None
    unit_window: float = 10.0
    lag: float = 0.0
    application_lag: float = 0.0
    rollout_app_only: bool = False
    duplicate_serial_status: int = 400
    page_limit: int | None = None
    premium: bool = True

    def change(self, values: Mapping[str, Any]) -> None:
        """Set the named values; an unknown name raises ValueError and nothing is changed."""
        known = {entry.name for entry in fields(self)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise ValueError(f"unknown setting: {', '.join(unknown)}")
        for name, value in values.items():
            setattr(self, name, value)
