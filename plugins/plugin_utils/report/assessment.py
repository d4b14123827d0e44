# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the records of the assess and verify phases say, and what became of the domains."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ansible_collections.entra.mfa.plugins.module_utils.migration.gate_rules import asking_mfa_server
from ansible_collections.entra.mfa.plugins.plugin_utils.report.record_files import Record
from ansible_collections.entra.mfa.plugins.plugin_utils.report.wording import BEHAVIORS

_SEVERITIES = ("blocker", "warning", "info")


def verdict(record: Record | None) -> str | None:
    """The verdict as one word, such as ``ready_with_warnings``; None where the record holds none."""
    found = record.content.get("verdict") if record is not None else None
    return found if isinstance(found, str) else None


def judgement(record: Record | None) -> dict[str, Any]:
    """Everything that a record of the assess or verify phase holds; what it does not hold is empty."""
    return {
        "verdict": verdict(record),
        "findings": findings(record),
        "dates": dates(record),
        "methods": equivalents(record),
        "capability": capability(record),
        "sign_ins": sign_ins(record),
    }


def batches(record: Record | None) -> dict[str, Mapping[str, Any]]:
    """What the assess phase counted in each batch, by its name."""
    found = record.content.get("batches") if record is not None else None
    return (
        {name: counts for name, counts in found.items() if isinstance(counts, Mapping)}
        if isinstance(found, Mapping)
        else {}
    )


def findings(record: Record | None) -> list[dict[str, Any]]:
    """The findings, the worst first and accepted ones last."""
    found = [
        {
            "code": str(entry.get("code") or ""),
            "severity": entry.get("severity") if entry.get("severity") in _SEVERITIES else "info",
            "message": str(entry.get("message") or ""),
            "count": entry.get("count") or 0,
            "remedy": str(entry.get("remedy") or ""),
            "accepted": bool(entry.get("accepted")),
        }
        for entry in _entries(record, "findings")
    ]
    return sorted(found, key=lambda entry: (entry["accepted"], _SEVERITIES.index(entry["severity"])))


def dates(record: Record | None) -> list[dict[str, Any]]:
    """The days on which a service ends: ``date``, ``what``, and ``users`` (None where not known)."""
    return [
        {"date": entry["date"], "what": entry["what"], "users": entry.get("users")}
        for entry in _entries(record, "dates")
        if entry.get("date") and entry.get("what")
    ]


def equivalents(record: Record | None) -> list[dict[str, Any]]:
    """The methods in use on MFA Server: ``feature``, ``users``, what takes its place (``entra``) and the ``action``."""
    return [
        {
            "feature": entry["feature"],
            "users": entry.get("users") or 0,
            "entra": entry.get("entra") or "",
            "action": entry.get("action") or "",
            "enabled": entry.get("enabled"),
        }
        for entry in _entries(record, "methods")
        if entry.get("feature")
    ]


def capability(record: Record | None) -> dict[str, int] | None:
    """How many users can do MFA in Entra: at the assessment, and by its plan; None where it was not counted."""
    counted = [counts for counts in batches(record).values() if "capable_now" in counts]
    if not counted:
        return None
    names = {"now": "capable_now", "after": "capable_after", "phone_only_after": "phone_only_after"}
    found = {name: sum(int(counts.get(key) or 0) for counts in counted) for name, key in names.items()}
    return {"users": sum(int(counts.get("targeted") or 0) for counts in counted), **found}


def sign_ins(record: Record | None) -> list[dict[str, Any]]:
    """What the verify phase saw in each domain: its verdict, and sign-ins with MFA by Entra and by the federation."""
    found = record.content.get("domains") if record is not None else None
    return [
        {
            "name": name,
            "verdict": seen.get("verdict"),
            "since": seen.get("since"),
            "cloud": (seen.get("sign_ins") or {}).get("cloud") or 0,
            "federated": (seen.get("sign_ins") or {}).get("federated") or 0,
        }
        for name, seen in (found.items() if isinstance(found, Mapping) else ())
        if isinstance(seen, Mapping)
    ]


def dependencies(assessed: Record | None, prepared: Record | None, moved: list[str]) -> list[dict[str, Any]]:
    """What asks MFA Server, what takes its place where the assessment says so, and whether it is declared moved."""
    known = {str(entry.get("name")): entry for entry in _entries(assessed, "dependencies")}
    there = asking_mfa_server(prepared.content.get("servers") or {}) if prepared is not None else ()
    return [
        {
            "name": name,
            "title": known.get(name, {}).get("feature") or name,
            "entra": known.get(name, {}).get("entra") or "",
            "moved": name in moved,
        }
        for name in sorted({*known, *there})
    ]


def domains(
    assessed: Record | None, finalized: Record | None, flipped: Collection[str], rollback: Record | None
) -> list[dict[str, Any]]:
    """The domains: who does MFA for them before and now. Managed ones come last.

    ``flipped`` names those whose flip still holds. ``before`` is None for a federated domain whose behaviour was never
    set, which cannot come back.
    """
    content = finalized.content if finalized is not None else {}
    flips, gates = content.get("domains") or {}, content.get("gates_by_domain") or {}
    back = (rollback.content.get("behaviors") or {}) if rollback is not None else {}
    known = {str(entry["id"]): entry for entry in _entries(assessed, "domains") if entry.get("id")}
    rows = []
    for name in {**known, **flips, **gates}:
        federation = known.get(name, {}).get("federation") or {}
        flip = flips.get(name)
        before = flip.get("previous") if flip else federation.get("federatedIdpMfaBehavior")
        holds = flip is not None and name in flipped
        now = flip.get("behavior") if flip and holds else back.get(name, before)
        rows.append(
            {
                "name": name,
                "federated": bool(flip or gates.get(name) or federation),
                "finalized": holds,
                "before": before,
                "before_title": _behavior(before),
                "now": now,
                "now_title": _behavior(now),
                "effective_by": flip.get("effective_by") if flip and holds else None,
                "users": known.get(name, {}).get("users"),
                "red_gates": [gate for gate, missing in (gates.get(name) or {}).items() if missing],
            }
        )
    return sorted(rows, key=lambda row: (not row["federated"], row["name"]))


def _behavior(value: str | None) -> str:
    return "Never set" if value is None else BEHAVIORS.get(value, value)


def _entries(record: Record | None, name: str) -> list[Mapping[str, Any]]:
    found = record.content.get(name) if record is not None else None
    return [entry for entry in found if isinstance(entry, Mapping)] if isinstance(found, list) else []
