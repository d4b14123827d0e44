# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in front of the module ``authentication_methods_policy``: opens a Vault-encrypted export."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.entra.mfa.plugins.plugin_utils.export_action import ExportAction


class ActionModule(ExportAction):
    """Runs the module with a readable export, whose path is part of ``enable_for_export``."""

    MODULE = "entra.mfa.authentication_methods_policy"

    def export_path(self, options: Mapping[str, Any]) -> Any:
        """The path inside ``enable_for_export``."""
        wish = options.get("enable_for_export")
        return wish.get("export_path") if isinstance(wish, Mapping) else None

    def with_export_path(self, options: Mapping[str, Any], path: str) -> dict[str, Any]:
        """The options with another path inside ``enable_for_export``."""
        return {**options, "enable_for_export": {**options["enable_for_export"], "export_path": path}}
