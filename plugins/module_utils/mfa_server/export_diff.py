# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows which users differ between two exports: numbers masked to their last two digits, secrets never."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.masking import HIDDEN, mask_number
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.export_json import ExportError, read_export
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.export_write import user_as_json
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import Record

MOST_USERS = 200
"""Most users that are shown; the others are counted."""


class ExportDiff:
    """Takes the users of the new export one by one and keeps those that differ from the old one."""

    def __init__(self, path: str | Path) -> None:
        self._old: dict[str, Record] = {}
        try:
            if Path(path).exists():
                self._old = {record.username: record for record in read_export(path).records}
        except ExportError:
            # Whatever is in the way is no export, so every user is new.
            pass
        self._before: dict[str, Any] = {}
        self._after: dict[str, Any] = {}
        self._shown = 0
        self._omitted = 0

    def add(self, record: Record) -> None:
        """Take one user of the new export."""
        old = self._old.pop(record.username, None)
        if old != record:
            self._show(record.username, old, record)

    def _show(self, name: str, old: Record | None, new: Record | None) -> None:
        if self._shown == MOST_USERS:
            self._omitted += 1
            return
        self._shown += 1
        before, after = (_view(record) if record is not None else None for record in (old, new))
        if before is not None:
            self._before[name] = before
        if after is not None:
            self._after[name] = {**after, "changed": "a value that is not shown"} if after == before else after

    def as_dict(self) -> dict[str, dict[str, Any]]:
        """The difference as a module returns it; users that are not in the new export come last."""
        for name, record in self._old.items():
            self._show(name, record, None)
        self._old = {}
        more = {"and more": f"{self._omitted} users that are not shown"} if self._omitted else {}
        return {"before": self._before, "after": self._after | more}


def _view(record: Record) -> dict[str, Any]:
    """The fields of a user that may be shown."""
    view = user_as_json(record)
    del view["username"]
    for phone in ("phone", "backup_phone"):
        if phone in view:
            view[phone] = mask_number(view[phone]["number"])
    if "attributes" in view:
        view["attributes"] = sorted(view["attributes"])
    if "mobile_apps" in view:
        view["mobile_apps"] = [_masked(app) for app in view["mobile_apps"]]
    if "oath_token" in view:
        view["oath_token"] = _masked(view["oath_token"])
    return view


def _masked(values: dict[str, Any]) -> dict[str, Any]:
    return {name: HIDDEN if name in ("secret", "device_token") else value for name, value in values.items()}
