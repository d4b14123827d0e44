# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes that somebody else makes in the tenant while a client is at work."""

from __future__ import annotations

import re
from urllib.parse import unquote

from entra_simulator.tenant.store import Store

_USER = re.compile(r"^/users/([^/]+)")
_GROUP = re.compile(r"^/groups/([^/]+)")


def delete_user(store: Store, path: str) -> None:
    """Delete the user whom a request path names; a user who is gone already is no error."""
    found = _USER.match(path)
    user = store.users.get(unquote(found[1]).lower()) if found else None
    if user is not None:
        store.remove_user(user)


def change_group(store: Store, path: str) -> None:
    """Let the first direct member of the group that a path names leave and come back as the last one."""
    found = _GROUP.match(path)
    group = store.groups.get(unquote(found[1]).lower()) if found else None
    if group is not None and group.members:
        first = next(iter(group.members))
        store.change_members(group, removed=[first])
        store.change_members(group, added=[first])
