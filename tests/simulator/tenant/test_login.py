# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The login service: discovery, secrets, certificate assertions, workload identity, refusals."""

from __future__ import annotations

import base64
import time
import uuid
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from entra_simulator.certificates import write_client_certificate
from entra_simulator.tenant.messages import Answer
from support.organisation import MIGRATION_ROLES, TENANT_ID
from support.service import APP_ID, ROOT, Service

ENDPOINT = f"/{TENANT_ID}/oauth2/v2.0/token"
SECRET = {"client_secret": "migration~secret-for-tests"}
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def token(service: Service, endpoint: str = ENDPOINT, headers: dict[str, str] | None = None, **form: str) -> Answer:
    complete = {
        "grant_type": "client_credentials",
        "client_id": APP_ID,
        "scope": f"{ROOT}/.default",
        **form,
    }
    answer = service.login.answer("POST", endpoint, complete, headers or {})
    assert answer is not None
    return answer


def number(answer: Answer) -> int:
    found: int = answer.body["error_codes"][0]
    assert f"AADSTS{found}" in answer.body["error_description"]
    return found


def test_discovery_names_the_endpoints(service: Service) -> None:
    for name in (TENANT_ID, "contoso.example"):
        answer = service.login.answer("GET", f"/{name}/v2.0/.well-known/openid-configuration", {}, {})
        assert answer is not None
        assert answer.body["token_endpoint"] == f"{ROOT}/{name}/oauth2/v2.0/token"
        assert answer.body["issuer"].startswith(ROOT)


def test_instance_discovery(service: Service) -> None:
    def ask(endpoint: str) -> Answer | None:
        return service.login.answer("GET", "/common/discovery/instance", {"authorization_endpoint": endpoint}, {})

    known = ask(f"{ROOT}/{TENANT_ID}/oauth2/v2.0/authorize")
    unknown = ask(f"https://login.example/{TENANT_ID}/oauth2/v2.0/authorize")

    assert known is not None
    assert known.body["tenant_discovery_endpoint"] == f"{ROOT}/{TENANT_ID}/v2.0/.well-known/openid-configuration"
    assert unknown is not None
    assert unknown.body["error"] == "invalid_instance"


def test_other_paths_are_not_the_services(service: Service) -> None:
    assert service.login.answer("GET", f"/{TENANT_ID}/oauth2/v2.0/authorize", {}, {}) is None


def test_a_secret_gives_a_token_with_the_granted_roles(service: Service) -> None:
    answer = token(service, **SECRET)

    claims = jwt.decode(answer.body["access_token"], options={"verify_signature": False})
    assert (answer.status, answer.body["token_type"], answer.body["expires_in"]) == (200, "Bearer", 3599)
    assert set(claims["roles"]) == set(MIGRATION_ROLES)
    assert (claims["aud"], claims["tid"], claims["appid"], claims["idtyp"]) == (ROOT, TENANT_ID, APP_ID, "app")
    assert claims["exp"] - claims["iat"] == 3599


def test_the_published_keys_verify_the_token(service: Service) -> None:
    keys = service.login.answer("GET", f"/{TENANT_ID}/discovery/v2.0/keys", {}, {})
    assert keys is not None
    signing = jwt.PyJWK(keys.body["keys"][0]).key

    assert jwt.decode(token(service, **SECRET).body["access_token"], signing, algorithms=["RS256"], audience=ROOT)


def test_basic_authorization_is_accepted(service: Service) -> None:
    pair = base64.b64encode(f"{APP_ID}:{SECRET['client_secret']}".encode()).decode()

    assert token(service, headers={"authorization": f"Basic {pair}"}).status == 200


def test_without_consent_the_token_has_no_roles(service: Service) -> None:
    answer = token(
        service, client_id="40000000-0000-4000-8000-000000000004", client_secret="powerless~secret-for-tests"
    )

    assert "roles" not in jwt.decode(answer.body["access_token"], options={"verify_signature": False})


@pytest.mark.parametrize(
    ("change", "status", "error", "expected"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_secret": ""}, 401, "invalid_client", 7000218),
        ({"client_id": str(uuid.uuid4())}, 400, "unauthorized_client", 700016),
        ({"scope": f"{ROOT}/User.Read"}, 400, "invalid_scope", 70011),
        ({"scope": ""}, 400, "invalid_scope", 70011),
        ({"scope": "https://graph.microsoft.com/.default"}, 400, "invalid_resource", 500011),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        ({"endpoint": f"/{uuid.uuid4()}/oauth2/v2.0/token"}, 400, "invalid_tenant", 90002),
    ],
)
def test_refusals(service: Service, change: dict[str, str], status: int, error: str, expected: int) -> None:
    answer = token(service, **{**SECRET, **change})

    assert (answer.status, answer.body["error"], number(answer)) == (status, error, expected)
    assert "secret-for-tests" not in str(answer.body)


def test_an_expired_secret(service: Service) -> None:
    service.tenant.clock.advance(731 * 24 * 3600)

    assert number(token(service, **SECRET)) == 7000222


def test_a_disabled_app_and_one_without_principal(service: Service) -> None:
    principal = service.tenant.store.service_principal_of(APP_ID)
    assert principal is not None
    principal["accountEnabled"] = False
    assert number(token(service, **SECRET)) == 7000112

    del service.tenant.store.service_principals[principal["id"]]
    assert number(token(service, **SECRET)) == 7000229


class Certificate:
    """A client certificate that the migration app knows, and the assertions it signs."""

    def __init__(self, service: Service, directory: Path) -> None:
        path = directory / "app.pem"
        self.der = write_client_certificate(path, "migration")
        self.key: Any = load_pem_private_key(path.read_bytes(), None)
        application = service.tenant.store.application_of(APP_ID)
        assert application is not None
        application["keyCredentials"] = [{"key": base64.b64encode(self.der).decode()}]

    def assertion(self, algorithm: str = "PS256", **changes: Any) -> str:
        certificate = x509.load_der_x509_certificate(self.der)
        name, kind = ("x5t#S256", hashes.SHA256()) if algorithm == "PS256" else ("x5t", hashes.SHA1())
        thumbprint = base64.urlsafe_b64encode(certificate.fingerprint(kind)).decode()
        now = time.time()
        claims = {"aud": ROOT + ENDPOINT, "iss": APP_ID, "sub": APP_ID, "jti": "1", "iat": now, "exp": now + 600}
        claims = {key: value for key, value in {**claims, **changes}.items() if value is not None}
        return jwt.encode(claims, self.key, algorithm=algorithm, headers={name: thumbprint})


@pytest.fixture
def certificate(service: Service, tmp_path: Path) -> Certificate:
    return Certificate(service, tmp_path)


@pytest.mark.parametrize("algorithm", ["PS256", "RS256"])
def test_a_certificate_assertion(service: Service, certificate: Certificate, algorithm: str) -> None:
    answer = token(service, client_assertion_type=ASSERTION_TYPE, client_assertion=certificate.assertion(algorithm))

    assert answer.status == 200


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"aud": "https://elsewhere.example"}, 700023),
        ({"exp": time.time() - 10}, 700024),
        ({"jti": None}, 50012),
        ({"sub": "somebody-else"}, 50012),
    ],
)
def test_assertions_that_are_refused(
    service: Service, certificate: Certificate, change: dict[str, Any], expected: int
) -> None:
    form = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": certificate.assertion(**change)}

    assert number(token(service, **form)) == expected


def test_an_assertion_by_another_key_or_an_unknown_certificate(
    service: Service, certificate: Certificate, tmp_path: Path
) -> None:
    trusted = certificate.der
    stranger = Certificate(service, tmp_path)
    form = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": certificate.assertion()}
    assert number(token(service, **form)) == 50012

    stranger.der = trusted
    form["client_assertion"] = stranger.assertion()
    assert number(token(service, **form)) == 50012


def test_the_assertion_type_is_needed(service: Service, certificate: Certificate) -> None:
    assert token(service, client_assertion=certificate.assertion()).status == 400


def federated(service: Service, **changes: Any) -> Answer:
    declared = service.organisation["apps"][0]["federated"]
    now = time.time()
    claims = {
        "iss": declared["issuer"],
        "sub": declared["subject"],
        "aud": "api://AzureADTokenExchange",
        "jti": "1",
        "exp": now + 600,
    }
    assertion = jwt.encode({**claims, **changes}, service.tenant.issuer_key, algorithm="RS256")
    return token(service, client_assertion_type=ASSERTION_TYPE, client_assertion=assertion)


def test_a_declared_workload_identity(service: Service) -> None:
    assert federated(service).status == 200


@pytest.mark.parametrize(("change", "expected"), [({"sub": "repo:other"}, 70021), ({"aud": "api://other"}, 700023)])
def test_an_undeclared_workload_identity(service: Service, change: dict[str, str], expected: int) -> None:
    assert number(federated(service, **change)) == expected


def test_an_app_without_workload_identity(service: Service) -> None:
    service.tenant.federated.clear()

    assert number(federated(service)) == 70021
