# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The front of the simulated Graph service: every request passes the same checks before its handler runs."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from entra_simulator.tenant.bodies import EMPTY, check_body
from entra_simulator.tenant.errors import (
    Refusal,
    access_denied,
    bad_request,
    method_access_denied,
    unsupported_query,
)
from entra_simulator.tenant.faults import Rule
from entra_simulator.tenant.messages import Answer, Identity, Request
from entra_simulator.tenant.other_hands import change_group, delete_user
from entra_simulator.tenant.routes import ROUTES
from entra_simulator.tenant.routing import Call, Route, Router, context
from entra_simulator.tenant.tenant import Tenant

_REPORTS = ("/auditLogs/", "/reports/authenticationMethods/")


class Gateway:
    """Answers Graph requests for one tenant. Requests are handled one after the other, so each is atomic."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self._router = Router(ROUTES)

    def handle(self, request: Request) -> Answer:
        """The answer to one request, with error bodies and the tracing headers."""
        request_id = str(uuid.uuid4())
        client_id = request.headers.get("client-request-id") or request_id
        rule = self.tenant.faults.hit(request)
        if rule is not None and rule.kind == "expire_token":
            self.tenant.tokens.revoke(request.headers.get("authorization", "").partition(" ")[2])
        identity: Identity | None = None
        applied = False
        try:
            identity = self.tenant.tokens.identity(request.headers.get("authorization"))
            if rule is not None and rule.refuses:
                raise rule.refusal()
            if rule is not None and not rule.carried_out:
                return self._cut(request, identity, applied=False)
            if rule is not None and rule.kind == "user_deleted":
                delete_user(self.tenant.store, request.path)
            answer = self._carry_out(request, identity, rule)
            applied = request.write
            if rule is not None and rule.kind == "group_changed":
                change_group(self.tenant.store, request.path)
            if rule is not None and rule.kind == "reset":
                return self._cut(request, identity, applied=applied)
            if rule is not None and rule.kind == "lost_answer":
                raise rule.refusal()
        except Refusal as refusal:
            body = refusal.body(self.tenant.clock.http_date(), request_id, client_id)
            answer = Answer(refusal.status, body, refusal.headers)
        self.tenant.journal.add(
            request,
            answer.status,
            applied=applied,
            app_id=identity.app_id if identity else None,
            fault=rule.kind if rule is not None else None,
        )
        headers = {**answer.headers, "request-id": request_id, "client-request-id": client_id}
        delay = rule.seconds if rule is not None and rule.kind == "slow" else 0.0
        return replace(answer, headers=headers, delay=delay)

    def _cut(self, request: Request, identity: Identity, *, applied: bool) -> Answer:
        self.tenant.journal.add(request, 0, applied=applied, app_id=identity.app_id, fault="reset")
        return Answer(0, cut=True)

    def _carry_out(self, request: Request, identity: Identity, rule: Rule | None) -> Answer:
        tenant = self.tenant
        route, values = self._router.find(request)
        cost = tenant.throttle.admit(
            identity.app_id,
            users=len(tenant.store.users),
            units=_units(request, route),
            write=request.write,
            report=request.path.startswith(_REPORTS),
        )
        if not route.permission.granted(identity, tenant.settings.rollout_app_only):
            raise method_access_denied() if "/authentication/" in request.path else access_denied()
        _check_options(request, route)
        if route.body is not None:
            _check_content(request, route)
        tenant.store.lag = rule.seconds if rule is not None and rule.kind == "lag" else tenant.settings.lag
        answer = route.handler(Call(tenant, request, identity, values))
        return replace(
            answer, body=self._with_context(answer.body, route, request, values), headers=answer.headers | cost
        )

    def _with_context(self, body: Any, route: Route, request: Request, values: Mapping[str, str]) -> Any:
        if not isinstance(body, dict):
            return body
        one = not isinstance(body.get("value"), list)
        fragment = context(route.template, route.method, one=one).format_map(values)
        select = request.query.get("$select")
        if select:
            base, slash, rest = fragment.partition("/$entity")
            fragment = f"{base}({select}){slash}{rest}"
        return {"@odata.context": f"{self.tenant.root}/{request.version}/$metadata#{fragment}", **body}


def _units(request: Request, route: Route) -> int:
    units = route.units
    if "$select" in request.query:
        units -= 1
    if "$expand" in request.query:
        units += 1
    top = request.query.get("$top", "")
    if top.isdigit() and int(top) < 20:
        units -= 1
    return max(units, 1)


def _check_options(request: Request, route: Route) -> None:
    eventual = request.headers.get("consistencylevel", "").lower() == "eventual"
    if "$search" in request.query and not eventual:
        raise unsupported_query("Request with $search query parameter only works through the ConsistencyLevel header.")
    for name in request.query:
        if name.startswith("$") and name not in route.options and name != "$skiptoken":
            raise bad_request(
                f"The query specified in the URI is not valid. The option '{name}' is not supported here."
            )
    for name, value in route.headers.items():
        if request.headers.get(name.lower(), "").lower() != value:
            raise bad_request(f"The request needs the header {name}: {value}.")
    counted = request.query.get("$count", "").lower() == "true"
    if route.advanced and not (counted and eventual):
        raise unsupported_query("The query needs the ConsistencyLevel:eventual header and $count=true.")


def _check_content(request: Request, route: Route) -> None:
    shape = route.body or EMPTY
    if request.body is None:
        if shape:
            raise bad_request("Empty Payload. JSON content expected.")
        return
    if not request.headers.get("content-type", "").lower().startswith("application/json"):
        raise Refusal(415, "UnsupportedMediaType", "The request body must be sent as application/json.")
    check_body(request.body, shape)
