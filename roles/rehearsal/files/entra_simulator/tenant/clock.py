# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tenant's time: real time plus an offset that tests move forward."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Clock:
    """Seconds since the epoch as the tenant sees them."""

    def __init__(self) -> None:
        self._offset = 0.0

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time() + self._offset

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass at once."""
        self._offset += seconds

    def stamp(self, offset: float = 0.0) -> str:
        """The time in ``offset`` seconds as ISO 8601 text in UTC, to the second."""
        return datetime.fromtimestamp(self.now() + offset, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def http_date(self) -> str:
        """The time as innerError of an error body prints it."""
        return datetime.fromtimestamp(self.now(), UTC).strftime("%Y-%m-%dT%H:%M:%S")
