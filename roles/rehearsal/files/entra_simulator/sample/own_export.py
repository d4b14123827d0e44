# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tenant for an export of one's own: each record becomes a synchronised user without any method."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from entra_simulator.sample.cases.case import Json
from entra_simulator.sample.groups import BATCHES, batch_name, batches, plain_group, rollout_name
from entra_simulator.sample.organisation import (
    ADMINISTRATOR,
    federated_domain,
    permissive_methods_policy,
    registrations,
)
from entra_simulator.sample.people import MANAGED_DOMAIN
from entra_simulator.sample.symbols import identifier
from entra_simulator.windows import controller_files, default_hosts

FALLBACK_DOMAIN = "contoso.example"
_ATTRIBUTES = ("mail", "employeeId")


def build_for_export(directory: Path, export_path: Path, seed: int) -> dict[str, Any]:
    """Make a tenant that the export fits, in up to three batches of equal size.

    :param directory: existing directory for the installers
    :param export_path: the export file, not encrypted
    :returns: the same keys as `entra_simulator.sample.build`, without expectations
    :raises ValueError: the file is no export: not JSON, or without a list ``users``
    """
    records = _records(export_path)
    users = list(_users(seed, records))
    parts = [part for part in _parts([user["id"] for user in users], len(BATCHES)) if part]
    domains = sorted({user["userPrincipalName"].partition("@")[2] for user in users} or {FALLBACK_DOMAIN})
    groups = [plain_group(seed, batch_name(number), part) for number, part in enumerate(parts, start=1)]
    groups += [plain_group(seed, rollout_name(number)) for number in range(1, len(parts) + 1)]
    return {
        "organisation": {
            "tenant": {"id": identifier(seed, "tenant"), "displayName": "Rehearsal", "cloud": "global"},
            "domains": [
                *(federated_domain(seed, domain, None) for domain in domains),
                {"id": MANAGED_DOMAIN, "authenticationType": "Managed", "isDefault": True, "federation": None},
            ],
            "users": [*users, _administrator(seed)],
            "groups": groups,
            "contacts": [],
            "hardwareOathDevices": [],
            "methodsPolicy": permissive_methods_policy(),
            "rolloutPolicies": [],
            **registrations(seed),
        },
        "batches": batches()[: len(parts)],
        "export_path": str(export_path),
        "hosts": default_hosts(),
        "files": controller_files(directory / "files"),
    }


def _administrator(seed: int) -> Json:
    """Return the cloud-only user whose token Staged Rollout needs."""
    return {
        "id": identifier(seed, "user", ADMINISTRATOR),
        "userPrincipalName": ADMINISTRATOR,
        "displayName": "Hybrid identity administrator",
        "accountEnabled": True,
        "userType": "Member",
        "methods": {},
    }


def _records(path: Path) -> list[Json]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is not JSON: {error}") from None
    records = content.get("users") if isinstance(content, dict) else None
    if not isinstance(records, list) or not records:
        raise ValueError(f"{path} has no users")
    return [record for record in records if isinstance(record, dict)]


def _users(seed: int, records: Sequence[Json]) -> Iterator[Json]:
    """Yield one user for each record that names one; a principal name that comes twice gets one user."""
    home = _home_domain(records)
    seen: set[str] = set()
    for record in records:
        name = _principal_name(record, home)
        if name is None or name.casefold() in seen:
            continue
        seen.add(name.casefold())
        attributes = _mapping(record.get("attributes"))
        account = str(record.get("username") or name).rpartition("\\")[2].partition("@")[0]
        yield {
            "id": identifier(seed, "user", name.casefold()),
            "userPrincipalName": name,
            "displayName": account,
            "accountEnabled": True,
            "userType": "Member",
            "onPremisesSyncEnabled": True,
            "onPremisesSamAccountName": account,
            "onPremisesDomainName": name.partition("@")[2],
            "onPremisesUserPrincipalName": name,
            "onPremisesSecurityIdentifier": record.get("sid") if isinstance(record.get("sid"), str) else None,
            "methods": {},
            **{key: attributes[key] for key in _ATTRIBUTES if isinstance(attributes.get(key), str)},
        }


def _mapping(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _principal_name(record: Json, home: str) -> str | None:
    for key in ("upn", "username"):
        value = record.get(key)
        if isinstance(value, str) and "@" in value:
            return value
    username = record.get("username")
    if not isinstance(username, str) or not username.strip():
        return None
    return f"{username.rpartition(chr(92))[2]}@{home}"


def _home_domain(records: Iterable[Json]) -> str:
    """Return the domain that most principal names of the export have."""
    names = (str(record.get("upn") or record.get("username") or "") for record in records)
    found = Counter(name.rpartition("@")[2].lower() for name in names if "@" in name)
    return found.most_common(1)[0][0] if found else FALLBACK_DOMAIN


def _parts(values: Sequence[str], count: int) -> list[Sequence[str]]:
    size = -(-len(values) // count)
    return [values[start : start + size] for start in range(0, len(values), size or 1)]
