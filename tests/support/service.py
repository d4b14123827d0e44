# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tenant without a server: tests call its gateway as the web application does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from entra_simulator.tenant.batch import Batch, split_query
from entra_simulator.tenant.gateway import Gateway
from entra_simulator.tenant.messages import Answer, Request
from entra_simulator.tenant.oauth import LoginService
from entra_simulator.tenant.organisation import load
from entra_simulator.tenant.tenant import Tenant
from support.organisation import MIGRATION_ROLES, TENANT_ID, small_organisation, user_id

ROOT = "https://127.0.0.1:9"
APP_ID = "40000000-0000-4000-8000-000000000001"


class Service:
    """The small organisation behind a gateway. ``organisation`` is what it was loaded from."""

    def __init__(self) -> None:
        self.organisation = small_organisation()
        self.root = ROOT
        self.tenant = Tenant(ROOT, TENANT_ID, "Contoso", seed=7)
        load(self.tenant, self.organisation)
        self.gateway = Gateway(self.tenant)
        self.login = LoginService(self.tenant)

    def token(self, roles: list[str] | None = None, *, app_id: str = APP_ID) -> str:
        """A token of an app with the given application permissions (default: those of the migration app)."""
        granted = MIGRATION_ROLES if roles is None else roles
        return self.tenant.tokens.for_app(app_id, "MFA migration", "object-id", granted, 3600)

    def delegated(self, *scopes: str) -> str:
        """A token of a signed-in user."""
        return self.tenant.tokens.for_user(APP_ID, user_id("jonas"), "jonas@contoso.example", scopes, 3600)

    def call(
        self,
        method: str,
        url: str,
        body: Any = None,
        *,
        version: str = "v1.0",
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request; ``url`` is a path with or without a query."""
        path, _question_mark, query = url.partition("?")
        sent = {"authorization": f"Bearer {token or self.token()}"}
        if body is not None:
            sent["content-type"] = "application/json"
        sent |= {name.lower(): value for name, value in (headers or {}).items()}
        return self.gateway.handle(Request(method, version, path, split_query(query), sent, body))

    def batch(self, *items: Mapping[str, Any], token: str | None = None) -> Answer:
        """Send a batch envelope to v1.0."""
        sent = {"authorization": f"Bearer {token or self.token()}", "content-type": "application/json"}
        return Batch(self.gateway).handle(Request("POST", "v1.0", "/$batch", {}, sent, {"requests": list(items)}))

    def phone(self, name: str, kind: str, number: str) -> Answer:
        """Register a phone."""
        body = {"phoneNumber": number, "phoneType": kind}
        return self.call("POST", f"/users/{user_id(name)}/authentication/phoneMethods", body)


def code_of(answer: Answer) -> tuple[int, str]:
    """Status and error code of a refusal."""
    return answer.status, answer.body["error"]["code"]
