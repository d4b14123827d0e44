# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in front of the module ``migration_batch``: opens a Vault-encrypted export and shows progress."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from ansible.utils.display import Display
from ansible_collections.entra.mfa.plugins.plugin_utils import progress
from ansible_collections.entra.mfa.plugins.plugin_utils.export_action import ExportAction


class ActionModule(ExportAction):
    """Runs the module with a readable export and shows what it tells of its progress.

    The module keeps its progress in the temporary folder that Ansible makes for the task.
    """

    MODULE = "entra.mfa.migration_batch"

    def while_running(self) -> AbstractContextManager[None]:
        """Show a line every few seconds."""
        if not self._connection._shell.tmpdir:
            self._make_tmp_path()
        return progress.shown(Path(self._connection._shell.tmpdir), self._show)

    def _show(self, line: str) -> None:
        name = self._task.args.get("group") or "users"
        Display().display(f"{self.MODULE.rpartition('.')[2]} {name}: {line}")
