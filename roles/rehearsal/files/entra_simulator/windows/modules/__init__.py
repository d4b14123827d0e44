# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Doubles of Windows modules: what each does to the state of a host, and what it returns."""

from __future__ import annotations

from entra_simulator.windows.modules import (
    certificates,
    copying,
    facts,
    files,
    packages,
    registry,
    searching,
    services,
    shells,
)
from entra_simulator.windows.modules.doubles import Double, find_double

__all__ = [
    "Double",
    "certificates",
    "copying",
    "facts",
    "files",
    "find_double",
    "packages",
    "registry",
    "searching",
    "services",
    "shells",
]
