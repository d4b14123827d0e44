# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sign-in log of the simulated tenant is no kinder than the real one."""

from __future__ import annotations

import pytest
from entra_simulator.tenant.resources import sign_ins
from support.service import Service, code_of
from support.sign_ins import CLOUD, sign_in

PATH = "/auditLogs/signIns"


@pytest.fixture
def service() -> Service:
    made = Service()
    sign_ins.load(
        made.tenant,
        [
            sign_in("anna@contoso.example", CLOUD, "2026-03-01T10:00:00Z"),
            sign_in("bruno@contoso.example", CLOUD, "2026-03-01T12:00:00Z"),
            {**sign_in("anna@contoso.example", CLOUD, "2026-03-01T13:00:00Z"), "isInteractive": False},
        ],
    )
    return made


def test_newest_interactive_sign_ins_come_first(service: Service) -> None:
    answer = service.call("GET", PATH, version="beta")

    assert [entry["createdDateTime"][11:13] for entry in answer.body["value"]] == ["12", "10"]
    assert answer.body["value"][0]["mfaDetail"]["authMethod"] == "Mobile app notification"


def test_v1_does_not_say_how_mfa_was_done(service: Service) -> None:
    (newest, _older) = service.call("GET", PATH).body["value"]

    assert newest.keys().isdisjoint({"mfaDetail", "authenticationDetails", "authenticationRequirement"})


def test_time_filters_and_others_are_refused(service: Service) -> None:
    since = service.call("GET", f"{PATH}?$filter=createdDateTime ge 2026-03-01T11:00:00Z")
    by_user = service.call("GET", f"{PATH}?$filter=userPrincipalName eq 'anna@contoso.example'")
    sorted_by = service.call("GET", f"{PATH}?$orderby=createdDateTime")

    assert len(since.body["value"]) == 1
    assert by_user.status == sorted_by.status == 400


def test_licence_and_permission_are_needed(service: Service) -> None:
    without_permission = service.call("GET", PATH, token=service.token(["User.Read.All"]))
    service.tenant.settings.premium = False
    without_licence = service.call("GET", PATH)

    assert code_of(without_permission) == (403, "Authorization_RequestDenied")
    assert code_of(without_licence) == (403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant")
