# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate ``backup``: each primary server has a copy on the controller that is the one that was fetched.

The cases are the hosts of one run of the tasks that the finalize and the decommission phase share.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from support.playbook import LOCAL_PLAY, run_playbook

GATE = {
    "name": "Judge the backup",
    "ansible.builtin.include_role": {"name": "entra.mfa.finalize", "tasks_from": "gate_backup"},
    "vars": {"__entra_mfa_gates": {}},
}
SHOW = {"name": "Show it", "ansible.builtin.debug": {"msg": "{{ __entra_mfa_gates.backup }}"}}
RED = (
    "backup: no verified copy of the data file of the primary MFA Server is on the controller;"
    " run the prepare playbook."
)


def sha256(content: str) -> str:
    """The checksum of a text."""
    return hashlib.sha256(content.encode()).hexdigest()


def server(copy: str | None, fetched: str | None = None, role: str = "primary") -> dict[str, Any]:
    """The record of a server with the data file ``data``; ``copy`` and ``fetched`` are a copy now and as fetched."""
    backup = {"backup": {"sha256": sha256("data")}, "role": role}
    return {**backup, "copy": copy, "fetched_sha256": sha256(fetched) if fetched else None}


CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "plain": ("", {"mfa01": server("data", "data"), "mfa02": server(None, role="secondary")}),
    "plain_of_an_older_record": ("", {"mfa01": server("data")}),
    "encrypted": ("", {"mfa01": server("vault", "vault")}),
    "two_farms": ("", {"mfa01": server("data", "data"), "mfa11": server("data", "data")}),
    "plain_changed": (RED, {"mfa01": server("Data", "data")}),
    "plain_changed_in_an_older_record": (RED, {"mfa01": server("Data")}),
    "encrypted_changed": (RED, {"mfa01": server("Vault", "vault")}),
    "encrypted_replaced_by_a_plain_one": (RED, {"mfa01": server("data", "vault")}),
    "one_of_two_changed": (RED, {"mfa01": server("data", "data"), "mfa11": server("Data", "data")}),
    "one_of_two_not_fetched": (RED, {"mfa01": server("data", "data"), "mfa11": server(None)}),
    "the_copy_of_another": (RED, {"mfa01": server("other", "data"), "mfa11": server("data", "other")}),
    "never_backed_up": (RED, {"mfa01": {"role": "primary", "backup": None, "copy": None, "fetched_sha256": None}}),
    "secondary_alone": (RED, {"mfa02": server("data", "data", role="secondary")}),
    "nothing_prepared": (RED, {}),
}


def lay(folder: Path, servers: dict[str, dict[str, Any]]) -> None:
    """Write the copies, and the record of the prepare phase that names them."""
    folder.mkdir(parents=True)
    for name, entry in servers.items():
        content = entry.pop("copy")
        entry["fetched_to"] = str(folder / f"{name}.pfdata") if content else None
        if content:
            (folder / f"{name}.pfdata").write_text(content, encoding="utf-8")
    (folder / "prepare.json").write_text(json.dumps({"servers": servers}), encoding="utf-8")


def test_backup_gate(tmp_path: Path) -> None:
    for name, (_sentence, servers) in CASES.items():
        lay(tmp_path / name, servers)
    run = run_playbook(
        tmp_path / "run",
        [{**LOCAL_PLAY, "hosts": "all", "module_defaults": {}, "tasks": [GATE, SHOW]}],
        inventory={"all": {"hosts": {name: {"entra_mfa_record_dir": str(tmp_path / name)} for name in CASES}}},
    )
    shown = {result.host: result.result["msg"] for result in run.results if result.task == "Show it"}

    assert run.returncode == 0, run.output
    assert shown == {name: sentence for name, (sentence, _servers) in CASES.items()}
