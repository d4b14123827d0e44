# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP as an ordered list of expected requests, for everything that talks to Microsoft Graph."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
import responses
from responses.registries import OrderedRegistry


class OrderedWrites(OrderedRegistry):
    """Expects requests in order; only reads that follow each other may come side by side, and so in any order."""

    def find(self, request: requests.PreparedRequest) -> tuple[responses.BaseResponse | None, list[str]]:
        """The expectation that this request meets, which is then over; None and why when it meets none."""
        for number, expected in enumerate(self.registered):
            if expected.matches(request)[0]:
                return self.registered.pop(number), []
            if expected.method != responses.GET:
                break
        return super().find(request)


@pytest.fixture
def http() -> Iterator[responses.RequestsMock]:
    """Expected requests, in order; all of them have to be sent."""
    with responses.RequestsMock(registry=OrderedWrites) as mock:
        yield mock
