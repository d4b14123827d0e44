# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What takes the place of each feature of MFA Server in Microsoft Entra.

The three tables of the migration guide's chapter on dependencies: authentication methods, settings of the User portal,
and authentication services.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

STANDARD = "standard"
PIN = "pin"
_REGISTRATION = "Combined registration of security information, by the authentication methods policy"
_METHOD_SETTINGS = "Authentication methods policy"


class Equivalent(NamedTuple):
    """One feature and what stands for it; ``action`` is what somebody has to do, None for nothing."""

    feature: str
    entra: str
    action: str | None = None


METHODS: Mapping[tuple[str, str], Equivalent] = {
    ("phone_call", STANDARD): Equivalent("Phone call (Standard)", "Phone call"),
    ("text_message", STANDARD): Equivalent("Text message (OTP)", "Text message with a code to enter"),
    ("mobile_app", STANDARD): Equivalent("Mobile app (Standard)", "Microsoft Authenticator"),
    ("oath_token", STANDARD): Equivalent("OATH token", "Hardware OATH token"),
    ("phone_call", PIN): Equivalent(
        "Phone call (PIN)", "Voice OTP", "Enable Voice OTP, or better move these users to a method without telephone."
    ),
    ("text_message", PIN): Equivalent("Text message (OTP + PIN)", "Text message with a code to enter"),
    ("mobile_app", PIN): Equivalent("Mobile app (PIN)", "Number matching, which is always on"),
}
"""Methods by name and mode. A PIN mode that is not here has no equivalent."""

NO_EQUIVALENT = Equivalent("PIN", "none", "Tell these users that Entra asks for no PIN with this method.")

COMPANY_SETTINGS: Mapping[str, Equivalent] = {
    "language": Equivalent("Language of calls, messages, app and tokens", "Taken from the browser of the user"),
    "default_pin_rules": Equivalent("Default PIN rules", "Not applicable"),
    "username_resolution": Equivalent("Username resolution", "Not needed"),
    "text_message": Equivalent("Text message tab", "A default message"),
    "oath_token": Equivalent("OATH token tab", "A default message"),
    "reports": Equivalent("Reports", "Authentication methods activity reports"),
}

USER_PORTAL: Mapping[str, Equivalent] = {
    "portal_url": Equivalent("User portal URL", "https://aka.ms/mfasetup", "Redirect the portal when all users moved."),
    "user_enrollment": Equivalent("Allow user enrollment", _REGISTRATION),
    "prompt_backup_phone": Equivalent("Prompt for backup phone", _METHOD_SETTINGS),
    "prompt_oath_token": Equivalent("Prompt for third-party OATH token", _METHOD_SETTINGS),
    "one_time_bypass": Equivalent(
        "Allow users to initiate a One-Time Bypass",
        "Temporary Access Pass",
        "Enable Temporary Access Pass; an administrator issues it, users cannot.",
    ),
    "select_method": Equivalent("Allow users to select method", _METHOD_SETTINGS),
    "select_phone_call": Equivalent("Phone call", "Phone call settings", "Set greeting and caller id in the tenant."),
    "select_text_message": Equivalent("Text message", _METHOD_SETTINGS),
    "select_mobile_app": Equivalent("Mobile app", _METHOD_SETTINGS),
    "select_oath_token": Equivalent("OATH token", "OATH tokens of the tenant"),
    "select_language": Equivalent("Allow users to select language", "Taken from the browser of the user"),
    "activate_mobile_app": Equivalent("Allow users to activate mobile app", _METHOD_SETTINGS),
    "device_limit": Equivalent("Device limit", "Five devices: apps, hardware and software OATH tokens together"),
    "security_questions_fallback": Equivalent(
        "Use security questions for fallback", "Any other registered method at sign-in"
    ),
    "questions_to_answer": Equivalent("Questions to answer", "Security questions serve password reset alone"),
    "associate_oath_token": Equivalent("Allow users to associate third-party OATH token", "OATH tokens of the tenant"),
    "oath_token_fallback": Equivalent("Use OATH token for fallback", "OATH tokens of the tenant"),
    "session_timeout": Equivalent("Session timeout", "None"),
    "security_questions": Equivalent("Security questions", "Security questions serve password reset alone"),
    "passed_sessions": Equivalent("Passed sessions", "Registration is managed by Entra"),
    "trusted_ips": Equivalent("Trusted IPs", "Trusted IPs, or named locations", "Enter the addresses in the tenant."),
}

SERVICES: Mapping[str, Equivalent] = {
    "radius": Equivalent(
        "RADIUS authentication",
        "SAML or OpenID Connect; else an NPS server with the Entra multifactor authentication extension",
        "Federate each RADIUS client with Entra where it can, otherwise send it to an NPS server with the extension.",
    ),
    "ldap": Equivalent(
        "LDAP authentication",
        "SAML or OpenID Connect; else RADIUS by the NPS extension; else Microsoft Entra Domain Services",
        "Federate each LDAP client with Entra where it can; self-service password reset takes over password changes.",
    ),
    "iis": Equivalent(
        "IIS authentication",
        "SAML or OpenID Connect; else Entra application proxy",
        "Federate the web applications with Entra, or publish them by application proxy.",
    ),
    "adfs": Equivalent(
        "AD FS adapter of MFA Server",
        "Applications federated with Entra; else the Entra adapter of AD FS on Windows Server 2016 or later",
        "Federate the relying parties with Entra, or let AD FS use its Entra multifactor authentication adapter.",
    ),
    "user_portal": Equivalent(
        "User portal", "https://aka.ms/mfasetup", "Redirect or close the portal when all users moved."
    ),
    "web_service_sdk": Equivalent(
        "Web Service SDK", "Microsoft Graph", "Find what calls the SDK and move it to Microsoft Graph."
    ),
    "mobile_app_service": Equivalent("Mobile app web service", "Not needed"),
    "ad_sync": Equivalent("Directory synchronisation of MFA Server", "Microsoft Entra Connect"),
}
"""Authentication services by the names that ``mfa_server_info`` gives the dependencies."""
