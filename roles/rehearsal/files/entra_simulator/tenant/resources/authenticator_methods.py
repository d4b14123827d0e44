# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Methods that Graph only lists and deletes (Authenticator, software OATH), and the list of all methods of a user."""

from __future__ import annotations

from typing import Any, TypeVar

from entra_simulator.tenant.audits import record_methods
from entra_simulator.tenant.errors import not_found
from entra_simulator.tenant.messages import Answer
from entra_simulator.tenant.query import EntityType
from entra_simulator.tenant.registration import forget_default
from entra_simulator.tenant.resources import access_passes, hardware_tokens, phone_methods
from entra_simulator.tenant.resources.phone_methods import changing, seen
from entra_simulator.tenant.routing import Call
from entra_simulator.tenant.store import Authenticator, SoftwareToken

Method = TypeVar("Method", Authenticator, SoftwareToken)
SIGN_IN_METHOD = "28c10230-6103-485e-b985-444c60001490"
_PREFIX = "#microsoft.graph."

AUTHENTICATOR_KIND = EntityType(name="microsoftAuthenticatorAuthenticationMethod", properties=frozenset())
SOFTWARE_KIND = EntityType(name="softwareOathAuthenticationMethod", properties=frozenset())
ANY_KIND = EntityType(name="authenticationMethod", properties=frozenset())


def _app(call: Call, app: Authenticator) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": app.id,
        "createdDateTime": app.created,
        "displayName": app.display_name,
        "deviceTag": "SoftwareTokenActivated",
        "phoneAppVersion": "6.2405.3618",
    }
    return {**shown, **({"clientAppName": "microsoftAuthenticator"} if call.request.version == "beta" else {})}


def _token(token: SoftwareToken) -> dict[str, Any]:
    return {"id": token.id, "createdDateTime": token.created, "secretKey": None}


def list_methods(call: Call) -> Answer:
    """``GET …/authentication/methods``: every method that this API version knows, the password too."""
    methods = seen(call)
    rows: list[dict[str, Any]] = [
        {
            "@odata.type": f"{_PREFIX}passwordAuthenticationMethod",
            "id": SIGN_IN_METHOD,
            "password": None,
            "createdDateTime": None,
        }
    ]
    phones = [phone_methods.present(methods, kind) for kind in phone_methods.IDS if kind in methods.phones]
    rows += [_typed("phoneAuthenticationMethod", phone) for phone in phones]
    rows += [_typed("microsoftAuthenticatorAuthenticationMethod", _app(call, app)) for app in methods.authenticators]
    rows += [_typed("softwareOathAuthenticationMethod", _token(token)) for token in methods.software]
    if methods.access_pass is not None:
        shown = access_passes.present(call.tenant, methods.access_pass)
        rows.append(_typed("temporaryAccessPassAuthenticationMethod", shown))
    if call.request.version == "beta":
        hardware = [hardware_tokens.present_method(call.tenant, device_id) for device_id in methods.hardware]
        rows += [_typed("hardwareOathAuthenticationMethod", method) for method in hardware]
    return call.many(rows, ANY_KIND)


def _typed(name: str, method: dict[str, Any]) -> dict[str, Any]:
    return {"@odata.type": f"{_PREFIX}{name}", **method}


def list_apps(call: Call) -> Answer:
    """``GET …/microsoftAuthenticatorMethods``."""
    return call.many([_app(call, app) for app in seen(call).authenticators], AUTHENTICATOR_KIND)


def get_app(call: Call) -> Answer:
    """``GET …/microsoftAuthenticatorMethods/{id}``."""
    return Answer(200, _app(call, _find(call, seen(call).authenticators)))


def delete_app(call: Call) -> Answer:
    """``DELETE …/microsoftAuthenticatorMethods/{id}``."""
    user, before = changing(call)
    user.methods.authenticators.remove(_find(call, user.methods.authenticators))
    forget_default(call.tenant, user)
    record_methods(call, user, before)
    return Answer(204)


def list_tokens(call: Call) -> Answer:
    """``GET …/softwareOathMethods``."""
    return call.many([_token(token) for token in seen(call).software], SOFTWARE_KIND)


def get_token(call: Call) -> Answer:
    """``GET …/softwareOathMethods/{id}``."""
    return Answer(200, _token(_find(call, seen(call).software)))


def delete_token(call: Call) -> Answer:
    """``DELETE …/softwareOathMethods/{id}``."""
    user, before = changing(call)
    user.methods.software.remove(_find(call, user.methods.software))
    forget_default(call.tenant, user)
    record_methods(call, user, before)
    return Answer(204)


def _find(call: Call, methods: list[Method]) -> Method:
    for method in methods:
        if method.id.lower() == call.values["method"].lower():
            return method
    raise not_found("The authentication method does not exist for this user.")
