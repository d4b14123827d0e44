# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Action plugin of `entra.mfa.pfdata_backup`; documented in the module of the same name."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.entra.mfa.plugins.plugin_utils.windows import backup, off_host, paths, server
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.action import WindowsAction
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import WindowsHost


class ActionModule(WindowsAction):
    """Verified copy of the data file of an MFA Server."""

    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "path": {"type": "str"},
        "backup_dir": {"type": "str", "default": paths.DEFAULT_BACKUP_FOLDER},
        "quiesce": {"type": "bool", "default": True},
        "fetch_to": {"type": "path"},
        "keep": {"type": "int"},
        "service_timeout": {"type": "int", "default": 120},
    }

    def perform(self, host: WindowsHost, options: dict[str, Any]) -> dict[str, Any]:
        """Copies, keeps the newest, fetches; returns `backup` and `fetched_to`."""
        keep = options["keep"]
        if keep is not None and keep < 1:
            raise host.error("keep the newest backups", f"keep is {keep}", "Give 1 or more, or leave it out.")
        installation = server.examine(host)
        request = backup.Request(
            source=backup.source_path(host, installation, options["path"]),
            folder=options["backup_dir"],
            quiesce=options["quiesce"],
            timeout=options["service_timeout"],
        )
        outcome = backup.take(host, installation, request)
        fetched_to, fetched = self._fetch(host, options["fetch_to"], outcome)
        removed = backup.remove_surplus(host, outcome.backup, keep)
        return {
            "changed": outcome.changed or fetched or bool(removed),
            "backup": outcome.backup.as_result(),
            "fetched_to": fetched_to,
            "diff": {
                "before": {"backup": outcome.previous.path if outcome.previous else None, "removed": []},
                "after": {"backup": outcome.backup.path, "removed": removed},
            },
        }

    def _fetch(self, host: WindowsHost, folder: str | None, outcome: backup.Outcome) -> tuple[str | None, bool]:
        if folder is None:
            return None, False
        path = off_host.destination(folder, host, outcome.backup)
        if off_host.is_current(path, outcome.backup):
            return str(path), False
        if not host.check_mode:
            off_host.fetch(host, outcome.backup, path)
        return str(path), True
