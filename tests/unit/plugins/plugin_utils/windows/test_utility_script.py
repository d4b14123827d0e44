# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the vendor's script names, read from its text."""

from __future__ import annotations

import pytest
from ansible_collections.entra.mfa.plugins.plugin_utils.windows import utility_script

OLD = """
#Requires -Modules MSOnline, "AzureADPreview"
<# Import-Module CommentedOut; https://comment.example #>
Import-Module -Name 'MSOnline'   # Import-Module AlsoCommentedOut
Connect-MsolService
$sp = New-AzureADServicePrincipal -AppId "981f26a1-7f43-403b-a875-f8b09b8cd720"
$graph = "https://Graph.microsoft.com/v1.0/"
$resource = "00000002-0000-0000-c000-000000000000"
"""
NEW = """
using module Microsoft.Graph.Applications
Install-Module Microsoft.Graph.Authentication, Other.Module
Connect-MgGraph -Scopes "Application.ReadWrite.All", "UserAuthenticationMethod.ReadWrite.All", 'Policy.Read.All'
New-MgApplication -RequiredResourceAccess @{
    ResourceAppId = "00000003-0000-0000-c000-000000000000"
    ResourceAccess = @(@{ Id = "50483E42-D915-4231-9639-7FDB7FD190E5"; Type = "Role" })
}
Write-Host "Grant consent at https://login.microsoftonline.com/$tenant/adminconsent#frag and https://login.microsoftonline.com/"
"""


def test_a_script_of_the_old_modules() -> None:
    found = utility_script.inspect(OLD)
    assert found.modules == ["AzureADPreview", "MSOnline"]
    assert found.retired_modules == ["AzureADPreview", "MSOnline"]
    assert found.hosts == ["graph.microsoft.com"]
    assert found.permissions == ["981f26a1-7f43-403b-a875-f8b09b8cd720"]
    assert found.uses_azure_ad_graph


def test_a_script_of_microsoft_graph() -> None:
    found = utility_script.inspect(NEW)
    assert found.modules == ["Microsoft.Graph.Applications", "Microsoft.Graph.Authentication", "Other.Module"]
    assert found.retired_modules == []
    assert found.permissions == [
        "50483e42-d915-4231-9639-7fdb7fd190e5",
        "Application.ReadWrite.All",
        "Policy.Read.All",
        "UserAuthenticationMethod.ReadWrite.All",
    ]
    assert found.hosts == ["login.microsoftonline.com"]
    assert not found.uses_azure_ad_graph


@pytest.mark.parametrize(
    ("command", "module"),
    [
        ("Get-MsolUser", "MSOnline"),
        ("Connect-AzureAD", "AzureAD"),
        ("Get-MgUser", "Microsoft.Graph"),
    ],
)
def test_commands_give_their_module_away(command: str, module: str) -> None:
    assert utility_script.inspect(command).modules == [module]


def test_an_empty_script_names_nothing() -> None:
    found = utility_script.inspect("")
    assert found.as_result() == {"modules": [], "permissions": [], "hosts": []}
