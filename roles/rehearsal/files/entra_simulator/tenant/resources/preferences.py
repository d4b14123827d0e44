# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Default method and per-user MFA state of a user (beta)."""

from __future__ import annotations

from entra_simulator.tenant import bodies
from entra_simulator.tenant.audits import record_methods
from entra_simulator.tenant.errors import method_refused
from entra_simulator.tenant.messages import Answer
from entra_simulator.tenant.registration import PREFERENCES, default_options
from entra_simulator.tenant.resources.phone_methods import changing, seen
from entra_simulator.tenant.routing import Call

PREFERENCES_BODY: bodies.Shape = {
    "isSystemPreferredAuthenticationMethodEnabled": bodies.optional(bodies.flag),
    "userPreferredMethodForSecondaryAuthentication": bodies.Property(bodies.one_of(*PREFERENCES), nullable=False),
}
REQUIREMENTS_BODY: bodies.Shape = {
    "perUserMfaState": bodies.required(bodies.one_of("disabled", "enabled", "enforced")),
}


def get_preferences(call: Call) -> Answer:
    """``GET …/authentication/signInPreferences``."""
    methods, options = seen(call), default_options(call.tenant, call.user())
    return Answer(
        200,
        {
            "isSystemPreferredAuthenticationMethodEnabled": methods.system_preferred,
            "userPreferredMethodForSecondaryAuthentication": methods.preferred,
            "systemPreferredAuthenticationMethod": options[0] if options and methods.system_preferred else None,
        },
    )


def set_preferences(call: Call) -> Answer:
    """``PATCH …/authentication/signInPreferences``: the method must be registered; policy is not asked."""
    user, before = changing(call)
    preferred = call.body.get("userPreferredMethodForSecondaryAuthentication")
    if preferred is not None:
        if preferred not in default_options(call.tenant, user):
            raise method_refused("The method is not registered for the user.")
        user.methods.preferred = preferred
    enabled = call.body.get("isSystemPreferredAuthenticationMethodEnabled")
    if enabled is not None:
        user.methods.system_preferred = enabled
    record_methods(call, user, before)
    return Answer(204)


def get_requirements(call: Call) -> Answer:
    """``GET …/authentication/requirements``."""
    return Answer(200, {"perUserMfaState": seen(call).per_user_state})


def set_requirements(call: Call) -> Answer:
    """``PATCH …/authentication/requirements``."""
    user, before = changing(call)
    user.methods.per_user_state = call.body["perUserMfaState"]
    record_methods(call, user, before)
    return Answer(204)
