# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors of the login service, in terms of what to do. Source: Entra's AADSTS reference."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError
from ansible_collections.entra.mfa.plugins.module_utils.masking import scrub

_OTHER_CLOUD = "set cloud (global, us_gov, us_gov_dod or china) to the one in which the tenant lives"
_CERTIFICATE = "add this certificate to the app registration, or name the one that is there in certificate_path"

_HINTS = {
    "7000215": "client_secret is wrong: give the value of a current secret of the app, not the secret's id",
    "7000222": "the secret or certificate has expired: add a new one to the app registration and use that",
    "7000218": "give client_secret, certificate_path or federated_token_file",
    "700016": "client_id is not an app of this tenant: compare client_id and tenant_id with the app registration",
    "7000112": "the app is disabled: enable its enterprise application",
    "700021": "the assertion is not for this app: compare client_id with the token's subject",
    "70021": "the app has no federated credential for this token: compare issuer, subject and audience",
    "700024": "the assertion is outside its time: check this machine's clock",
    "700027": _CERTIFICATE,
    "50012": _CERTIFICATE,
    "90002": f"tenant_id names no tenant here: check it, or {_OTHER_CLOUD}",
    "900023": "tenant_id is neither a tenant's id nor one of its domain names",
    "90038": _OTHER_CLOUD,
    "900382": _OTHER_CLOUD,
    "900432": _OTHER_CLOUD,
    "500011": f"the tenant does not know this Graph: check graph_url, or {_OTHER_CLOUD}",
    "70011": "check graph_url: the scope made from it is not accepted",
    "28002": "check graph_url: the scope made from it is not accepted",
    "700022": "check graph_url: the scope made from it is not accepted",
    "53003": "a Conditional Access policy blocks this app or this place",
    "90055": "the login service throttles this tenant: try again later",
}


def token_error(
    answer: Mapping[str, Any], *, operation: str, status: int | None = None, sent: object = None
) -> GraphError:
    """The exception for a refused login.

    Args:
        answer: ``error``, ``error_description``, ``error_codes``, ``trace_id`` as the token service gives them.
        status: HTTP status, where it is known.
        sent: the credential, so that it cannot come back in the message.
    """
    kind = str(answer.get("error") or "login_failed")
    description = str(answer.get("error_description") or "the login service gave no reason")
    number = _number(answer, description)
    hint = _HINTS.get(number) if number else None
    return GraphError(
        status or (401 if kind in {"invalid_client", "unauthorized_client"} else 400),
        f"{kind}, AADSTS{number}" if number else kind,
        scrub(_reason(description, first_sentence=hint is not None), sent),
        request_id=str(answer.get("trace_id") or "") or None,
        hint=hint,
        operation=operation,
    )


def token_error_from_text(text: str, *, operation: str, status: int | None, otherwise: str) -> GraphError:
    """The exception for an answer of the login host that is not a token answer, such as a refused discovery.

    Args:
        text: the body of that answer.
        otherwise: what to say when it is not the login service's JSON.
    """
    try:
        answer = json.loads(text)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or "error" not in answer:
        answer = {"error": "login_failed", "error_description": otherwise}
    return token_error(answer, operation=operation, status=status)


def _number(answer: Mapping[str, Any], description: str) -> str | None:
    codes = answer.get("error_codes")
    if isinstance(codes, list) and codes:
        return str(codes[0])
    found = re.search(r"AADSTS(\d+)", description)
    return found[1] if found else None


def _reason(description: str, *, first_sentence: bool) -> str:
    """The description's own words without its number, trace lines and time; one sentence where a hint says the rest."""
    text = re.split(r"\s*(?:Trace ID:|Correlation ID:|Timestamp:)", description, maxsplit=1)[0]
    text = " ".join(re.sub(r"^AADSTS\d+:\s*", "", text).split())
    return (text.split(". ", 1)[0] if first_sentence else text).rstrip(".")
