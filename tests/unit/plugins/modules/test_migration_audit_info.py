# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit log of a migration: one query for any number of users, and room for what is returned."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.entra.mfa.tests.support.audits import device, methods, record

ANNA, BEN = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2))
AUDITS = "auditLogs/directoryAudits"
BEGIN = "2026-03-01T00:00:00Z"
PARAMS = {
    "$filter": f"activityDateTime ge {BEGIN} and initiatedBy/app/displayName eq 'Azure MFA Management'",
    "$orderby": "activityDateTime",
    "$top": "999",
}

Run = Callable[..., dict[str, Any]]


def entry(user: str, name: str, hour: int = 10) -> dict[str, Any]:
    at = f"2026-03-01T{hour}:00:00Z"
    return record(user, f"{name}@contoso.example", at, StrongAuthenticationMethod=([], methods(6, default=6)))


def test_records_come_page_by_page_and_go_into_the_report(graph: Any, run: Run, tmp_path: Path) -> None:
    following = {"value": [entry(BEN, "ben", 11)]}
    first = {"value": [entry(ANNA, "anna")], "@odata.nextLink": f"https://graph.example/v1.0/{AUDITS}?$skiptoken=1"}
    graph.expect("GET", AUDITS, first, params=PARAMS)
    graph.expect("GET", AUDITS, following, params={"$skiptoken": "1"})
    report = tmp_path / "audit.jsonl"

    result = run({"since": "2026-03-01", "report_path": str(report), "query": "users[].upn"}, check=True)

    assert result["query_result"] == ["anna@contoso.example", "ben@contoso.example"]
    assert result["days"] == [{"day": "2026-03-01", "initiated_by": "Azure MFA Management", "users": 2}]
    assert (result["entries_omitted"], result["users_omitted"], result["without_entries"]) == (0, 0, [])
    assert [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()] == result["entries"]
    assert not result["changed"]


def test_each_device_is_told_without_its_token(graph: Any, run: Run) -> None:
    before = [device("Old", "apns2-old"), device("Pixel", "apns2-before"), device("Same", "apns2-same")]
    after = [device("Pixel", "apns2-after"), device("Same", "apns2-same"), device("New", "apns2-new")]
    at = "2026-03-01T10:00:00Z"
    found = record(ANNA, "anna@contoso.example", at, StrongAuthenticationPhoneAppDetail=(before, after))
    graph.expect("GET", AUDITS, {"value": [found]}, params=PARAMS)

    result = run({"since": BEGIN})

    changes = [(changed["name"], changed["change"]) for changed in result["devices"]]
    assert changes == [("Old", "removed"), ("Pixel", "updated"), ("New", "added")]
    assert result["devices"][0]["user"] == {"id": ANNA, "upn": "anna@contoso.example"}
    assert "apns2" not in json.dumps(result)


def test_an_app_id_stands_in_for_the_actor(graph: Any, run: Run) -> None:
    asked = f"activityDateTime ge {BEGIN} and activityDateTime le {BEGIN} and initiatedBy/app/appId eq 'id'"
    graph.expect("GET", AUDITS, {"value": []}, params={**PARAMS, "$filter": asked})

    assert run({"since": BEGIN, "until": BEGIN, "app_id": "id"})["summary"]["entries"] == 0


def test_what_does_not_fit_is_counted(graph: Any, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    module = "ansible_collections.entra.mfa.plugins.modules.migration_audit_info"
    monkeypatch.setattr(f"{module}.CHARACTERS_OF_ENTRIES", 10)
    monkeypatch.setattr(f"{module}.CHARACTERS_OF_USERS", 10)
    graph.expect("GET", AUDITS, {"value": [entry(ANNA, "anna"), entry(BEN, "ben")]}, params=PARAMS)

    result = run({"since": BEGIN})

    assert (result["entries"], result["entries_omitted"]) == ([], 2)
    assert (result["users"], result["users_omitted"]) == ([], 2)
    assert result["summary"]["users"] == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"since": "yesterday"}, "since must be a date or time"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "lies before since"),
        ({"users": []}, "users is an empty list"),
        ({"query": "a["}, "query is not a JMESPath expression"),
        ({"report_path": "/proc/none/report"}, "cannot be written"),
    ],
)
@pytest.mark.usefixtures("graph")
def test_bad_input_asks_nothing(run: Run, options: dict[str, Any], message: str) -> None:
    result = run(options)

    assert result["failed"]
    assert message in result["msg"]
