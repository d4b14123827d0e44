# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Action plugin of `entra.mfa.pfdata_backup`; documented in the module of the same name."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.entra.mfa.plugins.plugin_utils.windows import (
    backup,
    files,
    folder_backup,
    off_host,
    paths,
    server,
)
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.action import WindowsAction
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.encryption import Encryption, chosen
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import WindowsHost


class ActionModule(WindowsAction):
    """Verified copy of the data file of an MFA Server."""

    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "path": {"type": "str"},
        "backup_dir": {"type": "str", "default": paths.DEFAULT_BACKUP_FOLDER},
        "quiesce": {"type": "bool", "default": True},
        "whole_folder": {"type": "bool", "default": False},
        "fetch_to": {"type": "path"},
        "fetch_vault_id": {"type": "str"},
        "vault_password_file": {"type": "path"},
        "keep": {"type": "int"},
        "service_timeout": {"type": "int", "default": 120},
    }

    def perform(self, host: WindowsHost, options: dict[str, Any]) -> dict[str, Any]:
        """Copies, keeps the newest, fetches; returns `backup`, `fetched_to` and `fetched_sha256`."""
        keep = options["keep"]
        if keep is not None and keep < 1:
            raise host.error("keep the newest backups", f"keep is {keep}", "Give 1 or more, or leave it out.")
        vault_id, password_file = options["fetch_vault_id"], options["vault_password_file"]
        if options["fetch_to"] is None and (vault_id or password_file):
            raise host.error("encrypt the copy on the controller", "there is to be none", "Give fetch_to too.")
        encryption = chosen(host, self._loader, vault_id, password_file)
        installation = server.examine(host)
        data_file = backup.source_path(host, installation, options["path"])
        request = backup.Request(
            source=paths.parent(data_file) if options["whole_folder"] else data_file,
            folder=options["backup_dir"],
            quiesce=options["quiesce"],
            timeout=options["service_timeout"],
        )
        take = folder_backup.take if options["whole_folder"] else backup.take
        outcome = take(host, installation, request)
        fetched_to, fetched = fetch(host, options["fetch_to"], outcome, encryption)
        removed = backup.remove_surplus(host, outcome.backup, keep)
        return {
            "changed": outcome.changed or fetched or bool(removed),
            "backup": outcome.backup.as_result(),
            "fetched_to": fetched_to,
            "fetched_sha256": sha256_of(fetched_to),
            "diff": {
                "before": {"backup": outcome.previous.path if outcome.previous else None, "removed": []},
                "after": {"backup": outcome.backup.path, "removed": removed},
            },
        }


def fetch(
    host: WindowsHost, folder: str | None, outcome: backup.Outcome, encryption: Encryption | None
) -> tuple[str | None, bool]:
    """Copies the backup to the controller; returns where to, and whether anything was to be done."""
    if folder is None:
        return None, False
    path = off_host.destination(folder, host, outcome.backup)
    off_host.refuse_to_reveal(host, path, encryption)
    if off_host.is_current(path, outcome.backup, encryption):
        return str(path), False
    if not host.check_mode:
        off_host.fetch(host, outcome.backup, path, encryption)
    return str(path), True


def sha256_of(path: str | None) -> str | None:
    """The SHA-256 of a copy on the controller as it lies there, None where there is none."""
    return files.local_sha256(path) if path and Path(path).is_file() else None
