# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gates before a domain leaves all MFA to Entra. A gate is green with an empty sentence, red with what is missing.

After the flip Entra asks every user of the domain for MFA, in Staged Rollout or not.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.migration.assessment_tenant import MFA_FEATURE, BatchGroups
from ansible_collections.entra.mfa.plugins.module_utils.migration.domain_coverage import DomainCount
from ansible_collections.entra.mfa.plugins.module_utils.migration.gate_rules import not_moved

COVERAGE, DEPENDENCIES, ROLLOUT = "coverage", "dependencies", "rollout"
_A_PERSON = "give entra_mfa_rollout_access_token a delegated token of a Hybrid Identity Administrator"


@dataclass(frozen=True, slots=True)
class Rollout:
    """Staged Rollout as it stands.

    ``policies`` are None when they could not be read, and ``problem`` says why; ``groups`` are the ids of the rollout
    groups by the name that a batch gives, None for one that does not exist.
    """

    policies: Sequence[Mapping[str, Any]] | None
    groups: Mapping[str, str | None] = field(default_factory=dict)
    problem: str = ""


def judge(
    coverage: Mapping[str, DomainCount],
    batches: Sequence[BatchGroups],
    rollout: Rollout,
    servers: Mapping[str, Mapping[str, Any]],
    moved: Collection[str],
) -> dict[str, dict[str, str]]:
    """The gates of each domain of ``coverage``.

    ``servers`` are those of the record of the prepare phase; ``moved`` are the dependencies that no longer ask MFA
    Server.
    """
    dependencies = _dependencies(servers, moved)
    return {
        domain: {
            COVERAGE: _coverage(domain, counts),
            DEPENDENCIES: dependencies,
            ROLLOUT: _rollout(domain, counts, batches, rollout),
        }
        for domain, counts in coverage.items()
    }


def together(by_domain: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The gates over all domains: what is missing for any of them, each sentence once."""
    found: dict[str, dict[str, None]] = {}
    for gates in by_domain.values():
        for name, sentence in gates.items():
            found.setdefault(name, {})[sentence] = None
    return {name: " ".join(filter(None, sentences)) for name, sentences in found.items()}


def _coverage(domain: str, counts: DomainCount) -> str:
    if not counts.users:
        return (
            f"coverage: no user of {domain} is in a batch, so that nobody knows whether its users have methods in "
            "Entra; make a batch of them."
        )
    missing = counts.missing
    if not missing.count:
        return ""
    more = ", …" if missing.count > len(missing.examples) else ""
    return (
        f"coverage: users of {domain} whose methods of the MFA Server are not all in Entra: {missing.count} "
        f"({', '.join(missing.examples)}{more}); migrate them, help them register, or accept them by name in "
        "entra_mfa_accepted_users."
    )


def _dependencies(servers: Mapping[str, Mapping[str, Any]], moved: Collection[str]) -> str:
    left = not_moved(servers, moved)
    if not left:
        return ""
    return (
        f"dependencies: not declared moved: {', '.join(left)}; move what still asks the MFA Server, then name it in "
        "entra_mfa_dependencies_moved."
    )


def _rollout(domain: str, counts: DomainCount, batches: Sequence[BatchGroups], rollout: Rollout) -> str:
    if rollout.policies is None:
        reason = f" ({rollout.problem.rstrip('.')})" if rollout.problem else ""
        return f"rollout: the Staged Rollout policy could not be read{reason}; {_A_PERSON}."
    policy = next((found for found in rollout.policies if found["feature"] == MFA_FEATURE), None)
    routed = set(policy["groups"]) if policy is not None and policy["isEnabled"] else set()
    left = [
        batch.name
        for batch in batches
        if batch.name in counts.batches and rollout.groups.get(batch.rollout_group or batch.group) not in routed
    ]
    if not left:
        return ""
    return (
        f"rollout: not in Staged Rollout, with users of {domain}: {', '.join(left)}; run the rollout playbook for all "
        "batches."
    )
