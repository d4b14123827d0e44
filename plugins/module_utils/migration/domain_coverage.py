# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which users of a domain still miss methods, by the plans of a migration: what it would write is what is missing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.migration.assessment_findings import Named
from ansible_collections.entra.mfa.plugins.module_utils.migration.gate_rules import NOTHING_TO_BRING
from ansible_collections.entra.mfa.plugins.module_utils.migration.report_reading import entries


@dataclass(slots=True)
class DomainCount:
    """The users of a domain: how many, in which batches, who misses methods, and who may."""

    missing: Named
    users: int = 0
    accepted: int = 0
    batches: set[str] = field(default_factory=set)

    def as_dict(self) -> dict[str, Any]:
        """The counts as the module returns them."""
        return {
            "users": self.users,
            "batches": sorted(self.batches),
            "missing": {"count": self.missing.count, "users": self.missing.examples},
            "accepted": self.accepted,
        }


def count(
    reports: Mapping[str, str], domains: Sequence[str], accepted: Collection[str], most: int
) -> dict[str, DomainCount]:
    """Count the users of the batches by domain.

    ``reports`` are those of ``migration_batch`` in check mode without a ledger, by batch; ``accepted`` are user
    principal names. A user belongs to the longest of the domains that is theirs or above theirs: whether Entra keeps a
    configuration for a child domain is not documented, so that a change of the parent may reach its users. Raises
    ReportError for a file that is no such report.
    """
    found = {domain: DomainCount(Named(most)) for domain in domains}
    by_length = sorted(((domain.casefold(), domain) for domain in domains), key=lambda pair: -len(pair[0]))
    excused = {name.casefold() for name in accepted}
    for batch, path in reports.items():
        for user in entries(path):
            domain = _domain_of(user["upn"], by_length)
            if domain is not None:
                _count_user(found[domain], batch, user, excused)
    return found


def _count_user(counts: DomainCount, batch: str, user: Mapping[str, Any], excused: Collection[str]) -> None:
    counts.users += 1
    counts.batches.add(batch)
    reason = (user.get("reason") or "").partition(":")[0]
    if user["status"] == "unchanged" or reason in NOTHING_TO_BRING:
        return
    if user["upn"].casefold() in excused:
        counts.accepted += 1
    else:
        counts.missing.add(user["upn"])


def _domain_of(upn: str, domains: Sequence[tuple[str, str]]) -> str | None:
    own = upn.rpartition("@")[2].casefold()
    return next((name for folded, name in domains if own == folded or own.endswith(f".{folded}")), None)
