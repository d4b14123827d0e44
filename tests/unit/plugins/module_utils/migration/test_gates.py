# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gates before a flip, red one by one and green together, domain by domain."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.migration import domain_coverage, gates
from ansible_collections.entra.mfa.plugins.module_utils.migration.assessment_tenant import BatchGroups
from ansible_collections.entra.mfa.plugins.module_utils.migration.gates import Rollout

CONTOSO, FABRIKAM = "contoso.example", "fabrikam.example"
BATCHES = [BatchGroups("one", "MFA one", "R one"), BatchGroups("two", "MFA two", "R two")]
POLICY = {"feature": "multiFactorAuthentication", "isEnabled": True, "groups": ["g1", "g2"]}
GROUPS = {"R one": "g1", "R two": "g2"}
GREEN = {"coverage": "", "dependencies": "", "rollout": ""}


def user(upn: str, status: str = "unchanged", reason: str | None = None) -> dict[str, Any]:
    """A line of a report."""
    return {"id": upn, "upn": upn, "status": status, "reason": reason}


GOOD = {
    "one": [user("anna@contoso.example"), user("x@Contoso.Example", "skipped", "not_in_mfa_server")],
    "two": [user("fiona@fabrikam.example"), user("y@fabrikam.example", "skipped", "disabled")],
}


def judge(folder: Path, lines: dict[str, list[dict[str, Any]]] | None = None, **more: Any) -> dict[str, dict[str, str]]:
    """The gates of both domains, with everything good that is not said otherwise."""
    reports = {}
    for batch, users in (lines or GOOD).items():
        reports[batch] = str(folder / batch)
        (folder / batch).write_text("\n".join(map(json.dumps, users)), encoding="utf-8")
    coverage = domain_coverage.count(reports, more.pop("domains", [CONTOSO, FABRIKAM]), more.pop("accepted", ()), 2)
    good: dict[str, Any] = {"rollout": Rollout([POLICY], GROUPS), "servers": {}, "moved": ()}
    return gates.judge(coverage, BATCHES, **{**good, **more})


def test_all_green(tmp_path: Path) -> None:
    assert judge(tmp_path) == {CONTOSO: GREEN, FABRIKAM: GREEN}


def test_missing_methods_are_red_for_their_domain_until_accepted(tmp_path: Path) -> None:
    lines = {**GOOD, "one": [user(f"{name}@contoso.example", "migrated") for name in ("c", "a", "b")]}

    red = judge(tmp_path, lines)
    accepted = judge(tmp_path, lines, accepted=["A@contoso.example", "b@contoso.example", "c@contoso.example"])

    assert ": 3 (a@contoso.example, b@contoso.example, …);" in red[CONTOSO]["coverage"]
    assert red[FABRIKAM] == GREEN
    assert accepted == {CONTOSO: GREEN, FABRIKAM: GREEN}


@pytest.mark.parametrize("status", ["failed", "skipped"])
def test_users_who_could_not_be_planned_are_red(status: str, tmp_path: Path) -> None:
    found = judge(tmp_path, {"one": [user("anna@contoso.example", status, "ambiguous_match")]}, domains=[CONTOSO])

    assert "anna@contoso.example" in found[CONTOSO]["coverage"]


def test_a_domain_of_which_nobody_is_in_a_batch_is_red(tmp_path: Path) -> None:
    found = judge(tmp_path, {"one": GOOD["one"]})

    assert "no user of fabrikam.example is in a batch" in found[FABRIKAM]["coverage"]
    assert found[CONTOSO] == GREEN


def test_users_of_a_child_domain_count_for_the_next_one_above(tmp_path: Path) -> None:
    lines = {"one": [user("anna@eu.contoso.example", "migrated"), user("ben@notcontoso.example", "migrated")]}

    parent = judge(tmp_path, lines, domains=[CONTOSO])
    both = judge(tmp_path, lines, domains=[CONTOSO, "eu.contoso.example"])

    assert "anna@eu.contoso.example" in parent[CONTOSO]["coverage"]
    assert "ben" not in parent[CONTOSO]["coverage"]
    assert "is in a batch" in both[CONTOSO]["coverage"]
    assert "anna@eu.contoso.example" in both["eu.contoso.example"]["coverage"]


def test_dependencies_are_red_until_declared_moved(tmp_path: Path) -> None:
    servers = {"mfa01": {"dependencies": {"radius": True, "ldap": False}}, "mfa02": {"dependencies": {"radius": True}}}

    assert "not declared moved: radius;" in judge(tmp_path, servers=servers)[CONTOSO]["dependencies"]
    assert judge(tmp_path, servers=servers, moved=["radius"])[CONTOSO] == GREEN


@pytest.mark.parametrize(
    ("rollout", "parts"),
    [
        (Rollout(None, GROUPS, "HTTP 403."), ("could not be read (HTTP 403);", "Hybrid Identity Administrator")),
        (Rollout([], GROUPS), ("with users of contoso.example: one;",)),
        (Rollout([{**POLICY, "isEnabled": False}], GROUPS), ("one",)),
        (Rollout([{**POLICY, "feature": "passwordHashSync"}], GROUPS), ("one",)),
        (Rollout([{**POLICY, "groups": ["g2"]}], GROUPS), ("one",)),
        (Rollout([POLICY], {**GROUPS, "R one": None}), ("one",)),
    ],
)
def test_rollout_is_red_for_the_batches_of_the_domain(rollout: Rollout, parts: tuple[str, ...], tmp_path: Path) -> None:
    sentence = judge(tmp_path, rollout=rollout)[CONTOSO]["rollout"]

    assert [part for part in parts if part not in sentence] == []
    assert "two" not in sentence


def test_together_each_sentence_stands_once() -> None:
    by_domain = {
        CONTOSO: {"coverage": "a", "rollout": ""},
        FABRIKAM: {"coverage": "b", "rollout": ""},
        "c": {"coverage": "a"},
    }

    assert gates.together(by_domain) == {"coverage": "a b", "rollout": ""}
