# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in front of the module ``assessment_info``: opens a Vault-encrypted export."""

from __future__ import annotations

from ansible_collections.entra.mfa.plugins.plugin_utils.export_action import ExportAction


class ActionModule(ExportAction):
    """Runs the module with a readable export."""

    MODULE = "entra.mfa.assessment_info"
