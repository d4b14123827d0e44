# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a failed connection means: was the request sent, and what should the user look at."""

from __future__ import annotations

from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError
from ansible_collections.entra.mfa.plugins.module_utils.graph.libraries import requests

_NEVER_SENT = ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ProxyError")
_UNTRUSTED = ("CERTIFICATE_VERIFY_FAILED", "NO_CERTIFICATE_OR_CRL_FOUND", "invalid path", "PEM")


def was_never_sent(reason: Exception) -> bool:
    """Whether no connection stood, so that the service cannot have seen the request."""
    if isinstance(reason, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError) or untrusted(reason):
        return True
    causes = [type(cause).__name__ for cause in _causes(reason)]
    return any(name in causes for name in _NEVER_SENT)


def untrusted(reason: Exception) -> bool:
    """Whether the host's certificate was refused; trying again does not help."""
    return isinstance(reason, requests.exceptions.SSLError) and any(word in str(reason) for word in _UNTRUSTED)


def unreachable(operation: str, reason: Exception, ca_path: str | None) -> GraphError:
    """The exception for a host that gave no answer, or whose certificate is not trusted."""
    if untrusted(reason):
        return GraphError(
            0,
            "certificate_not_trusted",
            "the host's certificate is not signed by a trusted authority",
            hint="check ca_path" if ca_path else "name the file with the authority's certificate in ca_path",
            operation=operation,
        )
    return GraphError(
        0,
        "unreachable",
        why(reason),
        hint="check network, proxy and cloud, and graph_url and authority_url where they are set",
        operation=operation,
    )


def why(reason: Exception) -> str:
    """The failure in a few words; never the library's text, which repeats the whole URL."""
    causes = [type(cause).__name__ for cause in _causes(reason)]
    if "NameResolutionError" in causes:
        return "the name of the host is not known"
    if isinstance(reason, requests.exceptions.ProxyError):
        return "the proxy cannot be reached"
    if isinstance(reason, requests.exceptions.Timeout):
        return "the host did not answer in time"
    if "Connection refused" in str(reason):
        return "the host refused the connection"
    return "the connection failed or was cut off"


def _causes(reason: BaseException) -> list[BaseException]:
    """The exception, and the ones wrapped in it as cause, context, first argument or ``reason``."""
    found: list[BaseException] = []
    waiting: list[object] = [reason]
    while waiting:
        one = waiting.pop()
        if isinstance(one, BaseException) and one not in found:
            found.append(one)
            waiting += [one.__cause__, getattr(one, "reason", None), *one.args[:2]]
    return found
