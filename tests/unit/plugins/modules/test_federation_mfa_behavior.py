# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The behavior of a federated domain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

CONFIGURATIONS = "domains/contoso.example/federationConfiguration"
CONFIGURATION = f"{CONFIGURATIONS}/id-configuration"
ENFORCE, REJECT = "enforceMfaByFederatedIdp", "rejectMfaByFederatedIdp"
OPTIONS = {"domain": "contoso.example", "behavior": REJECT}
FORBIDDEN = {"error": {"code": "Authorization_RequestDenied", "message": "Insufficient privileges."}}
NOT_FOUND = {"error": {"code": "Request_ResourceNotFound", "message": "Resource not found."}}

Run = Callable[..., dict[str, Any]]


def federation(behavior: str | None) -> dict[str, Any]:
    return {"id": "id-configuration", "displayName": "Contoso", "federatedIdpMfaBehavior": behavior}


def test_change_sends_the_one_property_and_names_the_previous_value(graph: Any, run: Run) -> None:
    graph.expect("GET", CONFIGURATIONS, {"value": [federation(ENFORCE)]})
    graph.expect("PATCH", CONFIGURATION, federation(REJECT), body={"federatedIdpMfaBehavior": REJECT})

    result = run(OPTIONS, diff=True)

    due = datetime.fromisoformat(result.pop("effective_by"))
    assert timedelta(hours=23, minutes=59) < due - datetime.now(UTC) <= timedelta(hours=24)
    result.pop("invocation", None)
    assert result == {
        "changed": True,
        "domain": "contoso.example",
        "configuration_id": "id-configuration",
        "previous": ENFORCE,
        "behavior": REJECT,
        "diff": {
            "before": {"domain": "contoso.example", "federatedIdpMfaBehavior": ENFORCE},
            "after": {"domain": "contoso.example", "federatedIdpMfaBehavior": REJECT},
        },
    }


def test_wanted_value_is_left_alone(graph: Any, run: Run) -> None:
    graph.expect("GET", CONFIGURATIONS, {"value": [federation(REJECT)]})

    result = run(OPTIONS)

    assert (result["changed"], result["previous"], result["effective_by"]) == (False, REJECT, None)


def test_check_mode_writes_nothing(graph: Any, run: Run) -> None:
    graph.expect("GET", CONFIGURATIONS, {"value": [federation(ENFORCE)]})

    result = run(OPTIONS, check=True)

    assert (result["changed"], result["previous"], result["behavior"]) == (True, ENFORCE, REJECT)


def test_answer_without_body_is_read_back_until_it_shows(graph: Any, run: Run, pauses: list[float]) -> None:
    graph.expect("GET", CONFIGURATIONS, {"value": [federation(ENFORCE)]})
    graph.expect("PATCH", CONFIGURATION, body={"federatedIdpMfaBehavior": REJECT})
    graph.expect("GET", CONFIGURATIONS, {"value": [federation(ENFORCE)]})
    graph.expect("GET", CONFIGURATIONS, {"value": [federation(REJECT)]})

    result = run(OPTIONS)

    assert result["changed"]
    assert "warnings" not in result
    assert pauses == [1.0]


def test_change_that_no_read_shows_is_a_warning(graph: Any, run: Run) -> None:
    graph.expect("GET", CONFIGURATIONS, {"value": [federation(ENFORCE)]})
    graph.expect("PATCH", CONFIGURATION, body={"federatedIdpMfaBehavior": REJECT})
    for _attempt in range(5):
        graph.expect("GET", CONFIGURATIONS, {"value": [federation(ENFORCE)]})

    result = run(OPTIONS)

    assert result["changed"]
    assert "a read does not show it yet" in str(result["warnings"])


@pytest.mark.parametrize("check", [False, True])
def test_value_that_was_never_set_is_not_left_by_accident(graph: Any, run: Run, check: bool) -> None:
    graph.expect("GET", CONFIGURATIONS, {"value": [federation(None)]})

    result = run(OPTIONS, check=check)

    assert result["failed"]
    assert result["msg"] == (
        "federatedIdpMfaBehavior of contoso.example was never set and cannot be unset again once it is; "
        "set accept_irreversible to true to go on."
    )


def test_value_that_was_never_set_is_left_when_accepted(graph: Any, run: Run) -> None:
    graph.expect("GET", CONFIGURATIONS, {"value": [federation(None)]})
    graph.expect("PATCH", CONFIGURATION, federation(REJECT), body={"federatedIdpMfaBehavior": REJECT})

    result = run({**OPTIONS, "accept_irreversible": True})

    assert (result["changed"], result["previous"]) == (True, None)


@pytest.mark.parametrize(
    ("status", "answer", "message"),
    [
        (
            200,
            {"id": "contoso.example", "authenticationType": "Managed"},
            "The domain contoso.example is managed, not federated; "
            "only a federated domain has federatedIdpMfaBehavior, so leave it out.",
        ),
        (404, NOT_FOUND, "The tenant has no domain contoso.example; give the name of one of its domains."),
        (
            403,
            FORBIDDEN,
            "The domain contoso.example is unknown or not federated; grant Domain.Read.All to tell which.",
        ),
    ],
)
def test_domain_without_federation_is_an_error(
    graph: Any, run: Run, status: int, answer: dict[str, Any], message: str
) -> None:
    graph.expect("GET", CONFIGURATIONS, NOT_FOUND, status=404)
    graph.expect("GET", "domains/contoso.example", answer, status=status)

    result = run(OPTIONS)

    assert (result["failed"], result["msg"]) == (True, message)


def test_several_configurations_are_an_error(graph: Any, run: Run) -> None:
    graph.expect("GET", CONFIGURATIONS, {"value": [{"id": "id-1"}, {"id": "id-2"}]})

    assert run(OPTIONS)["msg"] == (
        "The domain contoso.example has 2 federation configurations, one is expected: id-1, id-2."
    )


def test_missing_permission_is_told_with_a_hint(graph: Any, run: Run) -> None:
    graph.expect("GET", CONFIGURATIONS, {"value": [federation(ENFORCE)]})
    graph.expect("PATCH", CONFIGURATION, FORBIDDEN, status=403, body={"federatedIdpMfaBehavior": REJECT})

    result = run(OPTIONS)

    assert result["failed"]
    assert result["error"]["code"] == "Authorization_RequestDenied"
    assert "Domain-InternalFederation.ReadWrite.All" in result["error"]["hint"]
