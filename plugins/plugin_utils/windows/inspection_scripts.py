# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The PowerShell texts that look at a host: what is installed, its logs, what it reaches, and AD FS.

The rules of `scripts` hold for them too.
"""

from __future__ import annotations

from ansible_collections.entra.mfa.plugins.plugin_utils.windows.powershell_text import PowerShellText

# Returns one object: computer_name, products (of both views), executables, web_applications, web_modules,
# http_redirection (whether the web server can redirect), adfs_providers.
SERVER_INVENTORY = PowerShellText(
    "server_inventory",
    r"""
[CmdletBinding(SupportsShouldProcess)]
param (
    [string]
    $InstallPath = ''
)

$Ansible.Changed = $false
$product = 'Multi-Factor Auth|MultiFactorAuth|PhoneFactor'

$products = foreach ($view in 'Registry64', 'Registry32') {
    $hive = [Microsoft.Win32.RegistryKey]::OpenBaseKey('LocalMachine', $view)
    $uninstall = $hive.OpenSubKey('SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall')
    foreach ($id in $uninstall.GetSubKeyNames()) {
        $key = $uninstall.OpenSubKey($id)
        if ([string]$key.GetValue('DisplayName') -match $product) {
            [PSCustomObject]@{
                product_id = $id
                view = $view
                display_name = [string]$key.GetValue('DisplayName')
                version = [string]$key.GetValue('DisplayVersion')
                install_location = [string]$key.GetValue('InstallLocation')
                uninstall_string = [string]$key.GetValue('UninstallString')
            }
        }
        $key.Dispose()
    }
    $hive.Dispose()
}

$executables = if ($InstallPath -and (Test-Path -LiteralPath $InstallPath)) {
    foreach ($file in Get-ChildItem -LiteralPath $InstallPath -Filter '*.exe' -File) {
        [PSCustomObject]@{
            path = $file.FullName
            version = $file.VersionInfo.ProductVersion
        }
    }
}

$applications = @()
$modules = @()
$redirection = $false
if (Get-Module -ListAvailable -Name WebAdministration) {
    Import-Module -Name WebAdministration
    $applications = foreach ($application in Get-WebApplication) {
        $folder = [Environment]::ExpandEnvironmentVariables($application.PhysicalPath)
        [PSCustomObject]@{
            path = $application.path
            physical_path = $folder
            services = @(Get-ChildItem -Path "$folder\*.asmx" -ErrorAction SilentlyContinue | ForEach-Object Name)
        }
    }
    $installed = @(Get-WebGlobalModule)
    $modules = $installed | Where-Object { $_.Name -match $product } | ForEach-Object Name
    $redirection = @($installed | Where-Object { $_.Name -eq 'HttpRedirectionModule' }).Count -gt 0
}

$providers = @()
if (Get-Command -Name Get-AdfsSyncProperties -ErrorAction SilentlyContinue) {
    try {
        if ([string](Get-AdfsSyncProperties).Role -ne 'SecondaryComputer') {
            $providers = Get-AdfsAuthenticationProvider | ForEach-Object Name
        }
    }
    catch {
        Write-Warning -Message "AD FS does not answer: $($_.Exception.Message)"
    }
}

[PSCustomObject]@{
    computer_name = $env:COMPUTERNAME
    products = @($products | Sort-Object -Property product_id, view)
    executables = @($executables)
    web_applications = @($applications)
    web_modules = @($modules)
    http_redirection = $redirection
    adfs_providers = @($providers)
}
""",
)

# Returns one object a log file: path, size in bytes, modified (UTC), and how many of its lines hold the text.
LOG_FILES = PowerShellText(
    "log_files",
    r"""
[CmdletBinding(SupportsShouldProcess)]
param (
    [Parameter(Mandatory)]
    [string]
    $Path,

    [Parameter(Mandatory)]
    [string]
    $Text
)

$Ansible.Changed = $false
if (Test-Path -LiteralPath $Path -PathType Container) {
    foreach ($file in Get-ChildItem -LiteralPath $Path -File -Recurse | Sort-Object -Property FullName) {
        $search = @{ LiteralPath = $file.FullName; Pattern = $Text; SimpleMatch = $true }
        $lines = @(Select-String @search -ErrorAction SilentlyContinue)
        [PSCustomObject]@{
            path = $file.FullName
            size = $file.Length
            modified = $file.LastWriteTimeUtc.ToString('yyyy-MM-ddTHH:mm:ssZ')
            matches = $lines.Count
        }
    }
}
""",
)

# Returns one object an address: address, reachable, status (of HTTP, null without an answer), detail (the error).
# Any answer of HTTP counts: the request takes the way, the proxy and the TLS versions that .NET programs take.
REACHABILITY = PowerShellText(
    "reachability",
    r"""
[CmdletBinding(SupportsShouldProcess)]
param (
    [Parameter(Mandatory)]
    [string[]]
    $Address,

    [Parameter(Mandatory)]
    [int]
    $TimeoutSeconds
)

$Ansible.Changed = $false
foreach ($item in $Address) {
    $status = $null
    $detail = $null
    try {
        $request = [System.Net.WebRequest]::Create($item)
        $request.Method = 'GET'
        $request.AllowAutoRedirect = $false
        $request.Timeout = $TimeoutSeconds * 1000
        $response = $request.GetResponse()
        $status = [int]$response.StatusCode
        $response.Dispose()
    }
    catch {
        $failure = $_.Exception.GetBaseException()
        if ($failure -is [System.Net.WebException] -and $null -ne $failure.Response) {
            $status = [int]$failure.Response.StatusCode
        }
        else {
            $detail = $failure.Message
        }
    }
    [PSCustomObject]@{
        address = $item
        reachable = ($null -ne $status)
        status = $status
        detail = $detail
    }
}
""",
)

# Returns nothing without AD FS, else one object: the farm, its providers, policies and trusts. On a secondary computer
# of a farm with the Windows Internal Database it holds computer_role and primary_computer only.
ADFS_CONFIGURATION = PowerShellText(
    "adfs_configuration",
    r"""
[CmdletBinding(SupportsShouldProcess)]
param ()

$Ansible.Changed = $false
if (-not (Get-Command -Name Get-AdfsSyncProperties -ErrorAction SilentlyContinue)) {
    return
}

$synchronisation = Get-AdfsSyncProperties
if ([string]$synchronisation.Role -eq 'SecondaryComputer') {
    [PSCustomObject]@{
        computer_role = 'SecondaryComputer'
        primary_computer = [string]$synchronisation.PrimaryComputerName
    }
    return
}

$level = $null
$nodes = @()
if (Get-Command -Name Get-AdfsFarmInformation -ErrorAction SilentlyContinue) {
    $farm = Get-AdfsFarmInformation
    $level = [int]$farm.CurrentFarmBehavior
    $nodes = @($farm.FarmNodes | ForEach-Object { [string]$_.FQDN })
}

$policies = @()
if (Get-Command -Name Get-AdfsAccessControlPolicy -ErrorAction SilentlyContinue) {
    $policies = foreach ($policy in Get-AdfsAccessControlPolicy) {
        $conditions = $policy.PolicyMetadata.IssuanceAuthorizationRules.Conditions | Where-Object { $null -ne $_ }
        [PSCustomObject]@{
            name = [string]$policy.Name
            identifier = [string]$policy.Identifier
            built_in = [bool]$policy.IsBuiltIn
            conditions = @($conditions | ForEach-Object { $_.GetType().Name } | Sort-Object -Unique)
            metadata = [string]$policy.PolicyMetadata
        }
    }
}

$authentication = Get-AdfsGlobalAuthenticationPolicy
$trusts = foreach ($trust in Get-AdfsRelyingPartyTrust) {
    $parameters = $trust.AccessControlPolicyParameters | ConvertTo-Json -Depth 5 -Compress
    [PSCustomObject]@{
        name = [string]$trust.Name
        identifiers = @($trust.Identifier | ForEach-Object { [string]$_ })
        enabled = [bool]$trust.Enabled
        access_control_policy = [string]$trust.AccessControlPolicyName
        access_control_policy_parameters = [string]$parameters
        additional_authentication_rules = [string]$trust.AdditionalAuthenticationRules
        issuance_authorization_rules = [string]$trust.IssuanceAuthorizationRules
        issuance_transform_rules = [string]$trust.IssuanceTransformRules
    }
}

[PSCustomObject]@{
    computer_role = [string]$synchronisation.Role
    primary_computer = $env:COMPUTERNAME
    farm_behavior = $level
    farm_nodes = $nodes
    providers = @(Get-AdfsAuthenticationProvider | ForEach-Object { [string]$_.Name })
    global_policy = [PSCustomObject]@{
        additional_providers = @($authentication.AdditionalAuthenticationProvider | ForEach-Object { [string]$_ })
        primary_intranet = @($authentication.PrimaryIntranetAuthenticationProvider | ForEach-Object { [string]$_ })
        primary_extranet = @($authentication.PrimaryExtranetAuthenticationProvider | ForEach-Object { [string]$_ })
        additional_authentication_rules = [string](Get-AdfsAdditionalAuthenticationRule).AdditionalAuthenticationRules
    }
    access_control_policies = @($policies)
    relying_parties = @($trusts)
}
""",
)

ALL = (SERVER_INVENTORY, LOG_FILES, REACHABILITY, ADFS_CONFIGURATION)
