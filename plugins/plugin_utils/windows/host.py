# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Windows host as the action plugins see it: real `ansible.windows` modules, failures as one clear sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.plugins.action import ActionBase
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.powershell_text import PowerShellText

OUTPUT_DEPTH = 5
UNHANDLED = "Unhandled exception while executing module: "
CONNECTION_REASONS = {
    "Connection refused": "the connection was refused",
    "timed out": "there was no answer in time",
    "Name or service not known": "its name is not known",
    "No route to host": "there is no way to it in the network",
    "CERTIFICATE_VERIFY_FAILED": "its certificate is not trusted",
}


class HostError(Exception):
    """A step on a host that did not succeed; `str()` is one sentence, or a few, for the operator.

    `host` is the inventory name, `attempt` completes "could not ...", `reason` is what the host said,
    `advice` is what to do about it.
    """

    def __init__(self, host: str, attempt: str, reason: str, advice: str = "") -> None:
        sentence = f"{host}: could not {attempt}: {reason.strip().rstrip('.')}."
        super().__init__(f"{sentence} {advice}".strip())
        self.host = host
        self.attempt = attempt
        self.reason = reason
        self.advice = advice

    def with_note(self, note: str) -> HostError:
        """The same failure with one more sentence, such as the state a service was left in."""
        return HostError(self.host, self.attempt, self.reason, f"{self.advice} {note}".strip())


def failure_reason(result: Mapping[str, Any]) -> str:
    """What a failed module result says, in one line: never a traceback, never the raw output of PowerShell."""
    errors = result.get("error")
    if isinstance(errors, Sequence) and not isinstance(errors, str) and errors:
        exception = errors[-1].get("exception") or {}
        text = str(exception.get("message") or "")
        if text.strip():
            return first_line(text)
    for key in ("msg", "module_stderr", "module_stdout"):
        text = first_line(str(result.get(key) or ""))
        if text:
            return text
    return "the host gave no reason"


def first_line(text: str) -> str:
    """The first line of a text that holds anything, without what Ansible puts before an exception of PowerShell."""
    return next((line.strip().removeprefix(UNHANDLED) for line in text.splitlines() if line.strip()), "")


def connection_reason(text: str) -> str:
    """Why a connection failed; the text of the HTTP library, which repeats itself, is put in a few words."""
    for words, reason in CONNECTION_REASONS.items():
        if words in text:
            return reason
    return "the connection failed" if "ConnectionPool" in text else first_line(text).rstrip(".")


class WindowsHost:
    """Runs modules, our PowerShell texts and file transfers on the host of the task.

    A failed module becomes `HostError`. A lost connection stays Ansible's own `AnsibleConnectionFailure`,
    so that the host is reported as unreachable.
    """

    def __init__(self, action: ActionBase, task_vars: Mapping[str, Any]) -> None:
        self._action = action
        self._task_vars = dict(task_vars)
        self.name = str(task_vars.get("inventory_hostname") or "the host")
        self.check_mode = bool(action._task.check_mode)
        self.warnings: list[str] = []

    def error(self, attempt: str, reason: str, advice: str = "") -> HostError:
        """A failure on this host, to be raised by the caller."""
        return HostError(self.name, attempt, reason, advice)

    def warn(self, text: str) -> None:
        """A warning that is shown with the result of the task."""
        self.warnings.append(f"{self.name}: {text}")

    def unreachable(self, error: AnsibleConnectionFailure) -> str:
        """What a lost or refused connection means, in one sentence."""
        connection = self._action._connection
        address = connection.get_option("remote_addr") if connection.has_option("remote_addr") else None
        place = f"{address or self.name} by {connection.transport}"
        return (
            f"{self.name}: could not be reached at {place}: {connection_reason(str(error))}. "
            "Check that the host is on, and its ansible_host, ansible_port, ansible_user and ansible_password."
        )

    def variable(self, name: str) -> Any:
        """The value of a host variable, templates resolved, or None."""
        if name not in self._task_vars:
            return None
        return self._action._templar.template(self._task_vars[name])

    def require_windows(self) -> None:
        """Refuses a host that is not reached through a Windows shell."""
        if not getattr(self._action._connection._shell, "_IS_WINDOWS", False):
            raise self.error(
                f"run {self._action._task.action}",
                "it runs on Windows hosts only",
                "Set ansible_connection to winrm or psrp for this host, or take the host out of the play.",
            )

    def module(self, name: str, arguments: Mapping[str, Any], *, attempt: str, advice: str = "") -> dict[str, Any]:
        """Runs `ansible.windows.<name>` and returns its result; `attempt` completes "could not ..."."""
        try:
            result: dict[str, Any] = self._action._execute_module(
                module_name=f"ansible.windows.{name}", module_args=dict(arguments), task_vars=self._task_vars
            )
        except OSError as error:
            # The winrm connection lets errors of its HTTP library through, all of which are OSErrors.
            raise AnsibleConnectionFailure(f"the connection was lost while trying to {attempt}") from error
        if result.get("failed"):
            raise self.error(attempt, failure_reason(result), advice)
        if result.get("skipped"):
            raise self.error(attempt, f"ansible.windows.{name} was skipped by the host", advice)
        return result

    def powershell(self, script: PowerShellText, parameters: Mapping[str, Any], *, attempt: str) -> list[Any]:
        """Runs one of our PowerShell texts; returns the objects it wrote to its output."""
        arguments = {
            "script": script.text,
            "parameters": dict(parameters),
            "error_action": "stop",
            "depth": OUTPUT_DEPTH,
        }
        result = self.module("win_powershell", arguments, attempt=attempt)
        output = result.get("output") or []
        return list(output) if isinstance(output, list) else [output]

    def send_file(self, local_path: str, name: str) -> str:
        """Copies a file of the controller to the task's temporary folder on the host; returns its path there.

        The folder is removed at the end of the task.
        """
        with self._transfers(f"send {name}"):
            remote = self._temporary(name)
            self._action._transfer_file(local_path, remote)
        return remote

    def send_text(self, text: str, name: str) -> str:
        """Writes a text as UTF-8 to the task's temporary folder on the host; returns its path there."""
        with self._transfers(f"send {name}"):
            remote = self._temporary(name)
            self._action._transfer_data(remote, text)
        return remote

    def fetch_file(self, remote_path: str, local_path: str) -> None:
        """Copies a file of the host to the controller."""
        with self._transfers(f"fetch {remote_path}"):
            self._action._connection.fetch_file(remote_path, local_path)

    @contextmanager
    def _transfers(self, attempt: str) -> Iterator[None]:
        """Turns a transfer that fails into `HostError`; a lost connection stays Ansible's own error."""
        try:
            yield
        except AnsibleConnectionFailure:
            raise
        except AnsibleError as error:
            raise self.error(attempt, first_line(str(error))) from None

    def _temporary(self, name: str) -> str:
        shell = self._action._connection._shell
        if shell.tmpdir is None:
            self._action._make_tmp_path()
        return str(shell.join_path(shell.tmpdir, name))
