# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run every integration target by a real ``ansible-playbook`` against simulators of its own.

A target is a role below ``targets/``. Its ``aliases`` say where it runs: ``windows`` on the simulated servers, anything
else on the controller. It gets ``simulator`` (the content of ready.json), ``graph_login`` and ``delegated_login``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.organisation import small_organisation
from support.playbook import LOCAL_PLAY, delegated_login, login, run_playbook, server_inventory
from support.simulator import Simulator

TARGETS = Path(__file__).parent / "targets"


def targets() -> list[str]:
    """Return the names of all targets, without the ones that only set others up."""
    return sorted(path.parent.name for path in TARGETS.glob("*/tasks") if not path.parent.name.startswith("setup_"))


def on_windows(target: str) -> bool:
    """Return whether a target runs on the simulated servers."""
    return "windows" in (TARGETS / target / "aliases").read_text(encoding="utf-8").split()


def play(target: str) -> dict[str, Any]:
    """Return the play that runs one target."""
    head = {"hosts": "windows", "gather_facts": False} if on_windows(target) else LOCAL_PLAY
    return {**head, "roles": [target]}


@pytest.mark.parametrize("target", targets())
def test_target(target: str, tmp_path: Path) -> None:
    output = tmp_path / "output"
    output.mkdir()
    with Simulator(tmp_path / "simulator", small_organisation(), hosts=on_windows(target)) as simulator:
        run = run_playbook(
            tmp_path,
            [play(target)],
            inventory=server_inventory(simulator.ready, "windows"),
            variables={
                "simulator": simulator.ready,
                "graph_login": login(simulator.ready),
                "delegated_login": delegated_login(simulator.ready),
                "output_dir": str(output),
            },
            roles_path=TARGETS,
        )

    assert run.returncode == 0, run.output[-8000:]
