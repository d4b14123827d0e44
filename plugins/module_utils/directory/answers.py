# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ids of objects that are created, or would be in check mode."""

from __future__ import annotations

from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError

NOT_YET_KNOWN = "00000000-0000-0000-0000-000000000000"
"""Stands in check mode for the id of an object that would be created."""


def created(answer: dict[str, Any] | None) -> dict[str, Any]:
    """The object that a creation answers with; GraphError when the answer names none."""
    if answer is None or "id" not in answer:
        raise GraphError(201, "answer_empty", "the object was created and the answer does not name its id")
    return answer
