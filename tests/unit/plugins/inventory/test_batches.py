# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin: the hosts that it makes, and its one sentence about each file that it cannot use."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible import constants
from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.doc_fragments.constructed import ModuleDocFragment
from ansible_collections.entra.mfa.plugins.inventory.batches import DOCUMENTATION, InventoryModule

PILOT = {"name": "pilot", "group": "MFA pilot", "rollout_group": "MFA rollout pilot"}
REST = {"name": "rest", "group": "MFA rest"}


@pytest.fixture(autouse=True, scope="module")
def documented_options() -> None:
    """Do with the documentation what Ansible's loader does, which itself would hide collections from pytest."""
    fragment = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]
    options = fragment | yaml.safe_load(DOCUMENTATION)["options"]
    constants.config.initialize_plugin_configuration_definitions("inventory", InventoryModule.NAME, options)


def plugin() -> InventoryModule:
    """The plugin as the loader hands it out."""
    made = InventoryModule()
    made._load_name = InventoryModule.NAME
    made._redirected_names = [InventoryModule.NAME]
    return made


def parse(folder: Path, config: Any) -> InventoryData:
    """Read a file with this content."""
    path = folder / "batches.yml"
    path.write_text(json.dumps(config), encoding="utf-8")
    inventory = InventoryData()
    plugin().parse(inventory, DataLoader(), str(path))
    inventory.reconcile_inventory()
    return inventory


def with_batches(*batches: Any, **options: Any) -> dict[str, Any]:
    """The content of an inventory file."""
    return {"plugin": "entra.mfa.batches", "batches": list(batches), **options}


def hosts_of(inventory: InventoryData, group: str) -> list[str]:
    """The names of a group's hosts, in their order."""
    return [host.name for host in inventory.groups[group].get_hosts()]


def test_each_batch_is_a_host_on_the_controller(tmp_path: Path) -> None:
    inventory = parse(tmp_path, with_batches(PILOT, REST))

    assert hosts_of(inventory, "entra_mfa_batches") == ["pilot", "rest"]
    variables = {name: inventory.hosts[name].vars for name in inventory.hosts}
    local = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    for name in ("pilot", "rest"):
        assert local.items() <= variables[name].items()
        assert variables[name]["entra_mfa_batch"] == name
    assert variables["pilot"]["entra_mfa_batch_group"] == "MFA pilot"
    assert variables["pilot"]["entra_mfa_batch_rollout_group"] == "MFA rollout pilot"
    assert "entra_mfa_batch_rollout_group" not in variables["rest"]


def test_whole_list_is_known_to_every_host(tmp_path: Path) -> None:
    inventory = parse(tmp_path, with_batches(PILOT, {**REST, "vars": {"wave": 1}}))

    assert inventory.groups["all"].vars["entra_mfa_batches"] == [PILOT, REST]


def test_number_is_a_name(tmp_path: Path) -> None:
    inventory = parse(tmp_path, with_batches({"name": 1, "group": "MFA 1"}))

    assert inventory.groups["all"].vars["entra_mfa_batches"] == [{"name": "1", "group": "MFA 1"}]
    assert hosts_of(inventory, "entra_mfa_batches") == ["1"]


def test_variables_groups_and_composed_values_of_a_batch(tmp_path: Path) -> None:
    inventory = parse(
        tmp_path,
        with_batches(
            {**PILOT, "vars": {"wave": "first", "entra_mfa_fail_on": "5%"}},
            {**REST, "vars": {"wave": "second", "ansible_python_interpreter": "/usr/bin/python3"}},
            compose={"entra_mfa_match_attribute": "'mail' if wave == 'first' else 'employeeId'"},
            groups={"routed": "entra_mfa_batch_rollout_group is defined"},
            keyed_groups=[{"key": "wave", "prefix": "wave"}],
            strict=True,
        ),
    )

    assert hosts_of(inventory, "routed") == ["pilot"]
    assert hosts_of(inventory, "wave_second") == ["rest"]
    assert inventory.hosts["pilot"].vars["entra_mfa_match_attribute"] == "mail"
    assert inventory.hosts["pilot"].vars["entra_mfa_fail_on"] == "5%"
    assert inventory.hosts["rest"].vars["ansible_python_interpreter"] == "/usr/bin/python3"


def test_batches_stand_in_a_variables_file(tmp_path: Path) -> None:
    (tmp_path / "migration.yml").write_text(json.dumps({"entra_mfa_batches": [PILOT], "other": 1}), encoding="utf-8")

    inventory = parse(tmp_path, {"plugin": "entra.mfa.batches", "batches_file": "migration.yml"})

    assert hosts_of(inventory, "entra_mfa_batches") == ["pilot"]


def test_batches_stand_in_one_file_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "vars").mkdir()
    (tmp_path / "vars" / "a.yml").write_text("other: 1", encoding="utf-8")
    (tmp_path / "vars" / "b.yaml").write_text(json.dumps({"entra_mfa_batches": [REST]}), encoding="utf-8")
    (tmp_path / "vars" / "notes.txt").write_text("entra_mfa_batches", encoding="utf-8")

    inventory = parse(tmp_path, {"plugin": "entra.mfa.batches", "batches_file": str(tmp_path / "vars")})

    assert hosts_of(inventory, "entra_mfa_batches") == ["rest"]


@pytest.mark.parametrize(
    ("name", "usable"),
    [("batches.yml", True), ("waves.batches.yaml", True), ("batches.json", False), ("hosts.yml", False)],
)
def test_plugin_takes_files_by_the_end_of_their_name(tmp_path: Path, name: str, *, usable: bool) -> None:
    path = tmp_path / name
    path.write_text("plugin: entra.mfa.batches", encoding="utf-8")

    assert plugin().verify_file(str(path)) is usable


def test_plugin_takes_no_file_that_does_not_exist(tmp_path: Path) -> None:
    assert plugin().verify_file(str(tmp_path / "batches.yml")) is False


FIELDS = "known are name, group, rollout_group, vars, and a variable of your own belongs under vars."
BAD_BATCHES = [
    ([], "batches in FILE must be a list of batches with name and group each, and is not."),
    (["pilot"], "entry 1 of batches in FILE must have name and group, such as {name: pilot, group: MFA pilot}."),
    ([PILOT, {"name": "rest"}], "entry 2 of batches in FILE has no group; give it one."),
    ([{"group": "MFA"}], "entry 1 of batches in FILE has no name; give it one."),
    ([{"name": True, "group": "MFA"}], "entry 1 of batches in FILE: name must be text, not True; put it in quotes."),
    ([{"name": "a", "group": 7}], "entry 1 of batches in FILE: group must be text, not 7; put it in quotes."),
    (
        [{"name": "a", "group": "MFA", "rollout_group": ["x"]}],
        "entry 1 of batches in FILE: rollout_group must be text, not ['x']; put it in quotes.",
    ),
    ([{**REST, "wave": 1}], f"entry 1 of batches in FILE has the unknown field wave; {FIELDS}"),
    (
        [{**REST, "name": "the rest"}],
        "entry 1 of batches in FILE: the name 'the rest' cannot be the name of a host; begin with a letter or digit,"
        " and use letters, digits, underscores, hyphens and dots.",
    ),
    (
        [{**REST, "name": "localhost"}],
        "entry 1 of batches in FILE: the name 'localhost' means something else to Ansible; choose another one.",
    ),
    (
        [PILOT, {**REST, "name": "Pilot"}],
        "batches in FILE names 'Pilot' twice, and records and hosts go by the name; give each batch its own.",
    ),
    ([{**REST, "vars": [1]}], "entry 1 of batches in FILE: vars must hold names and values of variables."),
    (
        [{**REST, "vars": {"my-wave": 1}}],
        "entry 1 of batches in FILE: 'my-wave' under vars cannot be the name of a variable; use letters, digits and"
        " underscores.",
    ),
]


@pytest.mark.parametrize(("batches", "message"), BAD_BATCHES)
def test_unusable_batches_are_told_in_one_sentence(tmp_path: Path, batches: list[Any], message: str) -> None:
    with pytest.raises(AnsibleParserError, match="^" + re.escape(message.replace("FILE", f"{tmp_path}/batches.yml"))):
        parse(tmp_path, with_batches(*batches))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "FOLDER/batches.yml must have either batches or batches_file."),
        (
            {"batches": [PILOT], "batches_file": "x.yml"},
            "FOLDER/batches.yml must have either batches or batches_file.",
        ),
        (
            {"batches": [PILOT], "bacthes": 1},
            "FOLDER/batches.yml has the unknown key bacthes; remove it or correct its",
        ),
        ({"batches_file": ""}, "batches_file in FOLDER/batches.yml must be a path, not ''."),
        (
            {"batches_file": "none.yml"},
            "batches_file FOLDER/none.yml does not exist; name a file of variables, or a folder of them.",
        ),
        (
            {"batches_file": "empty.yml"},
            "batches_file FOLDER/empty.yml does not set entra_mfa_batches; add the list of batches there.",
        ),
        ({"batches_file": "broken.yml"}, "batches_file FOLDER/broken.yml cannot be read: "),
        (
            {"batches_file": "twice"},
            "batches_file FOLDER/twice sets entra_mfa_batches more than once, in a.yml and b.yml; keep one of them.",
        ),
        (
            {"batches_file": "wrong.yml"},
            "entra_mfa_batches in FOLDER/wrong.yml must be a list of batches with name and group each, and is not.",
        ),
    ],
)
def test_unusable_file_is_told_in_one_sentence(tmp_path: Path, options: dict[str, Any], message: str) -> None:
    contents = {"empty.yml": "", "broken.yml": "a: [", "wrong.yml": "entra_mfa_batches: pilot"}
    contents |= {f"twice/{name}.yml": json.dumps({"entra_mfa_batches": [PILOT]}) for name in "ab"}
    (tmp_path / "twice").mkdir()
    for name, content in contents.items():
        (tmp_path / name).write_text(content, encoding="utf-8")

    with pytest.raises(AnsibleParserError, match="^" + re.escape(message.replace("FOLDER", str(tmp_path)))):
        parse(tmp_path, {"plugin": "entra.mfa.batches", **options})
