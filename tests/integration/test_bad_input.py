# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input for the tenant: one clear message each, nothing half done, no secret shown.

The cases of one role are the hosts of one real ``ansible-playbook`` run.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.migration.ledger import Ledger
from support import refused_cases
from support.organisation import NAMES, TENANT_ID, small_organisation, user_id
from support.playbook import LOCAL_PLAY, PlaybookRun, login, run_playbook
from support.refusal import complaints, leaked, messages, secrets_of
from support.refused_cases import EXPORT, Case
from support.simulator import Simulator

BATCH = NAMES[:6]
WRITES = ["POST", "PATCH"]
ALL_GATES = {"backup: ", "coverage: ", "dependencies: ", "rollout: "}


@pytest.mark.parametrize(
    ("role", "cases"),
    [
        ("migrate", refused_cases.MIGRATE),
        ("rollout", refused_cases.ROLLOUT_ROLE),
        ("finalize", refused_cases.FINALIZE),
    ],
)
def test_refused(role: str, cases: list[Case], tmp_path: Path) -> None:
    with Simulator(tmp_path / "simulator", refused_cases.organisation()) as simulator:
        hosts = {case.name: refused_cases.variables(simulator.ready, tmp_path / case.name, case) for case in cases}
        run = run_playbook(
            tmp_path / "run",
            [{**LOCAL_PLAY, "hosts": "all", "roles": [f"entra.mfa.{role}"]}],
            inventory={"all": {"hosts": hosts}},
        )
        writes = simulator.applied_writes()
    records = {path.name for case in cases for path in (tmp_path / case.name).glob("records/*.json")}

    assert run.returncode == 2, run.output
    assert [text for case in cases for text in complaints(run, case.name, case.parts)] == []
    assert writes == 0
    assert records <= {"prepare.json", "batch-one.json", "batch-two.json", "finalize.json"}
    assert [text for case in cases for text in wrong_gates(tmp_path / case.name / "records/finalize.json", case)] == []
    assert leaked(run, secrets_of(simulator.ready, EXPORT) | {"not~the-secret"}) == []


def wrong_gates(path: Path, case: Case) -> list[str]:
    """What is wrong with the record of the gates: the one that the case is about is red, and nothing was flipped."""
    if not path.exists():
        return []
    record = json.loads(path.read_text(encoding="utf-8"))
    red = {f"{name}: " for name, sentence in record["gates"].items() if sentence}
    wrong = [f"{case.name}: flipped {record['domains']}"] if record["domains"] or record["overridden_gates"] else []
    return wrong if red == {part for part in case.parts if part in ALL_GATES} else [*wrong, f"{case.name}: {red}"]


def export_of_batch() -> dict[str, Any]:
    """An export with a telephone for each user of the first batch."""
    users = [
        {"username": f"{name}@contoso.example", "phone": {"country_code": "1", "number": f"20655501{number}"}}
        for number, name in enumerate(BATCH, 20)
    ]
    return {**EXPORT, "users": users}


def migrate(folder: Path, export: dict[str, Any], options: dict[str, Any]) -> PlaybookRun:
    """Migrate the first batch."""
    folder.mkdir(exist_ok=True)
    (folder / "export.json").write_text(json.dumps(export), encoding="utf-8")
    variables = {
        "entra_mfa_graph_options": options,
        "entra_mfa_batches": [{"name": "one", "group": "MFA migration batch 1"}],
        "entra_mfa_export": str(folder / "export.json"),
        "entra_mfa_record_dir": str(folder / "records"),
    }
    return run_playbook(folder, "entra.mfa.migrate", variables=variables)


def written_users(simulator: Simulator) -> list[str]:
    """The users of the applied writes to telephones, once for each write."""
    found = [
        re.search(r"users/([^/]+)/authentication/phoneMethods", entry["path"])
        for entry in simulator.log()
        if entry["applied"]
    ]
    return [match[1] for match in found if match]


def expire_token_at(simulator: Simulator, path: str) -> None:
    """Let the token of the next write to that path be expired."""
    fault = {"kind": "expire_token", "match": {"method": WRITES, "path": path}, "count": 1}
    simulator.control("POST", "/faults", [fault])


def test_a_broken_record_fails_its_user_alone(tmp_path: Path) -> None:
    export = export_of_batch()
    export["users"][0]["phone"]["number"] = 2065550120
    with Simulator(tmp_path / "simulator", small_organisation()) as simulator:
        run = migrate(tmp_path / "run", export, login(simulator.ready))
        written = written_users(simulator)
    report = (tmp_path / "run/records/report-one.jsonl").read_text(encoding="utf-8").splitlines()
    outcome = {user["upn"].split("@")[0]: (user["status"], user["reason"]) for user in map(json.loads, report)}

    assert run.returncode == 2, run.output
    parts = ("1 of 6 users failed", "anna@contoso.example", "invalid_record: phone.number must be a string")
    assert complaints(run, "localhost", parts) == []
    assert outcome["anna"] == ("failed", "invalid_record: phone.number must be a string")
    assert {outcome[name][0] for name in BATCH[1:]} == {"migrated"}
    assert sorted(written) == [user_id(name) for name in BATCH[1:]]
    assert leaked(run, {*secrets_of(simulator.ready, export), "2065550120"}) == []


def test_a_given_token_that_expires_in_mid_run_keeps_what_was_written(tmp_path: Path) -> None:
    export = export_of_batch()
    with Simulator(tmp_path / "simulator", small_organisation()) as simulator:
        expire_token_at(simulator, user_id("elena"))
        options = {key: simulator.ready[key] for key in ("graph_url", "ca_path")}
        tokens = [simulator.token(), simulator.token()]
        broken_off = migrate(tmp_path / "run", export, options | {"access_token": tokens[0]})
        first = written_users(simulator)
        ledger = Ledger(tmp_path / "run/records/ledger.sqlite", TENANT_ID, read_only=True)
        recorded = ledger.changes_of([user_id(name) for name in BATCH])
        ledger.close()
        continued = migrate(tmp_path / "run", export, options | {"access_token": tokens[1]})
        written = written_users(simulator)

    assert broken_off.returncode == 2, broken_off.output
    parts = ("HTTP 401", "the given access_token has expired", "get a new one", "what was written stays, run it again")
    assert complaints(broken_off, "localhost", parts) == []
    assert 0 < len(first) < len(BATCH)
    assert recorded.keys() >= set(first)
    assert continued.returncode == 0, continued.output
    assert sorted(written) == [user_id(name) for name in BATCH]
    for run in (broken_off, continued):
        assert leaked(run, {*secrets_of(simulator.ready, export), *tokens}) == []


def test_a_token_that_expires_in_mid_run_is_renewed_by_the_secret(tmp_path: Path) -> None:
    export = export_of_batch()
    with Simulator(tmp_path / "simulator", small_organisation()) as simulator:
        expire_token_at(simulator, user_id("elena"))
        run = migrate(tmp_path / "run", export, login(simulator.ready))
        written = written_users(simulator)
        refused = [entry for entry in simulator.log() if entry["status"] == 401]

    assert run.returncode == 0, run.output
    assert refused != []
    assert sorted(written) == [user_id(name) for name in BATCH]
    assert leaked(run, secrets_of(simulator.ready, export)) == []


def test_flips_that_break_off_are_recorded(tmp_path: Path) -> None:
    domains = ["fabrikam.example", "contoso.example"]
    case = Case("flip", (), {"entra_mfa_domains": domains, "entra_mfa_accept_irreversible": True})
    with Simulator(tmp_path / "simulator", refused_cases.organisation()) as simulator:
        variables = refused_cases.variables(simulator.ready, tmp_path / "flip", case)
        options = {key: simulator.ready[key] for key in ("graph_url", "ca_path")}
        variables["graph_login"] = options | {"access_token": simulator.token()}
        expire_token_at(simulator, "domains/contoso.example/")
        play = {**LOCAL_PLAY, "roles": ["entra.mfa.finalize"]}
        run = run_playbook(tmp_path / "run", [play], variables=variables)
        state = {domain["id"]: domain.get("federation") for domain in simulator.control("GET", "/state")["domains"]}
    recorded = json.loads((tmp_path / "flip/records/finalize.json").read_text(encoding="utf-8"))["domains"]

    assert run.returncode == 2, run.output
    assert "access_token has expired" in messages(run, "localhost")[0]
    assert state["fabrikam.example"]["federatedIdpMfaBehavior"] == "rejectMfaByFederatedIdp"
    assert not state["contoso.example"].get("federatedIdpMfaBehavior")
    assert {domain: entry["previous"] for domain, entry in recorded.items()} == {
        "fabrikam.example": "enforceMfaByFederatedIdp"
    }
