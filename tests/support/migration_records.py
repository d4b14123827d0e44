# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The records of a migration that is under way, as its phases write them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.migration.ledger import Change, Ledger

TENANT_ID = "11111111-2222-3333-4444-555555555555"
BATCHES = [
    {"name": "pilot", "group": "MFA migration pilot", "rollout_group": "MFA rollout pilot"},
    {"name": "sales", "group": "MFA migration sales", "rollout_group": "MFA rollout sales"},
    {"name": "plant", "group": "MFA migration plant", "rollout_group": "MFA rollout plant"},
]
HOSTILE_UPNS = (
    '=HYPERLINK("http://evil.example","x")@contoso.example',
    "<script>alert(1)</script>@contoso.example",
    "+1-2@contoso.example",
    "@SUM(A1)@contoso.example",
    "{{ 7 * 7 }}@contoso.example",
)

Action = tuple[str, str, str | None]


def user_id(number: int) -> str:
    """The object id of a user."""
    return f"70000000-0000-4000-8000-{number:012d}"


def line(
    number: int,
    status: str,
    reason: str | None = None,
    *,
    upn: str | None = None,
    actions: Sequence[Action] = (),
    default: tuple[str | None, str | None] = (None, None),
    needs_registration: bool = False,
) -> dict[str, Any]:
    """A line of the report of a migration."""
    return {
        "id": user_id(number),
        "upn": upn or f"user{number}@contoso.example",
        "matched_by": None if reason == "not_in_mfa_server" else "upn",
        "status": status,
        "reason": reason,
        "needs_registration": needs_registration,
        "actions": [{"target": target, "action": action, "reason": why} for target, action, why in actions],
        "default_method": {"before": default[0], "after": default[1]},
    }


def view(number: int, methods: Mapping[str, bool], default: str | None = None) -> dict[str, Any]:
    """A line of the report of the assess phase: which methods of the record stand in Entra."""
    return {
        "id": user_id(number),
        "upn": f"user{number}@contoso.example",
        "methods": [{"target": target, "stands": stands, "reason": None} for target, stands in methods.items()],
        "entra": {"default_method": default},
    }


def write_json(folder: Path, name: str, content: Mapping[str, Any]) -> None:
    """Write a record."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(content), encoding="utf-8")


def write_lines(folder: Path, name: str, lines: Iterable[Mapping[str, Any]]) -> None:
    """Write the users of a batch."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("".join(json.dumps(entry) + "\n" for entry in lines), encoding="utf-8")


def write_batch(folder: Path, name: str, lines: Iterable[Mapping[str, Any]], at: str = "2026-03-03T09:00:00Z") -> None:
    """Write record and report of a migrated batch."""
    write_json(folder, f"batch-{name}.json", {"name": name, "group": f"MFA migration {name}", "recorded_at": at})
    write_lines(folder, f"report-{name}.jsonl", lines)


def write_ledger(path: Path, changes: Iterable[tuple[int, str, str]], *, undone: Iterable[int] = ()) -> None:
    """Write a ledger with (user, target, kind) of changes that were made; some users' changes are taken back."""
    with closing(Ledger(path, TENANT_ID)) as ledger:
        entries = [Change(user_id(number), target, kind, target) for number, target, kind in changes]
        numbers = ledger.plan(entries)
        ledger.close_changes(dict.fromkeys(numbers, "done"))
        for number in undone:
            made = ledger.changes_of([user_id(number)])[user_id(number)]
            ledger.mark_undone(user_id(number), [(change.target, change.object) for change in made])


MOBILE = ("mobile", "create", None)
DEFAULT = ("defaultMethod", "create", None)


def pilot() -> list[dict[str, Any]]:
    """A batch without trouble: 40 users with phones and tokens, two of whom are left out on purpose."""
    done = [line(n, "migrated", actions=[MOBILE, DEFAULT], default=(None, "sms")) for n in range(30)]
    stood = [
        line(
            n, "unchanged", actions=[("mobile", "none", None), ("defaultMethod", "none", None)], default=("sms", "sms")
        )
        for n in range(30, 38)
    ]
    return [*done, *stood, line(38, "skipped", "not_in_mfa_server"), line(39, "skipped", "disabled")]


def sales() -> list[dict[str, Any]]:
    """A batch with every kind of outcome, hostile names among them."""
    app = ("mobileApp", "skip", "needs_registration")
    token = ("hardwareOath", "create", None)
    registering = [
        line(n, "migrated", actions=[MOBILE, app, DEFAULT], default=(None, "sms"), needs_registration=True)
        for n in range(100, 112)
    ]
    tokens = [line(n, "migrated", actions=[token, DEFAULT], default=(None, "oath")) for n in range(112, 130)]
    hostile = [line(n, "failed", "ambiguous_match", upn=upn) for n, upn in enumerate(HOSTILE_UPNS, 130)]
    return [
        *registering,
        *tokens,
        *hostile,
        line(140, "skipped", "needs_registration", actions=[app], needs_registration=True),
        line(141, "skipped", "invalid_number"),
        line(142, "failed", 'Request_BadRequest: <b>no</b> "way" & so on'),
        line(143, "failed", "invalid_record: phone must be an object"),
        line(144, "skipped", "not_in_mfa_server"),
    ]


def assessment() -> dict[str, Any]:
    """The record of the assess phase."""
    counts = {"capable_now": 12, "capable_after": 38, "phone_only_after": 30}
    return {
        "recorded_at": "2026-03-01T08:00:00Z",
        "tenant": "Contoso & Sons",
        "verdict": "ready_with_warnings",
        "batches": {
            name: {"targeted": users, **counts} for name, users in (("pilot", 40), ("sales", 40), ("plant", 25))
        },
        "findings": [
            {
                "code": "invalid_number",
                "severity": "warning",
                "message": "Users with a telephone number that is not possible.",
                "count": 1,
                "examples": ["user141@contoso.example"],
                "remedy": "Correct it.",
                "accepted": False,
            }
        ],
        "dates": [
            {"date": "2027-02-01", "what": "Microsoft delivers no text messages and calls any more", "users": 90}
        ],
        "methods": [{"feature": "Text message", "users": 60, "entra": "Text message", "action": None, "enabled": True}],
        "domains": [
            {
                "id": "contoso.example",
                "authenticationType": "Federated",
                "federation": {"federatedIdpMfaBehavior": None},
            },
            {"id": "contoso.onmicrosoft.example", "authenticationType": "Managed", "federation": None},
        ],
        "dependencies": [
            {"name": "radius", "servers": ["mfa01"], "feature": "RADIUS authentication", "entra": "NPS extension"}
        ],
    }


def preparation(copy: Path) -> dict[str, Any]:
    """The record of the prepare phase, with the copy of the data file at this path."""
    return {
        "recorded_at": "2026-03-02T08:00:00Z",
        "servers": {
            "mfa01": {
                "role": "primary",
                "version": "8.1.10.1",
                "previous_version": "8.0.1.1",
                "backup": {"sha256": "00", "created_at": "2026-03-02T07:59:00Z"},
                "fetched_to": str(copy),
                "dependencies": {"radius": True, "ldap": False},
            }
        },
        "app": None,
    }


ROLLOUT: dict[str, Any] = {
    "recorded_at": "2026-03-04T10:00:00Z",
    "policy": {"displayName": "MFA rollout policy", "isEnabled": True},
    "batches": ["pilot"],
}


def finalization(*, flipped: bool = True, **gates: str) -> dict[str, Any]:
    """The record of the finalize phase, with what it said about the gates (empty where green)."""
    domains = {
        "contoso.example": {
            "configuration_id": "1",
            "previous": None,
            "behavior": "rejectMfaByFederatedIdp",
            "effective_by": "2026-03-07T10:00:00Z",
        }
    }
    found = {"backup": "", "coverage": "", "rollout": "", "dependencies": "", **gates}
    return {
        "recorded_at": "2026-03-06T10:00:00Z",
        "domains": domains if flipped else {},
        "gates": found,
        "gates_by_domain": {"contoso.example": found},
        "overridden_gates": [name for name, missing in found.items() if missing] if flipped else [],
    }


def write_records(folder: Path) -> Path:
    """A migration of which the first batch is routed, the second migrated with trouble, the third waiting."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "PhoneFactor.pfdata").write_bytes(b"data")
    write_json(folder, "assess.json", assessment())
    write_lines(
        folder, "assess-pilot.jsonl", [view(n, {"mobile": n >= 30}, "sms" if n >= 30 else None) for n in range(38)]
    )
    write_json(folder, "prepare.json", preparation(folder / "PhoneFactor.pfdata"))
    write_batch(folder, "pilot", pilot(), "2026-03-03T09:00:00Z")
    write_batch(folder, "sales", sales(), "2026-03-05T09:00:00Z")
    write_json(folder, "rollout.json", ROLLOUT)
    write_ledger(folder / "ledger.sqlite", [(n, "mobile", "create") for n in range(30)])
    return folder
