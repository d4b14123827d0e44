# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many calls in few requests: Graph's ``$batch``. Source: Graph documentation, *JSON batching*."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError, UnknownOutcome
from ansible_collections.entra.mfa.plugins.module_utils.graph.paging import NEXT_LINK, later_pages
from ansible_collections.entra.mfa.plugins.module_utils.graph.permissions import READ_METHODS
from ansible_collections.entra.mfa.plugins.module_utils.graph.retries import NO_ANSWER, retry_after_of
from ansible_collections.entra.mfa.plugins.module_utils.graph.tokens import Token
from ansible_collections.entra.mfa.plugins.module_utils.graph.transport import (
    UNKNOWN_HINT,
    Answer,
    Request,
    Transport,
)
from ansible_collections.entra.mfa.plugins.module_utils.graph.urls import relative

MAX_ITEMS = 20
_GATHER_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a batch.

    Attributes:
        path: relative to the version, percent-encoded where needed.
        body: sent as JSON when it is not None.
    """

    method: str
    path: str
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    params: Mapping[str, str] | None = None
    headers: Mapping[str, str] | None = None

    @property
    def is_write(self) -> bool:
        """Whether the call changes something."""
        return self.method.upper() not in READ_METHODS


@dataclass(frozen=True, slots=True)
class Reply:
    """The final answer to one call.

    Attributes:
        status: HTTP status; 0 when no answer came.
        body: of a successful answer, with the items of all its pages; None when it has none.
        error: why the call failed, or None.
        unknown: the outcome of a write is not known: read before repeating it.
    """

    status: int
    body: dict[str, Any] | None = field(default=None, repr=False)
    error: GraphError | None = None
    unknown: bool = False


@dataclass(slots=True)
class _Item:
    position: int
    call: Call
    due: float
    repeats: int = 0
    renewed: bool = False


class Batch:
    """One set of calls on its way: sent side by side, each item repeated on its own terms until it is answered."""

    def __init__(self, transport: Transport, executor: Callable[[], Executor], version: str) -> None:
        self._transport = transport
        self._executor = executor
        self._version = version
        self._replies: dict[int, Reply] = {}

    def run(self, calls: Sequence[Call]) -> list[Reply]:
        """The replies, in the order of the calls. A failed item is a reply with an error, never an exception."""
        clock = self._transport.clock
        waiting = [_Item(position, call, clock.now()) for position, call in enumerate(calls)]
        while waiting:
            due, waiting = _split_by_time(waiting)
            clock.sleep(max(0.0, max(item.due for item in due) - clock.now()))
            chunks = [due[start : start + MAX_ITEMS] for start in range(0, len(due), MAX_ITEMS)]
            for again in self._send_all(chunks):
                waiting += again
        return [self._replies[position] for position in range(len(calls))]

    def _send_all(self, chunks: list[list[_Item]]) -> Iterator[list[_Item]]:
        if len(chunks) == 1:
            return iter([self._send(chunks[0])])
        return self._executor().map(self._send, chunks)

    def _send(self, chunk: list[_Item]) -> list[_Item]:
        """Send up to 20 items in one request; returns those to be sent again, or later."""
        writes = [item for item in chunk if item.call.is_write]
        taken = self._transport.pacer.reserve(len(writes), at_least=1)
        later = writes[taken:]
        sent = [item for item in chunk if item not in later]
        url = f"{self._transport.endpoints.graph_url}/{self._version}/$batch"
        request = Request("POST", "$batch", url, self._version, body=_envelope(sent), writes=taken)
        try:
            answer = self._transport.send(request, reserved=True)
        except GraphError as error:
            return later + self._on_lost_answer(request, sent, error)
        answers = _answers(answer.body)
        self._tell_of_refusals(answers, [item for item in sent if item.call.is_write])
        again = [item for item in sent if self._is_open(item, answers.get(str(item.position)), answer)]
        return later + again

    def _tell_of_refusals(self, answers: Mapping[str, Mapping[str, Any]], writes: list[_Item]) -> None:
        """Writes that were refused for their number slow down all others."""
        replies = [answers.get(str(item.position)) or {} for item in writes]
        refused = [reply for reply in replies if reply.get("status") == 429]
        waits = [wait for reply in refused if (wait := retry_after_of(reply.get("headers") or {}))]
        if waits:
            self._transport.pacer.refuse(len(refused), len(writes), max(waits))

    def _on_lost_answer(self, request: Request, sent: list[_Item], error: GraphError) -> list[_Item]:
        """No item has an answer of its own. Reads are sent again; of writes nobody knows whether they were applied."""
        lost = isinstance(error, UnknownOutcome) or (request.writes > 0 and error.status in {500, 502})
        again = []
        for item in sent:
            if lost and item.call.is_write:
                self._replies[item.position] = self._unknown(item, error.status, error.code, error.message)
            elif lost and self._repeats(item, error.status, None):
                again.append(item)
            else:
                self._replies[item.position] = Reply(error.status, error=error)
        return again

    def _is_open(self, item: _Item, raw: Mapping[str, Any] | None, envelope: Answer) -> bool:
        """Whether the item must be sent again; its reply is kept otherwise."""
        if raw is None:
            return self._is_open_without_answer(item)
        answer = Answer(
            int(raw.get("status") or NO_ANSWER),
            raw.get("headers") or {},
            raw.get("body"),
            envelope.token,
            envelope.request_id,
        )
        if 200 <= answer.status < 300:
            self._replies[item.position] = self._success(item, answer)
            return False
        if answer.status == 401 and self._renew(item, envelope.token):
            return True
        if self._repeats(item, answer.status, retry_after_of(answer.headers)):
            return True
        unknown = item.call.is_write and answer.status == 504
        request = self._request(item.call)
        error = self._transport.refusal(request, answer, unknown=unknown)
        self._replies[item.position] = Reply(answer.status, error=error, unknown=unknown)
        return False

    def _is_open_without_answer(self, item: _Item) -> bool:
        if not item.call.is_write and self._repeats(item, NO_ANSWER, None):
            return True
        reply = self._unknown(item, NO_ANSWER, "answer_missing", "the batch was answered without this call")
        self._replies[item.position] = Reply(reply.status, error=reply.error, unknown=item.call.is_write)
        return False

    def _success(self, item: _Item, answer: Answer) -> Reply:
        body = answer.body if isinstance(answer.body, dict) or answer.body is None else {"value": answer.body}
        if not body or NEXT_LINK not in body:
            return Reply(answer.status, body)
        items = list(body.get("value") or [])
        try:
            for page in later_pages(self._transport, body, item.call.headers):
                items += page.get("value") or []
        except GraphError as error:
            return Reply(error.status, error=error)
        return Reply(answer.status, {**{key: body[key] for key in body if key != NEXT_LINK}, "value": items})

    def _renew(self, item: _Item, rejected: Token) -> bool:
        if item.renewed:
            return False
        item.renewed = True
        try:
            return self._transport.credential.renew(rejected) is not None
        except GraphError:
            return False

    def _repeats(self, item: _Item, status: int, retry_after: float | None) -> bool:
        """Put the item off when its answer allows another try."""
        repeat = self._transport.policy.after(status, retry_after, item.repeats, write=item.call.is_write)
        if repeat is None:
            return False
        item.repeats += repeat.counts
        item.due = self._transport.clock.now() + repeat.wait
        return True

    def _request(self, call: Call) -> Request:
        return Request(call.method, _plain_path(call), "", self._version, body=call.body)

    def _unknown(self, item: _Item, status: int, code: str, message: str) -> Reply:
        operation = f"{item.call.method} {_plain_path(item.call)}"
        error = UnknownOutcome(status, code, message, hint=UNKNOWN_HINT, operation=operation)
        return Reply(status, error=error, unknown=True)


def _split_by_time(items: list[_Item]) -> tuple[list[_Item], list[_Item]]:
    """The items whose time comes first, with those that follow within a second, and the rest."""
    horizon = min(item.due for item in items) + _GATHER_SECONDS
    return [item for item in items if item.due <= horizon], [item for item in items if item.due > horizon]


def _plain_path(call: Call) -> str:
    return call.path.lstrip("/").partition("?")[0]


def _envelope(items: list[_Item]) -> dict[str, Any]:
    return {"requests": [_entry(item) for item in items]}


def _entry(item: _Item) -> dict[str, Any]:
    call = item.call
    entry: dict[str, Any] = {
        "id": str(item.position),
        "method": call.method.upper(),
        "url": f"/{relative(call.path, call.params)}",
    }
    headers = dict(call.headers or {})
    if call.body is not None:
        headers.setdefault("Content-Type", "application/json")
        entry["body"] = call.body
    if headers:
        entry["headers"] = headers
    return entry


def _answers(body: Any) -> dict[str, Mapping[str, Any]]:
    entries = body.get("responses") if isinstance(body, dict) else None
    return {str(entry["id"]): entry for entry in entries or [] if isinstance(entry, dict) and "id" in entry}
