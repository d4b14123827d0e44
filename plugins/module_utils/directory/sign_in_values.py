# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a record of the sign-in log says about multifactor authentication.

Microsoft documents the properties and not all their texts, so that a text is searched for the words that tell, in every
place where it may stand. What is not understood is ``unknown``, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

Source = Literal["cloud", "federated", "session", "single_factor", "unknown", "must_register", "mfa_failed", "failed"]
SOURCES: tuple[Source, ...] = (
    "cloud",
    "federated",
    "session",
    "single_factor",
    "unknown",
    "must_register",
    "mfa_failed",
    "failed",
)

_EXTERNAL = ("external provider", "external authentication provider")
_SESSION = (
    "claim in the token",
    "claim in token",
    "claim in access token",
    "previously satisfied",
    "satisfied by token",
)
_DONE = ("mfa completed", "mfa successfully completed", "completed in the cloud", "satisfied by strong authentication")
_NO_SECOND_FACTOR = ("", "password", "previously satisfied", "satisfied by token", "claim in access token", "federated")
_MUST_REGISTER = (50072, 50079, 50203)
_MFA_FAILED = (500121, 500125)


class SignIn(NamedTuple):
    """One sign-in: who, when (as the service writes it, UTC), to which app, and where MFA was done."""

    user_id: str
    upn: str
    at: str
    app: str
    source: Source


def sign_in(item: Mapping[str, Any]) -> SignIn:
    """The sign-in of a record of either version."""
    return SignIn(
        user_id=str(item.get("userId") or "").lower(),
        upn=str(item.get("userPrincipalName") or ""),
        at=str(item["createdDateTime"]),
        app=str(item.get("appDisplayName") or ""),
        source=source(item),
    )


def source(item: Mapping[str, Any]) -> Source:
    """Where the user did MFA, or why the sign-in tells nothing.

    ``cloud`` by Entra, ``federated`` by the identity provider whose claim Entra accepted, ``session`` by a claim of an
    earlier sign-in, whose origin is not told.
    """
    code = (item.get("status") or {}).get("errorCode") or 0
    if code in _MUST_REGISTER:
        return "must_register"
    if code in _MFA_FAILED:
        return "mfa_failed"
    if code:
        return "failed"
    texts = [text.casefold() for text in _texts(item)]
    if _any_of(_EXTERNAL, texts) or _federated_step(item):
        return "federated"
    if _second_factor(item) or _any_of(_DONE, texts):
        return "cloud"
    if _any_of(_SESSION, texts):
        return "session"
    return "single_factor" if item.get("authenticationRequirement") == "singleFactorAuthentication" else "unknown"


def _steps(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [step for step in item.get("authenticationDetails") or () if step.get("succeeded") is not False]


def _texts(item: Mapping[str, Any]) -> Iterator[str]:
    yield (item.get("status") or {}).get("additionalDetails") or ""
    for step in _steps(item):
        yield step.get("authenticationStepResultDetail") or ""
        yield step.get("authenticationMethod") or ""


def _federated_step(item: Mapping[str, Any]) -> bool:
    return any(
        (step.get("authenticationMethod") or "").casefold() == "federated" and _is_second(step) for step in _steps(item)
    )


def _second_factor(item: Mapping[str, Any]) -> bool:
    """Whether the user passed a factor of Entra beside the password, or one that is MFA by itself."""
    if (item.get("mfaDetail") or {}).get("authMethod"):
        return True
    steps = [step for step in _steps(item) if _method(step) not in _NO_SECOND_FACTOR]
    asked = item.get("authenticationRequirement") != "singleFactorAuthentication"
    return bool(steps) and (asked or any(_is_second(step) for step in steps))


def _is_second(step: Mapping[str, Any]) -> bool:
    return "multi" in (step.get("authenticationStepRequirement") or "").casefold()


def _method(step: Mapping[str, Any]) -> str:
    return str(step.get("authenticationMethod") or "").casefold()


def _any_of(words: tuple[str, ...], texts: list[str]) -> bool:
    return any(word in text for word in words for text in texts)
