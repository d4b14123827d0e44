# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of the guide to the export file, run by a real ``ansible-playbook`` as they stand there."""

from __future__ import annotations

import json
import shutil
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.playbook import run_playbook

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "docsite" / "rst" / "import.rst"
ENCRYPTED_TOKENS = ROOT / "tests/unit/plugins/module_utils/mfa_server/data/rfc6030/figure7.xml"


def blocks(kind: str) -> list[str]:
    """The code blocks of one language, in their order."""
    found: list[str] = []
    lines = GUIDE.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        if line.strip() != f".. code-block:: {kind}":
            continue
        margin = len(line) - len(line.lstrip())
        body: list[str] = []
        for inner in lines[number + 1 :]:
            if inner.strip() and len(inner) - len(inner.lstrip()) <= margin:
                break
            body.append(inner)
        found.append(textwrap.dedent("\n".join(body)).strip() + "\n")
    return found


def test_examples_run_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    users, tokens = blocks("text")
    (tmp_path / "users.csv").write_text(users, encoding="utf-8")
    (tmp_path / "tokens.csv").write_text(tokens, encoding="utf-8")
    (tmp_path / "mails.csv").write_text("Account,Mail\ncontoso\\anna,a.mail@contoso.example\n", encoding="utf-8")
    (tmp_path / "vault-password").write_text("open sesame\n", encoding="utf-8")
    shutil.copy(ENCRYPTED_TOKENS, tmp_path / "tokens.pskcxml")
    monkeypatch.setenv("PSKC_PASSWORD", "qwerty")
    plays: list[dict[str, Any]] = [play for block in blocks("yaml") for play in yaml.safe_load(block)]
    interpreter = {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}

    run = run_playbook(tmp_path, plays, variables=interpreter, arguments=["--diff"])

    assert run.returncode == 0, run.output
    assert [(result.result["users"], result.result["oath_tokens"]) for result in run.results] == [
        (3, 0),
        (3, 1),
        (3, 1),
        (3, 0),
    ]
    assert "987654321 (HOTP)" in run.output
    assert "GEZDGNBV" not in run.output
    anna, ben, _carla = json.loads((tmp_path / "complete.json").read_text(encoding="utf-8"))["users"]
    assert anna["attributes"] == {"mail": "a.mail@contoso.example"}
    assert ben["oath_token"]["model"] == "c200"
    assert (tmp_path / "secret.json").read_bytes().startswith(b"$ANSIBLE_VAULT;")
