# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control API under ``/simulator``: logs, state, faults, clock and settings. It listens on the loopback only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from entra_simulator.tenant import signing_in
from entra_simulator.tenant.organisation import dump
from entra_simulator.tenant.resources import sign_ins
from entra_simulator.tenant.tenant import Tenant

if TYPE_CHECKING:
    from entra_simulator.windows import RunningHost


class Control:
    """Handlers of the control API for one tenant and its hosts."""

    def __init__(self, tenant: Tenant, hosts: Sequence[RunningHost] = ()) -> None:
        self._tenant = tenant
        self._hosts = {running.name: running.host for running in hosts}

    def routes(self) -> list[Route]:
        """The routes below ``/simulator``."""
        return [
            Route("/log", self._log),
            Route("/statistics", self._statistics),
            Route("/state", self._state),
            Route("/faults", self._faults, methods=["POST"]),
            Route("/clock", self._clock, methods=["POST"]),
            Route("/settings", self._settings, methods=["POST"]),
            Route("/sign-ins", self._sign_ins, methods=["POST"]),
            Route("/sign-ins/everybody", self._everybody, methods=["POST"]),
            Route("/hosts/{name}/log", self._host_log),
            Route("/hosts/{name}/state", self._host_state),
            Route("/hosts/{name}/faults", self._host_faults, methods=["POST"]),
        ]

    async def _log(self, request: Request) -> Response:
        return JSONResponse(self._tenant.journal.since(int(request.query_params.get("since", "0"))))

    async def _statistics(self, request: Request) -> Response:
        journal = self._tenant.journal
        return JSONResponse({"requests": journal.requests(), "applied_writes": journal.applied_writes()})

    async def _state(self, request: Request) -> Response:
        return JSONResponse(dump(self._tenant))

    async def _faults(self, request: Request) -> Response:
        rules = await request.json()
        return _changed(lambda: self._tenant.faults.replace(rules))

    async def _clock(self, request: Request) -> Response:
        body = await request.json()
        self._tenant.clock.advance(float(body["advance"]))
        return JSONResponse({"now": self._tenant.clock.stamp()})

    async def _settings(self, request: Request) -> Response:
        values = await request.json()
        return _changed(lambda: self._tenant.settings.change(values))

    async def _sign_ins(self, request: Request) -> Response:
        entries = await request.json()
        return _changed(lambda: sign_ins.load(self._tenant, entries))

    async def _everybody(self, request: Request) -> Response:
        return _changed(lambda: signing_in.everybody(self._tenant))

    async def _host_log(self, request: Request) -> Response:
        host = self._hosts.get(request.path_params["name"])
        return JSONResponse(list(host.log)) if host else _no_host()

    async def _host_state(self, request: Request) -> Response:
        host = self._hosts.get(request.path_params["name"])
        return JSONResponse(host.state_document()) if host else _no_host()

    async def _host_faults(self, request: Request) -> Response:
        host = self._hosts.get(request.path_params["name"])
        if host is None:
            return _no_host()
        faults = await request.json()
        return _changed(lambda: host.set_faults(faults))


def _changed(change: Callable[[], None]) -> Response:
    try:
        change()
    except (ValueError, TypeError, KeyError) as error:
        return JSONResponse({"error": str(error)}, 400)
    return Response(status_code=204)


def _no_host() -> Response:
    return JSONResponse({"error": "there is no such host"}, 404)
