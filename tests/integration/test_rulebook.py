# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rulebook ``sync`` by a real ``ansible-rulebook``: an export that changes and a webhook reach Entra."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from support.organisation import small_organisation, user_id
from support.playbook import LOGIN_VARIABLES, login
from support.simulator import Simulator

TOKEN = "a-token-for-tests"
MOST_SECONDS = 120.0
BATCHES = [{"name": "pilot", "group": "MFA migration batch 1"}]


def java_version() -> int:
    """The major version of Java; 0 when there is none."""
    if shutil.which("java") is None:
        return 0
    told = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', told)
    return int(found[1]) if found else 0


pytestmark = [
    pytest.mark.xdist_group("rulebook"),
    pytest.mark.skipif(java_version() < 17, reason="ansible-rulebook needs Java 17"),
]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def command(variables: Path) -> list[str]:
    """The command that runs the rulebook with these variables and the inventory in the working folder."""
    program = Path(sys.executable).with_name("ansible-rulebook")
    return [str(program), "-r", "entra.mfa.sync", "-i", "inventory", "-e", str(variables)]


def environment(folder: Path) -> dict[str, str]:
    """Its environment, without any login of the Microsoft cloud."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(LOGIN_VARIABLES)}
    return inherited | {
        "ANSIBLE_COLLECTIONS_PATH": str(Path(sys.prefix) / "collections"),
        "ANSIBLE_HOME": str(folder / "ansible"),
        "EDA_SHUTDOWN_DELAY": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PWD": str(folder),
        "TMPDIR": str(folder),
    }


class Rulebook:
    """A running ``ansible-rulebook`` with an inventory, an export and a tenant of its own."""

    def __init__(self, folder: Path, simulator: Simulator) -> None:
        self.folder = folder
        self.simulator = simulator
        self.port = free_port()
        self.export = folder / "export.json"
        variables = folder / "inventory" / "group_vars" / "all.yml"
        variables.parent.mkdir(parents=True)
        settings = {
            "entra_mfa_batches": BATCHES,
            "entra_mfa_export": str(self.export),
            "entra_mfa_record_dir": str(folder / "records"),
            "entra_mfa_graph_options": login(simulator.ready),
            "entra_mfa_watch_interval": 0.2,
            "entra_mfa_watch_settle": 1.5,
            "entra_mfa_webhook_port": self.port,
        }
        variables.write_text(json.dumps(settings), encoding="utf-8")
        self.log = folder / "rulebook.log"
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                [*command(variables), "-E", "ENTRA_MFA_WEBHOOK_TOKEN"],
                cwd=folder,
                env={**environment(folder), "ENTRA_MFA_WEBHOOK_TOKEN": TOKEN},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def make_hosts(self) -> None:
        """From the next pass on each batch is a host."""
        content = {"plugin": "entra.mfa.batches", "batches": BATCHES}
        (self.folder / "inventory" / "batches.yml").write_text(json.dumps(content), encoding="utf-8")

    def write_export(self, number: str, *, pieces: int = 1) -> None:
        """Write the export with this number of Anna's, in so many pieces with pauses."""
        anna = {"username": "anna@contoso.example", "phone": {"country_code": "1", "number": number}}
        text = json.dumps({"format": "entra.mfa/export-v1", "users": [anna]})
        size = len(text) // pieces + 1
        with self.export.open("w", encoding="utf-8") as file:
            for start in range(0, len(text), size):
                file.write(text[start : start + size])
                file.flush()
                time.sleep(0.4 * (pieces > 1))

    def post(self, token: str | None, endpoint: str = "sync") -> int:
        """Call the webhook; returns the status of the answer."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        with requests.Session() as session:
            session.trust_env = False
            url = f"http://127.0.0.1:{self.port}/{endpoint}"
            return session.post(url, json={}, headers=headers, timeout=10).status_code

    def listens(self) -> bool:
        """Whether the webhook is there."""
        with socket.socket() as tried:
            return tried.connect_ex(("127.0.0.1", self.port)) == 0

    def numbers(self) -> list[str]:
        """Anna's numbers in Entra."""
        users = self.simulator.control("GET", "/state")["users"]
        anna = next(user for user in users if user["id"] == user_id("anna"))
        return [phone["phoneNumber"] for phone in anna["methods"].get("phone", [])]

    def passes(self) -> list[str]:
        """The hosts of the passes that have ended well."""
        return re.findall(r"^(\w+) .*failed=0", self.told(), re.MULTILINE)

    def told(self) -> str:
        """What it has printed, without colours."""
        return re.sub(r"\x1b\[[\d;]*m", "", self.log.read_text(encoding="utf-8", errors="replace"))

    def wait(self, what: Callable[[], Any]) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + MOST_SECONDS
        while not what():
            assert self._process.poll() is None, self.told()[-6000:]
            assert time.monotonic() < deadline, self.told()[-6000:]
            time.sleep(0.1)

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@dataclass(frozen=True)
class Begun:
    """A rulebook after its first pass, the answers to calls without the token, and the passes that followed."""

    rulebook: Rulebook
    refused: list[int]
    passes: list[str]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Begun]:
    """First come calls that are to be refused, then an export that is written in pieces."""
    with Simulator(tmp_path_factory.mktemp("simulator"), small_organisation()) as simulator:
        rulebook = Rulebook(tmp_path_factory.mktemp("rulebook"), simulator)
        try:
            rulebook.wait(rulebook.listens)
            refused = [rulebook.post(token) for token in (None, "another-token", "")]
            rulebook.write_export("2065550129", pieces=4)
            rulebook.wait(rulebook.passes)
            yield Begun(rulebook, refused, rulebook.passes())
        finally:
            rulebook.stop()


def test_export_reaches_entra_by_one_pass_when_it_is_complete(begun: Begun) -> None:
    assert begun.passes == ["localhost"]
    assert begun.rulebook.numbers() == ["+1 2065550129"]
    assert not re.search(r"failed=[1-9]", begun.rulebook.told())


def test_calls_without_the_token_are_refused_and_start_no_pass(begun: Begun) -> None:
    assert begun.refused == [401] * 3
    assert begun.passes == ["localhost"], "the one of the export"


def test_calls_with_the_token_start_one_pass_over_the_hosts_of_the_batches(begun: Begun) -> None:
    rulebook = begun.rulebook
    before, seen = rulebook.passes(), len(rulebook.simulator.log())
    rulebook.make_hosts()

    answers = [rulebook.post(TOKEN) for _call in range(3)]

    rulebook.wait(lambda: rulebook.passes() != before)
    assert answers == [200] * 3
    assert rulebook.passes() == [*before, "pilot"]
    assert len(rulebook.simulator.log()) > seen


def test_rulebook_does_not_start_without_a_token(tmp_path: Path) -> None:
    (tmp_path / "inventory").mkdir()
    variables = tmp_path / "variables.yml"
    settings = {"entra_mfa_export": str(tmp_path / "export.json"), "entra_mfa_webhook_port": free_port()}
    variables.write_text(json.dumps(settings), encoding="utf-8")

    ended = subprocess.run(
        command(variables),
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=MOST_SECONDS,
        check=False,
    )

    assert ended.returncode != 0
    assert "'ENTRA_MFA_WEBHOOK_TOKEN' is undefined" in ended.stderr
