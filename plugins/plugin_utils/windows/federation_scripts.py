# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The PowerShell text that changes AD FS: which authentication providers it has and offers.

The rules of `scripts` hold for it too. It runs on the primary computer of a farm.
"""

from __future__ import annotations

from ansible_collections.entra.mfa.plugins.plugin_utils.windows.powershell_text import PowerShellText

# Brings one provider to a state and returns one object: registered and additional, the names afterwards.
# AD FS unregisters no provider that its global policy offers, so it is taken out of there first.
ADFS_PROVIDER = PowerShellText(
    "adfs_provider",
    r"""
[CmdletBinding(SupportsShouldProcess)]
param (
    [Parameter(Mandatory)]
    [string]
    $Name,

    [Parameter(Mandatory)]
    [ValidateSet('Enabled', 'Disabled', 'Absent')]
    [string]
    $State
)

$Ansible.Changed = $false
$policy = Get-AdfsGlobalAuthenticationPolicy
$additional = @($policy.AdditionalAuthenticationProvider | ForEach-Object { [string]$_ })
$offered = $additional -contains $Name
if ($State -eq 'Enabled' -and -not $offered -and $PSCmdlet.ShouldProcess($Name, 'Offer')) {
    Set-AdfsGlobalAuthenticationPolicy -AdditionalAuthenticationProvider @($additional + $Name)
    $Ansible.Changed = $true
}
if ($State -ne 'Enabled' -and $offered -and $PSCmdlet.ShouldProcess($Name, 'Stop offering')) {
    Set-AdfsGlobalAuthenticationPolicy -AdditionalAuthenticationProvider @($additional | Where-Object { $_ -ne $Name })
    $Ansible.Changed = $true
}

$registered = @(Get-AdfsAuthenticationProvider | ForEach-Object { [string]$_.Name })
if ($State -eq 'Absent' -and $registered -contains $Name -and $PSCmdlet.ShouldProcess($Name, 'Unregister')) {
    Unregister-AdfsAuthenticationProvider -Name $Name -Confirm:$false -WarningAction SilentlyContinue
    $Ansible.Changed = $true
}

$policy = Get-AdfsGlobalAuthenticationPolicy
[PSCustomObject]@{
    registered = @(Get-AdfsAuthenticationProvider | ForEach-Object { [string]$_.Name })
    additional = @($policy.AdditionalAuthenticationProvider | ForEach-Object { [string]$_ })
}
""",
)

ALL = (ADFS_PROVIDER,)
