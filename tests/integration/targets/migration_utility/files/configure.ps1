# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Stands for the vendor's script: the module reads its text and never runs it.
Import-Module MSOnline
Connect-MsolService
$graphUrl = "https://graph.microsoft.com"
$stsUrl = "https://login.microsoftonline.com"
Connect-MgGraph -Scopes "Application.ReadWrite.All"
$role = "50483e42-d915-4231-9639-7fdb7fd190e5"
