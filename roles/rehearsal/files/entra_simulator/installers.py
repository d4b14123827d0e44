# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The installers on the simulated servers, in the form of the variables of the ``prepare`` and ``rollback`` roles."""

from __future__ import annotations

from typing import Any

from entra_simulator.windows.blueprints import INSTALLER_FOLDER, RUNTIMES
from entra_simulator.windows.mfa_server import NEW_RELEASE, OLD_RELEASE
from entra_simulator.windows.packages import Package


def installers() -> dict[str, Any]:
    """``previous`` and ``new`` build of MFA Server, and the ``redistributables`` that the new one needs."""
    redistributables = [_described(package) for package in RUNTIMES]
    for entry in redistributables:
        del entry["version"]
    return {
        "previous": _described(OLD_RELEASE.package()),
        "new": _described(NEW_RELEASE.package()),
        "redistributables": redistributables,
    }


def _described(package: Package) -> dict[str, str]:
    return {
        "path": f"{INSTALLER_FOLDER}\\{package.file_name}",
        "arguments": package.silent_switch,
        "product_id": package.product_code,
        "version": package.version,
    }
