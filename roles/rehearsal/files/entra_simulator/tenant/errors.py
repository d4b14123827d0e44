# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refusals of the simulated Graph service and the error body they are sent in.

The codes follow the public error pages of Microsoft Graph; where a page names no code, clients are expected to
branch on the HTTP status, so the code chosen here carries no promise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Refusal(Exception):  # noqa: N818 - the service refuses, nothing is in error
    """A request that is answered with an error instead of being carried out.

    ``status`` is the HTTP status, ``code`` the short code to branch on, ``message`` one English sentence. ``details``
    and ``headers`` are sent along when they are not empty.
    """

    status: int
    code: str
    message: str
    details: list[dict[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def body(self, date: str, request_id: str, client_request_id: str) -> dict[str, Any]:
        """The answer's JSON: ``error`` with code, message, innerError and, where present, details."""
        inner = {"date": date, "request-id": request_id, "client-request-id": client_request_id}
        error: dict[str, Any] = {"code": self.code, "message": self.message, "innerError": inner}
        if self.details:
            error["details"] = self.details
        return {"error": error}


def bad_request(message: str, details: list[dict[str, str]] | None = None) -> Refusal:
    """400 for a bad value in a directory request."""
    return Refusal(400, "Request_BadRequest", message, details or [])


def bad_url(message: str) -> Refusal:
    """400 for a URL that the service cannot resolve."""
    return Refusal(400, "BadRequest", message)


def unsupported_query(message: str) -> Refusal:
    """400 for a query that needs the advanced query headers or that the property does not support."""
    return Refusal(400, "Request_UnsupportedQuery", message)


def wrong_verb_or_version(method: str) -> Refusal:
    """405 for a verb or path that this API version does not have."""
    return Refusal(
        405, "Request_BadRequest", f"Specified HTTP method '{method}' is not allowed for the request target."
    )


def object_missing(key: str) -> Refusal:
    """404 for a directory object that does not exist or has not been replicated yet."""
    return Refusal(
        404,
        "Request_ResourceNotFound",
        f"Resource '{key}' does not exist or one of its queried reference-property objects are not present.",
    )


def not_found(message: str) -> Refusal:
    """404 outside the directory objects: methods, devices, policies, federation configurations."""
    return Refusal(404, "resourceNotFound", message)


def method_refused(message: str) -> Refusal:
    """400 of the authentication methods family."""
    return Refusal(400, "badRequest", message)


def access_denied() -> Refusal:
    """403 of the directory: the token lacks a permission. It does not say which one."""
    return Refusal(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")


def method_access_denied() -> Refusal:
    """403 of the authentication methods family."""
    return Refusal(403, "accessDenied", "Request Authorization failed")


def invalid_token(message: str) -> Refusal:
    """401 with the challenge header that tells a client to renew its token."""
    headers = {"WWW-Authenticate": 'Bearer realm="", error="invalid_token"'}
    return Refusal(401, "InvalidAuthenticationToken", message, headers=headers)


def throttled(retry_after: int, extra: Mapping[str, str] | None = None) -> Refusal:
    """429 with the seconds after which the request may be sent again."""
    headers = {"Retry-After": str(retry_after), **(extra or {})}
    return Refusal(429, "TooManyRequests", "Too many requests. Please retry later.", headers=headers)
