# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Graph client that resource files call. Knows HTTP and paging, no resource."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.graph.auth import choose_credential
from ansible_collections.entra.mfa.plugins.module_utils.graph.batch import Batch, Call, Reply
from ansible_collections.entra.mfa.plugins.module_utils.graph.clouds import Endpoints, resolve_endpoints
from ansible_collections.entra.mfa.plugins.module_utils.graph.credentials import Credential
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError
from ansible_collections.entra.mfa.plugins.module_utils.graph.login import LoginOptions
from ansible_collections.entra.mfa.plugins.module_utils.graph.pacing import Clock, Pacer, SystemClock
from ansible_collections.entra.mfa.plugins.module_utils.graph.paging import later_pages
from ansible_collections.entra.mfa.plugins.module_utils.graph.retries import RepeatPolicy
from ansible_collections.entra.mfa.plugins.module_utils.graph.sessions import SessionSettings
from ansible_collections.entra.mfa.plugins.module_utils.graph.tokens import identity_of
from ansible_collections.entra.mfa.plugins.module_utils.graph.transport import Request, Statistics, Transport
from ansible_collections.entra.mfa.plugins.module_utils.graph.urls import quote, relative
from ansible_collections.entra.mfa.plugins.module_utils.graph.write_limits import WriteBudget

__all__ = ["Call", "GraphClient", "Reply", "quote"]

DEFAULT_WRITE_BUDGET = "3000/150s"


class GraphClient:
    """Microsoft Graph for one run: one login, one pool of connections, one pace. Safe for many threads.

    ``path`` is always relative to the version and percent-encoded where needed (``quote``). Every method raises
    ``GraphError`` for an answer that is refused or does not come, after the repeats that are safe; ``post``,
    ``patch`` and ``delete`` raise ``UnknownOutcome`` when a write may have been applied.
    """

    def __init__(
        self,
        endpoints: Endpoints,
        credential: Credential,
        settings: SessionSettings,
        *,
        max_retries: int = 8,
        concurrency: int = 8,
        write_budget: WriteBudget | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Nothing is sent yet.

        Args:
            max_retries: most repeats of a request or batch item; a 429 that names its time does not count.
            concurrency: most requests in flight, over all threads.
            write_budget: most writes in a span of time; None leaves that to the answers 429.
            clock: the time; the machine's by default.
        """
        clock = clock or SystemClock()
        self._concurrency = concurrency
        self._transport = Transport(
            endpoints,
            credential,
            settings,
            pacer=Pacer(concurrency, write_budget, clock),
            policy=RepeatPolicy(max_retries),
            clock=clock,
            connections=concurrency,
        )
        self._pool: ThreadPoolExecutor | None = None
        self._pool_lock = threading.Lock()

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> GraphClient:
        """The client that a module's login options ask for.

        Raises:
            InputError: an option is missing or wrong; nothing has been sent.
        """
        for name, least in {"timeout": 1, "max_retries": 0, "concurrency": 1}.items():
            if params[name] < least:
                raise InputError(f"{name} must be at least {least}, not {params[name]}.")
        ca_path = params.get("ca_path") or None
        if ca_path and not Path(ca_path).exists():
            raise InputError(f"ca_path {ca_path} does not exist.")
        endpoints = resolve_endpoints(params["cloud"], params.get("graph_url"), params.get("authority_url"))
        settings = SessionSettings(ca_path, float(params["timeout"]))
        clock = SystemClock()
        return cls(
            endpoints,
            choose_credential(LoginOptions.from_params(params), endpoints, settings, clock),
            settings,
            max_retries=params["max_retries"],
            concurrency=params["concurrency"],
            write_budget=WriteBudget.parse(params["write_budget"]),
            clock=clock,
        )

    @property
    def statistics(self) -> Statistics:
        """Counts so far: ``http_requests`` and ``throttled``."""
        return self._transport.statistics

    def get(
        self,
        path: str,
        *,
        version: str = "v1.0",
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """One object, or the first page of a collection. Plain text, as of ``$count``, comes as ``{"value": text}``."""
        body = self._send("GET", path, None, version, params=params, headers=headers)
        return body if isinstance(body, dict) else {"value": body}

    def items(
        self,
        path: str,
        *,
        version: str = "v1.0",
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[dict[str, Any]]:
        """All items of a collection, page by page."""
        first = self.get(path, version=version, params=params, headers=headers)
        yield from first.get("value") or []
        for page in later_pages(self._transport, first, headers):
            yield from page.get("value") or []

    def post(
        self,
        path: str,
        body: Mapping[str, Any],
        *,
        version: str = "v1.0",
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any] | None:
        """Create, or run an action; returns the answer's body, or None when it has none."""
        return _object(self._send("POST", path, body, version, headers=headers))

    def patch(
        self,
        path: str,
        body: Mapping[str, Any],
        *,
        version: str = "v1.0",
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any] | None:
        """Change the given properties; returns the answer's body, or None when it has none."""
        return _object(self._send("PATCH", path, body, version, headers=headers))

    def delete(self, path: str, *, version: str = "v1.0") -> None:
        """Delete the object. Mind ``/$ref``: without it a membership's path names the member itself."""
        self._send("DELETE", path, None, version)

    def batch(self, calls: Sequence[Call], *, version: str = "v1.0") -> list[Reply]:
        """Send calls in requests of 20, side by side; the replies come in the order of the calls.

        No single item raises: its reply holds the error. Two writes on one user never belong into one call of this.
        """
        return Batch(self._transport, self._executor, version).run(calls)

    def reference(self, path: str) -> str:
        """The absolute URL of an object on this cloud, for ``@odata.id`` and ``@odata.bind``."""
        return self._url(path, "v1.0")

    def identity(self) -> dict[str, Any]:
        """What the token says about its holder: ``app_id``, ``roles``, ``scopes``, ``delegated``, ``tenant_id``."""
        identity = identity_of(self._transport.credential.token().value)
        return {
            "app_id": identity.app_id,
            "roles": sorted(identity.roles),
            "scopes": sorted(identity.scopes),
            "delegated": identity.delegated,
            "tenant_id": identity.tenant_id,
        }

    def share_write_budget(self, path: Path) -> None:
        """Keep to the write budget together with all processes that share this file; call it before the first write."""
        self._transport.pacer.share(path)

    def close(self) -> None:
        """Close connections and threads."""
        if self._pool:
            self._pool.shutdown()
        self._transport.close()

    def _send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        version: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        request = Request(
            method,
            path.lstrip("/").partition("?")[0],
            self._url(relative(path, params), version),
            version,
            body=body,
            headers=headers or {},
            writes=int(method != "GET"),
        )
        return self._transport.send(request).body

    def _url(self, path: str, version: str) -> str:
        return f"{self._transport.endpoints.graph_url}/{version}/{path.lstrip('/')}"

    def _executor(self) -> ThreadPoolExecutor:
        with self._pool_lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self._concurrency, thread_name_prefix="graph")
            return self._pool


def _object(body: Any) -> dict[str, Any] | None:
    return body if isinstance(body, dict) else None
