# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is killed at any point is continued by the next, without loss and without double work."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.entra.mfa.tests.unit.plugins.module_utils.migration import killed_run
from ansible_collections.entra.mfa.tests.unit.plugins.module_utils.migration.child_process import run_python
from ansible_collections.entra.mfa.tests.unit.plugins.module_utils.migration.killed_run import StoredTenant
from ansible_collections.entra.mfa.tests.unit.plugins.module_utils.migration.model_tenant import Account

POINTS = [(number, when) for number in range(killed_run.WRITES) for when in ("before", "after")]


def kill_at(folder: Path, number: int, when: str) -> StoredTenant:
    """Run until this point in a process that is killed there; returns the tenant as it stands then."""
    ended = run_python("-m", killed_run.__name__, str(folder), str(number), when)
    assert ended.returncode == -9, ended.stderr
    return StoredTenant(folder / "tenant")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> StoredTenant:
    """The tenant after a run that nothing disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    tenant = StoredTenant(folder / "tenant")
    killed_run.migrated(tenant, folder)
    assert len(tenant.applied) == killed_run.WRITES
    return tenant


@pytest.mark.parametrize(("number", "when"), POINTS)
def test_next_run_completes_what_a_killed_one_began(
    tmp_path: Path, number: int, when: str, undisturbed: StoredTenant
) -> None:
    tenant = kill_at(tmp_path, number, when)
    (result,) = killed_run.migrated(tenant, tmp_path)
    assert result.status in ("migrated", "unchanged")
    assert tenant.snapshot() == undisturbed.snapshot()
    assert tenant.applied == undisturbed.applied
    killed_run.undone(tenant, tmp_path)
    assert tenant.users == {"anna": Account()}
    assert tenant.tokens == {}


@pytest.mark.parametrize(("number", "when"), [(0, "after"), (3, "after"), (6, "before")])
def test_killed_run_can_be_taken_back_at_once(tmp_path: Path, number: int, when: str) -> None:
    tenant = kill_at(tmp_path, number, when)
    killed_run.undone(tenant, tmp_path)
    assert tenant.users == {"anna": Account()}
    assert tenant.tokens == {}
