# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module around the readers: options, what it refuses, what it returns."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.export_json import read_export
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import OathToken, Phone, Record
from ansible_collections.entra.mfa.plugins.modules import mfa_server_export

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
USERS = "username;phone.number;oath_token.serial\nanna;+1 206 555 0100;900001\nben;+1 206 555 0101;\n"

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the module and return its result."""

    def run_main(options: Mapping[str, Any], *, check: bool = False, diff: bool = False) -> dict[str, Any]:
        flags = {"_ansible_check_mode": check, "_ansible_diff": diff}
        with patch_module_args({**flags, **options}), pytest.raises(SystemExit):
            mfa_server_export.main()
        result: dict[str, Any] = json.loads(capsys.readouterr().out)
        return result

    return run_main


@pytest.fixture
def sources(tmp_path: Path) -> dict[str, Any]:
    """Options with a file of two users and a file with the token of one."""
    users, tokens = tmp_path / "users.csv", tmp_path / "tokens.csv"
    users.write_text(USERS)
    tokens.write_text(f"900001,{SECRET},60\n")
    return {
        "users": [{"path": str(users), "name": "users.csv"}],
        "oath_tokens": [{"path": str(tokens), "format": "mfa_server_csv"}],
        "dest": str(tmp_path / "export.json"),
        "server": {"name": "MFA01", "version": "8.1.10"},
    }


def test_sources_become_one_export(run: Run, sources: dict[str, Any]) -> None:
    result = run(sources, diff=True)
    assert read_export(sources["dest"]).records == (
        Record("anna", phone=Phone("1", "2065550100"), oath_token=OathToken("900001", SECRET, 60)),
        Record("ben", phone=Phone("1", "2065550101")),
    )
    assert json.loads(Path(sources["dest"]).read_text())["server"] == sources["server"]
    assert (result["changed"], result["path"]) == (True, sources["dest"])
    assert (result["users"], result["oath_tokens"]) == (2, 1)
    assert (result["problems"], result["problems_omitted"]) == ([], 0)
    assert result["diff"]["after"]["ben"] == {"phone": "•••• 01"}
    assert SECRET not in json.dumps(result)
    assert "206" not in json.dumps(result)


def test_second_run_changes_nothing(run: Run, sources: dict[str, Any]) -> None:
    run(sources)
    content = Path(sources["dest"]).read_bytes()
    result = run(sources, diff=True)
    assert result["changed"] is False
    assert result["diff"] == {"before": {}, "after": {}}
    assert Path(sources["dest"]).read_bytes() == content


def test_check_mode_writes_nothing(run: Run, sources: dict[str, Any]) -> None:
    result = run(sources, check=True, diff=True)
    assert result["changed"] is True
    assert sorted(result["diff"]["after"]) == ["anna", "ben"]
    assert not Path(sources["dest"]).exists()


def test_problems_stop_the_export(run: Run, sources: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text(USERS + "cleo;+1 2;\n=1+1;;\n")
    result = run(sources)
    assert result["failed"] is True
    assert result["msg"] == (
        "The sources have 2 problems, and nothing was written: users.csv, line 4: phone.number is no possible "
        "telephone number; users.csv, line 5: username begins with = and would be run as a formula by a spreadsheet."
    )
    assert [problem["line"] for problem in result["problems"]] == [4, 5]
    assert not Path(sources["dest"]).exists()


def test_problems_are_reported_beside_what_can_be_used(run: Run, sources: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text(USERS + "cleo;+1 2;\n" + "anna;;\n" * 600)
    result = run({**sources, "on_error": "report"})
    assert (result["changed"], result["users"]) == (True, 3)
    assert result["problems"][0] == {
        "source": "users.csv",
        "line": 4,
        "field": "phone.number",
        "problem": "is no possible telephone number",
    }
    assert (len(result["problems"]), result["problems_omitted"]) == (500, 101)


def test_json_is_read_and_its_broken_records_are_named(run: Run, sources: dict[str, Any], tmp_path: Path) -> None:
    users = [{"username": "anna", "upn": "anna@contoso.example"}, {"username": "ben", "enabled": "yes"}]
    content = {"format": "entra.mfa/export-v1", "users": [{"username": "zoe", "shade": "dark"}, *users]}
    (tmp_path / "more.json").write_text(json.dumps(content))
    more = {"path": str(tmp_path / "more.json"), "name": "more.json", "format": "json"}
    result = run({**sources, "users": [*sources["users"], more], "on_error": "report"})
    assert [record.username for record in read_export(sources["dest"]).records] == ["anna", "ben", "zoe"]
    assert read_export(sources["dest"]).records[0].upn == "anna@contoso.example"
    assert result["problems"] == [
        {
            "source": "more.json",
            "line": 3,
            "field": None,
            "problem": "cannot be used, as its enabled must be true or false",
        }
    ]
    assert "The file more.json has fields that are not known and left out: users[].shade." in str(result["warnings"])


def test_options_of_a_csv_file_are_obeyed(run: Run, sources: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes("Jörg|Anruf|555,0100\n".encode("utf-16-le"))
    source = {
        "path": str(path),
        "header": False,
        "columns": {"username": 1, "default_method": "2"},
        "values": {"default_method": {"anruf": "phone_call"}},
        "encoding": "utf-16-le",
        "delimiter": "pipe",
    }
    run({"users": [source], "dest": sources["dest"]})
    assert read_export(sources["dest"]).records == (Record("Jörg", default_method="phone_call"),)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"users": [], "oath_tokens": []}, "There is nothing to read"),
        ({"vault_password_file": "/none"}, "needs a local connection"),
        ({"users": [{"path": "/none.csv"}]}, "The file /none.csv does not exist"),
        ({"users": [{"path": "/none.json", "format": "json"}]}, "The export /none.json does not exist"),
        ({"users": [{"path": "/none.csv", "values": {"enabled": "x"}}]}, "The values of enabled must be a dictionary"),
        ({"users": [{"path": "/none.csv", "format": "xml"}]}, "value of format must be one of: csv, json"),
        ({"dest": "/"}, "it is a folder"),
    ],
)
def test_bad_options_are_refused(run: Run, sources: dict[str, Any], changed: dict[str, Any], message: str) -> None:
    result = run({**sources, **changed})
    assert result["failed"] is True
    assert message in result["msg"]


def test_keys_are_not_shown(run: Run, sources: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "tokens.xml").write_text("<KeyContainer>", encoding="utf-8")
    token = {
        "path": str(tmp_path / "tokens.xml"),
        "format": "pskc",
        "key": "0123456789abcdef",
        "password": "open sesame",
    }
    result = run({**sources, "oath_tokens": [token]})
    assert "does not begin with the element KeyContainer" in result["msg"]
    assert "0123456789abcdef" not in json.dumps(result)
    assert "open sesame" not in json.dumps(result)
