# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts alone, as a command."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
from pathlib import Path

import entra_simulator
import pytest
import requests
from winrm.protocol import Protocol


def test_the_command_serves_until_it_is_told_to_end(tmp_path: Path) -> None:
    package = Path(next(iter(entra_simulator.__path__)))
    command = [sys.executable, "-m", "entra_simulator.windows", "--directory", str(tmp_path)]
    with subprocess.Popen(command, cwd=package.parent, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        path = Path(process.stdout.readline().strip())
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        host = json.loads(path.read_text())["all"]["hosts"]["adfs01"]
        client = Protocol(
            f"http://{host['ansible_host']}:{host['ansible_port']}/wsman",
            transport="basic",
            username=host["ansible_user"],
            password=host["ansible_password"],
        )
        assert client.open_shell()
        assert (tmp_path / "files" / "vc_redist.x64.exe").is_file()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    with pytest.raises(requests.exceptions.ConnectionError):
        client.open_shell()
