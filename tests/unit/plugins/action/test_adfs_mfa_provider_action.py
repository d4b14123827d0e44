# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which provider of AD FS is meant, and who would be left without one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.action import adfs_mfa_provider
from ansible_collections.entra.mfa.plugins.plugin_utils.windows import federation_farm, federation_service
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.federation_service import Providers
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import HostError, WindowsHost

NEW, OLD = federation_service.SERVER_PROVIDERS
CLOUD = federation_service.CLOUD_PROVIDER
REQUIRE = "Permit everyone and require MFA"


@pytest.fixture
def host() -> WindowsHost:
    action: Any = SimpleNamespace(_task=SimpleNamespace(check_mode=False))
    return WindowsHost(action, {"inventory_hostname": "adfs01"})


def farm(additional: list[str], rules: str = "", policy: str = "", **values: Any) -> dict[str, Any]:
    trust = {"name": "App", "additional_authentication_rules": rules, "access_control_policy": policy}
    return {"relying_parties": [trust], "global_policy": {"additional_providers": additional, **values}}


@pytest.mark.parametrize(
    ("registered", "given", "wanted", "name"),
    [
        ([CLOUD, OLD], None, "absent", OLD),
        ([CLOUD, NEW], None, "enabled", NEW),
        ([CLOUD], None, "absent", None),
        ([CLOUD], None, "disabled", None),
        ([CLOUD], CLOUD, "enabled", CLOUD),
        ([NEW, OLD], OLD, "absent", OLD),
    ],
)
def test_the_provider_is_found(
    host: WindowsHost, registered: list[str], given: str | None, wanted: str, name: str | None
) -> None:
    assert adfs_mfa_provider.chosen(host, Providers(registered, []), given, wanted) == name


@pytest.mark.parametrize(
    ("registered", "given", "wanted", "reason"),
    [
        ([NEW, OLD], None, "absent", "Give the one that is meant in name"),
        ([CLOUD], None, "enabled", "AD FS has none of MFA Server"),
        ([CLOUD], OLD, "enabled", "Register it first"),
        ([CLOUD], CLOUD, "absent", "is none of MFA Server"),
    ],
)
def test_a_choice_that_is_refused(
    host: WindowsHost, registered: list[str], given: str | None, wanted: str, reason: str
) -> None:
    with pytest.raises(HostError, match=reason):
        adfs_mfa_provider.chosen(host, Providers(registered, []), given, wanted)


@pytest.mark.parametrize(
    ("configuration", "left"),
    [
        (farm([OLD], policy=REQUIRE), ["App"]),
        (farm([OLD, "CertificateAuthentication"], policy=REQUIRE), ["App"]),
        (farm([OLD, CLOUD], policy=REQUIRE), []),
        (farm([OLD, CLOUD], rules=f'issue(Value = "{OLD}");'), ["App"]),
        (farm([OLD, CLOUD], additional_authentication_rules=f'issue(Value = "{OLD}");'), ["global policy"]),
        (farm([OLD], additional_authentication_rules="claims/multipleauthn"), ["global policy"]),
        (farm([OLD]), []),
    ],
)
def test_who_would_be_left_without(host: WindowsHost, configuration: dict[str, Any], left: list[str]) -> None:
    assert federation_service.left_without(configuration, OLD) == left
    adfs_mfa_provider.require_replaced(host, configuration, OLD, "absent", left)
    if left:
        with pytest.raises(HostError, match=left[0]):
            adfs_mfa_provider.require_replaced(host, configuration, OLD, "absent", [])


def test_a_primary_provider_stays(host: WindowsHost) -> None:
    with pytest.raises(HostError, match="as primary authentication"):
        adfs_mfa_provider.require_replaced(host, farm([OLD], primary_extranet=[OLD]), OLD, "disabled", [])


def test_nothing_is_taken_away_without_a_backup(host: WindowsHost) -> None:
    assert adfs_mfa_provider.required_path(host, "D:\\a.json") == "D:\\a.json"
    with pytest.raises(HostError, match="backup_path is not given"):
        adfs_mfa_provider.required_path(host, None)


@pytest.mark.parametrize(
    ("registered", "additional", "state"),
    [([OLD], [OLD], "enabled"), ([OLD], [], "disabled"), ([], [], "absent")],
)
def test_states(registered: list[str], additional: list[str], state: str) -> None:
    assert federation_farm.state_of(Providers(registered, additional), OLD) == state
    assert federation_farm.fulfils(state, state)
    assert federation_farm.fulfils(state, "disabled") is (state != "enabled")
