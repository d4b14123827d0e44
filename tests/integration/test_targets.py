# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run every integration target of the controller by a real ``ansible-playbook`` against a simulator of its own.

A target is a role below ``targets/``. It gets ``simulator`` (the content of ready.json), ``graph_login`` and
``delegated_login``. Targets that are ``small``, and leave the tenant as they found it, share a run and its simulator.
Those whose ``aliases`` say ``windows`` are run by ``test_windows_integration.py``.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from support.organisation import small_organisation
from support.playbook import LOCAL_PLAY, delegated_login, login, run_playbook
from support.simulator import Simulator

TARGETS = Path(__file__).parent / "targets"


def aliases(target: str) -> list[str]:
    """Return what a target says of itself."""
    return (TARGETS / target / "aliases").read_text(encoding="utf-8").split()


def runs() -> list[list[str]]:
    """Return the targets by run, without those for Windows and the ones that only set others up."""
    found = sorted(path.parent.name for path in TARGETS.glob("*/aliases"))
    names = [name for name in found if not {"windows", "hidden"} & set(aliases(name))]
    small = [name for name in names if "small" in aliases(name)]
    return [small, *([name] for name in names if name not in small)]


@pytest.mark.parametrize("targets", runs(), ids="+".join)
def test_target(targets: list[str], tmp_path: Path) -> None:
    output = tmp_path / "output"
    output.mkdir()
    with Simulator(tmp_path / "simulator", small_organisation()) as simulator:
        run = run_playbook(
            tmp_path,
            [{**LOCAL_PLAY, "roles": targets}],
            variables={
                "simulator": simulator.ready,
                "graph_login": login(simulator.ready),
                "delegated_login": delegated_login(simulator.ready),
                "output_dir": str(output),
            },
            roles_path=TARGETS,
        )

    assert run.returncode == 0, run.output[-8000:]
