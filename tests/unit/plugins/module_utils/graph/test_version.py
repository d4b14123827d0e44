# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The version that requests carry."""

from __future__ import annotations

from pathlib import Path

import yaml
from ansible_collections.entra.mfa.plugins.module_utils.graph.transport import USER_AGENT


def test_user_agent_carries_the_version_of_the_collection() -> None:
    galaxy = next(parent / "galaxy.yml" for parent in Path(__file__).parents if (parent / "galaxy.yml").exists())
    version = yaml.safe_load(galaxy.read_text(encoding="utf-8"))["version"]
    assert f"entra.mfa/{version}" == USER_AGENT
