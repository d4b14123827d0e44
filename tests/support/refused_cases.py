# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input for the roles that work on the tenant, case by case, and the good input that each case spoils."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.organisation import BATCH_ONE, NESTED, ROLLOUT, small_organisation, user_id
from support.playbook import login

DONE_GROUP = "MFA done"
LARGE_GROUP = "MFA large"
SECOND_ROLLOUT = "MFA second rollout"
_DONE_ID, _LARGE_ID, _SECOND_ID = (f"20000000-0000-4000-8000-{number:012d}" for number in (101, 102, 103))
_LARGE = 201
FIONA = "fiona@fabrikam.example"
_FIONA_ID = "10000000-0000-4000-8000-000000000999"
COPY = "records/backup/mfa01/PhoneFactor.pfdata"
POWERLESS = {"client_id": "40000000-0000-4000-8000-000000000004", "client_secret": "powerless~secret-for-tests"}
EXPORT = {
    "format": "entra.mfa/export-v1",
    "users": [
        {
            "username": "bruno@contoso.example",
            "default_method": "text_message",
            "phone": {"country_code": "1", "number": "2065550101"},
        },
        {
            "username": "anna@contoso.example",
            "phone": {"country_code": "1", "number": "2065550199"},
            "oath_token": {"serial": "910001", "secret": "NBSWY3DPO5XXE3DENBSWY3DPO5XXE3DE"},
        },
        {"username": FIONA, "phone": {"country_code": "1", "number": "2065550188"}},
    ],
}


@dataclass(frozen=True, slots=True)
class Case:
    """Variables that differ from the good ones, and parts of the one message that the run must give.

    ``login`` names options that differ, or is None for no login at all. ``spoil`` is the content of a file in the
    folder of the case, by its path below it. ``dependency`` is the one that still asks the MFA Server.
    """

    name: str
    parts: tuple[str, ...]
    variables: Mapping[str, Any] = field(default_factory=dict)
    login: Mapping[str, Any] | None = field(default_factory=dict)
    spoil: Mapping[str, str] = field(default_factory=dict)
    dependency: str | None = None


def organisation() -> dict[str, Any]:
    """The small organisation with a large group, a group that is migrated, and Staged Rollout of one group."""
    content = small_organisation()
    crowd = [
        {
            "id": f"10000000-0000-4000-8000-{1000 + number:012d}",
            "userPrincipalName": f"user{number}@contoso.example",
            "displayName": f"User {number}",
        }
        for number in range(_LARGE)
    ]
    phone = {"phone": [{"phoneType": "mobile", "phoneNumber": "+1 2065550188"}], "preferred": "sms"}
    fiona = {"id": _FIONA_ID, "userPrincipalName": FIONA, "displayName": "Fiona Example", "methods": phone}
    content["users"] += [fiona, *crowd]
    for group_id, name, members in (
        (_DONE_ID, DONE_GROUP, [user_id("bruno"), _FIONA_ID]),
        (_LARGE_ID, LARGE_GROUP, [user["id"] for user in crowd]),
        (_SECOND_ID, SECOND_ROLLOUT, []),
    ):
        content["groups"].append(
            {"id": group_id, "displayName": name, "members": members, "groupTypes": [], "securityEnabled": True}
        )
    content["rolloutPolicies"] = [
        {
            "displayName": "MFA rollout policy",
            "feature": "multiFactorAuthentication",
            "isEnabled": True,
            "appliesTo": [ROLLOUT],
        }
    ]
    return content


def variables(ready: Mapping[str, Any], folder: Path, case: Case) -> dict[str, Any]:
    """Lay the good files into the folder of a case, spoil what it spoils, and give its variables."""
    server = {
        "role": "primary",
        "backup": {"sha256": hashlib.sha256(b"data").hexdigest()},
        "fetched_to": str(folder / COPY),
        "dependencies": {name: name == case.dependency for name in ("radius", "ldap", "iis", "adfs")},
    }
    report = [{"id": user_id("bruno"), "upn": "bruno@contoso.example", "status": "unchanged"}]
    files = {
        "export.json": json.dumps(EXPORT),
        COPY: "data",
        "records/prepare.json": json.dumps({"servers": {"mfa01": server}}),
        "records/batch-one.json": json.dumps({"name": "one"}),
        "records/report-one.jsonl": "\n".join(map(json.dumps, report)),
    }
    for name, content in {**files, **case.spoil}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    no_login = {key: ready[key] for key in ("graph_url", "authority_url", "ca_path")}
    return {
        "graph_login": no_login if case.login is None else {**login(ready), **case.login},
        "entra_mfa_rollout_access_token": ready["delegated"]["hybrid_admin"]["access_token"],
        "entra_mfa_record_dir": str(folder / "records"),
        "entra_mfa_export": str(folder / "export.json"),
        "entra_mfa_batches": [batch()],
        "entra_mfa_domains": ["fabrikam.example"],
        **case.variables,
    }


def batch(name: str = "one", group: str = DONE_GROUP, rollout_group: str | None = "MFA rollout") -> dict[str, Any]:
    """A batch; the default one is migrated and rolled out."""
    return {"name": name, "group": group} | ({"rollout_group": rollout_group} if rollout_group else {})


def _in_group(group: str) -> dict[str, Any]:
    return {"entra_mfa_batches": [batch(group=group)]}


def _rolled_out_by(*groups: str) -> dict[str, Any]:
    """The good batch, and one more for each group; all of them have the records of a migration."""
    return {"entra_mfa_batches": [batch(), *(batch("two", rollout_group=group) for group in groups)]}


_RECORDS_OF_TWO = {
    "records/batch-two.json": "{}",
    "records/report-two.jsonl": json.dumps({"id": user_id("lukas"), "status": "migrated"}),
}


def _export(**changes: Any) -> dict[str, str]:
    return {"export.json": json.dumps({**EXPORT, **changes})}


MIGRATE = [
    Case(
        "export_missing", ("The export", "none.json does not exist", "give the path"), {"entra_mfa_export": "none.json"}
    ),
    Case("export_empty", ("export.json is empty (0 bytes)", "export the users again"), spoil={"export.json": ""}),
    Case("export_cut", ("export.json is not JSON", "line 1, column"), spoil={"export.json": '{"format": '}),
    Case("export_format", ("is of another format", "format must be 'entra.mfa/export-v1'"), spoil=_export(format="v0")),
    Case("export_users", ("has no users", "users must be a list"), spoil=_export(users=None)),
    Case("group_unknown", ("no group named 'MFA bath 1'", "give the exact display name"), _in_group("MFA bath 1")),
    Case("group_id_unknown", ("no group with the object id", _DONE_ID[:-1]), _in_group(_DONE_ID[:-1] + "9")),
    Case("group_twins", ("2 groups are named 'MFA twin'", "give the object id of one of them"), _in_group("MFA twin")),
    Case(
        "second_group_unknown",
        ("no group named 'MFA bath 2'", "give the exact display name"),
        {"entra_mfa_batches": [batch(group="MFA migration batch 1"), batch("two", "MFA bath 2")]},
    ),
    Case("batch_unknown", ("entra_mfa_batch is two", "names one"), {"entra_mfa_batch": "two"}),
    Case("no_batches", ("Set entra_mfa_batches",), {"entra_mfa_batches": []}),
    Case("wrong_secret", ("AADSTS7000215", "client_secret is wrong"), login={"client_secret": "not~the-secret"}),
    Case("wrong_tenant", ("AADSTS90002", "check it, or set cloud"), login={"tenant_id": _DONE_ID}),
    Case("no_permission", ("HTTP 403", "grant the app the application permission"), login=POWERLESS),
    Case("no_login", ("client_id", "client_secret"), login=None),
]
ROLLOUT_ROLE = [
    Case(
        "not_migrated",
        ("Batch three has no record in", "migrate it first"),
        {"entra_mfa_batches": [batch(), batch("three")]},
    ),
    Case(
        "dynamic",
        ("'MFA dynamic' (", "is dynamic", "group with assigned members"),
        _rolled_out_by("MFA dynamic"),
        spoil=_RECORDS_OF_TWO,
    ),
    Case("nested", ("has the nested group", "put the users themselves"), _rolled_out_by(NESTED), spoil=_RECORDS_OF_TWO),
    Case(
        "contact", ("has the contact", "take contacts out"), _rolled_out_by("MFA with contact"), spoil=_RECORDS_OF_TWO
    ),
    Case(
        "large",
        (f"has {_LARGE} members", "at most 200", "first_add_limit"),
        _rolled_out_by(LARGE_GROUP),
        spoil=_RECORDS_OF_TWO,
    ),
    Case(
        "migration_group",
        ("MFA done is also a migration group", "rollout_group of its own"),
        _rolled_out_by(DONE_GROUP),
        spoil=_RECORDS_OF_TWO,
    ),
    Case(
        "migration_group_by_id",
        ("MFA done is also a migration group", "entra_mfa_allow_same_group"),
        _rolled_out_by(_DONE_ID.upper()),
        spoil=_RECORDS_OF_TWO,
    ),
    Case(
        "no_rollout_group",
        ("MFA done is also a migration group", "Give batch one"),
        {"entra_mfa_batches": [batch(rollout_group=None)]},
    ),
    Case("unknown", ("no group named 'MFA rolout'",), _rolled_out_by("MFA rolout"), spoil=_RECORDS_OF_TWO),
    Case("app_token", ("access_token", "Hybrid Identity Administrator"), {"entra_mfa_rollout_access_token": ""}),
]


def _red(gate: str, *parts: str) -> tuple[str, ...]:
    return ("Not finalized, nothing was changed. ", f"{gate}: ", f"entra_mfa_override_gates ({gate})", *parts)


def _with_domain(domain: str) -> dict[str, Any]:
    return {"entra_mfa_domains": ["fabrikam.example", domain]}


_ONLY_CONTOSO = {"entra_mfa_domains": ["contoso.example"], "entra_mfa_accept_irreversible": True}

FINALIZE = [
    Case(
        "managed",
        ("contoso.onmicrosoft.example is managed", "only a federated domain"),
        _with_domain("contoso.onmicrosoft.example"),
    ),
    Case("no_such_domain", ("The tenant has no domain nowhere.example",), _with_domain("nowhere.example")),
    Case(
        "from_null",
        ("of contoso.example was never set", "set accept_irreversible to true"),
        _with_domain("contoso.example"),
    ),
    Case("backup", _red("backup", "run the prepare playbook"), spoil={COPY: "Data"}),
    Case(
        "coverage",
        _red("coverage", "anna@contoso.example", "entra_mfa_accepted_users"),
        {
            "entra_mfa_batches": [batch(group=BATCH_ONE)],
            **_ONLY_CONTOSO,
            "entra_mfa_accepted_users": [f"{name}@contoso.example" for name in ("carla", "david", "elena", "frank")],
        },
    ),
    Case(
        "domain_without_batch",
        _red("coverage", "no user of fabrikam.example is in a batch"),
        {
            "entra_mfa_batches": [batch(group=BATCH_ONE)],
            "entra_mfa_accepted_users": [f"{name}@contoso.example" for name in ("anna", "carla", "david", "elena")],
        },
    ),
    Case(
        "dependencies",
        _red("dependencies", "not declared moved: adfs", "entra_mfa_dependencies_moved"),
        dependency="adfs",
    ),
    Case(
        "rollout",
        _red("rollout", "run the rollout playbook"),
        {"entra_mfa_batches": [batch(rollout_group=SECOND_ROLLOUT)]},
    ),
    Case(
        "rollout_unread",
        _red("rollout", "could not be read", "entra_mfa_rollout_access_token", "Hybrid Identity Administrator"),
        {"entra_mfa_rollout_access_token": ""},
    ),
]
