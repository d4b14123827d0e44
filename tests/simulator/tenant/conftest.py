# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tenant without a server for the tests of its rules."""

from __future__ import annotations

import pytest
from support.service import Service


@pytest.fixture
def service() -> Service:
    return Service()
