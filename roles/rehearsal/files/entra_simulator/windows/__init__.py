# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulated Windows hosts: WinRM endpoints that run real `ansible.windows` modules, with only PowerShell doubled."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from entra_simulator.windows import inspections, scripts
from entra_simulator.windows.blueprints import Blueprint, controller_files, default_hosts
from entra_simulator.windows.host import Host
from entra_simulator.windows.winrm import Endpoint

__all__ = ["Blueprint", "RunningHost", "controller_files", "default_hosts", "inspections", "scripts", "start_hosts"]


@dataclass(frozen=True, slots=True)
class RunningHost:
    """A host that listens on `127.0.0.1:port`; `host` has its log, state and faults."""

    name: str
    roles: tuple[str, ...]
    port: int
    username: str
    password: str = field(repr=False)
    host: Host = field(repr=False)
    endpoint: Endpoint = field(repr=False)

    def stop(self) -> None:
        """End the host: from now on it is unreachable."""
        self.endpoint.stop()


def start_hosts(directory: Path, hosts: Sequence[Blueprint] | None = None) -> list[RunningHost]:
    """Start hosts, by default `default_hosts()`; their drives lie in a new folder `directory/NAME` each."""
    return [_start(directory, blueprint) for blueprint in (default_hosts() if hosts is None else hosts)]


def _start(directory: Path, blueprint: Blueprint) -> RunningHost:
    root = directory / blueprint.name
    if root.exists():
        shutil.rmtree(root)
    root.mkdir(parents=True, mode=0o700)
    host = blueprint.create(root)
    password = blueprint.password or secrets.token_urlsafe(18)
    endpoint = Endpoint(host.run, blueprint.username, password)
    endpoint.start()
    return RunningHost(blueprint.name, blueprint.roles, endpoint.port, blueprint.username, password, host, endpoint)
