# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong between us and Microsoft Graph, told in one sentence each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.masking import scrub


class InputError(Exception):
    """Bad input by the user. The text is one sentence that names the field and the remedy."""


class GraphError(Exception):
    """Microsoft Graph, or the login before it, refused a request or could not be reached.

    Attributes:
        status: HTTP status; 0 when no answer came.
        code: the service's code, such as ``Authorization_RequestDenied``; never empty.
        message: the service's own words on one line, without telephone numbers or secrets.
        request_id: what Microsoft's support asks for, or None.
        hint: what to do about it, or None.
        operation: method and path that failed, such as ``GET users/ID``, or None.
        details: codes of the answer's ``error.details``, such as ``NoBackingApplicationObject``.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        request_id: str | None = None,
        hint: str | None = None,
        operation: str | None = None,
        details: tuple[str, ...] = (),
    ) -> None:
        super().__init__(status, code, message)
        self.status = status
        self.code = code
        self.message = message
        self.request_id = request_id
        self.hint = hint
        self.operation = operation
        self.details = details

    def __str__(self) -> str:
        answer = f"HTTP {self.status} ({self.code})" if self.status else self.code
        parts = [f"{self.operation or 'Microsoft Graph'}: {answer}: {self.message}"]
        if self.request_id:
            parts.append(f"request id {self.request_id}")
        if self.hint:
            parts.append(self.hint)
        return "; ".join(parts)

    def as_dict(self) -> dict[str, Any]:
        """The five facts that a module returns under ``error``."""
        return {
            "status": self.status,
            "code": self.code,
            "message": self.message,
            "request_id": self.request_id,
            "hint": self.hint,
        }


class UnknownOutcome(GraphError):  # noqa: N818 - names an outcome, which may well be a success
    """A write was sent and its answer never came (504, cut connection): read before repeating it."""


def error_from_answer(
    status: int,
    body: object,
    *,
    operation: str,
    request_id: str | None = None,
    hint: str | None = None,
    sent: object = None,
    unknown: bool = False,
) -> GraphError:
    """The exception for an answer of 400 or above.

    Args:
        body: the decoded error body ``{"error": {"code", "message", "innerError", "details"}}``, or any other text.
        request_id: of the answer's header; the body's own wins.
        sent: the body of the request, so that none of its secrets can come back in the message.
        unknown: whether it was a write that may have been applied.
    """
    error = body.get("error") if isinstance(body, Mapping) else None
    error = error if isinstance(error, Mapping) else {}
    inner = error.get("innerError") or error.get("innererror")
    inner = inner if isinstance(inner, Mapping) else {}
    details = error.get("details")
    kind = UnknownOutcome if unknown else GraphError
    return kind(
        status,
        str(error.get("code") or "") or f"http{status}",
        _one_line(scrub(str(error.get("message") or _text_of(body) or "the answer says nothing more"), sent)),
        request_id=str(inner.get("request-id") or "") or request_id,
        hint=hint,
        operation=operation,
        details=tuple(str(detail.get("code")) for detail in details if isinstance(detail, Mapping))
        if isinstance(details, list)
        else (),
    )


def _text_of(body: object) -> str:
    """At most 200 characters of an error body that is not Graph's, such as a proxy's; never a page of HTML."""
    text = body if isinstance(body, str) else ""
    return "" if "<" in text else text[:200]


def _one_line(text: str) -> str:
    return " ".join(text.split()).rstrip(".")
