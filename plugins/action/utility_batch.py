# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in front of the module ``utility_batch``: opens a Vault-encrypted export and shows progress."""

from __future__ import annotations

from ansible_collections.entra.mfa.plugins.action.migration_batch import ActionModule as MigrationBatchAction


class ActionModule(MigrationBatchAction):
    """Runs the module with a readable export and shows what it tells of its progress."""

    MODULE = "entra.mfa.utility_batch"
