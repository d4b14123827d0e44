# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AD FS demands of its users: providers, rules and policies, and which of them MFA Server must fulfil.

Rules are texts of the claim rule language; they are searched for what they issue, not interpreted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

CLOUD_PROVIDER = "AzureMfaAuthentication"
SERVER_PROVIDERS = ("AzureMfaServerAuthentication", "WindowsAzureMultiFactorAuthentication")
# Farms of this level (Windows Server 2016) and above have the provider of the cloud built in.
CLOUD_PROVIDER_LEVEL = 3
MFA_NAME = re.compile(r"\bMFA\b|multi-?factor", re.IGNORECASE)
MFA_RULE = re.compile(r"claims/(?:multipleauthn|authnmethodsproviders)\b", re.IGNORECASE)
# Claim types are names, not addresses: their scheme is part of the name and is http.
MISSPELT = re.compile(r"https://schemas\.(?:microsoft\.com|xmlsoap\.org)/[^\s\"']+", re.IGNORECASE)
RULES = ("additional_authentication_rules", "issuance_authorization_rules", "issuance_transform_rules")
SECONDARY = "SecondaryComputer"
# Additional authentication that only users with a certificate can fulfil.
CERTIFICATES = "CertificateAuthentication"
GLOBAL_POLICY = "global policy"


@dataclass(frozen=True, slots=True)
class Providers:
    """Authentication providers: all that are registered, and those that the global policy allows as additional."""

    registered: list[str]
    additional: list[str]

    def as_result(self) -> dict[str, Any]:
        """What the play sees; the last two say in one word each what a migration asks."""
        return {
            "registered": self.registered,
            "additional": self.additional,
            "cloud": CLOUD_PROVIDER in self.additional,
            "mfa_server": [name for name in SERVER_PROVIDERS if name in self.registered],
        }


def providers(configuration: Mapping[str, Any]) -> Providers:
    """The providers of a farm."""
    return Providers(
        registered=[str(name) for name in configuration.get("providers") or []],
        additional=[str(name) for name in _global_policy(configuration).get("additional_providers") or []],
    )


def relying_parties(configuration: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every relying party trust: name, identifiers, enabled, policy, whether MFA is demanded on-premises, and why."""
    policies = {str(policy["name"]): policy for policy in configuration.get("access_control_policies") or []}
    return [_relying_party(trust, policies) for trust in configuration.get("relying_parties") or []]


def demands_mfa(rules: str) -> bool:
    """Whether additional authentication rules issue the demand for MFA, or choose its provider."""
    return MFA_RULE.search(rules) is not None


def policy_demands_mfa(name: str, policy: Mapping[str, Any] | None) -> bool:
    """Whether an access control policy has a condition about MFA, or a name that says so."""
    conditions = " ".join(map(str, (policy or {}).get("conditions") or []))
    metadata = str((policy or {}).get("metadata") or "")
    return any(MFA_NAME.search(text) for text in (name, conditions, metadata))


def primary_providers(configuration: Mapping[str, Any]) -> list[str]:
    """The providers that the global policy has as primary authentication, inside or outside."""
    policy = _global_policy(configuration)
    return [str(name) for kind in ("primary_intranet", "primary_extranet") for name in policy.get(kind) or []]


def left_without(configuration: Mapping[str, Any], name: str) -> list[str]:
    """Who could not fulfil the MFA that they demand once a provider is gone: trusts by name, and the global policy.

    These are the ones whose rules name the provider, and, where no other additional provider would be left but
    certificates, all that demand MFA.
    """
    remaining = set(providers(configuration).additional) - {name, CERTIFICATES}
    demanding = {trust["name"] for trust in relying_parties(configuration) if trust["demands_mfa"]}
    if demands_mfa(str(_global_policy(configuration).get(RULES[0]) or "")):
        demanding.add(GLOBAL_POLICY)
    naming = {place or GLOBAL_POLICY for place, _kind, text in _rule_texts(configuration) if name in text}
    return sorted(naming | (set() if remaining else demanding))


def misspelt_claim_types(configuration: Mapping[str, Any]) -> list[dict[str, str]]:
    """Claim types with `https` where `http` is meant: such a rule never applies. One entry a place and claim type."""
    found: list[dict[str, str]] = []
    for place, kind, text in _rule_texts(configuration):
        for claim_type in dict.fromkeys(MISSPELT.findall(text)):
            meant = "http" + claim_type[len("https") :]
            found.append({"relying_party": place, "rules": kind, "claim_type": claim_type, "meant": meant})
    return found


def warnings(configuration: Mapping[str, Any]) -> list[str]:
    """What an operator must know before touching the farm, one sentence each."""
    told = [
        f"{entry['rules']} of {entry['relying_party'] or 'the global policy'} name {entry['claim_type']}, "
        f"which no claim has: {entry['meant']} is meant"
        for entry in misspelt_claim_types(configuration)
    ]
    level = configuration.get("farm_behavior")
    if level is None or int(level) < CLOUD_PROVIDER_LEVEL:
        told.append(
            f"the farm behavior level is {'not known' if level is None else level}; {CLOUD_PROVIDER} needs "
            f"{CLOUD_PROVIDER_LEVEL} (Windows Server 2016) or higher"
        )
    return told


def _global_policy(configuration: Mapping[str, Any]) -> Mapping[str, Any]:
    return configuration.get("global_policy") or {}


def _rule_texts(configuration: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    yield "", RULES[0], str(_global_policy(configuration).get(RULES[0]) or "")
    for trust in configuration.get("relying_parties") or []:
        for kind in RULES:
            yield str(trust["name"]), kind, str(trust.get(kind) or "")


def _relying_party(trust: Mapping[str, Any], policies: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    policy, rules = str(trust.get("access_control_policy") or ""), str(trust.get(RULES[0]) or "")
    reasons: Sequence[str] = [
        name
        for name, demanded in (
            ("access_control_policy", bool(policy) and policy_demands_mfa(policy, policies.get(policy))),
            (RULES[0], demands_mfa(rules)),
        )
        if demanded
    ]
    return {
        "name": str(trust["name"]),
        "identifiers": [str(identifier) for identifier in trust.get("identifiers") or []],
        "enabled": bool(trust.get("enabled")),
        "access_control_policy": policy or None,
        "additional_authentication_rules": rules or None,
        "demands_mfa": bool(reasons),
        "demanded_by": list(reasons),
    }
