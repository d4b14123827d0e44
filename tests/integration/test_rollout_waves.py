# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Staged Rollout wave by wave from migrated users, the gates of finalize, what verify sees, and the way back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.organisation import ROLLOUT, small_organisation
from support.playbook import LOCAL_PLAY, PlaybookRun, delegated_login, login, run_playbook
from support.refusal import messages
from support.sign_ins import CLOUD, FEDERATED, IN_SESSION, MUST_REGISTER, sign_in
from support.simulator import Simulator

pytestmark = pytest.mark.xdist_group("rollout_waves")

CONTOSO, FABRIKAM = "contoso.example", "fabrikam.example"
REJECT = "rejectMfaByFederatedIdp"
CROWD = 7
GROUP = "20000000-0000-4000-8000-000000000201"


def person(number: int) -> dict[str, Any]:
    """A user of the batch; the last one is of the second domain."""
    domain = FABRIKAM if number == CROWD - 1 else CONTOSO
    return {
        "id": f"10000000-0000-4000-8000-{2000 + number:012d}",
        "userPrincipalName": f"user{number}@{domain}",
        "displayName": f"User {number}",
        "methods": {"phone": [{"phoneType": "mobile", "phoneNumber": f"+1 206555017{number}"}], "preferred": "sms"},
    }


PEOPLE = [person(number) for number in range(CROWD)]
EXPORT: dict[str, Any] = {
    "format": "entra.mfa/export-v1",
    "users": [
        {
            "username": user["userPrincipalName"],
            "phone": {"country_code": "1", "number": f"206555017{number}"},
            "default_method": "text_message",
        }
        for number, user in enumerate(PEOPLE)
    ],
}


class Tenant:
    """A tenant with a migrated batch, and the folder of its records."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        content = small_organisation()
        content["users"] += PEOPLE
        values = {"groupTypes": [], "securityEnabled": True}
        members = [user["id"] for user in PEOPLE]
        content["groups"].append({"id": GROUP, "displayName": "MFA crowd", "members": members, **values})
        self.simulator = Simulator(folder / "simulator", content)
        self.prepare(folder)

    def prepare(self, folder: Path) -> None:
        """Lay the records of the earlier phases, and the export."""
        copy = folder / "records/backup/mfa01/PhoneFactor.pfdata"
        copy.parent.mkdir(parents=True)
        copy.write_text("data", encoding="utf-8")
        backup = {"sha256": hashlib.sha256(b"data").hexdigest()}
        server = {"role": "primary", "backup": backup, "fetched_to": str(copy), "dependencies": {"radius": False}}
        report = [{"id": user["id"], "upn": user["userPrincipalName"], "status": "unchanged"} for user in PEOPLE]
        for name, content in {
            "records/prepare.json": json.dumps({"servers": {"mfa01": server}}),
            "records/batch-crowd.json": json.dumps({"name": "crowd"}),
            "records/report-crowd.jsonl": "\n".join(map(json.dumps, report)),
            "export.json": json.dumps(EXPORT),
        }.items():
            (folder / name).write_text(content, encoding="utf-8")

    def variables(self, **more: Any) -> dict[str, Any]:
        """The variables of all phases."""
        return {
            "entra_mfa_graph_options": login(self.simulator.ready),
            "entra_mfa_rollout_access_token": delegated_login(self.simulator.ready)["access_token"],
            "entra_mfa_record_dir": str(self.folder / "records"),
            "entra_mfa_export": str(self.folder / "export.json"),
            "entra_mfa_batches": [{"name": "crowd", "group": "MFA crowd", "rollout_group": "MFA rollout"}],
            "entra_mfa_rollout_waves": [2, 4],
            "entra_mfa_rollout_first_add_limit": 3,
            **more,
        }

    def play(self, playbook: str, *arguments: str, **more: Any) -> PlaybookRun:
        """Run a playbook."""
        variables = self.variables(**more)
        return run_playbook(self.folder / "run", f"entra.mfa.{playbook}", variables=variables, arguments=arguments)

    def record(self, name: str) -> dict[str, Any]:
        """A record."""
        found: dict[str, Any] = json.loads((self.folder / f"records/{name}.json").read_text(encoding="utf-8"))
        return found

    def routed(self) -> tuple[int, list[str]]:
        """How many members the rollout group has, and the groups of the policy."""
        state = self.simulator.control("GET", "/state")
        group = next(group for group in state["groups"] if group["id"] == ROLLOUT)
        applied = [policy["appliesTo"] for policy in state["rolloutPolicies"]]
        return len(group["members"]), applied[0] if applied else []


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    running = Tenant(tmp_path_factory.mktemp("waves"))
    yield running
    running.simulator.stop()


def recap(run: PlaybookRun) -> str:
    """The last line about the controller."""
    return run.output.rpartition("localhost ")[2]


def test_waves_wait_for_the_last_one_and_take_migrated_users_only(tenant: Tenant) -> None:
    first = tenant.play("rollout")
    assert first.returncode == 0, first.output
    assert tenant.routed() == (2, [ROLLOUT])
    progress = tenant.record("rollout")["progress"]["crowd"]
    assert (progress["wave"], progress["of"], progress["reached"], progress["total"]) == (2, 3, 2, CROWD)
    assert [(wave["users"], wave["reached"]) for wave in progress["waves"]] == [(2, 2)]

    again = tenant.play("rollout")
    assert again.returncode == 0, again.output
    assert " changed=0 " in recap(again)
    assert tenant.routed() == (2, [ROLLOUT])
    assert f"The next wave may begin at {progress['next_at']}" in again.output

    stranger = {
        "members@odata.bind": [f"{tenant.simulator.ready['graph_url']}/v1.0/directoryObjects/{PEOPLE[2]['id']}"]
    }
    report = tenant.folder / "records/report-crowd.jsonl"
    whole = report.read_text(encoding="utf-8")
    report.write_text(whole.replace(f'{PEOPLE[2]["id"]}"', '10000000-0000-4000-8000-00000000ffff"'), encoding="utf-8")
    answer = tenant.simulator.graph("PATCH", f"v1.0/groups/{ROLLOUT}", stranger)
    assert answer.status_code == 204
    refused = tenant.play("rollout", entra_mfa_rollout_wave_hours=0)
    report.write_text(whole, encoding="utf-8")
    assert refused.returncode == 2, refused.output
    assert "has 1 members whose migration is in no report: user2@contoso.example" in messages(refused, "localhost")[0]

    due = tenant.play("rollout", entra_mfa_rollout_wave_hours=0)
    assert due.returncode == 0, due.output
    assert tenant.routed() == (4, [ROLLOUT])


def test_single_users_go_back_and_everybody_gets_in(tenant: Tenant) -> None:
    back = tenant.play("rollout", entra_mfa_rollout_state="absent", entra_mfa_users=["user0@contoso.example"])
    assert back.returncode == 0, back.output
    assert tenant.routed() == (3, [ROLLOUT])

    rest = tenant.play("rollout", entra_mfa_rollout_waves=[])
    assert rest.returncode == 0, rest.output
    assert tenant.routed() == (CROWD, [ROLLOUT])
    assert "Everybody is in." in rest.output


def test_gates_of_two_domains_are_green_together_and_the_flip_is_recorded(tenant: Tenant) -> None:
    domains = [CONTOSO, FABRIKAM]
    run = tenant.play("finalize", entra_mfa_domains=domains, entra_mfa_accept_irreversible=True)
    assert run.returncode == 0, run.output
    record = tenant.record("finalize")
    green = dict.fromkeys(("backup", "coverage", "dependencies", "rollout"), "")
    assert record["gates"] == green
    assert record["gates_by_domain"] == {CONTOSO: green, FABRIKAM: green}
    assert record["overridden_gates"] == []
    flips = record["domains"]
    assert {name: flip["previous"] for name, flip in flips.items()} == {
        CONTOSO: None,
        FABRIKAM: "enforceMfaByFederatedIdp",
    }
    effective = datetime.fromisoformat(flips[CONTOSO]["effective_by"])
    assert timedelta(hours=23) < effective - datetime.now(UTC) <= timedelta(hours=24)

    trusts = {"server": "adfs01", "demanding_mfa": ["Payroll", "Suppliers"]}
    (tenant.folder / "records/adfs-adfs01.json").write_text(json.dumps(trusts), encoding="utf-8")
    accepted = {"entra_mfa_accepted_relying_parties": ["Payroll"]}
    again = tenant.play("finalize", entra_mfa_domains=domains, **accepted)
    assert again.returncode == 0, again.output
    assert "AD FS demands MFA on-premises for Suppliers, as the prepare phase saw last" in again.output
    assert "AD FS demands" not in run.output
    assert " changed=0 " in recap(again)
    assert tenant.record("finalize") == record


def test_a_gate_of_one_domain_does_not_hold_the_other(tenant: Tenant, tmp_path: Path) -> None:
    """Users of each domain count for that domain: as hosts of one run, where one user of the other domain misses."""
    export = {
        **EXPORT,
        "users": [
            *EXPORT["users"][:-1],
            {**EXPORT["users"][-1], "phone": {"country_code": "1", "number": "2065550199"}},
        ],
    }
    hosts = {}
    for name, more in {
        "contoso": {"entra_mfa_domains": [CONTOSO]},
        "both": {"entra_mfa_domains": [CONTOSO, FABRIKAM], "entra_mfa_override_gates": ["coverage"]},
    }.items():
        folder = tmp_path / name
        folder.mkdir()
        tenant.prepare(folder)
        (folder / "export.json").write_text(json.dumps(export), encoding="utf-8")
        paths = {"entra_mfa_record_dir": str(folder / "records"), "entra_mfa_export": str(folder / "export.json")}
        hosts[name] = {**tenant.variables(**more, **paths), "graph_login": login(tenant.simulator.ready)}
    play = {**LOCAL_PLAY, "hosts": "all", "roles": ["entra.mfa.finalize"]}
    run = run_playbook(tmp_path / "run", [play], inventory={"all": {"hosts": hosts}})
    records = {
        name: json.loads((tmp_path / name / "records/finalize.json").read_text(encoding="utf-8")) for name in hosts
    }

    assert run.returncode == 0, run.output
    assert records["contoso"]["gates"]["coverage"] == ""
    both = records["both"]
    assert both["overridden_gates"] == ["coverage"]
    assert both["gates_by_domain"][CONTOSO]["coverage"] == ""
    assert "user6@fabrikam.example" in both["gates_by_domain"][FABRIKAM]["coverage"]
    assert both["gates_by_domain"][FABRIKAM]["coverage"] == both["gates"]["coverage"]


def test_verify_tells_entra_from_the_federated_provider(tenant: Tenant, tmp_path: Path) -> None:
    """Each as a host of one run: both domains, the good one alone, a flip not in effect, a login without permission."""
    past = (datetime.now(UTC) - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    future = (datetime.now(UTC) + timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    before = (datetime.now(UTC) - timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
    sign_ins = [
        sign_in("user0@contoso.example", CLOUD),
        sign_in("user1@contoso.example", FEDERATED),
        sign_in("user1@contoso.example", FEDERATED),
        sign_in("user2@contoso.example", FEDERATED, before),
        sign_in("user3@contoso.example", MUST_REGISTER),
        sign_in("user6@fabrikam.example", CLOUD),
        sign_in("user6@fabrikam.example", IN_SESSION),
    ]
    tenant.simulator.control("POST", "/sign-ins", sign_ins)
    tenant.simulator.control("POST", "/settings", {"report_limit": 100})
    hosts = {}
    for name, effective_by, domains, app in (
        ("both", past, [CONTOSO, FABRIKAM], "migration"),
        ("good", past, [FABRIKAM], "migration"),
        ("early", future, [FABRIKAM], "migration"),
        ("powerless", past, [FABRIKAM], "powerless"),
    ):
        flips = {domain: {"previous": None, "behavior": REJECT, "effective_by": effective_by} for domain in domains}
        (tmp_path / name).mkdir()
        (tmp_path / name / "finalize.json").write_text(json.dumps({"domains": flips}), encoding="utf-8")
        hosts[name] = {"graph_login": login(tenant.simulator.ready, app), "entra_mfa_record_dir": str(tmp_path / name)}
    play = {**LOCAL_PLAY, "hosts": "all", "roles": ["entra.mfa.verify"]}
    run = run_playbook(tmp_path / "run", [play], inventory={"all": {"hosts": hosts}})
    records = {name: json.loads((tmp_path / name / "verify.json").read_text(encoding="utf-8")) for name in hosts}
    federated = (tmp_path / "both/verify-federated.jsonl").read_text(encoding="utf-8").splitlines()

    assert run.returncode == 0, run.output
    assert {name: record["verdict"] for name, record in records.items()} == {
        "both": "not_verified",
        "good": "verified",
        "early": "inconclusive",
        "powerless": "inconclusive",
    }
    contoso = records["both"]["domains"][CONTOSO]
    assert contoso["sign_ins"] | {"failed": 0} == {
        "cloud": 1,
        "federated": 2,
        "session": 0,
        "single_factor": 0,
        "unknown": 0,
        "must_register": 1,
        "mfa_failed": 0,
        "failed": 0,
    }
    assert contoso["federated_users"] == {"count": 1, "examples": ["user1@contoso.example"]}
    assert "Set federation settings on domain" in {change["activity"] for change in contoso["changes"]}
    assert [(user["upn"], user["sign_ins"]) for user in map(json.loads, federated)] == [("user1@contoso.example", 2)]
    assert {finding["code"] for finding in records["powerless"]["findings"]} >= {"sign_ins_unread", "federation_unread"}


def test_a_batch_goes_back_as_a_whole(tenant: Tenant) -> None:
    back = tenant.play("rollout", entra_mfa_rollout_state="absent", entra_mfa_rollout_empty=True)
    assert back.returncode == 0, back.output
    assert tenant.routed() == (0, [])
    record = tenant.record("rollout")
    assert (record["batches"], record["progress"], record["policy"]["isEnabled"]) == ([], {}, True)
