# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Following ``@odata.nextLink``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError
from ansible_collections.entra.mfa.plugins.module_utils.graph.transport import Request, Transport
from ansible_collections.entra.mfa.plugins.module_utils.graph.urls import path_of

NEXT_LINK = "@odata.nextLink"


def later_pages(
    transport: Transport, page: Mapping[str, Any], headers: Mapping[str, str] | None
) -> Iterator[Mapping[str, Any]]:
    """The pages after this one. Each link is followed as it stands, with the headers of the first request.

    Raises:
        GraphError: a page is refused, or a link leads to another host, which must not see the token.
    """
    link = page.get(NEXT_LINK)
    while link:
        version, path = path_of(link)
        if not transport.endpoints.owns(link):
            raise GraphError(
                0,
                "foreign_next_link",
                "the next page lies on another host",
                hint="check graph_url",
                operation=f"GET {path}",
            )
        following = transport.send(Request("GET", path, link, version, headers=headers or {})).body
        if not isinstance(following, dict):
            return
        yield following
        link = following.get(NEXT_LINK)
