# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that an action plugin accepts are the ones its module documents."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
import yaml
from ansible_collections.entra.mfa.plugins.action import (
    adfs_mfa_info,
    adfs_mfa_provider,
    mfa_server_info,
    migration_utility,
    pfdata_backup,
    pfdata_restore,
    user_portal,
)

PLUGINS = [
    adfs_mfa_info,
    adfs_mfa_provider,
    mfa_server_info,
    migration_utility,
    pfdata_backup,
    pfdata_restore,
    user_portal,
]
FIELDS = ("type", "required", "default", "choices", "elements")


def documented(options: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {field: option[field] for field in FIELDS if field in option}
        | ({"options": documented(option["suboptions"])} if "suboptions" in option else {})
        for name, option in options.items()
    }


def accepted(options: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {field: option[field] for field in FIELDS if field in option}
        | ({"options": accepted(option["options"])} if "options" in option else {})
        for name, option in options.items()
    }


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.__name__.rpartition(".")[2])
def test_options_are_the_documented_ones(plugin: Any) -> None:
    name = plugin.__name__.rpartition(".")[2]
    module = importlib.import_module(f"ansible_collections.entra.mfa.plugins.modules.{name}")
    documentation = yaml.safe_load(module.DOCUMENTATION)
    assert documentation["module"] == name
    assert accepted(plugin.ActionModule.ARGUMENTS) == documented(documentation.get("options", {}))


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.__name__.rpartition(".")[2])
def test_examples_use_documented_options_only(plugin: Any) -> None:
    name = plugin.__name__.rpartition(".")[2]
    module = importlib.import_module(f"ansible_collections.entra.mfa.plugins.modules.{name}")
    tasks = [task for task in yaml.safe_load(module.EXAMPLES) if f"entra.mfa.{name}" in task]
    assert tasks
    for task in tasks:
        assert set(task[f"entra.mfa.{name}"] or {}) <= set(plugin.ActionModule.ARGUMENTS)
