# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that MFA Server installs, in words of our own: nobody but the collection's script inspection reads them."""

from __future__ import annotations

CONFIGURE_SCRIPT_NAME = "Configure-MultiFactorAuthMigrationUtility.ps1"

CONFIGURE_SCRIPT = """\
# Creates the app registration "MFA Server Migration Utility" and registers a certificate of this server with it.
# For a government cloud, replace .com by .us in the addresses below.
#Requires -RunAsAdministrator
Import-Module Microsoft.Graph.Authentication
Import-Module Microsoft.Graph.Applications

$graphUrl = "https://graph.microsoft.com"
$stsUrl = "https://login.microsoftonline.com"
$graphAppId = "00000003-0000-0000-c000-000000000000"
$registryPath = "HKLM:\\SOFTWARE\\WOW6432Node\\Positive Networks\\PhoneFactor"

$appRoles = @(
    @{ Id = "50483e42-d915-4231-9639-7fdb7fd190e5"; Type = "Role" }  # UserAuthenticationMethod.ReadWrite.All
    @{ Id = "df021288-bdef-4463-88db-98f22de89214"; Type = "Role" }  # User.Read.All
    @{ Id = "5b567255-7703-4780-807c-7be8301ae99b"; Type = "Role" }  # Group.Read.All
    @{ Id = "246dd0d5-5bd0-4def-940b-0421030a5b68"; Type = "Role" }  # Policy.Read.All
)

Connect-MgGraph -Scopes "Application.ReadWrite.All"
$store = "Cert:\\LocalMachine\\My"
$certificate = New-SelfSignedCertificate -Subject "CN=MFA Server Migration Utility" -CertStoreLocation $store
$access = @{ ResourceAppId = $graphAppId; ResourceAccess = $appRoles }
$application = New-MgApplication -DisplayName "MFA Server Migration Utility" -RequiredResourceAccess $access
Update-MgApplication -ApplicationId $application.Id -KeyCredentials @(@{
    Type = "AsymmetricX509Cert"; Usage = "Verify"; Key = $certificate.RawData
})
if ($graphUrl -notlike "*.com") {
    Set-ItemProperty -Path $registryPath -Name GraphUrl -Value $graphUrl
    Set-ItemProperty -Path $registryPath -Name StsUrl -Value $stsUrl
}
Write-Host "Grant admin consent: $stsUrl/common/adminconsent?client_id=$($application.AppId)"
"""

ADAPTER_CONFIGURATION = """\
<?xml version="1.0" encoding="utf-8"?>
<ConfigurationData>
  <UseWebServiceSdk>false</UseWebServiceSdk>
  <WebServiceSdkUrl></WebServiceSdkUrl>
  <AllowUserEnrollment>false</AllowUserEnrollment>
</ConfigurationData>
"""

PORTAL_CONFIGURATION = """\
<?xml version="1.0" encoding="utf-8"?>
<configuration>
  <appSettings>
    <add key="USE_WEB_SERVICE_SDK" value="false" />
  </appSettings>
  <system.webServer>
    <defaultDocument enabled="true" />
  </system.webServer>
</configuration>
"""
