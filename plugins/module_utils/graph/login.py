# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the user says about the login."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

AUTH_SOURCES = (
    "auto",
    "client_secret",
    "certificate",
    "workload_identity",
    "managed_identity",
    "azure_cli",
    "access_token",
)


@dataclass(frozen=True, slots=True)
class LoginOptions:
    """The login options of every module; an option that is not set is None."""

    auth_source: str = "auto"
    tenant_id: str | None = None
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    certificate_path: str | None = None
    certificate_password: str | None = field(default=None, repr=False)
    federated_token_file: str | None = None
    access_token: str | None = field(default=None, repr=False)

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> LoginOptions:
        """The options out of a module's parameters; empty text counts as not set."""
        return cls(
            **{one.name: params.get(one.name) or None for one in fields(cls) if one.name != "auth_source"}
            | {"auth_source": params.get("auth_source") or "auto"}
        )
