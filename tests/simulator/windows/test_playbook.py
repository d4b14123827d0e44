# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real `ansible-playbook` runs over WinRM against a simulated host."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from entra_simulator.windows import RunningHost, default_hosts, start_hosts
from entra_simulator.windows.__main__ import inventory

from .conftest import plugins_folder

PLAYBOOK = r"""
- hosts: mfa01
  tasks:
    - ansible.builtin.assert: {that: ansible_os_family == 'Windows'}
    - ansible.windows.win_reg_stat:
        path: HKLM:\SOFTWARE\WOW6432Node\Positive Networks\PhoneFactor
        name: InstallPath
      register: install
    - ansible.windows.win_service: {name: MultiFactorAuth, state: stopped}
    - ansible.windows.win_file: {path: 'D:\Backup', state: directory}
    - ansible.windows.win_copy:
        remote_src: true
        src: '{{ install.value }}Data\PhoneFactor.pfdata'
        dest: D:\Backup\
      register: copied
    - ansible.windows.win_stat: {path: '{{ copied.dest }}', checksum_algorithm: sha256}
      register: backup
    - ansible.builtin.fetch: {src: '{{ copied.dest }}', dest: '{{ folder }}/fetched', flat: true}
    - ansible.builtin.assert:
        that: lookup('pipe', 'sha256sum ' ~ folder ~ '/fetched').split()[0] == backup.stat.checksum
    - ansible.windows.win_copy: {content: 'ä', dest: 'D:\Backup\note.txt'}
    - ansible.builtin.slurp: {src: 'D:\Backup\note.txt'}
      register: note
    - ansible.builtin.assert: {that: note.content | b64decode == 'ä'}
    - ansible.windows.win_copy: {src: '{{ folder }}/tree', dest: 'D:\Backup'}
    - ansible.windows.win_find: {paths: 'D:\Backup\tree', recurse: true}
      register: tree
    - ansible.builtin.assert: {that: tree.matched == 2}
    - ansible.windows.win_package:
        path: C:\Install\MultiFactorAuthenticationServerSetup-8.1.10.1.exe
        product_id: '{5B1D3A58-7D4B-4C5A-9E0B-6A2A0C7D8110}'
        arguments: /quiet
    - ansible.windows.win_service_info: {name: MultiFactorAuth}
      register: service
    - ansible.builtin.assert: {that: "service.services[0].state == 'started'"}
    - ansible.builtin.wait_for_connection: {timeout: 10}
"""

REFUSED = r"""
- hosts: mfa01
  gather_facts: false
  tasks:
    - {name: unknown option, ansible.windows.win_stat: {path: 'C:\', checksum: true}}
    - {name: path of another system, ansible.windows.win_stat: {path: /etc/passwd}}
    - {name: script without a double, ansible.windows.win_powershell: {script: Get-Date}}
    - {name: module without a double, ansible.windows.win_shell: dir}
    - {name: raw command, ansible.builtin.raw: ipconfig}
    - {name: module of another system, ansible.builtin.command: ls}
"""


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningHost]:
    (host,) = start_hosts(tmp_path / "hosts", [item for item in default_hosts() if item.name == "mfa01"])
    yield host
    host.stop()


def play(tmp_path: Path, running: RunningHost, playbook: str, *options: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "inventory.json").write_text(json.dumps(inventory([running])))
    (tmp_path / "playbook.yml").write_text(playbook)
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", "inventory.json", "playbook.yml"]
    environment = os.environ | {
        "ANSIBLE_COLLECTIONS_PATH": str(plugins_folder().parents[3]),
        "ANSIBLE_HOME": str(tmp_path / "home"),
        "ANSIBLE_NOCOLOR": "1",
    }
    return subprocess.run(
        [*command, "-e", f"folder={tmp_path}", *options],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_playbook_runs(tmp_path: Path, running: RunningHost) -> None:
    (tmp_path / "tree" / "sub").mkdir(parents=True)
    (tmp_path / "tree" / "one").write_text("1")
    (tmp_path / "tree" / "sub" / "two").write_text("2")
    result = play(tmp_path, running, PLAYBOOK)
    assert result.returncode == 0, result.stdout + result.stderr
    modules = [entry["module"].rpartition(".")[2] for entry in running.host.log]
    assert modules[:4] == ["setup", "win_reg_stat", "win_service", "win_file"]
    temporary = running.host.environment["TEMP"]
    assert running.host.drives.children(temporary) == []


@pytest.mark.parametrize(
    "task",
    [line.partition("name: ")[2].partition(",")[0] for line in REFUSED.splitlines() if "name: " in line],
)
def test_what_the_host_does_not_know_fails(tmp_path: Path, running: RunningHost, task: str) -> None:
    lines = [line for line in REFUSED.splitlines() if "name: " not in line or f"name: {task}," in line]
    result = play(tmp_path, running, "\n".join(lines))
    assert result.returncode == 2, result.stdout + result.stderr
    assert f"TASK [{task}]" in result.stdout


def test_a_stopped_host_is_unreachable(tmp_path: Path, running: RunningHost) -> None:
    running.stop()
    result = play(tmp_path, running, "- {hosts: mfa01, gather_facts: false, tasks: [{ansible.windows.win_ping: {}}]}")
    assert result.returncode == 4
    assert "UNREACHABLE" in result.stdout
