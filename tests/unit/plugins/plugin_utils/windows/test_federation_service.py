# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AD FS demands: read from rules, policies and providers."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.plugin_utils.windows import federation_service

DEMAND = (
    'issue(Type = "http://schemas.microsoft.com/ws/x", Value = "http://schemas.microsoft.com/claims/multipleauthn");'
)
CHOICE = 'issue(Type = "http://schemas.microsoft.com/claims/authnmethodsproviders", Value = "AzureMfaAuthentication");'
GROUP = "https://schemas.microsoft.com/ws/2008/06/identity/claims/groupsid"
EMAIL = "https://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"


def configuration(*trusts: dict[str, Any], **values: Any) -> dict[str, Any]:
    return {"farm_behavior": 4, "relying_parties": [{"name": "App", **trust} for trust in trusts], **values}


@pytest.mark.parametrize(
    ("trust", "policies", "reasons"),
    [
        ({"access_control_policy": "Permit everyone and require MFA"}, [], ["access_control_policy"]),
        ({"access_control_policy": "Require multi-factor"}, [], ["access_control_policy"]),
        (
            {"access_control_policy": "P"},
            [{"name": "P", "conditions": ["MultiFactorAuthenticationCondition"]}],
            ["access_control_policy"],
        ),
        ({"access_control_policy": "P"}, [{"name": "P", "metadata": "<MultiFactor/>"}], ["access_control_policy"]),
        ({"access_control_policy": "P"}, [{"name": "P", "conditions": ["LocationCondition"]}], []),
        ({"access_control_policy": "P"}, [{"name": "Q", "conditions": ["MultiFactorAuthenticationCondition"]}], []),
        ({"access_control_policy": "Camfanda staff"}, [], []),
        ({"additional_authentication_rules": DEMAND}, [], ["additional_authentication_rules"]),
        ({"additional_authentication_rules": CHOICE}, [], ["additional_authentication_rules"]),
        ({"issuance_transform_rules": DEMAND}, [], []),
        ({}, [], []),
    ],
)
def test_what_demands_mfa(trust: dict[str, Any], policies: list[dict[str, Any]], reasons: list[str]) -> None:
    (party,) = federation_service.relying_parties(configuration(trust, access_control_policies=policies))
    assert party["demanded_by"] == reasons
    assert party["demands_mfa"] is bool(reasons)


def test_providers() -> None:
    shown = federation_service.providers(
        {
            "providers": ["AzureMfaAuthentication", "WindowsAzureMultiFactorAuthentication"],
            "global_policy": {"additional_providers": ["WindowsAzureMultiFactorAuthentication"]},
        }
    ).as_result()
    assert shown["mfa_server"] == ["WindowsAzureMultiFactorAuthentication"]
    assert not shown["cloud"]


def test_claim_types_with_https_are_found_once_each_where_they_stand() -> None:
    found = federation_service.misspelt_claim_types(
        configuration(
            {"issuance_transform_rules": f'c:[Type == "{GROUP}"] && d:[Type == "{GROUP}"] x:[Type == "{EMAIL}"]'},
            {"additional_authentication_rules": 'c:[Value == "https://login.contoso.com/schemas.microsoft.com"]'},
            global_policy={"additional_authentication_rules": f"'{GROUP}'"},
        )
    )
    assert [(entry["relying_party"], entry["rules"], entry["claim_type"]) for entry in found] == [
        ("", "additional_authentication_rules", GROUP),
        ("App", "issuance_transform_rules", GROUP),
        ("App", "issuance_transform_rules", EMAIL),
    ]
    assert all(entry["meant"] == "http" + entry["claim_type"][5:] for entry in found)


@pytest.mark.parametrize(("level", "told"), [(None, 1), (1, 1), (3, 0), (4, 0)])
def test_an_old_farm_gets_a_warning(level: int | None, told: int) -> None:
    assert len(federation_service.warnings(configuration(farm_behavior=level))) == told
