# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs simulated Windows hosts alone: `python -m entra_simulator.windows --directory DIR`."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from pathlib import Path

from entra_simulator.windows import RunningHost, controller_files, start_hosts


def inventory(hosts: list[RunningHost]) -> dict[str, object]:
    """An Ansible inventory of the hosts."""
    members = {
        host.name: {
            "ansible_host": "127.0.0.1",
            "ansible_port": host.port,
            "ansible_user": host.username,
            "ansible_password": host.password,
            "ansible_connection": "winrm",
            "ansible_winrm_scheme": "http",
            "ansible_winrm_transport": "basic",
        }
        for host in hosts
    }
    return {"all": {"hosts": members}}


def main() -> int:
    """Start the hosts, write `inventory.json` and serve until a signal ends it."""
    parser = argparse.ArgumentParser(prog="python -m entra_simulator.windows", description=__doc__)
    parser.add_argument(
        "--directory", type=Path, required=True, help="folder for drives, installers and inventory.json"
    )
    directory: Path = parser.parse_args().directory
    signals = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    hosts = start_hosts(directory / "hosts")
    controller_files(directory / "files")
    path = directory / "inventory.json"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        json.dump(inventory(hosts), stream, indent=2)
    sys.stdout.write(f"{path}\n")
    sys.stdout.flush()
    signal.sigwait(signals)
    for host in hosts:
        host.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
