# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The findings of an assessment: each from the smallest material that shows it, and the verdict over them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import (
    BrokenRecord,
    Export,
    MobileApp,
    OathToken,
    Phone,
    Record,
)
from ansible_collections.entra.mfa.plugins.module_utils.migration import assessment, equivalents
from ansible_collections.entra.mfa.plugins.module_utils.migration.assessment import Decisions, Material
from ansible_collections.entra.mfa.plugins.module_utils.migration.assessment_findings import Named
from ansible_collections.entra.mfa.plugins.module_utils.migration.assessment_tenant import BatchGroups, Choices

BATCH = BatchGroups("one", "MFA one", "R one")
MOBILE = Phone("1", "2065550100")
CAPABLE = {"capable": True, "phone_only": False, "usable": ["push"], "not_allowed": [], "reason": None}
PHONE_ONLY = {**CAPABLE, "phone_only": True, "usable": ["sms"]}
INCAPABLE = {**CAPABLE, "capable": False, "usable": [], "reason": "no_method"}


def group(group_id: str, **more: Any) -> dict[str, Any]:
    """A fit group."""
    members = {"total": 0, "users": 0, "groups": 0, "contacts": 0}
    facts = {"id": group_id, "displayName": group_id, "security": True, "dynamic": False, "synchronised": False}
    return {**facts, "members": {**members, **more.pop("members", {})}, "problem": None, **more}


def domain(name: str = "contoso.example", kind: str = "Federated", behavior: str | None = "set") -> dict[str, Any]:
    """A domain."""
    federation = {"id": "f", "federatedIdpMfaBehavior": behavior} if kind == "Federated" else None
    return {"id": name, "authenticationType": kind, "federation": federation}


def tenant(**more: Any) -> dict[str, Any]:
    """A tenant in which nothing is to be found."""
    enabled = {name: {"state": "enabled"} for name in ("sms", "microsoftAuthenticator", "hardwareOath")}
    voice = {"voice": {"state": "enabled", "isOfficePhoneAllowed": True}}
    lacking = dict.fromkeys(("discover", "migrate", "groups", "rollout", "finalize"), ())
    return {
        "organization": {"displayName": "Contoso"},
        "domains": [domain()],
        "methods_policy": {"policyMigrationState": "migrationComplete", "configurations": {**enabled, **voice}},
        "rollout_policies": [],
        "groups": {"MFA one": group("m1"), "R one": group("r1")},
        "identity": {"missing": lacking},
        "cloud": "global",
        **more,
    }


def user(name: str = "anna", **more: Any) -> dict[str, Any]:
    """A user who is done."""
    shown = {
        "reason": None,
        "account_enabled": True,
        "complete": True,
        "methods": [],
        "mfa": CAPABLE,
        "expected": CAPABLE,
    }
    record = {"username": name, "mobile_apps": []}
    return {"id": name, "upn": f"{name}@contoso.example", "record": record, "entra": {}, **shown, **more}


def missing(reason: str, **more: Any) -> dict[str, Any]:
    """A user of whose record something is left out."""
    methods = [{"target": "mobile", "stands": False, "reason": reason}]
    return user(methods=methods, complete=False, **more)


class Assessor:
    """Assesses material that is good where nothing else is said."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def assess(self, *users: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        """The assessment; ``records`` and ``broken`` make the export, further values decisions or material."""
        path = self._folder / "report.jsonl"
        path.write_text("\n".join(map(json.dumps, users or [user()])), encoding="utf-8")
        records, broken = (
            more.pop("records", [Record("anna", mobile_apps=(MobileApp("Pixel"),))]),
            more.pop("broken", ()),
        )
        material = Material(
            tenant=more.pop("tenant", tenant()),
            batches=more.pop("batches", [BATCH]),
            reports=more.pop("reports", {"one": str(path)}),
            problems=more.pop("problems", {}),
            export=None if records is None else Export(tuple(records), tuple(broken)),
            servers=more.pop("servers", {}),
        )
        choices = Choices(**{name: more.pop(name) for name in Choices.__match_args__ if name in more})
        return assessment.assess(material, Decisions(choices=choices, **more))

    def found(self, *users: Mapping[str, Any], **more: Any) -> dict[str, str]:
        """Severity by code."""
        return {item["code"]: item["severity"] for item in self.assess(*users, **more)["findings"]}


@pytest.fixture
def assessor(tmp_path: Path) -> Assessor:
    return Assessor(tmp_path)


def test_nothing_to_find_is_ready(assessor: Assessor) -> None:
    result = assessor.assess()

    assert (result["verdict"], result["counts"]) == ("ready", {"blocker": 0, "warning": 0, "info": 1})
    assert [finding["code"] for finding in result["findings"]] == ["mfa_server_ended"]
    assert result["dates"][0] | {"users": 1} == result["dates"][0]


@pytest.mark.parametrize(
    ("entry", "code", "severity"),
    [
        (missing("invalid_number"), "invalid_number", "warning"),
        (missing("device_limit"), "device_limit", "warning"),
        (missing("no_secret"), "no_secret", "warning"),
        (missing("invalid_secret"), "invalid_secret", "warning"),
        (missing("needs_registration"), "needs_registration", "warning"),
        (missing("both_have_extension"), "both_have_extension", "info"),
        (missing("no_mobile"), "no_mobile", "info"),
        (user(reason="ambiguous_match", record=None), "ambiguous_match", "warning"),
        (user(reason="not_in_mfa_server", record=None), "not_in_mfa_server", "warning"),
        (user(reason="disabled"), "disabled", "info"),
        (user(reason="accessDenied: no", entra=None, mfa=None, expected=None), "user_unreadable", "warning"),
        (user(mfa=INCAPABLE, expected=INCAPABLE), "without_method", "warning"),
        (user(mfa=INCAPABLE, expected=None), "without_method", "warning"),
        (user(mfa=INCAPABLE, expected=PHONE_ONLY), "phone_only", "warning"),
        (user(expected={**CAPABLE, "not_allowed": ["sms"]}), "method_not_allowed_sms", "warning"),
        (user(expected={**CAPABLE, "usable": ["push", "voiceMobile"]}), "phone_delivery_ends", "info"),
    ],
)
def test_users(entry: dict[str, Any], code: str, severity: str, assessor: Assessor) -> None:
    assert assessor.found(entry).get(code) == severity
    assert code not in assessor.found()


@pytest.mark.parametrize("reason", ["missing", "differs", "older_duplicate"])
def test_what_a_migration_writes_is_no_finding(reason: str, assessor: Assessor) -> None:
    result = assessor.assess(missing(reason))

    assert result["verdict"] == "ready"
    assert result["batches"]["one"]["to_migrate"] == (reason != "older_duplicate")


def test_accounts_that_are_switched_off_need_no_method(assessor: Assessor) -> None:
    assert "without_method" not in assessor.found(user(mfa=INCAPABLE, expected=None, account_enabled=False))


def test_the_utility_moves_apps(assessor: Assessor) -> None:
    entry = missing("needs_registration", mfa=INCAPABLE, expected=INCAPABLE)
    entry["record"] = {"username": "anna", "mobile_apps": [{"name": "Pixel"}]}

    assert {"needs_registration", "without_method"} <= assessor.found(entry).keys()
    assert {"needs_registration", "without_method"}.isdisjoint(assessor.found(entry, engine="utility"))


@pytest.mark.parametrize("cloud", ["us_gov", "us_gov_dod", "china"])
def test_end_of_phones_is_known_for_the_public_cloud_alone(cloud: str, assessor: Assessor) -> None:
    entry = user(expected=PHONE_ONLY)

    result = assessor.assess(entry, tenant=tenant(cloud=cloud))
    assert {"phone_only", "phone_delivery_ends"}.isdisjoint(finding["code"] for finding in result["findings"])
    assert len(result["dates"]) == 1
    assert (
        assessor.assess(entry)["dates"][1] | {"users": 1, "without_other_method": 1}
        == assessor.assess(entry)["dates"][1]
    )


@pytest.mark.parametrize(
    ("record", "needed"),
    [
        (Record("anna", phone=MOBILE, default_method="text_message"), "sms"),
        (Record("anna", phone=MOBILE, default_method="phone_call"), "voice"),
        (Record("anna", oath_token=OathToken("1", "JBSWY3DPEHPK3PXP")), "hardwareOath"),
        (Record("anna", mobile_apps=(MobileApp("Pixel"),)), "microsoftAuthenticator"),
    ],
)
def test_method_in_use_that_the_policy_has_switched_off(record: Record, needed: str, assessor: Assessor) -> None:
    switched_off = tenant()
    switched_off["methods_policy"]["configurations"][needed]["state"] = "disabled"

    assert assessor.found(records=[record], tenant=switched_off)[f"method_disabled_{needed}"] == "blocker"
    assert f"method_disabled_{needed}" not in assessor.found(records=[record])
    disabled_record = Record(**{**{name: getattr(record, name) for name in Record.__match_args__}, "enabled": False})
    assert f"method_disabled_{needed}" not in assessor.found(records=[disabled_record], tenant=switched_off)


def test_configuration_that_could_not_be_read_is_not_switched_off(assessor: Assessor) -> None:
    unknown = tenant()
    del unknown["methods_policy"]["configurations"]["hardwareOath"]
    result = assessor.assess(records=[Record("anna", oath_token=OathToken("1", "JBSWY3DPEHPK3PXP"))], tenant=unknown)

    assert result["verdict"] == "ready"
    assert [row["enabled"] for row in result["methods"]] == [None]


def test_office_phones_need_their_switch(assessor: Assessor) -> None:
    closed = tenant()
    closed["methods_policy"]["configurations"]["voice"]["isOfficePhoneAllowed"] = False
    record = Record("anna", phone=Phone("1", "2065550100", "7"), default_method="phone_call")

    assert assessor.found(records=[record], tenant=closed)["office_phone_disabled"] == "blocker"


@pytest.mark.parametrize(
    ("mode", "code", "severity"),
    [
        ("phone_call", "pin_phone_call", "warning"),
        ("text_message", "pin_text_message", "info"),
        ("mobile_app", "pin_mobile_app", "info"),
        ("oath_token", "pin_without_equivalent", "warning"),
        ("fingerprint", "pin_without_equivalent", "warning"),
    ],
)
def test_pin_modes(mode: str, code: str, severity: str, assessor: Assessor) -> None:
    assert assessor.found(records=[Record("anna", pin_modes=(mode,))])[code] == severity


def test_records_that_cannot_be_used_or_belong_to_nobody(assessor: Assessor) -> None:
    result = assessor.assess(
        records=[Record("ANNA"), Record("eve"), Record("off", enabled=False)],
        broken=[BrokenRecord(4, "phone is wrong", "x")],
    )
    found = {finding["code"]: finding["examples"] for finding in result["findings"]}

    assert found["record_of_nobody"] == ["eve"]
    assert found["invalid_record"] == ["record 4 (x): phone is wrong"]
    assert result["records"] == {"total": 3, "disabled": 1, "broken": 1, "of_nobody": 1}


@pytest.mark.parametrize(
    ("changes", "choices", "code", "severity"),
    [
        ({"organization": None}, {}, "organization_unread", "info"),
        ({"domains": None}, {}, "domains_unread", "warning"),
        ({"methods_policy": None}, {}, "methods_policy_unread", "warning"),
        ({"rollout_policies": None}, {}, "rollout_unread", "info"),
        ({"identity": {"missing": {"discover": ["User.Read.All"]}}}, {}, "permissions_missing", "warning"),
        ({"identity": {"missing": {"discover": [], "migrate": ["x"]}}}, {}, "permissions_of_later_phases", "info"),
        ({"domains": [domain(behavior=None)]}, {}, "domain_never_set", "warning"),
        ({"domains": [domain(behavior=None)]}, {"accept_irreversible": True}, "domain_never_set", "info"),
        ({"domains": [domain(kind="Managed")]}, {}, "no_federated_domain", "info"),
        ({}, {"domains": ["other.example"]}, "domain_not_federated", "blocker"),
        ({"domains": [domain(kind="Managed")]}, {"domains": ["Contoso.example"]}, "domain_not_federated", "blocker"),
        ({"domains": [domain(), domain("b.example")]}, {"domains": ["contoso.example"]}, "domain_left_out", "info"),
        ({"cloud": "china"}, {}, "no_staged_rollout", "blocker"),
        (
            {"methods_policy": {"policyMigrationState": "preMigration", "configurations": {}}},
            {},
            "legacy_policies",
            "info",
        ),
    ],
)
def test_tenant(changes: dict[str, Any], choices: dict[str, Any], code: str, severity: str, assessor: Assessor) -> None:
    assert assessor.found(tenant=tenant(**changes), **choices).get(code) == severity
    assert code not in assessor.found()


@pytest.mark.parametrize(
    ("groups", "choices", "code"),
    [
        ({"R one": {"problem": "The tenant has no group named 'R one'.", "id": None}}, {}, "group_not_found"),
        ({"R one": group("m1")}, {}, "rollout_group_not_separate"),
        ({"R one": group("r1", security=False)}, {}, "rollout_group_no_security_group"),
        ({"R one": group("r1", dynamic=True)}, {}, "rollout_group_dynamic"),
        ({"R one": group("r1", members={"groups": 1})}, {}, "rollout_group_nested"),
        ({"R one": group("r1", members={"contacts": 1})}, {}, "rollout_group_with_contacts"),
        ({"R one": group("r1", members={"total": 201})}, {}, "rollout_group_too_large"),
        ({"R one": group("r1", members={"total": 51})}, {"first_add_limit": 50}, "rollout_group_too_large"),
    ],
)
def test_groups_that_rollout_refuses(
    groups: dict[str, Any], choices: dict[str, Any], code: str, assessor: Assessor
) -> None:
    changed = tenant(groups={"MFA one": group("m1"), **groups})

    assert assessor.found(tenant=changed, **choices).get(code) == "blocker"


def test_group_that_is_routed_already_may_be_large(assessor: Assessor) -> None:
    policy = {"displayName": "p", "feature": "multiFactorAuthentication", "isEnabled": True, "groups": ["r1"]}
    large = tenant(
        groups={"MFA one": group("m1"), "R one": group("r1", members={"total": 5000})}, rollout_policies=[policy]
    )

    assert assessor.found(tenant=large).keys() == {"mfa_server_ended"}
    switched_off = {**large, "rollout_policies": [{**policy, "isEnabled": False}]}
    assert assessor.found(tenant=switched_off)["rollout_switched_off"] == "info"


def test_ten_groups_and_no_more(assessor: Assessor) -> None:
    policy = {"displayName": "p", "feature": "multiFactorAuthentication", "isEnabled": True}

    def with_groups(count: int) -> dict[str, str]:
        standing = {**policy, "groups": [f"g{number}" for number in range(count)]}
        return assessor.found(tenant=tenant(rollout_policies=[standing]))

    assert "rollout_too_many_groups" not in with_groups(9)
    assert with_groups(10)["rollout_too_many_groups"] == "blocker"


def test_users_of_a_domain_whom_no_batch_has(assessor: Assessor) -> None:
    counted = {**domain(), "enabledUsers": 3}
    other = {**domain("b.example"), "enabledUsers": 5}
    off = user("off", account_enabled=False)
    result = assessor.assess(user(), off, tenant=tenant(domains=[counted, other]), domains=["Contoso.example"])
    found = {finding["code"]: finding for finding in result["findings"]}

    assert (found["users_in_no_batch"]["count"], found["users_in_no_batch"]["examples"]) == (2, ["contoso.example"])
    everybody = tenant(domains=[{**domain(), "enabledUsers": 1}])
    assert "users_in_no_batch" not in assessor.found(user(), off, tenant=everybody)


def test_same_group_may_be_allowed(assessor: Assessor) -> None:
    alone = [BatchGroups("one", "MFA one", None)]

    assert assessor.found(batches=alone)["rollout_group_not_separate"] == "blocker"
    assert "rollout_group_not_separate" not in assessor.found(batches=alone, allow_same_group=True)


def party(name: str, *, identifier: str = "urn:app", demands: bool = True, enabled: bool = True) -> dict[str, Any]:
    """A relying party of AD FS."""
    return {"name": name, "identifiers": [identifier], "enabled": enabled, "demands_mfa": demands}


def adfs(*parties: dict[str, Any], level: int | None = 4, demands: bool = False, cloud: bool = True) -> dict[str, Any]:
    """A server with AD FS."""
    facts = {
        "farm": {"behavior_level": level},
        "providers": {"mfa_server": ["AzureMfaServerAuthentication"], "cloud": cloud},
        "global_policy": {"demands_mfa": demands},
        "relying_parties": list(parties),
        "misspelt_claim_types": [],
    }
    return {"adfs01": {"dependencies": {}, "adfs": facts}}


OFFICE = "urn:federation:MicrosoftOnline"


@pytest.mark.parametrize(
    ("servers", "expected"),
    [
        (adfs(), {}),
        (adfs(party("Office", identifier=OFFICE)), {"adfs_demands_mfa_for_entra": "blocker"}),
        (adfs(demands=True), {"adfs_demands_mfa_for_entra": "blocker"}),
        (adfs(party("Payroll")), {"adfs_relying_parties": "warning"}),
        (adfs(party("Payroll"), level=None), {"adfs_relying_parties": "blocker"}),
        (adfs(party("Payroll", enabled=False), party("Wiki", demands=False)), {}),
        (adfs(cloud=False), {"adfs_has_no_cloud_provider": "info"}),
        ({"mfa01": {"problem": "unreachable"}}, {"server_unread": "warning"}),
        ({"mfa01": {"dependencies": {"radius": True, "ad_sync": True}}}, {"depends_radius": "warning"}),
    ],
)
def test_servers(servers: dict[str, Any], expected: dict[str, str], assessor: Assessor) -> None:
    found = assessor.found(servers=servers)
    assert {code: severity for code, severity in found.items() if code != "mfa_server_ended"} == expected


def test_dependencies_have_their_targets_and_can_be_moved(assessor: Assessor) -> None:
    servers = {name: {"dependencies": {"ldap": True, "user_portal": True}} for name in ("mfa02", "mfa01")}
    result = assessor.assess(servers=servers, portal_settings=["one_time_bypass"], dependencies_moved=["ldap"])

    assert [(row["name"], row["servers"]) for row in result["dependencies"]] == [
        ("ldap", ["mfa01", "mfa02"]),
        ("user_portal", ["mfa01", "mfa02"]),
    ]
    assert "Domain Services" in result["dependencies"][0]["entra"]
    codes = {finding["code"] for finding in result["findings"]}
    assert {"depends_user_portal", "portal_one_time_bypass"} <= codes
    assert "depends_ldap" not in codes
    in_use = {row["name"]: row["in_use"] for row in result["user_portal"]}
    assert (in_use["one_time_bypass"], in_use["trusted_ips"]) == (True, None)
    assert len(in_use) == len(equivalents.USER_PORTAL)


def test_accepted_findings_stay_and_do_not_count(assessor: Assessor) -> None:
    result = assessor.assess(missing("invalid_number"), accepted=["invalid_number"])

    assert (result["verdict"], result["counts"]["warning"]) == ("ready", 0)
    assert [finding["accepted"] for finding in result["findings"] if finding["code"] == "invalid_number"] == [True]


@pytest.mark.parametrize(("severity", "verdict"), [("warning", "ready_with_warnings"), ("blocker", "not_ready")])
def test_the_worst_finding_makes_the_verdict(severity: str, verdict: str, assessor: Assessor) -> None:
    domains = ["other.example"] if severity == "blocker" else []
    result = assessor.assess(missing("invalid_number"), domains=domains)

    assert result["verdict"] == verdict
    assert result["findings"][0]["severity"] == severity


def test_batches_without_users(assessor: Assessor) -> None:
    nothing = assessor.assess(records=None, reports={}, problems={"one": "HTTP 403."})
    partly = assessor.found(batches=[BATCH, BatchGroups("two", "MFA two", "R two")])
    none_defined = assessor.found(batches=[], reports={})

    found = {finding["code"]: finding for finding in nothing["findings"]}
    assert found["users_unread"]["severity"] == none_defined["users_unread"] == "blocker"
    assert found["users_unread"]["message"].endswith("HTTP 403.")
    assert partly["users_unread"] == "warning"
    assert found["no_export"]["severity"] == "warning"


def test_user_of_two_batches_counts_once(assessor: Assessor, tmp_path: Path) -> None:
    report = tmp_path / "two.jsonl"
    report.write_text(json.dumps(missing("invalid_number")), encoding="utf-8")
    batches = [BATCH, BatchGroups("two", "MFA one", "R one")]
    result = assessor.assess(
        missing("invalid_number"), batches=batches, reports={"one": str(report), "two": str(report)}
    )
    found = {finding["code"]: finding["count"] for finding in result["findings"]}

    assert (found["invalid_number"], found["user_in_two_batches"]) == (1, 1)
    assert result["domains"][0]["users"] == 1


def test_examples_are_the_first_names_whatever_the_order() -> None:
    forward, backward = Named(3), Named(3)
    for number in range(100):
        forward.add(f"user{number:02d}")
        backward.add(f"user{99 - number:02d}")

    assert forward.examples == backward.examples == ["user00", "user01", "user02"]
    assert forward.count == 100
