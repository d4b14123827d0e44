# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Audit records: what is asked, how values are decoded, what is hidden, and how they are counted."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import responses
from ansible_collections.entra.mfa.plugins.module_utils.directory import audit_values, audits
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import GraphClient
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError, InputError

AUDITS = "https://graph.example/v1.0/auditLogs/directoryAudits"
SINCE = datetime(2026, 3, 1, 8, tzinfo=UTC)
ANNA, BEN = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2))


def item(user: str = ANNA, at: str = "2026-03-01T10:00:00Z", **changes: tuple[Any, Any]) -> dict[str, Any]:
    modified = [{"displayName": name, "oldValue": old, "newValue": new} for name, (old, new) in changes.items()]
    target = {"id": user.upper(), "type": "User", "userPrincipalName": f"{user[-1]}@contoso.example"}
    return {
        "id": "Directory_1",
        "activityDateTime": at,
        "activityDisplayName": "Update user",
        "result": "success",
        "targetResources": [{**target, "modifiedProperties": modified}],
    }


def read(
    http: responses.RequestsMock, client: GraphClient, *items: dict[str, Any], users: tuple[str, ...] = ()
) -> list[audits.AuditRecord]:
    http.get(AUDITS, json={"value": list(items)})
    return list(audits.read(client, audits.Selection(SINCE), users))


def methods(*codes: int, default: int | None = None) -> str:
    return json.dumps([{"MethodType": code, "Default": code == default} for code in codes])


def test_the_log_is_asked_for_the_utility_in_the_order_of_time(
    http: responses.RequestsMock, client: GraphClient
) -> None:
    asked = {
        "$filter": "activityDateTime ge 2026-03-01T08:00:00Z and initiatedBy/app/displayName eq 'Azure MFA Management'",
        "$orderby": "activityDateTime",
        "$top": "999",
    }
    http.get(AUDITS, json={"value": []}, match=[responses.matchers.query_param_matcher(asked)])
    assert list(audits.read(client, audits.Selection(SINCE))) == []


def test_an_app_is_asked_for_by_its_id_and_a_quote_is_doubled() -> None:
    until = datetime(2026, 3, 2, tzinfo=UTC)
    by_id = audits.Selection(SINCE, until, app_id="id-app").filter()
    assert by_id.endswith("activityDateTime le 2026-03-02T00:00:00Z and initiatedBy/app/appId eq 'id-app'")
    assert audits.Selection(SINCE, actor="O'Brien").filter().endswith("eq 'O''Brien'")


def test_codes_are_decoded_and_their_order_says_nothing(http: responses.RequestsMock, client: GraphClient) -> None:
    change = (methods(), methods(7, 5, 0, 6, 2, 3, 9, default=6))
    (record,) = read(http, client, item(StrongAuthenticationMethod=change))
    assert record.methods is not None
    before, after = record.methods
    assert (before.names, before.default) == ((), None)
    assert after.names == ("voiceMobile", "voiceOffice", "voiceAlternateMobile", "sms", "push", "oath", "code 9")
    assert after.default == "push"
    assert record.kind == "user"


def test_only_harmless_values_of_a_device_are_shown(http: responses.RequestsMock, client: GraphClient) -> None:
    device = {"DeviceName": "Pixel", "DeviceToken": "apns2-secret", "NewKey": {"inner": "secret"}, "Tag": None}
    change = (None, json.dumps([device]))
    (record,) = read(http, client, item(StrongAuthenticationPhoneAppDetail=change))
    assert record.kind == "device"
    assert record.as_dict()["devices"] == {
        "before": [],
        "after": [{"DeviceName": "Pixel", "DeviceToken": "********", "NewKey": "********", "Tag": None}],
    }


def test_numbers_are_masked_and_other_details_hidden(http: responses.RequestsMock, client: GraphClient) -> None:
    details = {"PhoneNumber": "+1 2065550177x12", "Email": "a@b.example", "VoiceOnly": True, "Old": None}
    (record,) = read(http, client, item(StrongAuthenticationUserDetails=("{}", json.dumps(details))))
    assert record.as_dict()["numbers"] == {
        "before": {},
        "after": {"PhoneNumber": "•••• 77", "Email": "********", "VoiceOnly": True, "Old": None},
    }


def test_values_of_other_properties_are_not_told(http: responses.RequestsMock, client: GraphClient) -> None:
    included = json.dumps(json.dumps("StrongAuthenticationMethod, Department"))
    changes = {
        "StrongAuthenticationMethod": ("[]", methods(6)),
        "MobilePhone": ("", '"+1 2065550177"'),
        "Included Updated Properties": (None, included),
    }
    (record,) = read(http, client, item(**changes))
    assert record.other_properties == ("MobilePhone", "Department")
    assert "2065550177" not in json.dumps(record.as_dict())


@pytest.mark.parametrize(
    ("text", "value"),
    [(None, None), ("", None), ("no json", None), ('["a"]', ["a"]), ('"[1]"', [1]), ('"plain"', None), ("5", 5)],
)
def test_values_are_decoded_once_or_twice(text: str | None, value: Any) -> None:
    assert audit_values.decode(text) == value


@pytest.mark.parametrize("value", [None, 5, "text", [None, "text"], [{"MethodType": "6"}], {}])
def test_values_of_another_shape_are_no_methods_and_no_devices(value: Any) -> None:
    assert audit_values.methods(value).names == ()
    assert [device for device in audit_values.devices(value) if device] in ([], [{"MethodType": "********"}])
    assert set(audit_values.numbers(value).values()) <= {"********"}


def test_records_about_no_user_are_left_out(http: responses.RequestsMock, client: GraphClient) -> None:
    group = {**item(), "targetResources": [{"id": "id-group", "type": "Group", "displayName": "Batch"}]}
    assert read(http, client, group, {**item(), "targetResources": []}) == []


def test_users_are_selected_by_id_or_name_without_case(http: responses.RequestsMock, client: GraphClient) -> None:
    found = read(http, client, item(ANNA), item(BEN), users=(ANNA.upper(),))
    assert [record.user_id for record in found] == [ANNA]
    assert [record.upn for record in read(http, client, item(ANNA), item(BEN), users=("2@CONTOSO.example",))] == [
        "2@contoso.example"
    ]


def test_users_and_days_are_counted(http: responses.RequestsMock, client: GraphClient) -> None:
    changed = item(at="2026-03-01T23:59:59Z", StrongAuthenticationMethod=("[]", methods(6, default=6)))
    refused = {**item(BEN, "2026-03-02T00:00:01Z"), "result": "failure", "resultReason": "+1 2065550177 is taken"}
    device = item(at="2026-03-02T09:00:00Z", StrongAuthenticationPhoneAppDetail=("[]", "[]"))
    tally = audits.Tally()
    for record in read(http, client, changed, refused, device):
        assert "2065550177" not in record.reason
        tally.add(record)

    assert tally.summary() == {"users": 2, "entries": 3, "device_entries": 1, "failed": 1}
    assert tally.days() == [
        {"day": "2026-03-01", "initiated_by": "", "users": 1},
        {"day": "2026-03-02", "initiated_by": "", "users": 2},
    ]
    anna, ben = (user.as_dict() for user in tally.users.values())
    assert (anna["methods"], anna["default_method"], anna["last_at"]) == (["push"], "push", "2026-03-02T09:00:00Z")
    assert (ben["methods"], ben["failed"]) == (None, 1)
    assert tally.without_entries([ANNA.upper(), "2@contoso.example", "3@contoso.example"]) == ["3@contoso.example"]


def test_a_moment_is_utc_unless_it_says_otherwise() -> None:
    assert audits.moment("2026-03-01", "since") == datetime(2026, 3, 1, tzinfo=UTC)
    assert audits.moment(" 2026-03-01T10:00:00+02:00 ", "since") == SINCE
    with pytest.raises(InputError, match="until must be a date or time"):
        audits.moment("tomorrow", "until")


SIGN_IN = {
    "id": "1",
    "createdDateTime": "2026-03-01T10:00:00Z",
    "userId": ANNA.upper(),
    "userPrincipalName": "anna@contoso.example",
    "appDisplayName": "Portal",
    "status": {"errorCode": 0, "additionalDetails": "MFA requirement satisfied by claim in the token"},
}
BETA = "https://graph.example/beta/auditLogs/signIns"
STABLE = "https://graph.example/v1.0/auditLogs/signIns"


def test_sign_ins_are_asked_of_the_beta_version(http: responses.RequestsMock, client: GraphClient) -> None:
    asked = {"$filter": "createdDateTime ge 2026-03-01T08:00:00Z", "$top": "999"}
    http.get(BETA, json={"value": [SIGN_IN]}, match=[responses.matchers.query_param_matcher(asked)])

    (found,) = audits.sign_ins(client, SINCE)

    assert found == (ANNA, "anna@contoso.example", "2026-03-01T10:00:00Z", "Portal", "session")


@pytest.mark.parametrize("status", [400, 404, 405])
def test_the_stable_version_is_asked_where_beta_does_not_answer(
    status: int, http: responses.RequestsMock, client: GraphClient
) -> None:
    http.get(BETA, json={"error": {"code": "BadRequest", "message": "No."}}, status=status)
    http.get(STABLE, json={"value": [SIGN_IN, SIGN_IN]})

    assert len(list(audits.sign_ins(client, SINCE, SINCE))) == 2


def test_a_refusal_is_not_asked_twice(http: responses.RequestsMock, client: GraphClient) -> None:
    http.get(BETA, json={"error": {"code": "Authorization_RequestDenied", "message": "No."}}, status=403)

    with pytest.raises(GraphError) as refused:
        list(audits.sign_ins(client, SINCE))
    assert "AuditLog.Read.All" in str(refused.value)


def test_changes_of_a_domain_are_told_without_values(http: responses.RequestsMock, client: GraphClient) -> None:
    asked = {
        "$filter": "activityDateTime ge 2026-03-01T08:00:00Z and targetResources/any(t:t/displayName eq "
        "'o''x.example')",
        "$orderby": "activityDateTime",
        "$top": "999",
    }
    person = {"user": {"userPrincipalName": "admin@contoso.example"}, "app": None}
    entries = [
        {**item(), "initiatedBy": person},
        {**item(), "initiatedBy": {"app": {"displayName": "MFA migration"}}},
        item(),
    ]
    http.get(AUDITS, json={"value": entries}, match=[responses.matchers.query_param_matcher(asked)])

    found = list(audits.changes_of(client, "o'x.example", SINCE))

    assert [change["by"] for change in found] == ["admin@contoso.example", "MFA migration", ""]
    assert found[0] == {
        "at": "2026-03-01T10:00:00Z",
        "activity": "Update user",
        "succeeded": True,
        "by": "admin@contoso.example",
    }
