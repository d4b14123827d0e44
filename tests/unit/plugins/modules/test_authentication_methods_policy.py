# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The methods policy: what is read, written and read back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

POLICY = "policies/authenticationMethodsPolicy"
CONFIGURATIONS = f"{POLICY}/authenticationMethodConfigurations"
GROUP = "7a0e5a4c-6a0e-4a50-9d0e-0a3f3f1f4a10"
GROUP_PROPERTIES = {"$select": "id,displayName,groupTypes,securityEnabled,membershipRule,onPremisesSyncEnabled"}
EVERYBODY = [{"id": "all_users", "targetType": "group", "isRegistrationRequired": False}]
TARGET = {"id": GROUP, "targetType": "group", "isRegistrationRequired": False}
CUT_OFF = {"error": {"code": "GatewayTimeout", "message": "No answer in time."}}
CAMPAIGN = {"state": "default", "snoozeDurationInDays": 1, "includeTargets": [], "excludeTargets": []}

Run = Callable[..., dict[str, Any]]


def sms(state: str = "disabled", **more: Any) -> dict[str, Any]:
    return {"id": "Sms", "state": state, "includeTargets": EVERYBODY, "excludeTargets": [], **more}


def hardware(state: str = "disabled", **more: Any) -> dict[str, Any]:
    return {**sms(state, **more), "id": "HardwareOath"}


def expect_policy(
    graph: Any, found: dict[str, Any], oath: dict[str, Any] | None = None, campaign: dict[str, Any] | None = None
) -> None:
    graph.expect("GET", f"{CONFIGURATIONS}/hardwareOath", oath or hardware(), version="beta")
    enforcement = {"authenticationMethodsRegistrationCampaign": campaign or CAMPAIGN}
    body = {"authenticationMethodConfigurations": [found], "registrationEnforcement": enforcement}
    graph.expect("GET", POLICY, body)


def expect_patch(graph: Any, changes: dict[str, Any], answer: object = None, **more: Any) -> None:
    body = {"@odata.type": "#microsoft.graph.smsAuthenticationMethodConfiguration", **changes}
    graph.expect("PATCH", f"{CONFIGURATIONS}/sms", answer, body=body, **more)


def enabling(**more: Any) -> dict[str, Any]:
    return {"configurations": {"sms": {"state": "enabled", **more}}}


def test_only_what_differs_is_written_with_its_type_and_read_back(graph: Any, run: Run) -> None:
    expect_policy(graph, sms())
    expect_patch(graph, {"state": "enabled"})
    expect_policy(graph, sms("enabled"))

    result = run(enabling(), diff=True)

    assert result["changed"]
    assert result["previous"]["configurations"]["sms"]["state"] == "disabled"
    assert result["policy"]["configurations"]["sms"]["state"] == "enabled"
    assert result["policy"]["registrationCampaign"] == CAMPAIGN
    assert [list(result["diff"][side]) for side in ("before", "after")] == [["sms"], ["sms"]]
    assert "warnings" not in result


def test_second_run_changes_nothing(graph: Any, run: Run) -> None:
    expect_policy(graph, sms("enabled"))

    result = run(enabling(include_targets=["all_users"]))

    assert not result["changed"]
    assert result["policy"] == result["previous"]


def test_check_mode_returns_the_policy_as_it_would_be(graph: Any, run: Run) -> None:
    expect_policy(graph, sms())

    result = run(enabling(), check=True)

    assert result["changed"]
    assert result["policy"]["configurations"]["sms"]["state"] == "enabled"


def test_lag_is_waited_for_and_then_told(graph: Any, run: Run, pauses: list[float]) -> None:
    expect_policy(graph, sms())
    expect_patch(graph, {"state": "enabled"})
    for _attempt in range(5):
        expect_policy(graph, sms())

    result = run(enabling())

    assert result["policy"]["configurations"]["sms"]["state"] == "enabled"
    assert pauses == [1.0, 2.0, 4.0, 8.0]
    assert "a read does not show them all yet" in str(result["warnings"])


@pytest.mark.parametrize("applied", [True, False])
def test_unknown_outcome_is_read_before_it_is_repeated(graph: Any, run: Run, applied: bool) -> None:
    expect_policy(graph, sms())
    expect_patch(graph, {"state": "enabled"}, CUT_OFF, status=504)
    if applied:
        expect_policy(graph, sms("enabled"))
    else:
        for _attempt in range(5):
            expect_policy(graph, sms())
        expect_patch(graph, {"state": "enabled"})
    expect_policy(graph, sms("enabled"))

    assert run({**enabling(), "max_retries": 0})["changed"]


def test_group_is_found_by_name_once_and_gets_the_method_that_was_disabled_alone(graph: Any, run: Run) -> None:
    found = {"value": [{"id": GROUP.upper(), "displayName": "Batch"}]}
    graph.expect("GET", "groups", found, params={**GROUP_PROPERTIES, "$filter": "displayName eq 'Batch'"})
    expect_policy(graph, sms())
    target = {**TARGET, "isUsableForSignIn": True}
    excluded = [{"id": GROUP, "targetType": "group"}]
    changes = {"state": "enabled", "includeTargets": [target], "excludeTargets": excluded}
    expect_patch(graph, changes)
    expect_policy(graph, sms(**changes))

    result = run(enabling(include_targets=["Batch", "Batch"], exclude_targets=["Batch"], isUsableForSignIn=True))

    assert result["policy"]["configurations"]["sms"]["includeTargets"] == [target]


@pytest.mark.parametrize(("mode", "left"), [("remove", []), ("exact", [TARGET])])
def test_targets_mode(graph: Any, run: Run, mode: str, left: list[dict[str, Any]]) -> None:
    graph.expect("GET", f"groups/{GROUP}", {"id": GROUP, "displayName": "Batch"}, params=GROUP_PROPERTIES)
    other = {**TARGET, "id": "other"}
    expect_policy(graph, sms("enabled", includeTargets=[TARGET, other]))

    options = {**enabling(include_targets=[GROUP]), "targets_mode": mode}
    result = run(options, check=True)

    targets = result["policy"]["configurations"]["sms"]["includeTargets"]
    assert targets == (left or [other])


def test_hardware_oath_is_written_in_beta(graph: Any, run: Run) -> None:
    expect_policy(graph, sms())
    body = {"@odata.type": "#microsoft.graph.hardwareOathAuthenticationMethodConfiguration", "state": "enabled"}
    graph.expect("PATCH", f"{CONFIGURATIONS}/hardwareOath", body=body, version="beta")
    expect_policy(graph, sms(), hardware("enabled"))

    assert run({"configurations": {"hardwareOath": {"state": "enabled"}}})["changed"]


def test_hardware_oath_that_this_cloud_does_not_have_is_told(graph: Any, run: Run) -> None:
    graph.expect("GET", f"{CONFIGURATIONS}/hardwareOath", {}, status=404, version="beta")
    graph.expect("GET", POLICY, {"authenticationMethodConfigurations": [sms()]})

    result = run({"configurations": {"hardwareOath": {"state": "enabled"}}})

    assert "has no configuration hardwareOath" in result["msg"]


@pytest.mark.parametrize("cut_off", [False, True])
def test_campaign_is_written_as_one_value(graph: Any, run: Run, cut_off: bool) -> None:
    wanted = {**CAMPAIGN, "state": "enabled", "snoozeDurationInDays": 3}
    body = {"registrationEnforcement": {"authenticationMethodsRegistrationCampaign": wanted}}
    expect_policy(graph, sms())
    graph.expect("PATCH", POLICY, CUT_OFF if cut_off else {}, body=body, status=504 if cut_off else 200)
    if cut_off:
        expect_policy(graph, sms(), campaign=wanted)
    expect_policy(graph, sms(), campaign=wanted)

    options = {"state": "enabled", "snooze_duration_in_days": 3}
    result = run({"registration_campaign": options, "max_retries": 0}, diff=True)

    assert result["policy"]["registrationCampaign"] == wanted
    assert result["diff"]["before"] == {"registrationCampaign": CAMPAIGN}


def test_what_the_export_needs_is_enabled_for_the_group(graph: Any, run: Run, tmp_path: Path) -> None:
    phone = {"country_code": "1", "number": "2065550100"}
    users = [{"username": "anna", "phone": phone}, {"username": "ben", "enabled": "yes"}]
    export = tmp_path / "export.json"
    export.write_text(json.dumps({"format": "entra.mfa/export-v1", "users": users}))
    graph.expect("GET", f"groups/{GROUP}", {"id": GROUP, "displayName": "Batch"}, params=GROUP_PROPERTIES)
    expect_policy(graph, sms(excludeTargets=[TARGET]))

    result = run({"enable_for_export": {"export_path": str(export), "group": GROUP}}, check=True)

    assert result["needs"] == {"sms": {}}
    found = result["policy"]["configurations"]["sms"]
    assert (found["state"], [target["id"] for target in found["includeTargets"]]) == ("enabled", [GROUP])
    assert "sms excludes the group" in str(result["warnings"])
    assert "record 2 (ben)" in str(result["warnings"])


@pytest.mark.usefixtures("graph")
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "one of the following is required"),
        ({"enable_for_export": {"export_path": "/nowhere", "group": GROUP}}, "does not exist"),
        ({"configurations": {"sms": {"isOfficePhoneAllowed": True}}}, "Unsupported parameters"),
    ],
)
def test_bad_input_is_an_error_before_anything_is_read(run: Run, options: dict[str, Any], message: str) -> None:
    assert message in run(options)["msg"]
