# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One host for each migration batch."""

from __future__ import annotations

DOCUMENTATION = r"""
name: batches
short_description: One host for each migration batch
version_added: 1.0.0
author: The entra.mfa contributors (@entra-mfa)
description:
  - Makes a host of each migration batch, so that forks, C(serial), C(--limit) and the job slicing of AWX spread the
    batches as they spread hosts.
  - The playbooks C(entra.mfa.migrate) and C(entra.mfa.sync) run on these hosts when there are any. Nothing is reached
    over the network for it - the hosts stand for the controller itself.
  - Each host gets the variables C(entra_mfa_batch) (its name), C(entra_mfa_batch_group) and, when the batch has one,
    C(entra_mfa_batch_rollout_group). It gets C(ansible_connection=local) and, as C(ansible_python_interpreter), the
    Python that runs Ansible.
  - All hosts are in the group C(entra_mfa_batches). The whole list is the variable C(entra_mfa_batches) of the group
    C(all), so that plays on C(localhost) have it too.
notes:
  - The name of the file must end in C(batches.yml) or C(batches.yaml).
  - The file, and the one that O(batches_file) names, may be encrypted with Ansible Vault.
extends_documentation_fragment:
  - ansible.builtin.constructed
options:
  plugin:
    description: Says that the file belongs to this plugin.
    type: str
    required: true
    choices: [entra.mfa.batches]
  batches:
    description:
      - The migration batches, as the variable C(entra_mfa_batches) of the roles has them.
      - Either this or O(batches_file) is needed.
    type: list
    elements: dict
    suboptions:
      name:
        description: Short name of the batch, which becomes the name of the host and a part of file names.
        type: str
        required: true
      group:
        description: Id or display name of the Entra group whose users are migrated.
        type: str
        required: true
      rollout_group:
        description: Id or display name of the Staged Rollout group of the batch.
        type: str
      vars:
        description: Variables of this host alone, such as C(entra_mfa_fail_on).
        type: dict
  batches_file:
    description:
      - A file of variables (YAML or JSON) that holds C(entra_mfa_batches), or a folder of such files in which one does.
      - Relative paths begin at the folder of the inventory file.
    type: str
"""

EXAMPLES = r"""
# batches.yml, used as: ansible-playbook -i batches.yml -e @migration.yml entra.mfa.migrate
plugin: entra.mfa.batches
batches:
  - name: pilot
    group: MFA migration pilot
    rollout_group: MFA rollout pilot
  - name: everyone
    group: MFA migration everyone
    rollout_group: MFA rollout everyone
    vars:
      entra_mfa_fail_on: 5%

---
# The batches stand in the variables file that all playbooks read.
plugin: entra.mfa.batches
batches_file: migration.yml

---
# Groups of batches, for --limit wave_1.
plugin: entra.mfa.batches
batches:
  - {name: berlin, group: MFA Berlin, vars: {wave: 1}}
  - {name: paris, group: MFA Paris, vars: {wave: 2}}
keyed_groups:
  - key: wave | string
    prefix: wave
"""

from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.inventory import BaseInventoryPlugin, Constructable
from ansible.utils.path import unfrackpath
from ansible_collections.entra.mfa.plugins.plugin_utils.batches import Batch, BatchError, batches_from

ENDINGS = ("batches.yml", "batches.yaml")
GROUP = "entra_mfa_batches"
VARIABLE = "entra_mfa_batches"
_VARIABLE_FILES = frozenset({".yml", ".yaml", ".json"})


class InventoryModule(BaseInventoryPlugin, Constructable):
    """Reads the list of batches and makes their hosts."""

    NAME = "entra.mfa.batches"

    trusted_by_default = True
    """Everything comes from files of the user, so templates in them are meant."""

    def verify_file(self, path: str) -> bool:
        """Whether the file is one for this plugin, by its name."""
        return path.endswith(ENDINGS) and bool(super().verify_file(path))

    def parse(self, inventory: InventoryData, loader: DataLoader, path: str, cache: bool = True) -> None:
        """Make the hosts; raises AnsibleParserError with one sentence for a file that cannot be used."""
        super().parse(inventory, loader, path, cache)
        config = self._read_config_data(path)
        unknown = sorted(set(config) - set(self.get_options()))
        if unknown:
            raise AnsibleParserError(f"{path} has the unknown key {unknown[0]}; remove it or correct its name.")
        try:
            batches = batches_from(*self._source(config, path))
        except BatchError as error:
            raise AnsibleParserError(str(error)) from None
        self.inventory.set_variable("all", VARIABLE, [batch.as_variable() for batch in batches])
        self.inventory.add_group(GROUP)
        for batch in batches:
            self._add(batch)

    def _source(self, config: dict[str, Any], path: str) -> tuple[Any, str]:
        """The list of batches and where it stands."""
        inline, named = config.get("batches"), config.get("batches_file")
        if (inline is None) == (named is None):
            raise BatchError(f"{path} must have either batches or batches_file.")
        if named is None:
            return inline, f"batches in {path}"
        if not isinstance(named, str) or not named:
            raise BatchError(f"batches_file in {path} must be a path, not {named!r}.")
        found = self._variables_with_batches(Path(unfrackpath(named, follow=False, basedir=path)))
        return found[1][VARIABLE], f"{VARIABLE} in {found[0]}"

    def _variables_with_batches(self, path: Path) -> tuple[Path, dict[str, Any]]:
        files = [path]
        if path.is_dir():
            files = sorted(one for one in path.iterdir() if one.suffix in _VARIABLE_FILES)
        elif not path.exists():
            raise BatchError(f"batches_file {path} does not exist; name a file of variables, or a folder of them.")
        found = [(one, variables) for one in files if VARIABLE in (variables := self._load(one))]
        if not found:
            raise BatchError(f"batches_file {path} does not set {VARIABLE}; add the list of batches there.")
        if len(found) > 1:
            names = " and ".join(one.name for one, _variables in found)
            raise BatchError(f"batches_file {path} sets {VARIABLE} more than once, in {names}; keep one of them.")
        return found[0]

    def _load(self, path: Path) -> dict[str, Any]:
        try:
            content = self.loader.load_from_file(str(path), cache="none")
        except AnsibleError as error:
            raise AnsibleParserError(f"batches_file {path} cannot be read: {error}") from error
        return content if isinstance(content, dict) else {}

    def _add(self, batch: Batch) -> None:
        host = self.inventory.add_host(batch.name, group=GROUP)
        variables = {
            "ansible_connection": "local",
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            **batch.variables,
            "entra_mfa_batch": batch.name,
            "entra_mfa_batch_group": batch.group,
        }
        if batch.rollout_group is not None:
            variables["entra_mfa_batch_rollout_group"] = batch.rollout_group
        for name, value in variables.items():
            self.inventory.set_variable(host, name, value)
        strict = self.get_option("strict")
        known = self.inventory.get_host(host).get_vars()
        self._set_composite_vars(self.get_option("compose"), known, host, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), known, host, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), known, host, strict=strict)
