# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The PowerShell texts that work on a host: what no module of `ansible.windows` offers.

Each text is short, takes parameters, and starts with a marker line that names it. Each declares
`SupportsShouldProcess`, without which `win_powershell` skips a text in check mode. Windows PowerShell 5.1.
"""

from __future__ import annotations

from ansible_collections.entra.mfa.plugins.plugin_utils.windows.powershell_text import PowerShellText

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

# Packs all files of a folder into a zip and reads them back out of it. Returns one object a file: name (relative),
# size in bytes, sha256 as it stands in the zip.
ARCHIVE_FOLDER = PowerShellText(
    "archive_folder",
    r"""
[CmdletBinding(SupportsShouldProcess)]
param (
    [Parameter(Mandatory)]
    [string]
    $Path,

    [Parameter(Mandatory)]
    [string]
    $Destination
)

$Ansible.Changed = $false
Add-Type -AssemblyName System.IO.Compression, System.IO.Compression.FileSystem
if ($PSCmdlet.ShouldProcess($Destination, 'Create archive')) {
    $root = [System.IO.Path]::GetFullPath($Path).TrimEnd('\') + '\'
    $archive = [System.IO.Compression.ZipFile]::Open($Destination, 'Create')
    try {
        foreach ($file in [System.IO.Directory]::GetFiles($root, '*', 'AllDirectories')) {
            $name = $file.Substring($root.Length).Replace('\', '/')
            $null = [System.IO.Compression.ZipFileExtensions]::CreateEntryFromFile($archive, $file, $name)
        }
    }
    finally {
        $archive.Dispose()
    }
    $Ansible.Changed = $true

    $hash = [System.Security.Cryptography.SHA256]::Create()
    $archive = [System.IO.Compression.ZipFile]::OpenRead($Destination)
    try {
        foreach ($entry in $archive.Entries) {
            $stream = $entry.Open()
            $digest = $hash.ComputeHash($stream)
            $stream.Dispose()
            [PSCustomObject]@{
                name = $entry.FullName.Replace('/', '\')
                size = $entry.Length
                sha256 = [BitConverter]::ToString($digest).Replace('-', '').ToLowerInvariant()
            }
        }
    }
    finally {
        $archive.Dispose()
    }
}
""",
)

# Unpacks a zip into a new folder.
EXPAND_ARCHIVE = PowerShellText(
    "expand_archive",
    r"""
[CmdletBinding(SupportsShouldProcess)]
param (
    [Parameter(Mandatory)]
    [string]
    $Path,

    [Parameter(Mandatory)]
    [string]
    $Destination
)

$Ansible.Changed = $false
Add-Type -AssemblyName System.IO.Compression.FileSystem
if ($PSCmdlet.ShouldProcess($Destination, 'Unpack archive')) {
    [System.IO.Compression.ZipFile]::ExtractToDirectory($Path, $Destination)
    $Ansible.Changed = $true
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

ALL = (
    SET_SERVICE_STATE,
    FREE_SPACE,
    PRIVATE_FOLDER,
    ARCHIVE_FOLDER,
    EXPAND_ARCHIVE,
    NEW_CERTIFICATE,
    REMOVE_CERTIFICATE,
)
