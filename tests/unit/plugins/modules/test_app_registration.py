# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The registration of the application: creation, certificates, permissions, consent, removal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.directory import certificates
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"
GRAPH_PRINCIPAL = f"servicePrincipals(appId='{GRAPH_APP_ID}')"
PRINCIPAL = "servicePrincipals(appId='id-app')"
APPLICATION = "applications/id-object"
ASSIGNMENTS = "servicePrincipals/id-principal/appRoleAssignments"
GRANT = "servicePrincipals/id-graph/appRoleAssignedTo"
BY_NAME = {"$filter": "displayName eq 'MFA Server Migration Utility'", "$select": "id,appId"}
WHOLE = {"$select": "id,appId,displayName,requiredResourceAccess,keyCredentials"}
ROLES = {"User.Read.All": "role-users", "Domain.Read.All": "role-domains"}
ZEROS = "00000000-0000-0000-0000-000000000000"
IDS = {"application": {"id": "id-object", "app_id": "id-app"}, "service_principal": {"id": "id-principal"}}
NOT_FOUND = {"error": {"code": "Request_ResourceNotFound", "message": "Resource does not exist."}}
FORBIDDEN = {"error": {"code": "Authorization_RequestDenied", "message": "Insufficient privileges."}}
NO_BACKING_APPLICATION = {
    "error": {
        "code": "Request_BadRequest",
        "message": "The appId does not reference a valid application object.",
        "details": [{"code": "NoBackingApplicationObject", "message": "No backing application."}],
    }
}

Run = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def pem() -> str:
    """A certificate that is good for a year from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "migration.contoso.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def required(*role_ids: str) -> list[dict[str, Any]]:
    entries = [{"id": role_id, "type": "Role"} for role_id in role_ids]
    return [{"resourceAppId": GRAPH_APP_ID, "resourceAccess": entries}]


def expect_graph_roles(graph: Any) -> None:
    roles = [{"id": role_id, "value": name, "allowedMemberTypes": ["Application"]} for name, role_id in ROLES.items()]
    graph.expect("GET", GRAPH_PRINCIPAL, {"id": "id-graph", "appRoles": roles}, params={"$select": "id,appRoles"})


def expect_no_application(graph: Any) -> None:
    expect_graph_roles(graph)
    graph.expect("GET", "applications", {"value": []}, params=BY_NAME)


def expect_application(graph: Any, *granted: str, **properties: Any) -> None:
    expect_graph_roles(graph)
    graph.expect("GET", "applications", {"value": [{"id": "id-object", "appId": "id-app"}]}, params=BY_NAME)
    whole = {"id": "id-object", "appId": "id-app", "requiredResourceAccess": [], "keyCredentials": [], **properties}
    graph.expect("GET", APPLICATION, whole, params=WHOLE)
    graph.expect("GET", PRINCIPAL, {"id": "id-principal"}, params={"$select": "id"})
    expect_grants(graph, *granted)


def expect_grants(graph: Any, *granted: str) -> None:
    items = [{"id": f"id-{role_id}", "appRoleId": role_id, "resourceId": "id-graph"} for role_id in granted]
    foreign = {"id": "id-foreign", "appRoleId": "role-users", "resourceId": "id-other-service"}
    graph.expect("GET", ASSIGNMENTS, {"value": [*items, foreign]})


def expect_creation(graph: Any, **properties: Any) -> None:
    sent = {"displayName": "MFA Server Migration Utility", "signInAudience": "AzureADMyOrg", **properties}
    graph.expect("POST", "applications", {"id": "id-object", "appId": "id-app"}, status=201, body=sent)


def grant_body(role_id: str) -> dict[str, str]:
    return {"principalId": "id-principal", "resourceId": "id-graph", "appRoleId": role_id}


def test_application_is_created_with_certificate_and_consent(graph: Any, run: Run, pem: str) -> None:
    certificate = certificates.read(pem, 0)
    expect_no_application(graph)
    expect_creation(graph, requiredResourceAccess=required("role-users"), keyCredentials=[certificate.credential()])
    graph.expect("POST", "servicePrincipals", {"id": "id-principal"}, status=201, body={"appId": "id-app"})
    graph.expect("POST", GRANT, {"id": "id-grant"}, status=201, body=grant_body("role-users"))

    result = run({"app_roles": ["User.Read.All"], "certificates": [pem], "consent": True}, diff=True)

    shown = [certificates.summary(certificate.credential())]
    assert {name: result[name] for name in IDS} == IDS
    assert (result["changed"], result["granted"], result["missing"]) == (True, ["User.Read.All"], [])
    assert result["certificates"] == shown
    assert result["diff"] == {
        "before": {},
        "after": {
            "application": IDS["application"],
            "service_principal": "id-principal",
            "app_roles": ["User.Read.All"],
            "certificates": shown,
            "granted": ["User.Read.All"],
        },
    }


def test_service_principal_is_waited_for_until_the_application_is_known(
    graph: Any, run: Run, pauses: list[float]
) -> None:
    expect_no_application(graph)
    expect_creation(graph)
    for _attempt in range(2):
        graph.expect("POST", "servicePrincipals", NO_BACKING_APPLICATION, status=400, body={"appId": "id-app"})
    graph.expect("POST", "servicePrincipals", {"id": "id-principal"}, status=201, body={"appId": "id-app"})

    assert run({})["service_principal"] == IDS["service_principal"]
    assert pauses == [1.0, 2.0]


def test_check_mode_shows_ids_of_zeros(graph: Any, run: Run, pem: str) -> None:
    expect_no_application(graph)

    result = run({"app_roles": ["User.Read.All"], "certificates": [pem]}, check=True)

    assert result["changed"]
    assert (result["application"], result["service_principal"]) == ({"id": ZEROS, "app_id": ZEROS}, {"id": ZEROS})
    assert (result["granted"], result["missing"]) == ([], ["User.Read.All"])
    assert len(result["certificates"]) == 1


def test_application_as_wanted_is_left_alone(graph: Any, run: Run, pem: str) -> None:
    credential = certificates.read(pem, 0).credential()
    expect_application(graph, "role-users", requiredResourceAccess=required("role-users"), keyCredentials=[credential])

    result = run({"app_roles": ["User.Read.All"], "certificates": [pem], "consent": True})

    assert (result["changed"], result["granted"], result["missing"]) == (False, ["User.Read.All"], [])


def test_new_certificate_is_sent_with_those_that_stand_there(graph: Any, run: Run, pem: str) -> None:
    present = {"keyId": "id-key", "key": "AAAA", "endDateTime": "2126-01-01T00:00:00Z", "displayName": "old"}
    ended = {"keyId": "id-ended", "key": "BBBB", "endDateTime": "2020-01-01T00:00:00Z", "displayName": "ended"}
    expect_application(graph, keyCredentials=[ended, present])
    graph.expect("PATCH", APPLICATION, body={"keyCredentials": [present, certificates.read(pem, 0).credential()]})

    result = run({"certificates": [pem], "purge_expired_certificates": True})

    assert [item["name"] for item in result["certificates"]] == ["old", "CN=migration.contoso.example"]


def test_permissions_without_consent_are_missing(graph: Any, run: Run) -> None:
    expect_application(graph, "role-users")
    body = {"requiredResourceAccess": required("role-users", "role-domains")}
    graph.expect("PATCH", APPLICATION, body=body)

    result = run({"app_roles": ["User.Read.All", "Domain.Read.All"]})

    assert (result["granted"], result["missing"]) == (["User.Read.All"], ["Domain.Read.All"])


def test_consent_without_names_grants_what_the_registration_asks_for(graph: Any, run: Run) -> None:
    expect_application(graph, requiredResourceAccess=required("role-users"))
    graph.expect("POST", GRANT, {"id": "id-grant"}, status=201, body=grant_body("role-users"))

    result = run({"consent": True})

    assert (result["changed"], result["granted"]) == (True, ["User.Read.All"])


def test_grant_that_turns_out_to_be_there_is_fine(graph: Any, run: Run) -> None:
    expect_application(graph, requiredResourceAccess=required("role-users"))
    refused = {"error": {"code": "Request_BadRequest", "message": "Permission being assigned already exists."}}
    graph.expect("POST", GRANT, refused, status=400, body=grant_body("role-users"))
    expect_grants(graph, "role-users")

    assert run({"consent": True})["granted"] == ["User.Read.All"]


def test_absent_deletes_the_application(graph: Any, run: Run) -> None:
    expect_application(graph, "role-users")
    graph.expect("DELETE", APPLICATION)

    result = run({"state": "absent"})

    assert {name: result[name] for name in IDS} == IDS
    assert (result["changed"], result["granted"], result["certificates"]) == (True, [], [])


def test_absent_in_check_mode_writes_nothing(graph: Any, run: Run) -> None:
    expect_application(graph)

    assert run({"state": "absent"}, check=True)["changed"]


def test_absent_without_application_is_nothing_to_do(graph: Any, run: Run) -> None:
    expect_no_application(graph)

    result = run({"state": "absent"})

    assert (result["changed"], result["application"], result["service_principal"]) == (False, None, None)


def test_two_applications_of_one_name_are_an_error(graph: Any, run: Run) -> None:
    expect_graph_roles(graph)
    found = [{"id": "id-1", "appId": "app-2"}, {"id": "id-2", "appId": "app-1"}]
    graph.expect("GET", "applications", {"value": found}, params=BY_NAME)

    assert run({})["msg"] == (
        "2 applications are named 'MFA Server Migration Utility' (app-1, app-2); rename or remove all but one of them."
    )


def test_unknown_permission_is_an_error_before_anything_is_written(graph: Any, run: Run) -> None:
    expect_graph_roles(graph)

    assert run({"app_roles": ["User.Read"]})["msg"].startswith("app_roles names User.Read, which Microsoft Graph")


@pytest.mark.usefixtures("graph")
def test_bad_certificate_is_an_error_before_anything_is_read(run: Run) -> None:
    assert run({"certificates": [{"path": "/nowhere.pem"}]})["msg"] == (
        "certificates[0] cannot be read from /nowhere.pem: No such file or directory."
    )


def test_missing_permission_is_told_with_a_hint(graph: Any, run: Run) -> None:
    expect_application(graph, requiredResourceAccess=required("role-users"))
    graph.expect("POST", GRANT, FORBIDDEN, status=403, body=grant_body("role-users"))

    result = run({"consent": True})

    assert result["failed"]
    assert "AppRoleAssignment.ReadWrite.All" in result["error"]["hint"]
