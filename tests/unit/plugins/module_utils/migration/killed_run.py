# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A migration in a process of its own that kills itself at a given point; started by the tests of resuming.

Arguments: folder, number of the write, and ``before`` or ``after`` it is applied. The tenant is kept in a file of the
folder, as the service would keep it.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import MobileApp, OathToken, Phone, Record
from ansible_collections.entra.mfa.plugins.module_utils.migration.ledger import Ledger
from ansible_collections.entra.mfa.plugins.module_utils.migration.matching import Match, Member
from ansible_collections.entra.mfa.plugins.module_utils.migration.plan import Rules
from ansible_collections.entra.mfa.plugins.module_utils.migration.results import UserResult
from ansible_collections.entra.mfa.plugins.module_utils.migration.runner import Surroundings, migrate, undo
from ansible_collections.entra.mfa.plugins.module_utils.migration.settings import Settings
from ansible_collections.entra.mfa.tests.unit.plugins.module_utils.migration.model_tenant import (
    Account,
    ModelTenant,
    Outcome,
    Request,
    allowing,
)

RECORD = Record(
    "anna@contoso.example",
    default_method="phone_call",
    phone=Phone("1", "2065550100"),
    backup_phone=Phone("1", "2065550101"),
    mobile_apps=(MobileApp("Phone", "JBSWY3DPEHPK3PXP"),),
    oath_token=OathToken("900001", "GEZDGNBVGY3TQOJQ"),
)
ANNA = Member("anna", "anna@contoso.example")
WRITES = 7


class StoredTenant(ModelTenant):
    """A tenant that outlives the process, and a hook around each of its writes."""

    def __init__(self, file: Path, around: Callable[[str, int], None] = lambda when, number: None) -> None:
        super().__init__({"anna": Account()})
        self._file = file
        self._around = around
        self._number = 0
        if file.exists():
            self.users, self.tokens, self.applied = pickle.loads(file.read_bytes())

    def perform(self, request: Request) -> Outcome:
        """Apply a write, and keep the result."""
        self._around("before", self._number)
        outcome = super().perform(request)
        self._file.write_bytes(pickle.dumps((self.users, self.tokens, self.applied)))
        self._around("after", self._number)
        self._number += 1
        return outcome


def surroundings(tenant: ModelTenant, ledger: Ledger) -> Surroundings:
    """What a run of these tests works with."""
    rules = Rules("tenant", allowing(), Settings())
    return Surroundings(tenant, lambda: rules, ledger, clock=tenant.clock, sleep=tenant.sleep)


def migrated(tenant: ModelTenant, folder: Path) -> list[UserResult]:
    """Migrate the one user."""
    ledger = Ledger(folder / "ledger", "tenant")
    return list(migrate([Match(ANNA, RECORD, "upn")], Settings(), surroundings(tenant, ledger)))


def undone(tenant: ModelTenant, folder: Path) -> list[UserResult]:
    """Take the one user back."""
    return list(undo([ANNA], surroundings(tenant, Ledger(folder / "ledger", "tenant"))))


def main(folder: Path, number: int, when: str) -> None:
    """Migrate until the given point, and die there."""

    def die(happening: str, current: int) -> None:
        if (happening, current) == (when, number):
            os.kill(os.getpid(), signal.SIGKILL)

    migrated(StoredTenant(folder / "tenant", die), folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
