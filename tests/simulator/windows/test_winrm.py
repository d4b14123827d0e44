# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The transport, spoken to by the WinRM client that ansible-core uses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from entra_simulator.windows.errors import ConnectionCut
from entra_simulator.windows.winrm import Endpoint
from winrm.exceptions import InvalidCredentialsError, WSManFaultError
from winrm.protocol import Protocol

PASSWORD = "a <b> & 'c'"


def echo(line: str, stdin: bytes) -> tuple[int, bytes, bytes]:
    if line == "cut":
        raise ConnectionCut
    return len(stdin) % 7, line.encode() + b"|" + stdin, b"E" * 300_000


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    endpoint = Endpoint(echo, "admin", PASSWORD)
    endpoint.start()
    yield endpoint
    endpoint.stop()


def client(endpoint: Endpoint, password: str = PASSWORD) -> Protocol:
    return Protocol(f"http://127.0.0.1:{endpoint.port}/wsman", transport="basic", username="admin", password=password)


def test_a_command_gets_stdin_and_gives_output_and_code(endpoint: Endpoint) -> None:
    winrm = client(endpoint)
    shell = winrm.open_shell()
    command = winrm.run_command(shell, "tell", ["<a>", "&"])
    for part, end in ((b"one ", False), (b"two", True)):
        winrm.send_command_input(shell, command, part, end)
    stdout, stderr, code = winrm.get_command_output(shell, command)
    assert stdout == b"tell <a> &|one two"
    assert stderr == b"E" * 300_000
    assert code == 0
    winrm.cleanup_command(shell, command)
    winrm.close_shell(shell)


def test_a_wrong_password_is_refused(endpoint: Endpoint) -> None:
    with pytest.raises(InvalidCredentialsError):
        client(endpoint, "wrong").open_shell()


def test_a_closed_shell_is_unknown(endpoint: Endpoint) -> None:
    winrm = client(endpoint)
    shell = winrm.open_shell()
    winrm.close_shell(shell)
    with pytest.raises(WSManFaultError, match="shell was not found"):
        winrm.run_command(shell, "tell")


def test_an_ended_command_is_unknown(endpoint: Endpoint) -> None:
    winrm = client(endpoint)
    shell = winrm.open_shell()
    command = winrm.run_command(shell, "tell")
    winrm.cleanup_command(shell, command)
    with pytest.raises(WSManFaultError, match="command was not found"):
        winrm.get_command_output(shell, command)


def test_a_cut_connection_gives_no_answer(endpoint: Endpoint) -> None:
    winrm = client(endpoint)
    shell = winrm.open_shell()
    command = winrm.run_command(shell, "cut")
    with pytest.raises(requests.exceptions.ConnectionError):
        winrm.get_command_output(shell, command)


def test_what_is_no_xml_is_a_bad_request(endpoint: Endpoint) -> None:
    reply = requests.post(f"http://127.0.0.1:{endpoint.port}/wsman", data=b"{}", auth=("admin", PASSWORD), timeout=10)
    assert reply.status_code == 400


def test_a_stopped_endpoint_is_unreachable_also_on_open_connections() -> None:
    endpoint = Endpoint(echo, "admin", PASSWORD)
    endpoint.start()
    winrm = client(endpoint)
    winrm.open_shell()
    endpoint.stop()
    with pytest.raises(requests.exceptions.ConnectionError):
        winrm.open_shell()
