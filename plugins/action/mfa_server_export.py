# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in front of the module ``mfa_server_export``: opens Vault-encrypted sources and encrypts the export."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase
from ansible_collections.entra.mfa.plugins.plugin_utils import vault, vault_output

MODULE = "entra.mfa.mfa_server_export"
SOURCES = ("users", "oath_tokens")


class RefusedError(Exception):
    """Why the task cannot be done, in one sentence."""


class ActionModule(ActionBase):
    """Hands all options on to the module, with readable sources and a place for the plain export.

    This only makes sense where the module runs on this machine; elsewhere the options are handed on as they are.
    """

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the module."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        arguments = dict(self._task.args)
        if self._connection.transport != "local" or not isinstance(arguments.get("dest"), str):
            return result | self._run_module(arguments, task_vars)
        try:
            with ExitStack() as stack:
                for kind in SOURCES:
                    if kind in arguments:
                        arguments[kind] = self._readable(arguments[kind], stack)
                return result | self._write(arguments, task_vars)
        except RefusedError as refusal:
            return result | {"failed": True, "msg": str(refusal)}

    def _readable(self, sources: Any, stack: ExitStack) -> Any:
        """The sources with paths that the module can read; what is no list of sources is the module's to refuse."""
        if not isinstance(sources, list) or not all(isinstance(source, dict) for source in sources):
            return sources
        return [self._readable_source(source, stack) for source in sources]

    def _readable_source(self, source: dict[str, Any], stack: ExitStack) -> dict[str, Any]:
        path = source.get("path")
        if not isinstance(path, str):
            return source
        try:
            return {"name": path, **source, "path": stack.enter_context(vault.opened(self._loader, path))}
        except AnsibleError as error:
            raise RefusedError(vault.one_sentence(error, path)) from error

    def _write(self, arguments: dict[str, Any], task_vars: dict[str, Any] | None) -> dict[str, Any]:
        dest = str(self._loader.path_dwim(str(Path(arguments["dest"]).expanduser())))
        password_file = arguments.pop("vault_password_file", None)
        if password_file is None:
            if vault_output.is_encrypted_file(dest):
                raise RefusedError(
                    f"The export {dest} is encrypted with Ansible Vault and would be replaced by plain text; give "
                    "vault_password_file, or remove the file."
                )
            return self._run_module({**arguments, "dest": dest}, task_vars)
        with self._told(dest, password_file), vault_output.opened(self._loader, dest, password_file) as export:
            outcome = self._run_module({**arguments, "dest": str(export.plain_path)}, task_vars)
            if "path" in outcome:
                outcome["path"] = dest
            if outcome.get("failed"):
                return outcome
            changed = bool(outcome["changed"] or export.must_be_written)
            if changed and not self._task.check_mode:
                export.write()
            return outcome | {"changed": changed}

    @contextmanager
    def _told(self, dest: str, password_file: str) -> Iterator[None]:
        """Tell in one sentence why the export cannot be encrypted."""
        try:
            yield
        except AnsibleError as error:
            reason = str(error.message).splitlines()[0].rstrip(".")
            raise RefusedError(f"The export {dest} cannot be encrypted with {password_file}: {reason}.") from error

    def _run_module(self, arguments: dict[str, Any], task_vars: dict[str, Any] | None) -> dict[str, Any]:
        outcome: dict[str, Any] = self._execute_module(MODULE, module_args=arguments, task_vars=task_vars)
        # The module may have been called with other paths than the task says; what comes back speaks of the task.
        called_with = outcome.get("invocation", {}).get("module_args", {})
        for kind in SOURCES:
            for source, called in zip(self._task.args.get(kind) or (), called_with.get(kind) or (), strict=False):
                if isinstance(source, dict) and isinstance(called, dict) and "path" in source:
                    called["path"] = source["path"]
        called_with |= {
            name: self._task.args[name] for name in ("dest", "vault_password_file") if name in self._task.args
        }
        return outcome
