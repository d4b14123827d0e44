# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an assessment finds on the servers: what still asks MFA Server, and where AD FS demands MFA itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.migration import equivalents
from ansible_collections.entra.mfa.plugins.module_utils.migration.assessment_findings import Finding

OFFICE_365 = "urn:federation:microsoftonline"
_FARM_OF_2016 = 3
_PORTAL = "user_portal"


def dependency_rows(servers: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What depends on MFA Server, with the servers where it does, and what takes its place."""
    found: dict[str, list[str]] = {}
    for server, facts in servers.items():
        for name, present in (facts.get("dependencies") or {}).items():
            if present:
                found.setdefault(name, []).append(server)
    rows = []
    for name, hosts in sorted(found.items()):
        equivalent = equivalents.SERVICES.get(name, equivalents.Equivalent(name, "unknown", "Find what uses it."))
        rows.append({"name": name, "servers": sorted(hosts), **equivalent._asdict()})
    return rows


def portal_rows(servers: Mapping[str, Mapping[str, Any]], settings: Collection[str]) -> list[dict[str, Any]]:
    """Settings of the User portal and the company settings with their equivalents.

    Nothing on a server tells which settings are in use, so ``settings`` names those that the operator has found there;
    the others are ``in_use`` None where a portal is installed.
    """
    installed = any((facts.get("dependencies") or {}).get(_PORTAL) for facts in servers.values())
    if not installed and not settings:
        return []
    return [
        {"name": name, "in_use": True if name in settings else None, **equivalent._asdict()}
        for name, equivalent in equivalents.USER_PORTAL.items()
    ]


def findings(
    servers: Mapping[str, Mapping[str, Any]], settings: Collection[str], moved: Collection[str], most: int
) -> Iterator[Finding]:
    """What was found on the servers; ``moved`` names the dependencies that no longer ask MFA Server."""
    silent = [name for name, facts in servers.items() if facts.get("problem")]
    if silent:
        yield Finding.about(
            silent,
            most,
            "server_unread",
            "warning",
            "Servers that could not be read, so that nothing is known about them: "
            f"{servers[min(silent)]['problem'].rstrip('.')}.",
            "Make the connection of these hosts work, then assess again.",
        )
    for row in dependency_rows(servers):
        if row["action"] is not None and row["name"] not in moved:
            yield Finding.about(
                row["servers"],
                most,
                f"depends_{row['name']}",
                "warning",
                f"{row['feature']} asks MFA Server. Its place is taken by: {row['entra']}.",
                f"{row['action']} Then name {row['name']} in entra_mfa_dependencies_moved.",
            )
    for name, equivalent in equivalents.USER_PORTAL.items():
        if name in settings and equivalent.action:
            yield Finding(
                f"portal_{name}",
                "warning",
                f"The User portal offers '{equivalent.feature}'. Its place is taken by: {equivalent.entra}.",
                equivalent.action,
            )
    for server, facts in sorted(servers.items()):
        if facts.get("adfs"):
            yield from _adfs(server, facts["adfs"], most)


def _adfs(server: str, adfs: Mapping[str, Any], most: int) -> Iterator[Finding]:
    demanding = [party for party in adfs["relying_parties"] if party["enabled"] and party["demands_mfa"]]
    office = [party["name"] for party in demanding if _is_office(party)]
    others = [party["name"] for party in demanding if not _is_office(party)]
    if office or adfs["global_policy"]["demands_mfa"]:
        yield Finding(
            "adfs_demands_mfa_for_entra",
            "blocker",
            f"AD FS ({server}) demands MFA on-premises before it lets users through to Microsoft Entra: users in "
            "Staged Rollout would still be asked by MFA Server.",
            "Take MFA out of the access control policy and the additional authentication rules of this trust and of "
            "the global policy, and let Conditional Access demand it.",
            max(len(office), 1),
            tuple(sorted(office)[:most]) or ("global policy",),
        )
    level = adfs["farm"]["behavior_level"]
    if others:
        old = level is None or level < _FARM_OF_2016
        yield Finding.about(
            others,
            most,
            "adfs_relying_parties",
            "blocker" if old else "warning",
            f"Relying parties of AD FS ({server}) that demand MFA on-premises"
            + (", on a farm that is older than Windows Server 2016 and cannot ask Entra." if old else "."),
            "Federate them with Entra, or let AD FS use its Entra multifactor authentication adapter for them"
            + (" after an update to Windows Server 2016 or later." if old else "."),
        )
    if adfs["providers"]["mfa_server"] and not adfs["providers"]["cloud"]:
        yield Finding.about(
            adfs["providers"]["mfa_server"],
            most,
            "adfs_has_no_cloud_provider",
            "info" if not others else "warning",
            f"AD FS ({server}) has the provider of MFA Server as its way to MFA, and not the one of Entra: between "
            "switching one off and the other on, it does no MFA at all.",
            "Enable AzureMfaAuthentication before the provider of MFA Server goes.",
        )
    misspelt = [found["relying_party"] or "global policy" for found in adfs["misspelt_claim_types"]]
    if misspelt:
        yield Finding.about(
            misspelt,
            most,
            "adfs_misspelt_claim_types",
            "warning",
            f"Rules of AD FS ({server}) name claim types with https where http is meant, so that they never match.",
            "Correct the claim types to http://schemas.microsoft.com/...",
        )


def _is_office(party: Mapping[str, Any]) -> bool:
    return any(identifier.casefold() == OFFICE_365 for identifier in party["identifiers"])
