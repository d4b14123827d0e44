# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A running simulator for the contract tests, with a small organisation."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.organisation import small_organisation
from support.simulator import Simulator


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """A simulator of the module's own; its tests use different users, groups and policies."""
    organisation = small_organisation()
    more = ["Application.ReadWrite.OwnedBy", "AppRoleAssignment.ReadWrite.All", "Directory.ReadWrite.All"]
    organisation["apps"][0]["appRoles"] = [*organisation["apps"][0]["appRoles"], *more]
    with Simulator(tmp_path_factory.mktemp("simulator"), organisation) as running:
        yield running
