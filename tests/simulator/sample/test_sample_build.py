# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sample as a whole: size, references, files, and the same bytes for the same seed."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from entra_simulator import sample

SEED = 7
BATCHES = [f"MFA migration batch {number}" for number in (1, 2, 3)]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return sample.build(tmp_path_factory.mktemp("sample"), SEED)


@pytest.fixture(scope="module")
def organisation(built: dict[str, Any]) -> dict[str, Any]:
    return built["organisation"]


def groups_named(organisation: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [group for group in organisation["groups"] if group["displayName"] == name]


def users_of(organisation: dict[str, Any], name: str) -> list[str]:
    """Return the ids of the users in a group and in the groups inside it, a user once per membership."""
    groups = {group["id"]: group for group in organisation["groups"]}
    users = {user["id"] for user in organisation["users"]}

    def walk(group: dict[str, Any]) -> Iterator[str]:
        for member in group["members"]:
            if member in groups:
                yield from walk(groups[member])
            elif member in users:
                yield member

    (group,) = groups_named(organisation, name)
    return list(walk(group))


def test_three_batches_of_eighty_hold_the_240_users(organisation: dict[str, Any]) -> None:
    members = [set(users_of(organisation, name)) for name in BATCHES]

    assert [len(batch) for batch in members] == [80, 80, 80]
    assert set.union(*members) == {user["id"] for user in organisation["users"]}
    assert len(organisation["users"]) == 240


def test_batch_two_is_nested_and_names_one_user_twice(organisation: dict[str, Any]) -> None:
    repeated = [user for user, times in Counter(users_of(organisation, BATCHES[1])).items() if times > 1]

    assert len(repeated) == 1
    assert not set(groups_named(organisation, BATCHES[1])[0]["members"]) >= set(users_of(organisation, BATCHES[1]))


def test_every_member_exists(organisation: dict[str, Any]) -> None:
    known = {entry["id"] for kind in ("users", "groups", "contacts") for entry in organisation[kind]}

    assert {member for group in organisation["groups"] for member in group["members"]} <= known


def test_ids_and_names_are_unique(organisation: dict[str, Any]) -> None:
    ids = [entry["id"] for kind in ("users", "groups", "contacts") for entry in organisation[kind]]
    names = [user["userPrincipalName"] for user in organisation["users"]]
    sids = [user["onPremisesSecurityIdentifier"] for user in organisation["users"] if "onPremisesSyncEnabled" in user]

    assert len(set(ids)) == len(ids)
    assert len(set(names)) == len(names)
    assert len(set(sids)) == len(sids)


def test_rollout_groups_are_their_own_and_small(organisation: dict[str, Any]) -> None:
    for number in (1, 2, 3):
        (group,) = groups_named(organisation, f"MFA rollout {number}")
        assert len(group["members"]) <= 200
        assert group["id"] not in {groups_named(organisation, name)[0]["id"] for name in BATCHES}
    assert not groups_named(organisation, "MFA rollout 1")[0]["members"]
    assert set(groups_named(organisation, "MFA rollout 3")[0]["members"]) < set(users_of(organisation, BATCHES[2]))


def test_groups_that_a_rollout_must_refuse_are_there(organisation: dict[str, Any]) -> None:
    group_ids = {group["id"] for group in organisation["groups"]}
    contact_ids = {contact["id"] for contact in organisation["contacts"]}

    assert groups_named(organisation, "Staff with voice calls")[0]["groupTypes"] == ["DynamicMembership"]
    assert set(groups_named(organisation, "Sites")[0]["members"]) <= group_ids
    assert set(groups_named(organisation, "Projects")[0]["members"]) & contact_ids
    assert len(groups_named(organisation, "Headquarters")[0]["members"]) > 200
    assert len(groups_named(organisation, "MFA pilot")) == 2


def test_dynamic_group_holds_whom_its_rule_names(organisation: dict[str, Any]) -> None:
    (group,) = groups_named(organisation, "Staff with voice calls")
    by_rule = {
        user["id"]
        for user in organisation["users"]
        if user.get("onPremisesExtensionAttributes", {}).get("extensionAttribute5") == "voice"
    }

    assert group["membershipRule"] == '(user.extensionAttribute5 -eq "voice")'
    assert set(group["members"]) == by_rule


def test_domains_are_of_the_three_kinds(organisation: dict[str, Any]) -> None:
    kinds = {
        domain["id"]: (domain["authenticationType"], (domain["federation"] or {}).get("federatedIdpMfaBehavior"))
        for domain in organisation["domains"]
    }

    assert kinds == {
        "contoso.example": ("Federated", None),
        "fabrikam.example": ("Federated", "enforceMfaByFederatedIdp"),
        "contoso.onmicrosoft.example": ("Managed", None),
    }
    assert {user["userPrincipalName"].partition("@")[2] for user in organisation["users"]} == set(kinds)


def test_policy_names_existing_groups_only(organisation: dict[str, Any]) -> None:
    configurations = organisation["methodsPolicy"]["configurations"]
    targets = {
        target["id"]
        for configuration in configurations.values()
        for target in configuration["includeTargets"] + configuration["excludeTargets"]
    }

    assert set(configurations) == {
        "sms",
        "voice",
        "microsoftAuthenticator",
        "softwareOath",
        "hardwareOath",
        "temporaryAccessPass",
    }
    assert targets <= {"all_users"} | {group["id"] for group in organisation["groups"]}
    assert len(targets) == 4
    assert configurations["microsoftAuthenticator"]["isSoftwareOathEnabled"] is True


def test_planning_app_can_only_read(organisation: dict[str, Any]) -> None:
    roles = {app["name"]: app["appRoles"] for app in organisation["apps"]}

    assert set(roles) == {"migration", "reader", "setup"}
    assert all(".Read." in role for role in roles["reader"])
    assert set(roles["reader"]) < set(roles["migration"])
    assert not set(roles["setup"]) & {role for role in roles["migration"] if "Write" in role}
    (admin,) = organisation["delegated"]
    assert admin["userPrincipalName"] in {user["userPrincipalName"] for user in organisation["users"]}
    assert "Policy.ReadWrite.HybridAuthentication" in admin["scopes"]


def test_nobody_holds_more_than_five_devices_and_no_serial_twice(organisation: dict[str, Any]) -> None:
    devices = {
        user["userPrincipalName"]: sum(
            len(user["methods"][kind]) for kind in ("microsoftAuthenticator", "softwareOath", "hardwareOath")
        )
        for user in organisation["users"]
    }
    serials = [token["serialNumber"] for user in organisation["users"] for token in user["methods"]["hardwareOath"]] + [
        token["serialNumber"] for token in organisation["hardwareOathDevices"]
    ]

    assert max(devices.values()) == 5
    assert len(set(serials)) == len(serials)


def test_preferred_methods_are_registered(organisation: dict[str, Any]) -> None:
    needed = {
        "sms": lambda methods: any(phone["phoneType"] == "mobile" for phone in methods["phone"]),
        "voiceMobile": lambda methods: any(phone["phoneType"] == "mobile" for phone in methods["phone"]),
        "voiceOffice": lambda methods: any(phone["phoneType"] == "office" for phone in methods["phone"]),
        "push": lambda methods: bool(methods["microsoftAuthenticator"]),
        "oath": lambda methods: any(token["activated"] for token in methods["hardwareOath"]),
    }

    for user in organisation["users"]:
        preferred = user["methods"]["preferred"]
        assert preferred is None or needed[preferred](user["methods"]), user["userPrincipalName"]


def test_export_is_private(built: dict[str, Any]) -> None:
    assert stat.S_IMODE(Path(built["export_path"]).stat().st_mode) == 0o600


def test_export_is_written_anew_over_a_readable_one(tmp_path: Path) -> None:
    old = tmp_path / "export.json"
    old.write_text("old")
    old.chmod(0o644)

    sample.build(tmp_path, SEED)

    assert stat.S_IMODE(old.stat().st_mode) == 0o600
    assert json.loads(old.read_text())["format"] == "entra.mfa/export-v1"


def test_batches_name_existing_groups(built: dict[str, Any]) -> None:
    assert [batch["name"] for batch in built["batches"]] == ["batch1", "batch2", "batch3"]
    for batch in built["batches"]:
        assert len(groups_named(built["organisation"], batch["group"])) == 1
        assert len(groups_named(built["organisation"], batch["rollout_group"])) == 1


def test_hosts_are_two_servers_and_an_adfs_host(built: dict[str, Any]) -> None:
    assert [host.roles for host in built["hosts"]] == [("primary",), ("secondary",), ("adfs",)]


def test_files_lie_on_the_controller(built: dict[str, Any]) -> None:
    assert built["files"]
    assert all(Path(path).is_file() for path in built["files"].values())


def test_same_seed_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    script = (
        "import json, pathlib, sys\n"
        "from entra_simulator import sample\n"
        "built = sample.build(pathlib.Path(sys.argv[1]), int(sys.argv[2]))\n"
        "built['export_path'] = pathlib.Path(built['export_path']).read_text()\n"
        "print(json.dumps({key: built[key] for key in ('organisation', 'export_path', 'expectations')}))\n"
    )

    def output(hash_seed: str, seed: int) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", script, str(tmp_path), str(seed)]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout

    assert output("1", SEED) == output("2", SEED)
    assert output("1", SEED) != output("1", SEED + 1)


def test_another_seed_keeps_the_special_people(built: dict[str, Any], tmp_path: Path) -> None:
    other = sample.build(tmp_path, SEED + 1)

    assert other["expectations"]["special"] == built["expectations"]["special"]
    assert other["expectations"]["variants"] == built["expectations"]["variants"]
    assert other["organisation"]["tenant"]["id"] != built["organisation"]["tenant"]["id"]
