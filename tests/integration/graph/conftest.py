# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One simulated tenant for all tests of the client, and clients that log in to it over HTTPS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import GraphClient
from support.organisation import small_organisation
from support.simulator import Simulator

ORDINARY_SETTINGS = {"latency_ms": 0, "write_limit": 3000, "write_window": 150, "unit_limit": None}


@pytest.fixture(scope="session")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with Simulator(tmp_path_factory.mktemp("tenant"), small_organisation()) as simulator:
        yield simulator


@pytest.fixture
def connect(tenant: Simulator) -> Iterator[Callable[..., GraphClient]]:
    """A function that makes a client of the migration app; its keywords are login options that replace the usual ones.

    Faults and settings of the tenant are put back afterwards.
    """
    app = tenant.ready["apps"]["migration"]
    usual = {
        "tenant_id": tenant.ready["tenant_id"],
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "cloud": "global",
        "graph_url": tenant.ready["graph_url"],
        "authority_url": tenant.ready["authority_url"],
        "ca_path": tenant.ready["ca_path"],
        "timeout": 20,
        "max_retries": 8,
        "concurrency": 8,
        "write_budget": "none",
    }
    clients = []

    def make(**options: Any) -> GraphClient:
        client = GraphClient.from_params({**usual, **options})
        clients.append(client)
        return client

    yield make
    tenant.control("POST", "/faults", [])
    tenant.control("POST", "/settings", ORDINARY_SETTINGS)
    for client in clients:
        client.close()
