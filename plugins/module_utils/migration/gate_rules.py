# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the gates before the flip ask for, the same for the verdict of the finalize phase and for a forecast of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.migration import steps

NOTHING_TO_BRING = (steps.NOT_IN_MFA_SERVER, steps.DISABLED)
"""Reasons for which a user is left out on purpose: MFA Server knows no methods of theirs that Entra has to have."""


def asking_mfa_server(servers: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The names of what asks an MFA Server, from the record of the prepare phase; a name comes once for each server."""
    for server in servers.values():
        yield from (name for name, present in (server.get("dependencies") or {}).items() if present)


def not_moved(servers: Mapping[str, Mapping[str, Any]], moved: Collection[str]) -> list[str]:
    """What asks an MFA Server and is not declared moved, each once."""
    return [name for name in dict.fromkeys(asking_mfa_server(servers)) if name not in moved]
