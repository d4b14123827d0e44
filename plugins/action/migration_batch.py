# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in front of the module ``migration_batch``: opens a Vault-encrypted export and shows progress."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.entra.mfa.plugins.plugin_utils import progress, vault

MODULE = "entra.mfa.migration_batch"


class ActionModule(ActionBase):
    """Hands all options on to the module, with a readable export, and shows what the module tells of its progress.

    Both only make sense where the module runs on this machine; elsewhere the options are handed on as they are. The
    module keeps its progress in the temporary folder that Ansible makes for the task.
    """

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the module."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        path = self._task.args.get("export_path")
        if not isinstance(path, str) or self._connection.transport != "local":
            return result | self._run_module(dict(self._task.args), task_vars)
        try:
            with vault.opened(self._loader, path) as readable, progress.shown(self._folder(), self._show):
                return result | self._run_module({**self._task.args, "export_path": readable}, task_vars)
        except AnsibleError as error:
            return result | {"failed": True, "msg": vault.one_sentence(error, path)}

    def _folder(self) -> Path:
        if not self._connection._shell.tmpdir:
            self._make_tmp_path()
        return Path(self._connection._shell.tmpdir)

    def _run_module(self, arguments: dict[str, Any], task_vars: dict[str, Any] | None) -> dict[str, Any]:
        outcome: dict[str, Any] = self._execute_module(MODULE, module_args=arguments, task_vars=task_vars)
        # The module may have been called with another path than the task says; what comes back speaks of the task.
        called_with = outcome.get("invocation", {}).get("module_args", {})
        if "export_path" in called_with:
            called_with["export_path"] = self._task.args["export_path"]
        return outcome

    def _show(self, line: str) -> None:
        name = self._task.args.get("group") or "users"
        Display().display(f"migration_batch {name}: {line}")
