# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in front of a module that reads an export: it opens a file that is encrypted with Ansible Vault."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, ClassVar

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase
from ansible_collections.entra.mfa.plugins.plugin_utils import vault


class ExportAction(ActionBase):
    """Hands all options on to ``MODULE``, with a readable export.

    It only makes sense where the module runs on this machine; elsewhere the options are handed on as they are.
    """

    MODULE: ClassVar[str] = ""
    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the module."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        options = self._task.args
        path = self.export_path(options)
        if not isinstance(path, str) or self._connection.transport != "local":
            return result | self._run_module(dict(options), task_vars)
        try:
            with vault.opened(self._loader, path) as readable, self.while_running():
                outcome = self._run_module(self.with_export_path(options, readable), task_vars)
                if isinstance(outcome.get("msg"), str):
                    outcome["msg"] = outcome["msg"].replace(readable, path)
                return result | outcome
        except AnsibleError as error:
            return result | {"failed": True, "msg": vault.one_sentence(error, path)}

    def export_path(self, options: Mapping[str, Any]) -> Any:
        """The path of the export among the options; None when there is none."""
        return options.get("export_path")

    def with_export_path(self, options: Mapping[str, Any], path: str) -> dict[str, Any]:
        """The options with another path."""
        return {**options, "export_path": path}

    def while_running(self) -> AbstractContextManager[None]:
        """What goes on while the module runs."""
        return nullcontext()

    def _run_module(self, arguments: dict[str, Any], task_vars: dict[str, Any] | None) -> dict[str, Any]:
        outcome: dict[str, Any] = self._execute_module(self.MODULE, module_args=arguments, task_vars=task_vars)
        # The module may have been called with another path than the task says; what comes back speaks of the task.
        called_with = outcome.get("invocation", {}).get("module_args", {})
        if self.export_path(called_with) is not None:
            said = self.export_path(self._task.args)
            outcome["invocation"]["module_args"] = self.with_export_path(called_with, said)
        return outcome
