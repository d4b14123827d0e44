# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A scheduled pass over all batches: what changed reaches Entra, nothing else is touched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from support.organisation import small_organisation
from support.playbook import PlaybookRun, login, run_playbook
from support.simulator import Simulator

GROUPS = ("MFA migration batch 1", "MFA migration batch 2")


def export(number: str) -> dict[str, Any]:
    """An export of two users; the number is Anna's."""
    users = [
        {"username": "anna@contoso.example", "phone": {"country_code": "1", "number": number}},
        {"username": "elena@contoso.example", "phone": {"country_code": "1", "number": "2065550121"}},
    ]
    return {"format": "entra.mfa/export-v1", "users": users}


def synchronise(folder: Path, simulator: Simulator, content: dict[str, Any]) -> PlaybookRun:
    """One pass."""
    folder.mkdir(exist_ok=True)
    (folder / "export.json").write_text(json.dumps(content), encoding="utf-8")
    variables = {
        "entra_mfa_graph_options": login(simulator.ready),
        "entra_mfa_batches": [{"name": f"batch{place}", "group": group} for place, group in enumerate(GROUPS, 1)],
        "entra_mfa_export": str(folder / "export.json"),
        "entra_mfa_record_dir": str(folder / "records"),
    }
    return run_playbook(folder, "entra.mfa.sync", variables=variables)


def applied(simulator: Simulator, since: int) -> list[tuple[str, str]]:
    """Method and resource of the changes since an entry of the log."""
    return [
        (entry["method"], entry["path"].rpartition("/authentication/")[2].partition("/")[0])
        for entry in simulator.log(since)
        if entry["applied"]
    ]


def test_passes_write_only_what_changed_and_say_so(tmp_path: Path) -> None:
    with Simulator(tmp_path / "simulator", small_organisation()) as simulator:
        first = synchronise(tmp_path / "run", simulator, export("2065550120"))
        after_first = len(simulator.log())
        second = synchronise(tmp_path / "run", simulator, export("2065550120"))
        changed_by_second = applied(simulator, after_first)
        after_second = len(simulator.log())
        third = synchronise(tmp_path / "run", simulator, export("2065550129"))
        changed_by_third = applied(simulator, after_second)

    for run in (first, second, third):
        assert run.returncode == 0, run.output
    assert changed_by_second == []
    assert changed_by_third == [("PATCH", "phoneMethods")]
    assert " 1 changed, " in third.output
    assert " 0 changed, " in second.output
