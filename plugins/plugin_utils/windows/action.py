# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base class of the action plugins for Windows hosts: options in, one result out, one sentence on failure."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import HostError, WindowsHost


class WindowsAction(ActionBase):
    """An action plugin whose work is `perform`; a `HostError` becomes the message of the failed task.

    A host that cannot be reached stays unreachable for Ansible, in one sentence; what else is to be said about it is
    shown as a warning.
    """

    ARGUMENTS: ClassVar[dict[str, Any]] = {}

    @abstractmethod
    def perform(self, host: WindowsHost, options: dict[str, Any]) -> dict[str, Any]:
        """Does the work with the validated options; returns `changed` and the documented values."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Entry point that Ansible calls; `tmp` has no effect any more."""
        self._supports_check_mode = True
        self._supports_async = False
        result: dict[str, Any] = super().run(tmp, task_vars)
        options = self.validate_argument_spec(argument_spec=self.ARGUMENTS)[1]
        host = WindowsHost(self, task_vars or {})
        try:
            host.require_windows()
            result.update(self.perform(host, options))
        except HostError as error:
            result.update(failed=True, msg=str(error))
        except AnsibleConnectionFailure as error:
            for warning in host.warnings:
                Display().warning(warning)
            raise AnsibleConnectionFailure(host.unreachable(error)) from None
        if host.warnings:
            result["warnings"] = host.warnings
        return result
