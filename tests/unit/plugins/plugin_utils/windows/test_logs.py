# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What logs and services tell about the role of a server."""

from __future__ import annotations

import pytest
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.logs import LogFile, role_hint


@pytest.mark.parametrize(
    ("counts", "ad_sync", "role"),
    [
        ([], False, None),
        ([0], False, None),
        ([0], True, "primary"),
        ([0, 3], False, "secondary"),
        ([3], True, "secondary"),
    ],
)
def test_role_hint(counts: list[int], ad_sync: bool, role: str | None) -> None:
    hint = role_hint([LogFile("C:\\log", 1, "2024-04-30T10:00:00Z", count) for count in counts], ad_sync=ad_sync)
    assert hint.role == role
    assert (hint.reason is None) is (role is None)
