# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON batching: up to 20 requests of one version in one envelope."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from entra_simulator.tenant.errors import Refusal, bad_url
from entra_simulator.tenant.gateway import Gateway
from entra_simulator.tenant.messages import Answer, Request

LIMIT = 20
_ITEM_FIELDS = frozenset({"id", "method", "url", "headers", "body", "dependsOn"})
_WRITES_WITH_BODY = frozenset({"POST", "PATCH", "PUT"})


def split_query(text: str) -> dict[str, str]:
    """Query options by name; of one named twice the last counts."""
    return dict(parse_qsl(text, keep_blank_values=True))


class Batch:
    """Answers ``POST /$batch`` by passing each item through the gateway."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._tenant = gateway.tenant

    def handle(self, request: Request) -> Answer:
        """The envelope's answer: 200 with one response per item, in no particular order, or 400 when malformed."""
        request_id = str(uuid.uuid4())
        client_id = request.headers.get("client-request-id") or request_id
        rule = self._tenant.faults.hit(request)
        app_id = None
        try:
            if rule is not None and rule.kind == "expire_token":
                self._tenant.tokens.revoke(request.headers.get("authorization", "").partition(" ")[2])
            app_id = self._tenant.tokens.identity(request.headers.get("authorization")).app_id
            if rule is not None and rule.refuses:
                raise rule.refusal()
            items = self._items(request.body)
            answer = Answer(200)
            if rule is None or rule.carried_out:
                answer = self._run(items, request)
            if rule is not None and rule.kind == "reset":
                answer = Answer(0, cut=True)
            elif rule is not None and rule.kind == "lost_answer":
                raise rule.refusal()
        except Refusal as refusal:
            body = refusal.body(self._tenant.clock.http_date(), request_id, client_id)
            answer = Answer(refusal.status, body, refusal.headers)
        fault = rule.kind if rule is not None else None
        self._tenant.journal.add(request, answer.status, applied=False, app_id=app_id, write=False, fault=fault)
        headers = {**answer.headers, "request-id": request_id, "client-request-id": client_id}
        delay = max(answer.delay, rule.seconds if rule is not None and rule.kind == "slow" else 0.0)
        return Answer(answer.status, answer.body, headers, delay, answer.cut)

    def _items(self, body: Any) -> list[dict[str, Any]]:
        items = body.get("requests") if isinstance(body, dict) else None
        if not isinstance(items, list) or not items:
            raise bad_url("Invalid batch payload format.")
        if len(items) > LIMIT:
            raise bad_url(f"Number of batch request steps exceeds the maximum value of {LIMIT}.")
        seen: set[str] = set()
        for item in items:
            self._check_item(item, seen)
            seen.add(item["id"].lower())
        return items

    def _check_item(self, item: Any, earlier: set[str]) -> None:
        if not isinstance(item, dict) or not all(isinstance(item.get(name), str) for name in ("id", "method", "url")):
            raise bad_url("Invalid batch payload format: every request needs id, method and url.")
        number = item["id"]
        if set(item) - _ITEM_FIELDS:
            raise bad_url(f"Invalid batch payload format: unknown property on request id : {number}.")
        if number.lower() in earlier:
            raise bad_url(f"Duplicate request id : {number}.")
        if item["url"].startswith(("http:", "https:")) or item["url"].lstrip("/").startswith(("v1.0/", "beta/")):
            raise bad_url(f"Invalid url on request id : {number}; it must be relative and without version.")
        names = {name.lower() for name in item.get("headers") or {}}
        if item["method"].upper() in _WRITES_WITH_BODY and ("body" not in item or "content-type" not in names):
            raise bad_url(f"Write request id : {number} does not contain Content-Type header or body.")
        for parent in item.get("dependsOn") or []:
            if parent.lower() not in earlier:
                raise bad_url(f"Request id : {number} depends on '{parent}', which does not stand before it.")

    def _run(self, items: list[dict[str, Any]], envelope: Request) -> Answer:
        responses: list[dict[str, Any]] = []
        failed: set[str] = set()
        delay = 0.0
        cut = False
        for item in items:
            if any(parent.lower() in failed for parent in item.get("dependsOn") or []):
                response = _failed_dependency(item["id"])
            else:
                answer = self._gateway.handle(_item_request(item, envelope))
                delay, cut = max(delay, answer.delay), cut or answer.cut
                response = _response(item["id"], answer)
            if response["status"] >= 400:
                failed.add(item["id"].lower())
            responses.append(response)
        self._tenant.random.shuffle(responses)
        return Answer(0 if cut else 200, {"responses": responses}, delay=delay, cut=cut)


def _item_request(item: Mapping[str, Any], envelope: Request) -> Request:
    path, _question_mark, query = item["url"].partition("?")
    headers = {name.lower(): str(value) for name, value in (item.get("headers") or {}).items()}
    for name in ("authorization", "user-agent", "client-request-id"):
        if name in envelope.headers:
            headers[name] = envelope.headers[name]
    return Request(
        method=item["method"].upper(),
        version=envelope.version,
        path=path if path.startswith("/") else f"/{path}",
        query=split_query(query),
        headers=headers,
        body=item.get("body"),
        batch=True,
    )


def _response(number: str, answer: Answer) -> dict[str, Any]:
    response: dict[str, Any] = {"id": number, "status": answer.status, "headers": dict(answer.headers)}
    if answer.body is not None:
        kind = "text/plain" if isinstance(answer.body, str) else "application/json"
        response["headers"]["Content-Type"] = kind
        response["body"] = answer.body
    return response


def _failed_dependency(number: str) -> dict[str, Any]:
    error = {"code": "FailedDependency", "message": "A request that this one depends on failed."}
    return {"id": number, "status": 424, "headers": {"Content-Type": "application/json"}, "body": {"error": error}}
