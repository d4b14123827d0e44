# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups as somebody looks at them who wants to know what they can serve for."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.directory import groups
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import GraphClient
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError, InputError

_UNKNOWN: dict[str, Any] = dict.fromkeys(("id", "displayName", "security", "dynamic", "synchronised", "members"))


def facts(client: GraphClient, name: str) -> dict[str, Any]:
    """The facts about a group by object id or display name.

    A group that does not exist, is not the only one of its name, or may not be read (403), has only ``problem``, a
    sentence. Any other error is raised.
    """
    try:
        group = groups.resolve(client, name)
        kinds = Counter(member.kind for member in groups.direct_members(client, group.id))
    except InputError as error:
        return {**_UNKNOWN, "problem": str(error)}
    except GraphError as error:
        if error.status != 403:
            raise
        return {**_UNKNOWN, "problem": f"The group '{name}' could not be read: {error}"}
    return {
        **group.summary(),
        "security": group.security,
        "dynamic": group.dynamic,
        "synchronised": group.synchronised,
        "members": {
            "total": kinds.total(),
            "users": kinds["user"],
            "groups": kinds["group"],
            "contacts": kinds["orgContact"],
        },
        "problem": None,
    }
