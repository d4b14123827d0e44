# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Action plugin of `entra.mfa.migration_report`; documented in the module of the same name."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase
from ansible_collections.entra.mfa.plugins.plugin_utils.report import model
from ansible_collections.entra.mfa.plugins.plugin_utils.report.errors import ReportInputError
from ansible_collections.entra.mfa.plugins.plugin_utils.report.files import write_recipients_of, write_report
from ansible_collections.entra.mfa.plugins.plugin_utils.report.output import Output


class ActionModule(ActionBase):
    """Reads the records on the controller and writes the report, or the recipients of an announcement, beside them."""

    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "record_dir": {"type": "path", "required": True},
        "dest": {"type": "path", "required": True},
        "kind": {"type": "str", "default": "report", "choices": ["report", "recipients"]},
        "template": {"type": "path"},
        "title": {"type": "str", "default": "Migration to Microsoft Entra multifactor authentication"},
        "batches": {
            "type": "list",
            "elements": "dict",
            "default": [],
            "options": {
                "name": {"type": "str", "required": True},
                "group": {"type": "str"},
                "rollout_group": {"type": "str"},
            },
        },
        "batch": {"type": "str"},
        "people": {"type": "path"},
        "ledger": {"type": "path"},
        "most_users": {"type": "int", "default": 500},
        "dependencies_moved": {"type": "list", "elements": "str", "default": []},
        "accepted_users": {"type": "list", "elements": "str", "default": []},
    }

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Entry point that Ansible calls; `tmp` has no effect any more."""
        self._supports_check_mode = True
        self._supports_async = False
        result: dict[str, Any] = super().run(tmp, task_vars)
        options = self.validate_argument_spec(
            argument_spec=self.ARGUMENTS,
            required_if=[("kind", "report", ["template"]), ("kind", "recipients", ["batch"])],
        )[1]
        output = Output(Path(options["dest"]), check_mode=self._task.check_mode)
        try:
            perform = self._report if options["kind"] == "report" else self._recipients
            result.update(perform(options, output), changed=bool(output.changed), changed_files=output.changed)
        except ReportInputError as error:
            result.update(failed=True, msg=str(error))
        return result

    def _report(self, options: dict[str, Any], output: Output) -> dict[str, Any]:
        request = model.Request(
            records=Path(options["record_dir"]),
            batches=options["batches"],
            ledger=Path(options["ledger"]) if options["ledger"] else None,
            title=options["title"],
            most_users=options["most_users"],
            dependencies_moved=options["dependencies_moved"],
            accepted_users=options["accepted_users"],
        )
        return write_report(request, Path(self._template(options["template"])), output)

    def _template(self, name: str) -> str:
        """The template where Ansible looks for templates: of the role, then of the playbook."""
        try:
            return str(self._find_needle("templates", name))
        except AnsibleError:
            raise ReportInputError(f"There is no template {name}; give its path on the controller.") from None

    def _recipients(self, options: dict[str, Any], output: Output) -> dict[str, Any]:
        people = Path(options["people"]) if options["people"] else None
        return write_recipients_of(Path(options["record_dir"]), options["batch"], people, output)
