# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Action plugin of `entra.mfa.pfdata_restore`; documented in the module of the same name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.entra.mfa.plugins.plugin_utils.windows import folder_restore, restore, server
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.action import WindowsAction
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.encryption import is_encrypted_file, opened
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import WindowsHost
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.restore import Source


class ActionModule(WindowsAction):
    """The data file of an MFA Server, back from a backup."""

    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "backup": {"type": "raw", "required": True},
        "force": {"type": "bool", "default": False},
        "vault_password_file": {"type": "path"},
        "service_timeout": {"type": "int", "default": 120},
    }

    def perform(self, host: WindowsHost, options: dict[str, Any]) -> dict[str, Any]:
        """Checks the backup, puts it back; returns `restored_from`, `sha256`, `replaced_sha256`."""
        source = restore.locate(host, options["backup"])
        installation = server.examine(host)
        restore.require_version(host, installation, source, options["force"])
        put_back = folder_restore.put_back if source.files else restore.put_back
        with self._readable(host, source, options["vault_password_file"]) as readable:
            outcome = put_back(host, installation, readable, options["service_timeout"])
        before = outcome.replaced_sha256 if outcome.changed else source.backup.sha256
        return {
            "changed": outcome.changed,
            "restored_from": source.backup.path,
            "sha256": source.backup.sha256,
            "replaced_sha256": outcome.replaced_sha256,
            "diff": {
                "before": {"path": outcome.target, "sha256": before},
                "after": {"path": outcome.target, "sha256": source.backup.sha256},
            },
        }

    @contextmanager
    def _readable(self, host: WindowsHost, source: Source, password_file: str | None) -> Iterator[Source]:
        """The backup with its plain text, where it lies encrypted on the controller."""
        if not source.on_controller or not is_encrypted_file(source.backup.path):
            yield source
            return
        with opened(host, self._loader, source.backup.path, password_file) as plain:
            backup = replace(source.backup, size=Path(plain).stat().st_size)
            yield replace(source, backup=backup, readable=plain)
