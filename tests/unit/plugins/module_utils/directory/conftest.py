# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Graph client over doubled HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import GraphClient

LOGIN = {
    "auth_source": "access_token",
    "access_token": "opaque",
    "cloud": "global",
    "graph_url": "https://graph.example",
    "timeout": 5,
    "max_retries": 0,
    "concurrency": 1,
    "write_budget": "none",
}


@pytest.fixture
def client() -> Iterator[GraphClient]:
    """A client whose requests reach the expectations of `http`."""
    made = GraphClient.from_params(LOGIN)
    yield made
    made.close()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that would have been waited; nothing waits."""
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    return waited
