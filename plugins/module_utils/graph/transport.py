# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request to Microsoft Graph: sent, paced, repeated, and its failure told."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.graph.clouds import Endpoints
from ansible_collections.entra.mfa.plugins.module_utils.graph.credentials import Credential
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import (
    GraphError,
    UnknownOutcome,
    error_from_answer,
)
from ansible_collections.entra.mfa.plugins.module_utils.graph.hints import Refusal, hint_for
from ansible_collections.entra.mfa.plugins.module_utils.graph.libraries import requests
from ansible_collections.entra.mfa.plugins.module_utils.graph.pacing import REPORT_BUDGET, Clock, Pacer
from ansible_collections.entra.mfa.plugins.module_utils.graph.reachability import (
    unreachable,
    untrusted,
    was_never_sent,
    why,
)
from ansible_collections.entra.mfa.plugins.module_utils.graph.retries import (
    NO_ANSWER,
    Repeat,
    RepeatPolicy,
    retry_after_of,
)
from ansible_collections.entra.mfa.plugins.module_utils.graph.sessions import Bearer, Session, SessionSettings
from ansible_collections.entra.mfa.plugins.module_utils.graph.tokens import Token, identity_of
from ansible_collections.entra.mfa.plugins.module_utils.graph.version import VERSION

USER_AGENT = f"entra.mfa/{VERSION}"
REPORT_PATHS = ("auditLogs/", "reports/")
UNKNOWN_HINT = "it may have been applied: read before repeating it"


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request.

    Attributes:
        path: relative to the version and without its query, for messages.
        url: absolute.
        version: ``v1.0`` or ``beta``.
        body: sent as JSON when it is not None.
        writes: changes in it: 1 for a write, for a ``$batch`` the number of writes inside.
    """

    method: str
    path: str
    url: str
    version: str
    body: Any = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    writes: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer, or the lack of one.

    Attributes:
        status: ``NO_ANSWER`` when the connection failed.
        body: decoded JSON, text, or None when the answer has no body.
        token: that the request carried.
        request_id: of the service, or the one we sent when the service gave none.
        failure: why there is no answer.
    """

    status: int
    headers: Mapping[str, str]
    body: Any = field(repr=False)
    token: Token
    request_id: str
    failure: Exception | None = None


class Statistics:
    """Counts of one client.

    Attributes:
        http_requests: requests sent to Microsoft Graph; a ``$batch`` is one, a login none.
        throttled: answers 429, of requests and of items inside a ``$batch``.
    """

    def __init__(self) -> None:
        self.http_requests = 0
        self.throttled = 0
        self._lock = threading.Lock()

    def count(self, *, http_requests: int = 0, throttled: int = 0) -> None:
        """Add to the counts."""
        with self._lock:
            self.http_requests += http_requests
            self.throttled += throttled


class Transport:
    """Sends requests for all threads of one client."""

    def __init__(
        self,
        endpoints: Endpoints,
        credential: Credential,
        settings: SessionSettings,
        *,
        pacer: Pacer,
        policy: RepeatPolicy,
        clock: Clock,
        connections: int,
    ) -> None:
        self.endpoints = endpoints
        self.credential = credential
        self.pacer = pacer
        self.reports = Pacer(connections, REPORT_BUDGET, clock)
        self.policy = policy
        self.clock = clock
        self.statistics = Statistics()
        self._settings = settings
        self._session = Session(settings, connections)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()
        self.pacer.close()

    def send(self, request: Request, *, reserved: bool = False) -> Answer:
        """Send a request until its answer is final.

        Args:
            reserved: the caller has reserved room for the request's writes already.

        Raises:
            UnknownOutcome: a write was answered 504 or its connection was cut.
            GraphError: any other final answer of 300 or above, no answer, or a refused login.
        """
        repeats, renewed = 0, False
        rationed = request.path.startswith(REPORT_PATHS)
        pacer, cost = (self.reports, 1) if rationed else (self.pacer, request.writes)
        while True:
            taken = cost if reserved else pacer.reserve(cost)
            reserved = False
            try:
                answer = self._attempt(request, self.credential.token())
            finally:
                pacer.settle(taken)
            if 200 <= answer.status < 300:
                return answer
            if answer.status == 401 and not renewed and self.credential.renew(answer.token):
                renewed = True
                continue
            if answer.status == 429:
                pacer.refuse(taken, taken, retry_after_of(answer.headers))
            repeat = self._repeat_after(answer, repeats, write=request.writes > 0)
            if repeat is None:
                raise self._failure(request, answer)
            repeats += repeat.counts
            self.clock.sleep(repeat.wait)

    def refusal(self, request: Request, answer: Answer, *, unknown: bool = False) -> GraphError:
        """The exception for an answer of 300 or above, with its hint."""
        error = error_from_answer(
            answer.status,
            answer.body,
            operation=f"{request.method} {request.path}",
            request_id=answer.request_id,
            sent=request.body,
            unknown=unknown,
        )
        refusal = Refusal(
            answer.status,
            error.code,
            request.method,
            request.path,
            request.version,
            identity_of(answer.token.value),
            self.endpoints.graph_url,
            self.credential.renewable,
        )
        error.hint = UNKNOWN_HINT if unknown else hint_for(refusal)
        return error

    def _attempt(self, request: Request, token: Token) -> Answer:
        own_id = str(uuid.uuid4())
        headers = {
            "Accept": "application/json",
            "User-Agent": USER_AGENT,
            "client-request-id": own_id,
            **request.headers,
        }
        with self.pacer.slot(writes=request.writes > 0) as flight:
            try:
                response = self._session.request(
                    request.method,
                    request.url,
                    json=request.body,
                    headers=headers,
                    auth=Bearer(token.value),
                    allow_redirects=False,
                )
                body = _decode(response)
            except requests.exceptions.RequestException as failure:
                self.statistics.count(http_requests=0 if was_never_sent(failure) else 1)
                return Answer(NO_ANSWER, {}, None, token, own_id, failure)
            throttled = (response.status_code == 429) + _throttled_items(body)
            flight.throttled = throttled > 0
        self.statistics.count(http_requests=1, throttled=throttled)
        if response.status_code == 503:
            self._session.drop_idle_connections()
        request_id = response.headers.get("request-id") or own_id
        return Answer(response.status_code, response.headers, body, token, request_id)

    def _repeat_after(self, answer: Answer, repeats: int, *, write: bool) -> Repeat | None:
        if answer.failure is not None and was_never_sent(answer.failure):
            return None if untrusted(answer.failure) else self.policy.before_sending(repeats)
        return self.policy.after(answer.status, retry_after_of(answer.headers), repeats, write=write)

    def _failure(self, request: Request, answer: Answer) -> GraphError:
        if answer.failure is None:
            return self.refusal(request, answer, unknown=request.writes > 0 and answer.status == 504)
        operation = f"{request.method} {request.path}"
        if request.writes and not was_never_sent(answer.failure):
            return UnknownOutcome(
                NO_ANSWER,
                "connection_cut",
                why(answer.failure),
                request_id=answer.request_id,
                hint=UNKNOWN_HINT,
                operation=operation,
            )
        return unreachable(operation, answer.failure, self._settings.ca_path)


def _decode(response: Any) -> Any:
    """JSON, text or None. A successful answer that breaks off inside its JSON counts as no answer at all."""
    if not response.content:
        return None
    if "json" not in response.headers.get("Content-Type", "application/json"):
        return response.text
    try:
        return response.json()
    except requests.exceptions.JSONDecodeError:
        if response.ok:
            raise
        return response.text


def _throttled_items(body: Any) -> int:
    items = body.get("responses") if isinstance(body, dict) else None
    return sum(isinstance(item, dict) and item.get("status") == 429 for item in items) if isinstance(items, list) else 0
