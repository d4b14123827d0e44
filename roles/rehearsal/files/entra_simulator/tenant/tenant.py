# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated tenant: its objects and the parts of the service that handlers reach."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from entra_simulator.tenant.clock import Clock
from entra_simulator.tenant.faults import Faults
from entra_simulator.tenant.journal import Journal
from entra_simulator.tenant.settings import Settings
from entra_simulator.tenant.store import Store, new_id
from entra_simulator.tenant.throttling import Throttle
from entra_simulator.tenant.tokens import Tokens, process_key


class Tenant:
    """State and services of one tenant.

    ``root`` is the Graph root and authority host without a trailing slash. ``secrets`` maps the key id of a client
    secret to its text, ``federated`` an app id to the issuer, subject and audience of its workload identity.
    """

    def __init__(self, root: str, tenant_id: str, display_name: str, seed: int = 1) -> None:
        self.root = root
        self.tenant_id = tenant_id.lower()
        self.display_name = display_name
        self.cloud = "global"
        self.random = random.Random(seed)
        self.clock = Clock()
        self.settings = Settings()
        self.store = Store(self.clock)
        self.tokens = Tokens(self.clock, self.tenant_id, root)
        self.faults = Faults(seed)
        self.throttle = Throttle(self.clock, self.settings)
        self.journal = Journal()
        self.secrets: dict[str, str] = {}
        self.federated: dict[str, Mapping[str, str]] = {}
        self.delegated: list[dict[str, Any]] = []

    def new_id(self) -> str:
        """A fresh GUID."""
        return new_id(self.random.getrandbits)

    @property
    def issuer_key(self) -> rsa.RSAPrivateKey:
        """The key that signs workload identity assertions."""
        return process_key("workload identities")
