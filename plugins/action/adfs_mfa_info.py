# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Action plugin of `entra.mfa.adfs_mfa_info`; documented in the module of the same name."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.entra.mfa.plugins.plugin_utils.windows import (
    federation_backup,
    federation_farm,
    federation_service,
)
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.action import WindowsAction
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import WindowsHost


class ActionModule(WindowsAction):
    """What AD FS demands of its users, and a backup of the rules that say so."""

    ARGUMENTS: ClassVar[dict[str, Any]] = {"backup_path": {"type": "str"}}

    def perform(self, host: WindowsHost, options: dict[str, Any]) -> dict[str, Any]:
        """Reads the farm, backs it up first where asked to; returns the picture."""
        configuration = federation_farm.read(host)
        backup = None
        if options["backup_path"]:
            backup = federation_backup.take(host, options["backup_path"], configuration)
        for text in federation_service.warnings(configuration):
            host.warn(text)
        parties = federation_service.relying_parties(configuration)
        policy = configuration.get("global_policy") or {}
        return {
            "changed": backup is not None and backup.changed,
            "farm": {
                "behavior_level": configuration.get("farm_behavior"),
                "nodes": list(configuration.get("farm_nodes") or []),
            },
            "providers": federation_service.providers(configuration).as_result(),
            "global_policy": {
                "primary_intranet": list(policy.get("primary_intranet") or []),
                "primary_extranet": list(policy.get("primary_extranet") or []),
                "additional_authentication_rules": policy.get("additional_authentication_rules") or None,
                "demands_mfa": federation_service.demands_mfa(str(policy.get("additional_authentication_rules") or "")),
            },
            "relying_parties": parties,
            "demanding_mfa": [party["name"] for party in parties if party["demands_mfa"]],
            "misspelt_claim_types": federation_service.misspelt_claim_types(configuration),
            "backup": backup.as_result() if backup else None,
        }
