# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An assessment of tenant, users, servers and AD FS: by a login that only reads, repeatable, with what can be read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.organisation import BATCH_ONE, ROLLOUT, small_organisation
from support.playbook import LOCAL_PLAY, PlaybookRun, delegated_login, login, run_playbook, server_inventory
from support.refusal import leaked, secrets_of
from support.simulator import Simulator

pytestmark = pytest.mark.xdist_group("assess")

MOBILE = {"country_code": "1", "number": "2065550120"}
EXPORT: dict[str, Any] = {
    "format": "entra.mfa/export-v1",
    "users": [
        {"username": "anna@contoso.example", "phone": MOBILE, "pin_modes": ["phone_call"]},
        {"username": "bruno@contoso.example", "phone": {"country_code": "1", "number": "99817"}},
        {"username": "carla@contoso.example", "mobile_apps": [{"name": "Old phone"}], "pin_modes": ["mobile_app"]},
        {"username": "david@contoso.example", "oath_token": {"serial": "700001"}},
        {"username": "elena@contoso.example", "oath_token": {"serial": "910001", "secret": "NBSWY3DPO5XXE3DE"}},
        {"username": "nobody@contoso.example", "phone": MOBILE},
    ],
}
BATCHES = [
    {"name": "one", "group": "MFA migration batch 1", "rollout_group": "MFA rollout"},
    {"name": "two", "group": "MFA migration batch 2", "rollout_group": "MFA dynamic"},
]


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    content = small_organisation()
    policy = {"displayName": "MFA rollout policy", "feature": "multiFactorAuthentication", "isEnabled": True}
    content["rolloutPolicies"] = [{**policy, "appliesTo": [ROLLOUT]}]
    with Simulator(tmp_path_factory.mktemp("assess"), content, hosts=True) as running:
        yield running


def variables(simulator: Simulator, folder: Path, app: str = "reader") -> dict[str, Any]:
    """The variables of an assessment of two batches, with an export beside its records."""
    folder.mkdir(exist_ok=True)
    (folder / "export.json").write_text(json.dumps(EXPORT), encoding="utf-8")
    return {
        "entra_mfa_graph_options": login(simulator.ready, app),
        "entra_mfa_batches": BATCHES,
        "entra_mfa_export": str(folder / "export.json"),
        "entra_mfa_record_dir": str(folder / "records"),
        "entra_mfa_domains": ["contoso.example", "fabrikam.example"],
        "entra_mfa_rollout_access_token": delegated_login(simulator.ready)["access_token"],
    }


def assess(simulator: Simulator, folder: Path, *arguments: str, **more: Any) -> PlaybookRun:
    """Run the playbook over all simulated servers, and one that does not answer."""
    content = server_inventory(simulator.ready, "mfa_servers")
    hosts = content["mfa_servers"]["hosts"]
    shared = content["mfa_servers"]["vars"]
    content["adfs_servers"] = {"hosts": {"adfs01": hosts.pop("adfs01")}, "vars": shared}
    hosts["mfa03"] = {**hosts["mfa01"], "ansible_port": 1, "ansible_winrm_connection_timeout": 2}
    return run_playbook(
        folder,
        "entra.mfa.assess",
        inventory=content,
        variables={**variables(simulator, folder), **more},
        arguments=arguments,
    )


@pytest.fixture(scope="module")
def runs(simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> tuple[PlaybookRun, PlaybookRun, Path]:
    """Two assessments of the same, the second one asked to fail for its verdict, and their folder."""
    folder = tmp_path_factory.mktemp("run") / "assess"
    first = assess(simulator, folder)
    return first, assess(simulator, folder, entra_mfa_assess_fail_on="not_ready"), folder


def record_of(folder: Path) -> dict[str, Any]:
    """The record."""
    found: dict[str, Any] = json.loads((folder / "records/assess.json").read_text(encoding="utf-8"))
    return found


def test_assessment_finds_what_is_there(runs: tuple[PlaybookRun, PlaybookRun, Path]) -> None:
    first, _second, folder = runs
    record = record_of(folder)
    found = {finding["code"]: (finding["severity"], finding["examples"]) for finding in record["findings"]}

    assert first.returncode == 0, first.output
    assert "Could not match" not in first.output
    assert record["verdict"] == "not_ready"
    assert {
        "domain_never_set": ("warning", ["contoso.example"]),
        "rollout_group_dynamic": ("blocker", ["MFA dynamic"]),
        "invalid_number": ("warning", ["bruno@contoso.example"]),
        "needs_registration": ("warning", ["carla@contoso.example"]),
        "no_secret": ("warning", ["david@contoso.example"]),
        "device_limit": ("warning", ["elena@contoso.example"]),
        "record_of_nobody": ("warning", ["nobody@contoso.example"]),
        "pin_phone_call": ("warning", ["anna@contoso.example"]),
        "pin_mobile_app": ("info", ["carla@contoso.example"]),
        "users_in_no_batch": ("warning", ["contoso.example"]),
        "server_unread": ("warning", ["mfa03"]),
        "depends_adfs": ("warning", ["adfs01"]),
        "adfs_demands_mfa_for_entra": ("blocker", ["Microsoft Office 365 Identity Platform"]),
    }.items() <= found.items()
    assert "frank@contoso.example" in found["not_in_mfa_server"][1]
    assert record["batches"]["one"] | {"capable_now": 0} == record["batches"]["one"] | {
        "targeted": 6,
        "matched": 5,
        "capable_now": 0,
    }
    assert [date["date"] for date in record["dates"]] == ["2024-09-30", "2027-02-01"]


def test_second_run_changes_nothing_and_nothing_was_written(
    runs: tuple[PlaybookRun, PlaybookRun, Path], simulator: Simulator
) -> None:
    first, second, folder = runs
    records = [path for path in (folder / "records").iterdir() if path.is_file()]

    assert simulator.applied_writes() == 0
    assert second.returncode == 2, second.output
    assert "entra_mfa_assess_fail_on=not_ready does not accept" in second.output
    assert " changed=0 " in second.output.rpartition("localhost")[2]
    assert {path.name for path in records} == {"assess.json", "assess-one.jsonl", "assess-two.jsonl"}
    assert [path.name for path in records if path.stat().st_mode & 0o077] == []
    for run in (first, second):
        assert leaked(run, secrets_of(simulator.ready, EXPORT)) == []


def test_it_says_what_the_login_may_not_read_and_goes_on(simulator: Simulator, tmp_path: Path) -> None:
    """Without permissions, without groups of these names, and in another cloud: each as a host of one run."""
    batches = [{"name": "gone", "group": "MFA gone", "rollout_group": "MFA gone too"}, BATCHES[0]]
    hosts = {
        "powerless": variables(simulator, tmp_path / "powerless", "powerless") | {"entra_mfa_rollout_access_token": ""},
        "gone": variables(simulator, tmp_path / "gone") | {"entra_mfa_batches": batches},
        "same": variables(simulator, tmp_path / "same")
        | {
            "entra_mfa_batches": [{"name": "same", "group": BATCH_ONE}],
            "entra_mfa_accepted_findings": ["not_in_mfa_server"],
        },
    }
    hosts["same"]["entra_mfa_graph_options"] = {**hosts["same"]["entra_mfa_graph_options"], "cloud": "us_gov"}
    for content in hosts.values():
        content["graph_login"] = content["entra_mfa_graph_options"]
    run = run_playbook(
        tmp_path / "run",
        [{**LOCAL_PLAY, "hosts": "all", "roles": ["entra.mfa.assess"]}],
        inventory={"all": {"hosts": hosts}},
    )
    records = {name: record_of(tmp_path / name) for name in hosts}
    found = {name: {finding["code"]: finding for finding in record["findings"]} for name, record in records.items()}

    assert run.returncode == 0, run.output
    powerless = found["powerless"]
    assert "AuditLog.Read.All" in powerless["permissions_missing"]["examples"]
    assert {"methods_policy_unread", "domains_unread", "rollout_unread", "users_unread"} <= powerless.keys()
    assert powerless["users_unread"]["severity"] == "blocker"
    assert records["gone"]["batches"].keys() == {"one"}
    assert found["gone"]["group_not_found"]["examples"] == ["MFA gone", "MFA gone too"]
    assert found["same"]["rollout_group_not_separate"]["severity"] == "blocker"
    assert found["same"]["not_in_mfa_server"]["accepted"]
    assert "phone_delivery_ends" in found["gone"]
    assert "phone_delivery_ends" not in found["same"]
