# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests and answers as the gateway, the batch and the resource handlers pass them on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Identity:
    """Who sent a request, read from its access token.

    ``roles`` are application permissions, ``scopes`` delegated ones; a token has either. ``user_id`` and
    ``user_principal_name`` are filled for delegated tokens only.
    """

    app_id: str
    app_name: str
    roles: frozenset[str]
    scopes: frozenset[str]
    user_id: str | None = None
    user_principal_name: str | None = None

    @property
    def delegated(self) -> bool:
        """Whether a signed-in user stands behind the request."""
        return self.user_id is not None

    @property
    def permissions(self) -> frozenset[str]:
        """The permission names that count for this token."""
        return self.scopes if self.delegated else self.roles


@dataclass(frozen=True, slots=True)
class Request:
    """One Graph request, alone or as an item of a batch.

    ``path`` starts with a slash and has neither version nor query and is still percent-encoded; ``headers`` has
    lower-case names; ``body`` is parsed JSON, or None when the request has none.
    """

    method: str
    version: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = field(default=None, repr=False)
    batch: bool = False

    @property
    def write(self) -> bool:
        """Whether the request asks for a change."""
        return self.method != "GET"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, JSON body (a ``str`` body is sent as text/plain) and extra headers of one answer.

    ``delay`` is the time in seconds to wait before sending it; ``cut`` tells the server to close the connection
    instead.
    """

    status: int
    body: Any = field(default=None, repr=False)
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut: bool = False
