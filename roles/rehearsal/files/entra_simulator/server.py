# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator's process: builds tenant and hosts, serves them, and writes the ready file."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import signal
import socket
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jwt
import uvicorn

from entra_simulator.application import build
from entra_simulator.certificates import write_client_certificate, write_server_certificates
from entra_simulator.control import Control
from entra_simulator.tenant.organisation import load
from entra_simulator.tenant.tenant import Tenant

if TYPE_CHECKING:
    from entra_simulator.windows import Blueprint, RunningHost

ADDRESS = "127.0.0.1"
_GRACE_SECONDS = 2
_PARENT_CHECK_SECONDS = 0.5
_DELEGATED_CLIENT = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
_DELEGATED_LIFETIME = 24 * 3600


@dataclass(slots=True)
class Content:
    """What is simulated. ``organisation`` is the content of an organisation file, ``hosts`` are blueprints of Windows
    hosts, ``files`` and ``batches`` are named in the ready file as they are.
    """

    organisation: Mapping[str, Any]
    hosts: Sequence[Blueprint] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    batches: Sequence[Mapping[str, Any]] = ()
    export_path: str | None = None


class Server(uvicorn.Server):
    """A uvicorn server that writes the ready file once it listens, and leaves with code 0 when it is asked to stop."""

    def __init__(self, config: uvicorn.Config, ready: Mapping[str, Any], path: Path, parent: int | None) -> None:
        super().__init__(config)
        self._ready = ready
        self._path = path
        self._parent = parent

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen, then publish the ready file in one step."""
        await super().startup(sockets)
        write_json(self._path, self._ready)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop to listen and drop the connections, for which idle clients would otherwise keep it waiting."""
        for connection in self.server_state.connections:
            transport = connection.transport
            if transport is not None:
                transport.abort()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGTERM and SIGINT, and when the parent process is gone."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        watch = loop.create_task(self._watch_parent()) if self._parent else None
        yield
        if watch is not None:
            watch.cancel()

    def _stop(self) -> None:
        self.should_exit = True

    async def _watch_parent(self) -> None:
        while self._parent and is_running(self._parent):
            await asyncio.sleep(_PARENT_CHECK_SECONDS)
        self._stop()


def is_running(pid: int) -> bool:
    """Whether a process with that id exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a file of mode 0600 so that readers see all of it or nothing."""
    temporary = path.with_suffix(f".{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(content, stream, indent=1)
    temporary.replace(path)


def _with_certificates(organisation: Mapping[str, Any], directory: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """The organisation with a certificate for each app that wants one, and the PEM paths by app name."""
    paths: dict[str, str] = {}
    apps = []
    for app in organisation.get("apps", []):
        if app.get("certificate"):
            path = directory / f"{app['name']}.pem"
            der = write_client_certificate(path, app["name"])
            paths[app["name"]] = str(path)
            app = {**app, "certificateDer": b64encode(der).decode()}
        apps.append(app)
    return {**organisation, "apps": apps}, paths


def _assertion(tenant: Tenant, app: Mapping[str, Any], directory: Path) -> str:
    """Write the workload identity assertion of an app, and return the path of its file."""
    declared = app["federated"]
    now = int(tenant.clock.now())
    claims = {
        "iss": declared["issuer"],
        "sub": declared["subject"],
        "aud": declared.get("audience", "api://AzureADTokenExchange"),
        "jti": secrets.token_hex(16),
        "iat": now,
        "exp": now + _DELEGATED_LIFETIME,
    }
    path = directory / f"{app['name']}.assertion"
    path.touch(mode=0o600)
    path.write_text(jwt.encode(claims, tenant.issuer_key, algorithm="RS256"), encoding="ascii")
    return str(path)


def _ready_apps(
    tenant: Tenant, organisation: Mapping[str, Any], certificates: Mapping[str, str], directory: Path
) -> dict[str, Any]:
    return {
        app["name"]: {
            "client_id": app["appId"].lower(),
            "client_secret": app.get("secret"),
            "certificate_path": certificates.get(app["name"]),
            "federated_token_file": _assertion(tenant, app, directory) if app.get("federated") else None,
        }
        for app in organisation.get("apps", [])
    }


def _delegated_tokens(tenant: Tenant) -> dict[str, Any]:
    tokens = {}
    for entry in tenant.delegated:
        user = tenant.store.user(entry["userPrincipalName"])
        token = tenant.tokens.for_user(
            _DELEGATED_CLIENT,
            user.id,
            entry["userPrincipalName"],
            entry["scopes"],
            entry.get("lifetime", _DELEGATED_LIFETIME),
        )
        tokens[entry["name"]] = {"access_token": token}
    return tokens


def _start_hosts(directory: Path, blueprints: Sequence[Blueprint]) -> list[RunningHost]:
    if not blueprints:
        return []
    from entra_simulator.windows import start_hosts

    return start_hosts(directory, blueprints)


def _installers(hosts: Sequence[RunningHost]) -> dict[str, Any]:
    if not hosts:
        return {}
    from entra_simulator.installers import installers

    return installers()


def _ready_hosts(hosts: Sequence[RunningHost]) -> dict[str, Any]:
    return {
        host.name: {
            "address": ADDRESS,
            "port": host.port,
            "username": host.username,
            "password": host.password,
            "roles": list(host.roles),
        }
        for host in hosts
    }


def _listen() -> socket.socket:
    """A listening socket on a free port. The protocol is named so that asyncio switches Nagle's algorithm off."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind((ADDRESS, 0))
    listener.listen(512)
    return listener


def serve(directory: Path, content: Content, *, seed: int = 1, parent: int | None = None) -> None:
    """Serve until a signal or the end of the parent; then stop the hosts and return."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory.chmod(0o700)
    ready_path = directory / "ready.json"
    ready_path.unlink(missing_ok=True)
    listener = _listen()
    root = f"https://{ADDRESS}:{listener.getsockname()[1]}"
    authority, leaf = write_server_certificates(directory)
    organisation, certificates = _with_certificates(content.organisation, directory)
    tenant = Tenant(root, organisation["tenant"]["id"], organisation["tenant"]["displayName"], seed)
    load(tenant, organisation)
    hosts = _start_hosts(directory, content.hosts)
    try:
        ready = {
            "pid": os.getpid(),
            "graph_url": root,
            "authority_url": root,
            "ca_path": str(authority),
            "tenant_id": tenant.tenant_id,
            "control_url": f"{root}/simulator",
            "apps": _ready_apps(tenant, organisation, certificates, directory),
            "delegated": _delegated_tokens(tenant),
            "export_path": content.export_path,
            "hosts": _ready_hosts(hosts),
            "files": dict(content.files),
            "installers": _installers(hosts),
            "batches": [dict(batch) for batch in content.batches],
            "federated_domains": list(tenant.store.federations),
        }
        config = uvicorn.Config(
            build(tenant, Control(tenant, hosts)),
            ssl_keyfile=str(leaf),
            ssl_certfile=str(leaf),
            log_level="warning",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=_GRACE_SECONDS,
            timeout_keep_alive=120,
            server_header=False,
        )
        Server(config, ready, ready_path, parent).run(sockets=[listener])
    finally:
        for host in hosts:
            host.stop()
        ready_path.unlink(missing_ok=True)
