# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The PowerShell texts of the collection: what no module of `ansible.windows` offers.

Each text is short, takes parameters, and starts with a marker line that names it. Each declares
`SupportsShouldProcess`, without which `win_powershell` skips a text in check mode. Windows PowerShell 5.1.
"""

from __future__ import annotations

from dataclasses import dataclass

MARKER = "# entra.mfa script: "


@dataclass(frozen=True, slots=True)
class PowerShellText:
    """A PowerShell text; `name` is the one in its marker line."""

    name: str
    body: str

    @property
    def text(self) -> str:
        """What is sent to the host."""
        return f"{MARKER}{self.name}\n{self.body.strip()}\n"


# Returns one object a service: name, before, state (lower case, as in ServiceControllerStatus).
SET_SERVICE_STATE = PowerShellText(
    "set_service_state",
    r"""
[CmdletBinding(SupportsShouldProcess)]
param (
    [Parameter(Mandatory)]
    [string[]]
    $Name,

    [Parameter(Mandatory)]
    [ValidateSet('Running', 'Stopped')]
    [string]
    $State,

    [Parameter(Mandatory)]
    [int]
    $TimeoutSeconds
)

$Ansible.Changed = $false
$deadline = [DateTime]::UtcNow.AddSeconds($TimeoutSeconds)

function Wait-ServiceState {
    param ($Service, $Wanted)

    $left = $deadline - [DateTime]::UtcNow
    if ($left -lt [TimeSpan]::Zero) {
        $left = [TimeSpan]::Zero
    }
    try {
        $Service.WaitForStatus($Wanted, $left)
    }
    catch [System.ServiceProcess.TimeoutException] {
        $Service.Refresh()
    }
}

foreach ($item in $Name) {
    $service = Get-Service -Name $item
    $before = $service.Status
    if ($before -ne $State -and $PSCmdlet.ShouldProcess($item, $State)) {
        $Ansible.Changed = $true
        if ($State -eq 'Stopped') {
            if ($before -ne 'StopPending') {
                $service.Stop()
            }
        }
        else {
            if ($before -eq 'StopPending') {
                Wait-ServiceState -Service $service -Wanted 'Stopped'
            }
            if ($service.Status -eq 'Stopped') {
                $service.Start()
            }
        }
        Wait-ServiceState -Service $service -Wanted $State
        $service.Refresh()
    }
    [PSCustomObject]@{
        name = $service.Name
        before = $before.ToString().ToLowerInvariant()
        state = $service.Status.ToString().ToLowerInvariant()
    }
}
""",
)

# Returns drive, free_bytes and total_bytes of the drive that holds the path.
FREE_SPACE = PowerShellText(
    "free_space",
    r"""
[CmdletBinding(SupportsShouldProcess)]
param (
    [Parameter(Mandatory)]
    [string]
    $Path
)

$Ansible.Changed = $false
$drive = New-Object -TypeName System.IO.DriveInfo -ArgumentList ([System.IO.Path]::GetPathRoot($Path))
[PSCustomObject]@{
    drive = $drive.Name
    free_bytes = $drive.AvailableFreeSpace
    total_bytes = $drive.TotalSize
}
""",
)

# Makes a folder that only administrators and the system can read; an existing folder is left as it is.
PRIVATE_FOLDER = PowerShellText(
    "private_folder",
    r"""
[CmdletBinding(SupportsShouldProcess)]
param (
    [Parameter(Mandatory)]
    [string]
    $Path
)

$Ansible.Changed = $false
if (-not (Test-Path -LiteralPath $Path -PathType Container) -and $PSCmdlet.ShouldProcess($Path, 'Create')) {
    $null = [System.IO.Directory]::CreateDirectory($Path)
    $acl = New-Object -TypeName System.Security.AccessControl.DirectorySecurity
    $acl.SetAccessRuleProtection($true, $false)
    foreach ($sid in 'S-1-5-32-544', 'S-1-5-18') {
        $account = New-Object -TypeName System.Security.Principal.SecurityIdentifier -ArgumentList $sid
        $arguments = $account, 'FullControl', 'ContainerInherit, ObjectInherit', 'None', 'Allow'
        $rule = New-Object -TypeName System.Security.AccessControl.FileSystemAccessRule -ArgumentList $arguments
        $acl.AddAccessRule($rule)
    }
    Set-Acl -LiteralPath $Path -AclObject $acl
    $Ansible.Changed = $true
}
""",
)

# Returns one object: computer_name, products, executables, web_applications, web_modules, adfs_providers.
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
                display_name = [string]$key.GetValue('DisplayName')
                version = [string]$key.GetValue('DisplayVersion')
                install_location = [string]$key.GetValue('InstallLocation')
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
    $modules = Get-WebGlobalModule | Where-Object { $_.Name -match $product } | ForEach-Object Name
}

$providers = if (Get-Command -Name Get-AdfsAuthenticationProvider -ErrorAction SilentlyContinue) {
    Get-AdfsAuthenticationProvider | ForEach-Object Name
}

[PSCustomObject]@{
    computer_name = $env:COMPUTERNAME
    products = @($products | Sort-Object -Property product_id -Unique)
    executables = @($executables)
    web_applications = @($applications)
    web_modules = @($modules)
    adfs_providers = @($providers)
}
""",
)

# Returns the thumbprint of a new certificate in LocalMachine\My whose key cannot be exported.
# The provider is one that .NET Framework code reaches both as a CSP and as a CNG key.
NEW_CERTIFICATE = PowerShellText(
    "new_certificate",
    r"""
[CmdletBinding(SupportsShouldProcess)]
param (
    [Parameter(Mandatory)]
    [string]
    $Subject,

    [Parameter(Mandatory)]
    [int]
    $ValidDays
)

$Ansible.Changed = $false
if (-not (Get-Command -Name New-SelfSignedCertificate).Parameters.ContainsKey('NotAfter')) {
    throw 'New-SelfSignedCertificate of this Windows version can set neither subject nor lifetime'
}
if ($PSCmdlet.ShouldProcess($Subject, 'Create certificate')) {
    $arguments = @{
        Subject = $Subject
        FriendlyName = 'MFA Server Migration Utility'
        CertStoreLocation = 'Cert:\LocalMachine\My'
        Provider = 'Microsoft Enhanced RSA and AES Cryptographic Provider'
        KeyAlgorithm = 'RSA'
        KeyLength = 2048
        HashAlgorithm = 'SHA256'
        KeySpec = 'Signature'
        KeyUsage = 'DigitalSignature'
        KeyExportPolicy = 'NonExportable'
        NotAfter = [DateTime]::Now.AddDays($ValidDays)
    }
    $certificate = New-SelfSignedCertificate @arguments
    $Ansible.Changed = $true
    [PSCustomObject]@{
        thumbprint = $certificate.Thumbprint
    }
}
""",
)

# Removes certificates from LocalMachine\My together with their private keys.
REMOVE_CERTIFICATE = PowerShellText(
    "remove_certificate",
    r"""
[CmdletBinding(SupportsShouldProcess)]
param (
    [Parameter(Mandatory)]
    [string[]]
    $Thumbprint
)

$Ansible.Changed = $false
foreach ($item in $Thumbprint) {
    $path = "Cert:\LocalMachine\My\$item"
    if ((Test-Path -LiteralPath $path) -and $PSCmdlet.ShouldProcess($path, 'Remove certificate and key')) {
        Remove-Item -Path $path -DeleteKey
        $Ansible.Changed = $true
    }
}
""",
)

ALL = (SET_SERVICE_STATE, FREE_SPACE, PRIVATE_FOLDER, SERVER_INVENTORY, NEW_CERTIFICATE, REMOVE_CERTIFICATE)
