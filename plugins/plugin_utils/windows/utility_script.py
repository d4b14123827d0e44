# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the text of the vendor's Configure-MultiFactorAuthMigrationUtility.ps1 before anybody runs it.

What the installed copy imports, asks for and contacts is not documented and differs between builds. The text is read
with patterns, not run: a name that the script builds at run time is not seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

# Modules that Microsoft retired; scripts that need them stopped working in 2025.
RETIRED_MODULES = ("MSOnline", "AzureAD", "AzureADPreview")
MODULE_BY_NOUN = (
    ("MSOnline", re.compile(r"\b[A-Za-z]+-Msol[A-Z]\w*")),
    ("AzureAD", re.compile(r"\b[A-Za-z]+-AzureAD\w*")),
    ("Microsoft.Graph", re.compile(r"\b[A-Za-z]+-Mg[A-Z]\w*")),
)
# Application ids of Microsoft Graph and of the retired Azure AD Graph: resources, not permissions.
MICROSOFT_GRAPH = "00000003-0000-0000-c000-000000000000"
AZURE_AD_GRAPH = "00000002-0000-0000-c000-000000000000"
AZURE_AD_GRAPH_HOST = "graph.windows.net"
NAME = r"[A-Za-z][\w.]*"
NAMES = rf"[\"']?{NAME}[\"']?(?:\s*,\s*[\"']?{NAME}[\"']?)*"
IMPORT = re.compile(rf"\b(?:Import-Module|Install-Module|using\s+module)\s+(?:-Name\s+)?({NAMES})", re.IGNORECASE)
REQUIRES = re.compile(rf"^\s*#Requires\s+-Modules?\s+({NAMES})", re.IGNORECASE | re.MULTILINE)
GUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)
PERMISSION = re.compile(
    r"\b[A-Z][A-Za-z]+(?:-[A-Z][A-Za-z]+)*(?:\.[A-Z][A-Za-z]+)*\.(?:ReadWrite|Read|Create)\b(?:\.[A-Z]\w+)*"
)
ADDRESS = re.compile(r"https?://([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)", re.IGNORECASE)
BLOCK_COMMENT = re.compile(r"<#.*?#>", re.DOTALL)
LINE_COMMENT = re.compile(r"(?m)(?:^|(?<=\s))#(?!Requires\b)[^\n]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ScriptFindings:
    """What the script's text names; each list sorted, without repetitions."""

    modules: list[str]
    permissions: list[str]
    hosts: list[str]
    uses_azure_ad_graph: bool

    @property
    def retired_modules(self) -> list[str]:
        """The modules among `modules` that no longer work."""
        retired = {name.casefold() for name in RETIRED_MODULES}
        return [name for name in self.modules if name.casefold() in retired]

    def as_result(self) -> dict[str, list[str]]:
        """What the play sees."""
        return {"modules": self.modules, "permissions": self.permissions, "hosts": self.hosts}


def inspect(text: str) -> ScriptFindings:
    """Modules imported or implied by their commands, permissions (names and GUIDs) and hosts in a script's text."""
    required = [name for match in REQUIRES.finditer(text) for name in _names(match.group(1))]
    code = LINE_COMMENT.sub("", BLOCK_COMMENT.sub("", text))
    imported = [name for match in IMPORT.finditer(code) for name in _names(match.group(1))]
    used = [module for module, noun in MODULE_BY_NOUN if noun.search(code)]
    implied = [module for module in used if not _has_submodule(module, required + imported)]
    guids = {guid.lower() for guid in GUID.findall(code)}
    hosts = _unique(host.lower() for host in ADDRESS.findall(code))
    return ScriptFindings(
        modules=_unique(required + imported + implied),
        permissions=_unique([*PERMISSION.findall(code), *(guids - {MICROSOFT_GRAPH, AZURE_AD_GRAPH})]),
        hosts=hosts,
        uses_azure_ad_graph=AZURE_AD_GRAPH in guids or AZURE_AD_GRAPH_HOST in hosts,
    )


def _has_submodule(module: str, names: list[str]) -> bool:
    return any(name.casefold().startswith(module.casefold()) for name in names)


def _names(text: str) -> list[str]:
    return [name.strip().strip("\"'") for name in text.split(",")]


def _unique(names: Iterable[str]) -> list[str]:
    kept: dict[str, str] = {}
    for name in names:
        kept.setdefault(name.casefold(), name)
    return sorted(kept.values(), key=str.casefold)
