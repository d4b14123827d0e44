# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an assessment finds in the tenant: permissions, domains, methods policy, Staged Rollout and its groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.migration.assessment_findings import Finding

MFA_FEATURE = "multiFactorAuthentication"
GROUPS_PER_FEATURE = 10
_WITHOUT_ROLLOUT = "china"
_PARTS = {
    "organization": ("The organisation", "Organization.Read.All", "info"),
    "domains": ("The domains", "Domain.Read.All", "warning"),
    "methods_policy": ("The authentication methods policy", "Policy.Read.AuthenticationMethod", "warning"),
}
_OF_A_PERSON = (
    "Give entra_mfa_rollout_access_token (or ENTRA_ROLLOUT_ACCESS_TOKEN) a delegated token of a Hybrid Identity "
    "Administrator with Policy.ReadWrite.HybridAuthentication."
)


@dataclass(frozen=True, slots=True)
class BatchGroups:
    """The groups of one batch by the names or ids that the operator gave."""

    name: str
    group: str
    rollout_group: str | None


BATCH_OPTIONS: Mapping[str, Any] = {
    "name": {"type": "str", "required": True},
    "group": {"type": "str", "required": True},
    "rollout_group": {"type": "str"},
}
"""What a module takes for one ``BatchGroups``; documented by the fragment ``entra.mfa.batches``."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the operator decided: the domains to finalize, and how far Staged Rollout may go."""

    domains: Sequence[str] = ()
    accept_irreversible: bool = False
    allow_same_group: bool = False
    first_add_limit: int = 200


def findings(
    tenant: Mapping[str, Any], batches: Sequence[BatchGroups], choices: Choices, most: int
) -> Iterator[Finding]:
    """What was found in a picture that ``tenant_info`` took; of each finding so many names are shown."""
    yield from _unread(tenant)
    yield from _permissions(tenant, most)
    yield from _domains(tenant, choices, most)
    yield from _policy(tenant)
    yield from _groups(tenant, batches, choices, most)
    yield from _rollout(tenant, batches, choices, most)


def domain_rows(tenant: Mapping[str, Any], users: Mapping[str, int]) -> list[dict[str, Any]]:
    """The domains with the number of users of the batches in each."""
    rows = [
        {**domain, "never_set": _never_set(domain), "users": users.get(domain["id"].casefold(), 0)}
        for domain in tenant.get("domains") or ()
    ]
    return sorted(rows, key=lambda row: str(row["id"]))


def outside_batches(
    tenant: Mapping[str, Any], in_batches: Mapping[str, int], choices: Choices, most: int
) -> Iterator[Finding]:
    """Users of federated domains whom no batch has: a flip asks them for MFA like everybody else."""
    chosen = {name.casefold() for name in choices.domains}
    outside = {
        domain["id"]: domain["enabledUsers"] - in_batches.get(domain["id"].casefold(), 0)
        for domain in tenant.get("domains") or ()
        if domain.get("enabledUsers") is not None and (not chosen or domain["id"].casefold() in chosen)
    }
    left = [name for name, count in outside.items() if count > 0]
    if left:
        yield Finding(
            "users_in_no_batch",
            "warning",
            "Users of federated domains who may sign in and are in no batch. Once their domain is finalized, Entra "
            "asks them for MFA too, and nobody has looked whether they have a method.",
            "Put them into a batch, or look at them by user_methods_info.",
            sum(outside[name] for name in left),
            tuple(sorted(left)[:most]),
        )


def _unread(tenant: Mapping[str, Any]) -> Iterator[Finding]:
    for part, (label, permission, severity) in _PARTS.items():
        if tenant.get(part) is None:
            yield Finding(
                f"{part}_unread",
                "info" if severity == "info" else "warning",
                f"{label} could not be read, so that nothing is said about it.",
                f"Grant the application permission {permission}.",
            )


def _permissions(tenant: Mapping[str, Any], most: int) -> Iterator[Finding]:
    lacking = tenant["identity"]["missing"]
    if lacking["discover"]:
        yield Finding.about(
            lacking["discover"],
            most,
            "permissions_missing",
            "warning",
            "The login lacks permissions to read all that an assessment looks at; it went on with what it could read.",
            "Grant these application permissions with admin consent. None of them writes.",
        )
    later = {name for phase in ("migrate", "groups", "finalize") for name in lacking.get(phase, ())}
    if later:
        yield Finding.about(
            later,
            most,
            "permissions_of_later_phases",
            "info",
            "The login lacks permissions that later phases need.",
            "Grant them to the login of those phases; the assessment needs none of them.",
        )


def _domains(tenant: Mapping[str, Any], choices: Choices, most: int) -> Iterator[Finding]:
    known = tenant.get("domains")
    if known is None:
        return
    by_name = {domain["id"].casefold(): domain for domain in known}
    chosen = [name.casefold() for name in choices.domains]
    federated = [name for name, domain in by_name.items() if domain["authenticationType"] == "Federated"]
    wrong = [name for name in chosen if name not in federated]
    if wrong:
        yield Finding.about(
            wrong,
            most,
            "domain_not_federated",
            "blocker",
            "Domains of entra_mfa_domains that are unknown to the tenant or managed; finalize refuses them.",
            "Correct entra_mfa_domains: a managed domain leaves MFA to Entra already.",
        )
    left_out = [name for name in federated if chosen and name not in chosen]
    if left_out:
        yield Finding.about(
            left_out,
            most,
            "domain_left_out",
            "info",
            "Federated domains that are not in entra_mfa_domains; their users keep doing MFA at the federated "
            "provider.",
            "Add them, or finalize them later.",
        )
    unset = [name for name in chosen or federated if name in federated and _never_set(by_name[name])]
    if unset:
        yield Finding.about(
            unset,
            most,
            "domain_never_set",
            "info" if choices.accept_irreversible else "warning",
            "Domains whose federatedIdpMfaBehavior was never set. Setting it cannot be undone: Entra does not forget "
            "it, "
            "a rollback sets enforceMfaByFederatedIdp, and the old SupportsMfa setting no longer counts.",
            "Decide it, and say entra_mfa_accept_irreversible: true for finalize.",
        )
    if not federated:
        yield Finding(
            "no_federated_domain",
            "info",
            "The tenant has no federated domain: Entra does all MFA already, and finalize has nothing to set.",
            "Leave rollout and finalize out.",
        )


def _never_set(domain: Mapping[str, Any]) -> bool:
    federation = domain.get("federation")
    return federation is not None and federation.get("federatedIdpMfaBehavior") is None


def _policy(tenant: Mapping[str, Any]) -> Iterator[Finding]:
    policy = tenant.get("methods_policy")
    if policy is None:
        return
    state = policy.get("policyMigrationState")
    if state in ("preMigration", "migrationInProgress"):
        yield Finding(
            "legacy_policies",
            "info",
            f"The tenant still respects the legacy MFA and SSPR policies ({state}), which Graph does not show: users "
            "may be allowed more methods than this assessment counts.",
            "Finish the migration of the policies, by authentication_methods_policy.",
        )


def _groups(
    tenant: Mapping[str, Any], batches: Sequence[BatchGroups], choices: Choices, most: int
) -> Iterator[Finding]:
    known = tenant.get("groups") or {}
    asked = [name for batch in batches for name in (batch.group, batch.rollout_group) if name]
    missing = {name for name in asked if name in known and known[name]["problem"]}
    if missing:
        sentences = sorted({known[name]["problem"] for name in missing})
        yield Finding(
            "group_not_found",
            "blocker",
            " ".join(sentences[:most]),
            "Make the group, or correct group and rollout_group in entra_mfa_batches.",
            len(missing),
            tuple(sorted(missing)[:most]),
        )
    migration = {known[batch.group]["id"] for batch in batches if batch.group in known}
    same = {
        batch.name
        for batch in batches
        if batch.rollout_group is None
        or (batch.rollout_group in known and known[batch.rollout_group]["id"] in migration - {None})
    }
    if same and not choices.allow_same_group:
        yield Finding.about(
            same,
            most,
            "rollout_group_not_separate",
            "blocker",
            "Batches that would be routed by a migration group: users could be sent to Entra before their data is "
            "there.",
            "Give each batch a rollout_group of its own.",
        )


def _rollout(
    tenant: Mapping[str, Any], batches: Sequence[BatchGroups], choices: Choices, most: int
) -> Iterator[Finding]:
    if tenant.get("cloud") == _WITHOUT_ROLLOUT:
        yield Finding(
            "no_staged_rollout",
            "blocker",
            "Microsoft Entra in China has neither Staged Rollout nor an authentication methods policy in Graph.",
            "Move these users without Staged Rollout, all of a domain at once.",
        )
    known = tenant.get("groups") or {}
    wanted = {batch.rollout_group for batch in batches if batch.rollout_group in known}
    groups = {known[name]["id"]: known[name] for name in wanted if name is not None and known[name]["id"]}
    policies = tenant.get("rollout_policies")
    policy = next((found for found in policies or () if found["feature"] == MFA_FEATURE), None)
    standing = set(policy["groups"]) if policy else set()
    if policies is None:
        yield Finding(
            "rollout_unread",
            "info",
            "The Staged Rollout policies could not be read, because Graph opens them to people only.",
            _OF_A_PERSON,
        )
    elif policy is not None and not policy["isEnabled"]:
        yield Finding(
            "rollout_switched_off",
            "info",
            f"The Staged Rollout policy '{policy['displayName']}' is switched off.",
            "Nothing, the rollout phase switches it on.",
        )
    if (count := len(standing | groups.keys())) > GROUPS_PER_FEATURE:
        yield Finding(
            "rollout_too_many_groups",
            "blocker",
            f"Staged Rollout takes {GROUPS_PER_FEATURE} groups per feature, and these batches would make more.",
            "Let several batches share a rollout group, or take groups out of the policy.",
            count,
        )
    yield from _unfit(groups, standing, choices, most)


def _unfit(
    groups: Mapping[str, Mapping[str, Any]], standing: set[str], choices: Choices, most: int
) -> Iterator[Finding]:
    new = [group for group_id, group in groups.items() if group_id not in standing]
    checks = (
        ("rollout_group_no_security_group", "no security groups", lambda group: not group["security"]),
        ("rollout_group_dynamic", "dynamic", lambda group: group["dynamic"]),
        ("rollout_group_nested", "with nested groups", lambda group: group["members"]["groups"] > 0),
        ("rollout_group_with_contacts", "with contacts", lambda group: group["members"]["contacts"] > 0),
    )
    for code, words, unfit in checks:
        names = [group["displayName"] for group in groups.values() if unfit(group)]
        if names:
            yield Finding.about(
                names,
                most,
                code,
                "blocker",
                f"Rollout groups that are {words}; Staged Rollout does not take them or leaves such members out.",
                "Use a security group with assigned users.",
            )
    large = [group["displayName"] for group in new if group["members"]["total"] > choices.first_add_limit]
    if large:
        yield Finding.about(
            large,
            most,
            "rollout_group_too_large",
            "blocker",
            f"Rollout groups with more than {choices.first_add_limit} members before they are first added to the "
            "policy.",
            "Empty them; the rollout phase fills them after it has added them.",
        )
    synchronised = [group["displayName"] for group in groups.values() if group["synchronised"]]
    if synchronised:
        yield Finding.about(
            synchronised,
            most,
            "rollout_group_synchronised",
            "warning",
            "Rollout groups whose members come from the on-premises directory, so that the rollout phase cannot fill "
            "them.",
            "Use groups that were made in Entra, or say entra_mfa_rollout_fill: false and keep the members "
            "on-premises.",
        )
