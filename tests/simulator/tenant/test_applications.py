# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Application registrations, service principals, consent and who may change what."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from entra_simulator.tenant.messages import Answer
from entra_simulator.tenant.permissions import APP_ROLES, GRAPH_APP_ID
from support.organisation import SETUP_ROLES
from support.service import Service, code_of

OTHER_APP = "40000000-0000-4000-8000-000000000003"


def setup(service: Service, method: str, path: str, body: Any = None) -> Answer:
    return service.call(method, path, body, token=service.token(SETUP_ROLES))


def certificate(days: int = 90) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mfa01")])
    end = datetime.now(UTC) + timedelta(days=days)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=365))
        .not_valid_after(end)
        .sign(key, hashes.SHA256())
    )
    return base64.b64encode(made.public_bytes(Encoding.DER)).decode()


def key(**values: Any) -> dict[str, Any]:
    return {"type": "AsymmetricX509Cert", "usage": "Verify", **values}


@pytest.fixture
def application(service: Service) -> dict[str, Any]:
    body: dict[str, Any] = setup(service, "POST", "/applications", {"displayName": "Utility"}).body
    return body


def test_found_by_name_and_by_client_id(service: Service, application: dict[str, Any]) -> None:
    found = setup(service, "GET", "/applications?$filter=displayName eq 'utility'").body["value"]

    assert [entry["id"] for entry in found] == [application["id"]]
    assert setup(service, "GET", f"/applications(appId='{application['appId']}')").body["id"] == application["id"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"displayName": "x", "passwordCredentials": []},
        {"displayName": "x", "appId": "1"},
        {"displayName": "x", "requiredResourceAccess": [{"resourceAppId": GRAPH_APP_ID}]},
        {"displayName": "x", "keyCredentials": [key(key="no certificate")]},
        {"displayName": "x", "keyCredentials": [key()]},
        {"displayName": "x", "keyCredentials": [key(key=certificate(days=-1))]},
    ],
)
def test_applications_that_are_refused(service: Service, body: dict[str, Any]) -> None:
    assert setup(service, "POST", "/applications", body).status == 400


def test_certificates_are_replaced_as_a_list(service: Service, application: dict[str, Any]) -> None:
    path = f"/applications/{application['id']}"
    setup(service, "PATCH", path, {"keyCredentials": [key(key=certificate(), displayName="one")]})
    first = setup(service, "GET", path).body["keyCredentials"][0]
    assert (first["key"], len(first["customKeyIdentifier"])) == (None, 40)

    both = [key(keyId=first["keyId"], displayName="one"), key(key=certificate(), displayName="two")]
    assert setup(service, "PATCH", path, {"keyCredentials": both}).status == 204
    shown = setup(service, "GET", f"{path}?$select=keyCredentials").body["keyCredentials"]
    assert [(entry["displayName"], bool(entry["key"])) for entry in shown] == [("one", True), ("two", True)]

    setup(service, "PATCH", path, {"keyCredentials": [key(keyId=shown[1]["keyId"])]})
    assert [entry["displayName"] for entry in setup(service, "GET", path).body["keyCredentials"]] == ["two"]


def test_a_secret_is_shown_once(service: Service, application: dict[str, Any]) -> None:
    path = f"/applications/{application['id']}"

    added = setup(service, "POST", f"{path}/addPassword", {"passwordCredential": {"displayName": "one"}})

    assert added.status == 200
    assert added.body["secretText"].startswith(added.body["hint"])
    assert setup(service, "GET", path).body["passwordCredentials"][0]["secretText"] is None
    assert setup(service, "POST", f"{path}/removePassword", {"keyId": added.body["keyId"]}).status == 204
    assert setup(service, "POST", f"{path}/removePassword", {"keyId": added.body["keyId"]}).status == 400


def test_owned_by_reaches_only_its_own(service: Service, application: dict[str, Any]) -> None:
    owner_only = service.token(["Application.ReadWrite.OwnedBy"])
    path = f"/applications(appId='{OTHER_APP}')"

    listed = service.call("GET", "/applications", token=owner_only).body["value"]

    assert [entry["id"] for entry in listed] == [application["id"]]
    assert code_of(service.call("GET", path, token=owner_only)) == (403, "Authorization_RequestDenied")
    assert setup(service, "GET", path).status == 200
    assert setup(service, "PATCH", path, {"displayName": "Mine"}).status == 403
    everything = service.token(["Application.ReadWrite.All"])
    assert service.call("PATCH", path, {"displayName": "Mine"}, token=everything).status == 204


def test_a_service_principal_needs_a_replicated_application(service: Service, application: dict[str, Any]) -> None:
    service.tenant.settings.application_lag = 30
    body = {"appId": application["appId"]}

    answer = setup(service, "POST", "/servicePrincipals", body)
    assert code_of(answer) == (400, "Request_BadRequest")
    assert answer.body["error"]["details"][0]["code"] == "NoBackingApplicationObject"

    service.tenant.clock.advance(31)
    assert setup(service, "POST", "/servicePrincipals", body).status == 201
    assert setup(service, "POST", "/servicePrincipals", body).status == 400


def test_consent_is_an_assignment(service: Service, application: dict[str, Any]) -> None:
    principal = setup(service, "POST", "/servicePrincipals", {"appId": application["appId"]}).body["id"]
    graph = setup(service, "GET", f"/servicePrincipals(appId='{GRAPH_APP_ID}')").body
    roles = {role["value"]: role["id"] for role in graph["appRoles"]}
    assert roles == APP_ROLES
    body = {"principalId": principal, "resourceId": graph["id"], "appRoleId": roles["User.Read.All"]}
    path = f"/servicePrincipals/{graph['id']}/appRoleAssignedTo"

    granted = setup(service, "POST", path, body)

    assert (granted.status, granted.body["resourceDisplayName"]) == (201, "Microsoft Graph")
    assert setup(service, "POST", path, body).status == 400
    assert setup(service, "POST", path, {**body, "appRoleId": principal}).status == 400
    assert setup(service, "POST", path, {**body, "principalId": "none"}).status == 404
    assert setup(service, "POST", f"/servicePrincipals/{principal}/appRoleAssignedTo", body).status == 400
    held = setup(service, "GET", f"/servicePrincipals/{principal}/appRoleAssignments").body["value"]
    assert [entry["appRoleId"] for entry in held] == [roles["User.Read.All"]]
    assert setup(service, "DELETE", f"{path}/{granted.body['id']}").status == 204
    assert setup(service, "DELETE", f"{path}/{granted.body['id']}").status == 404


def test_consent_needs_both_permissions(service: Service, application: dict[str, Any]) -> None:
    principal = setup(service, "POST", "/servicePrincipals", {"appId": application["appId"]}).body["id"]
    body = {"principalId": principal, "resourceId": principal, "appRoleId": principal}
    path = f"/servicePrincipals/{principal}/appRoleAssignments"

    for roles in (["AppRoleAssignment.ReadWrite.All"], ["Application.Read.All"]):
        assert service.call("POST", path, body, token=service.token(roles)).status == 403


def test_deleting_an_application_takes_everything_with_it(service: Service, application: dict[str, Any]) -> None:
    setup(service, "POST", "/servicePrincipals", {"appId": application["appId"]})

    assert setup(service, "DELETE", f"/applications/{application['id']}").status == 204

    assert setup(service, "GET", f"/applications/{application['id']}").status == 404
    assert setup(service, "GET", f"/servicePrincipals(appId='{application['appId']}')").status == 404
