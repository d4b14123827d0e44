# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The web application: login service, Graph and control API behind one HTTPS address."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request as WebRequest
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from entra_simulator.control import Control
from entra_simulator.tenant.batch import Batch, split_query
from entra_simulator.tenant.gateway import Gateway
from entra_simulator.tenant.messages import Answer, Request
from entra_simulator.tenant.oauth import LoginService
from entra_simulator.tenant.tenant import Tenant

VERSIONS = ("v1.0", "beta")
_MALFORMED = {"error": {"code": "BadRequest", "message": "Unable to read JSON request payload."}}


class ConnectionCutError(Exception):
    """Raised instead of an answer where the connection cannot be cut, as under a test client."""


class Cutter:
    """Gives handlers a way to cut the connection: ``scope["cut"]``, taken from the server's own response cycle."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        cycle = getattr(send, "__self__", None)
        transport = getattr(cycle, "transport", None)
        if transport is not None:
            scope["cut"] = transport.abort
        await self._application(scope, receive, send)


def _json(answer: Answer) -> Response:
    if isinstance(answer.body, str):
        return PlainTextResponse(answer.body, answer.status, answer.headers)
    if answer.body is None:
        return Response(status_code=answer.status, headers=answer.headers)
    text = json.dumps(answer.body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, answer.status, answer.headers, "application/json")


class Front:
    """Turns web requests into the tenant's own and back."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._gateway = Gateway(tenant)
        self._batch = Batch(self._gateway)
        self._login = LoginService(tenant)

    async def graph(self, web: WebRequest) -> Response:
        """Any request under ``/v1.0`` or ``/beta``."""
        arrived = time.monotonic()
        version, _slash, rest = web.scope["raw_path"].decode().lstrip("/").partition("/")
        content = await web.body()
        try:
            body = json.loads(content) if content else None
        except ValueError:
            return _json(Answer(400, _MALFORMED))
        request = Request(
            method=web.method,
            version=version,
            path=f"/{rest}",
            query=split_query(web.url.query),
            headers=dict(web.headers),
            body=body,
        )
        handler = self._batch if (request.method, rest) == ("POST", "$batch") else self._gateway
        answer = handler.handle(request)
        delay = answer.delay + self._tenant.settings.latency_ms / 1000 - (time.monotonic() - arrived)
        if delay > 0:
            await asyncio.sleep(delay)
        if answer.cut:
            return self._cut(web.scope)
        return _json(answer)

    def _cut(self, scope: Mapping[str, Any]) -> Response:
        cut = scope.get("cut")
        if cut is None:
            raise ConnectionCutError
        cut()
        return Response(status_code=500)

    async def login(self, web: WebRequest) -> Response:
        """Any other request: the login service, or 404."""
        values = dict(web.query_params)
        if web.method == "POST":
            values |= dict(parse_qsl((await web.body()).decode(), keep_blank_values=True))
        answer = self._login.answer(web.method, web.url.path, values, dict(web.headers))
        return _json(answer or Answer(404, {"error": "not_found"}))


def build(tenant: Tenant, control: Control) -> ASGIApp:
    """The ASGI application of a tenant."""
    front = Front(tenant)
    graph = [
        Route(f"/{version}/{{path:path}}", front.graph, methods=["GET", "POST", "PATCH", "PUT", "DELETE"])
        for version in VERSIONS
    ]
    login = Route("/{path:path}", front.login, methods=["GET", "POST"])
    return Cutter(Starlette(routes=[*graph, Mount("/simulator", routes=control.routes()), login]))
