# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a migration will meet, judged from what was read of tenant, users, export and servers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import Export
from ansible_collections.entra.mfa.plugins.module_utils.migration import (
    assessment_servers,
    assessment_tenant,
    equivalents,
)
from ansible_collections.entra.mfa.plugins.module_utils.migration.assessment_findings import (
    SEVERITIES,
    Finding,
    accept,
    in_order,
    verdict,
)
from ansible_collections.entra.mfa.plugins.module_utils.migration.assessment_records import Inventory
from ansible_collections.entra.mfa.plugins.module_utils.migration.assessment_tenant import BatchGroups, Choices
from ansible_collections.entra.mfa.plugins.module_utils.migration.assessment_users import (
    PUBLIC_CLOUD,
    SERVER_ENDED,
    Survey,
)
from ansible_collections.entra.mfa.plugins.module_utils.migration.mfa_verdict import PHONE_DELIVERY_ENDS
from ansible_collections.entra.mfa.plugins.module_utils.migration.report_reading import entries


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that was read.

    ``tenant`` is the result of ``tenant_info``, ``reports`` the path of a report of ``user_methods_info`` by batch,
    ``problems`` why a batch has none,
    ``servers`` the results of ``mfa_server_info`` by host, with that of ``adfs_mfa_info`` under ``adfs`` and with
    ``problem`` for a host that could not be read.
    """

    tenant: Mapping[str, Any]
    batches: Sequence[BatchGroups] = ()
    reports: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    export: Export | None = None
    servers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the operator has decided: see the options of ``assessment_info``."""

    choices: Choices = field(default_factory=Choices)
    engine: str = "graph"
    portal_settings: Collection[str] = ()
    dependencies_moved: Collection[str] = ()
    accepted: Collection[str] = ()
    examples: int = 10


def assess(material: Material, decisions: Decisions) -> dict[str, Any]:
    """The assessment as the module returns it. Raises ReportError for a report that is none."""
    survey = Survey(decisions.examples, utility=decisions.engine == "utility")
    for batch in material.batches:
        if batch.name in material.reports:
            for user in entries(material.reports[batch.name]):
                survey.add(batch.name, user)
    inventory = _inventory(material, survey, decisions.examples)
    tenant = material.tenant
    policy = (tenant.get("methods_policy") or {}).get("configurations")
    cloud = tenant.get("cloud") or PUBLIC_CLOUD
    found = accept(
        in_order(
            [
                *assessment_tenant.findings(tenant, material.batches, decisions.choices, decisions.examples),
                *assessment_tenant.outside_batches(tenant, survey.enabled, decisions.choices, decisions.examples),
                *_missing_material(material, survey),
                *(inventory.findings(policy, decisions.engine) if inventory else ()),
                *survey.findings(cloud),
                *assessment_servers.findings(
                    material.servers, decisions.portal_settings, decisions.dependencies_moved, decisions.examples
                ),
            ]
        ),
        decisions.accepted,
    )
    return {
        "verdict": verdict(found),
        "counts": {name: sum(f.severity == name and not f.accepted for f in found) for name in SEVERITIES},
        "findings": [finding.as_dict() for finding in found],
        "cloud": cloud,
        "batches": {name: counts.as_dict() for name, counts in survey.batches.items()},
        "records": _records(inventory),
        "methods": inventory.table(policy) if inventory else [],
        "methods_after": dict(sorted(survey.methods_after.items())),
        "domains": assessment_tenant.domain_rows(tenant, survey.domains),
        "dependencies": assessment_servers.dependency_rows(material.servers),
        "user_portal": assessment_servers.portal_rows(material.servers, decisions.portal_settings),
        "company_settings": [
            {"name": name, **equivalent._asdict()} for name, equivalent in equivalents.COMPANY_SETTINGS.items()
        ],
        "dates": _dates(cloud, survey, inventory),
    }


def _inventory(material: Material, survey: Survey, most: int) -> Inventory | None:
    export = material.export
    if export is None:
        return None
    claimed = survey.usernames if material.reports else None
    return Inventory.of(export.records, export.broken, claimed, most)


def _missing_material(material: Material, survey: Survey) -> list[Finding]:
    found = []
    if material.export is None:
        found.append(
            Finding(
                "no_export",
                "warning",
                "No export was given, so that nothing is known about the users of MFA Server.",
                "Make one by mfa_server_export and name it in entra_mfa_export.",
            )
        )
    unread = [batch for batch in material.batches if batch.name not in survey.batches]
    if unread or not material.batches:
        reasons = (material.problems.get(batch.name) for batch in unread)
        reason = next((f" {reason}" for reason in reasons if reason), "")
        found.append(
            Finding(
                "users_unread",
                "warning" if survey.batches else "blocker",
                f"Batches without a user that could be read.{reason}" if unread else "No batches are defined.",
                "Define entra_mfa_batches with groups that have members, and grant the permissions that are missing.",
                len(unread),
                tuple(sorted(batch.name for batch in unread)),
            )
        )
    return found


def _records(inventory: Inventory | None) -> dict[str, int] | None:
    if inventory is None:
        return None
    return {
        "total": inventory.records,
        "disabled": inventory.disabled,
        "broken": inventory.broken.count,
        "of_nobody": inventory.of_nobody.count,
    }


def _dates(cloud: str, survey: Survey, inventory: Inventory | None) -> list[dict[str, Any]]:
    """The days on which a service ends, and how many users each of them touches."""
    dates: list[dict[str, Any]] = [
        {
            "date": SERVER_ENDED,
            "what": "Azure MFA Server answers no MFA request any more",
            "users": inventory.records - inventory.disabled if inventory else None,
        }
    ]
    if cloud == PUBLIC_CLOUD:
        dates.append(
            {
                "date": PHONE_DELIVERY_ENDS,
                "what": "Microsoft delivers no text messages and calls any more",
                "users": survey.phones.count,
                "without_other_method": survey.phone_only.count,
            }
        )
    return dates
