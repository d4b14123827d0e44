# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as tables: every user, and the batches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from ansible_collections.entra.mfa.plugins.plugin_utils.report.batches import Batch
from ansible_collections.entra.mfa.plugins.plugin_utils.report.table import Table
from ansible_collections.entra.mfa.plugins.plugin_utils.report.user_lines import UserLine
from ansible_collections.entra.mfa.plugins.plugin_utils.report.user_lists import user_row

USER_COLUMNS = (
    "batch",
    "upn",
    "id",
    "status",
    "reason",
    "explanation",
    "details",
    "remedy",
    "needs_registration",
    "matched_by",
    "default_method_before",
    "default_method_after",
    "actions",
)
BATCH_COLUMNS = (
    "name",
    "group",
    "rollout_group",
    "state",
    "rolled_out",
    "wave",
    "waves",
    "routed",
    "to_route",
    "next_wave_at",
    "migrated_at",
    "first_write_at",
    "last_write_at",
    "users",
    "reached",
    "migrated",
    "unchanged",
    "skipped",
    "failed",
    "waiting",
    "needs_registration",
    "needs_attention",
)


class UserTable:
    """Every user of every batch, one a row, written while they are read."""

    def __init__(self, file: TextIO) -> None:
        self._table = Table(file, USER_COLUMNS)

    def add(self, batch: str, line: UserLine) -> None:
        """Write one user."""
        row = user_row(batch, line)
        self._table.row(
            (
                batch,
                line.upn,
                line.id,
                line.status,
                row["reason"],
                row["title"],
                row["details"],
                row["remedy"],
                yes_or_no(line.needs_registration),
                line.matched_by,
                line.default_before,
                line.default_after,
                "; ".join(_action(*action) for action in line.actions),
            )
        )


def write_batches(file: TextIO, batches: Iterable[Batch]) -> None:
    """Write one row for each batch."""
    table = Table(file, BATCH_COLUMNS)
    for batch in batches:
        values = batch.as_dict() | {"rolled_out": yes_or_no(batch.rolled_out)}
        table.row(values[column] for column in BATCH_COLUMNS)


def yes_or_no(value: bool) -> str:
    """A truth as spreadsheets of people show it."""
    return "yes" if value else "no"


def _action(target: str, action: str, reason: str | None) -> str:
    return f"{target}: {action}" + (f" ({reason})" if reason else "")
