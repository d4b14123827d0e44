# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action group carries the login, so each module that logs in must be in it."""

from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_runtime_names_every_module_that_logs_in() -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "action_group.py"))

    assert tool["graph_modules"](), "no module takes the login options"
    assert (ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8") == tool["render"]()
