# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs job templates as AWX runs them: by ``ansible-runner``, in a private data directory laid out as AWX lays it out.

Everything comes from the definitions that the role ``awx`` makes: playbook, inventory, survey, and what the credential
type does with a login. The collections are where the execution environment has them, outside of the project.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from jinja2.sandbox import ImmutableSandboxedEnvironment

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"
RUNNER = [sys.executable, "-m", "ansible_runner"]


class _Loader(yaml.SafeLoader):
    """Reads a file of variables, with text that Ansible may not take for a template."""


_Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


@dataclass(frozen=True, slots=True)
class Job:
    """A finished job: ``successful`` or ``failed``, what it printed, and what it hands on by ``set_stats``."""

    status: str
    output: str = field(repr=False)
    artifacts: Mapping[str, Any]
    directory: Path


class Project:
    """The definitions of a controller, and the jobs that are launched from its job templates.

    ``logins`` are the inputs of credentials by name, ``machine`` is user name and password of the machine credential,
    and ``source`` is the file that the inventory source names.
    """

    def __init__(
        self,
        folder: Path,
        definitions: Path,
        logins: Mapping[str, Mapping[str, str]],
        machine: tuple[str, str],
        source: Path,
    ) -> None:
        self.folder = folder
        self.definitions: dict[str, Any] = yaml.load(definitions.read_text(encoding="utf-8"), _Loader)
        self._logins = logins
        self._machine = machine
        self._source = _synchronise(source)
        self._jobs = 0

    def template(self, name: str) -> dict[str, Any]:
        """A job template by the name of its playbook."""
        found: dict[str, Any] = next(
            one for one in self.definitions["controller_templates"] if one["playbook"] == f"playbooks/{name}.yml"
        )
        return found

    def launch(
        self,
        name: str,
        answers: Mapping[str, Any] | None = None,
        artifacts: Mapping[str, Any] | None = None,
        *,
        check: bool = False,
        remote: bool = False,
    ) -> Job:
        """Launch a job template and wait for the job.

        ``artifacts`` is what the jobs before it in a workflow have handed on. ``remote`` sends the job to an execution
        node, as every job of a controller is sent, and runs it in place otherwise.
        """
        self._jobs += 1
        directory = self.folder / f"job-{self._jobs}-{name}"
        node = self.folder / f"node-{self._jobs}"
        template = self.template(name)
        variables = {**survey_defaults(template), **(artifacts or {}), **_accepted(template, answers or {})}
        self._lay_out(directory, node if remote else directory, template, variables, check=check)
        identifier = str(self._jobs)
        arguments = [str(directory), "--playbook", template["playbook"], "--ident", identifier]
        output = self._send(arguments, node, directory) if remote else _run(["run", *arguments])
        artifact = directory / "artifacts" / identifier
        code = (artifact / "rc").read_text() if (artifact / "rc").exists() else "none"
        told = (artifact / "stdout").read_text(encoding="utf-8") if (artifact / "stdout").exists() else output.decode()
        return Job("successful" if code == "0" else "failed", told, _handed_on(artifact), directory)

    def _send(self, arguments: list[str], node: Path, directory: Path) -> bytes:
        node.mkdir()
        sent = _run(["transmit", *arguments])
        answer = _run(["worker", "--private-data-dir", str(node)], sent)
        return _run(["process", str(directory), "--ident", arguments[-1]], answer)

    def _lay_out(
        self, directory: Path, seen_as: Path, template: Mapping[str, Any], variables: Mapping[str, Any], *, check: bool
    ) -> None:
        for name in ("env", "inventory", "project"):
            (directory / name).mkdir(parents=True, mode=0o700)
        shutil.copytree(PLAYBOOKS, directory / "project/playbooks")
        environment = {
            "ANSIBLE_COLLECTIONS_PATH": str(Path(sys.prefix) / "collections"),
            "ANSIBLE_FORCE_COLOR": "false",
            "ANSIBLE_HOME": str(directory / "ansible"),
            "AWX_PRIVATE_DATA_DIR": str(seen_as),
        }
        command, passwords = ["--check", "--diff"] if check else [], {}
        for credential in template["credentials"]:
            if credential in self._logins:
                environment |= self._inject(self._logins[credential], directory / "env", seen_as / "env")
            else:
                command += ["-u", self._machine[0], "--ask-pass"]
                passwords = {r"SSH password:\s*?$": self._machine[1]}
        files: dict[str, Any] = {"envvars": environment, "extravars": variables, "passwords": passwords}
        files["settings"] = {"idle_timeout": 600, "job_timeout": 600, "suppress_env_files": True}
        for name, content in files.items():
            _write(directory / "env" / name, json.dumps(content))
        _write(directory / "env/cmdline", " ".join(command))
        inventory = json.dumps(self._inventory(template["inventory"]))
        script = f"#! /usr/bin/env python3\n# -*- coding: utf-8 -*-\nprint({inventory!r})\n"
        _write(directory / "inventory/hosts", script, mode=0o700)

    def _inventory(self, name: str) -> dict[str, Any]:
        """An inventory as the script that AWX writes gives it: what the role defines, and what its source brings."""
        hosts = {one["name"]: one["variables"] for one in self._of("controller_hosts", name)}
        brought = self._source["_meta"]["hostvars"]
        groups = {
            one["name"]: {"hosts": list(one["hosts"]), "children": one["children"], "vars": one["variables"]}
            for one in self._of("controller_groups", name)
        }
        for group, content in groups.items():
            content["hosts"] += self._source.get(group, {}).get("hosts", [])
        everybody = {"hosts": [*hosts, *brought], "vars": self._source["all"].get("vars", {})}
        return {"all": everybody, **groups, "_meta": {"hostvars": hosts | brought}}

    def _of(self, kind: str, inventory: str) -> list[dict[str, Any]]:
        return [one for one in self.definitions[kind] if one["inventory"] == inventory]

    def _inject(self, inputs: Mapping[str, str], written_to: Path, seen_as: Path) -> dict[str, str]:
        """Do with a credential what the injectors of its type say; returns the environment variables."""
        injectors = self.definitions["controller_credential_types"][0]["injectors"]
        environment = ImmutableSandboxedEnvironment()
        names = {}
        for label, text in injectors["file"].items():
            name = label.removeprefix("template.")
            _write(written_to / f"tmp_{name}", environment.from_string(text).render(inputs))
            names[name] = str(seen_as / f"tmp_{name}")
        context = {**inputs, "tower": {"filename": names}}
        return {name: environment.from_string(text).render(context) for name, text in injectors["env"].items()}


def survey_defaults(template: Mapping[str, Any]) -> dict[str, Any]:
    """What the survey of a template answers by itself."""
    questions = template["survey_spec"]["spec"]
    return {one["variable"]: one["default"] for one in questions if "default" in one and one["type"] != "multiselect"}


def _accepted(template: Mapping[str, Any], answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answers, after a look at whether the survey takes them."""
    questions = {one["variable"]: one for one in template["survey_spec"]["spec"]}
    for variable, answer in answers.items():
        question = questions[variable]
        assert isinstance(answer, list if question["type"] == "multiselect" else str), variable
        assert all(one in question.get("choices", [one]) for one in ([answer] if isinstance(answer, str) else answer))
    missing = [name for name, one in questions.items() if one["required"] and "default" not in one]
    assert set(missing) <= set(answers), missing
    return answers


def _synchronise(source: Path) -> dict[str, Any]:
    """Read an inventory as AWX does when it synchronises a source."""
    command = [sys.executable, "-m", "ansible", "inventory", "-i", str(source), "--list", "--export"]
    environment = os.environ | {"ANSIBLE_COLLECTIONS_PATH": str(Path(sys.prefix) / "collections")}
    found: dict[str, Any] = json.loads(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)
    return found


def _handed_on(artifact: Path) -> dict[str, Any]:
    for path in sorted((artifact / "job_events").glob("*.json")):
        event = json.loads(path.read_text(encoding="utf-8"))
        if event["event"] == "playbook_on_stats":
            found: dict[str, Any] = event["event_data"].get("artifact_data", {})
            return found
    return {}


def _write(path: Path, text: str, mode: int = 0o600) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)


def _run(arguments: list[str], content: bytes = b"") -> bytes:
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
    path = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ['PATH']}"
    finished = subprocess.run(
        [*RUNNER, *arguments],
        env={**kept, "PATH": path},
        input=content,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return finished.stdout
