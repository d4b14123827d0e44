# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator as a process: ready file, certificates, signals, parent, connections that are cut."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from entra_simulator.server import is_running
from support.organisation import small_organisation
from support.simulator import PACKAGE_ROOT, Simulator


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with Simulator(tmp_path_factory.mktemp("simulator"), small_organisation()) as running:
        yield running


def test_the_ready_file_is_private_and_tells_where_everything_is(simulator: Simulator) -> None:
    state = simulator.directory / "state"
    ready = simulator.ready

    assert state.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o077 for path in state.iterdir()} == dict.fromkeys(os.listdir(state), 0)
    assert is_running(ready["pid"])
    assert ready["graph_url"].startswith("https://127.0.0.1:")
    assert ready["apps"]["migration"]["certificate_path"] == str(state / "migration.pem")
    assert ready["apps"]["reader"]["certificate_path"] is None
    assert ready["federated_domains"] == ["contoso.example", "fabrikam.example"]
    assert (ready["hosts"], ready["files"], ready["export_path"]) == ({}, {}, None)


def test_only_its_own_authority_vouches_for_it(simulator: Simulator) -> None:
    assert simulator.graph("GET", "v1.0/users/anna@contoso.example").status_code == 200
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(simulator.ready["graph_url"], timeout=10)


def test_the_delegated_token_works(simulator: Simulator) -> None:
    token = simulator.ready["delegated"]["hybrid_admin"]["access_token"]

    assert simulator.graph("GET", "v1.0/policies/featureRolloutPolicies", token=token).status_code == 200


def test_the_workload_identity_file_works(simulator: Simulator) -> None:
    details = simulator.ready["apps"]["migration"]
    form = {
        "grant_type": "client_credentials",
        "client_id": details["client_id"],
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": Path(details["federated_token_file"]).read_text(encoding="ascii"),
        "scope": simulator.ready["graph_url"] + "/.default",
    }
    url = f"{simulator.ready['authority_url']}/{simulator.ready['tenant_id']}/oauth2/v2.0/token"

    assert simulator.session.post(url, data=form, timeout=30).status_code == 200


def test_a_connection_that_is_cut(simulator: Simulator) -> None:
    token = simulator.token()
    simulator.control("POST", "/faults", [{"kind": "reset", "count": 1}])

    with pytest.raises(requests.exceptions.ConnectionError):
        simulator.graph("GET", "v1.0/users", token=token)

    assert simulator.graph("GET", "v1.0/users", token=token).status_code == 200


def test_a_stop_is_orderly(tmp_path: Path) -> None:
    running = Simulator(tmp_path, small_organisation())
    assert running.graph("GET", "v1.0/users").status_code == 200

    assert running.stop() == 0

    assert not (tmp_path / "state" / "ready.json").exists()
    assert (tmp_path / "simulator.log").read_text(encoding="utf-8") == ""


def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    organisation = tmp_path / "organisation.json"
    organisation.write_text(json.dumps(small_organisation()), encoding="utf-8")
    parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    command = [sys.executable, "-m", "entra_simulator", "--directory", str(tmp_path / "state"), "--no-hosts"]
    child = subprocess.Popen(
        [*command, "--organisation", str(organisation), "--parent", str(parent.pid)],
        env={**os.environ, "PYTHONPATH": str(PACKAGE_ROOT)},
    )

    parent.communicate(b"\n")

    assert child.wait(30) == 0


@pytest.mark.parametrize("content", ["not json", "{}"])
def test_a_file_that_cannot_be_used(tmp_path: Path, content: str) -> None:
    path = tmp_path / "organisation.json"
    path.write_text(content, encoding="utf-8")
    command = [sys.executable, "-m", "entra_simulator", "--directory", str(tmp_path / "state"), "--no-hosts"]

    ended = subprocess.run(
        [*command, "--organisation", str(path)],
        env={**os.environ, "PYTHONPATH": str(PACKAGE_ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("The simulator cannot start: ")
    assert "Traceback" not in ended.stderr


def test_interrupting_ends_it_too(tmp_path: Path) -> None:
    running = Simulator(tmp_path, small_organisation())

    os.kill(running.ready["pid"], signal.SIGINT)

    assert running.stop() == 0
