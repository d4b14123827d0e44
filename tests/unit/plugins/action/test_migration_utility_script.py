# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `migration_utility` says about the vendor's script, and which lifetimes it refuses."""

from __future__ import annotations

import base64
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.action import mfa_server_info, migration_utility
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import HostError, WindowsHost
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.server import Installation

PRODUCT = {"product_id": "{1}", "display_name": "Multi-Factor Authentication Server", "version": "8.1"}
SERVER = Installation("C:\\MFA\\", {}, [], [], {"products": [PRODUCT]})
NOTHING = Installation(None, {}, [], [], {})


def host_with(script: str | None, *, check_mode: bool = False, variables: dict[str, Any] | None = None) -> WindowsHost:
    """A host that answers only what is asked about one file."""

    def execute(module_name: str, module_args: dict[str, Any], task_vars: object) -> dict[str, Any]:
        if module_name.endswith("slurp"):
            return {"content": base64.b64encode((script or "").encode("utf-16")).decode()}
        return {"stat": {"exists": script is not None, "isdir": False, "size": 1, "lastwritetime": 1.0}}

    action = SimpleNamespace(
        _execute_module=execute,
        _task=SimpleNamespace(check_mode=check_mode),
        _templar=SimpleNamespace(template=lambda value: value),
    )
    return WindowsHost(action, {"inventory_hostname": "mfa01", **(variables or {})})  # type: ignore[arg-type]


@pytest.mark.parametrize(("server", "reason"), [(SERVER, "it is not there"), (NOTHING, "MFA Server is not installed")])
def test_no_script_is_a_failure_with_its_remedy(server: Installation, reason: str) -> None:
    with pytest.raises(HostError, match=f"{reason}.*Install MFA Server 8.1"):
        migration_utility.inspect_script(host_with(None), server)


def test_check_mode_only_warns_since_the_update_may_come_first() -> None:
    host = host_with(None, check_mode=True)
    assert migration_utility.inspect_script(host, SERVER) is None
    assert len(host.warnings) == 1


def test_a_script_that_still_works_gives_no_warning() -> None:
    host = host_with("Import-Module Microsoft.Graph.Applications")
    findings = migration_utility.inspect_script(host, SERVER)
    assert findings is not None
    assert (findings.modules, host.warnings) == (["Microsoft.Graph.Applications"], [])


@pytest.mark.parametrize(
    ("script", "word"), [("Connect-AzureAD", "AzureAD"), ('$u = "https://graph.windows.net/"', "Azure AD Graph")]
)
def test_a_script_that_no_longer_works_gives_one(script: str, word: str) -> None:
    host = host_with(script)
    migration_utility.inspect_script(host, SERVER)
    assert [word in warning and "app_registration" in warning for warning in host.warnings] == [True]


@pytest.mark.parametrize(("valid", "renew"), [(30, 30), (10, 30), (365, -1)])
def test_lifetimes_that_would_be_due_at_once_are_refused(valid: int, renew: int) -> None:
    with pytest.raises(HostError, match="renew_days"):
        migration_utility.require_lifetime(host_with(None), {"valid_days": valid, "renew_days": renew})


@pytest.mark.parametrize(("declared", "role"), [(None, "unknown"), ("primary", "primary"), ("secondary", "secondary")])
def test_the_role_is_what_the_inventory_declares(declared: str | None, role: str) -> None:
    variables = {} if declared is None else {mfa_server_info.ROLE_VARIABLE: declared}
    assert mfa_server_info.declared_role(host_with(None, variables=variables)) == role


def test_another_role_is_refused() -> None:
    with pytest.raises(HostError, match="Use primary or secondary"):
        mfa_server_info.declared_role(host_with(None, variables={mfa_server_info.ROLE_VARIABLE: "master"}))
