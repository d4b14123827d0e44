# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins: the options they need, what MSAL sends for them, and how a refusal is told."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
import responses
from ansible_collections.entra.mfa.plugins.module_utils.graph.auth import choose_credential
from ansible_collections.entra.mfa.plugins.module_utils.graph.clouds import resolve_endpoints
from ansible_collections.entra.mfa.plugins.module_utils.graph.credentials import Credential
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError, InputError
from ansible_collections.entra.mfa.plugins.module_utils.graph.login import LoginOptions
from ansible_collections.entra.mfa.plugins.module_utils.graph.sessions import SessionSettings
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT = "66666666-7777-8888-9999-000000000000"
LOGIN = f"https://login.microsoftonline.com/{TENANT}"
PASSWORD = "open sesame"


@pytest.fixture
def login(clock: Any) -> Callable[..., Credential]:
    """A function that chooses the credential for the given options."""

    def choose(*, cloud: str = "global", authority_url: str | None = None, **options: Any) -> Credential:
        endpoints = resolve_endpoints(cloud, None, authority_url)
        return choose_credential(LoginOptions.from_params(options), endpoints, SessionSettings(), clock)

    return choose


@pytest.fixture
def tokens(service: responses.RequestsMock) -> list[dict[str, str]]:
    """A login service that gives tokens good for an hour; the list fills with the forms that were posted."""
    forms: list[dict[str, str]] = []

    def token(request: Any) -> tuple[int, dict[str, str], str]:
        forms.append({name: values[0] for name, values in parse_qs(request.body).items()})
        body = {"token_type": "Bearer", "expires_in": 3600, "access_token": f"token-{len(forms)}"}
        return 200, {"Content-Type": "application/json"}, json.dumps(body)

    discovery(service, LOGIN)
    service.add_callback("POST", f"{LOGIN}/oauth2/v2.0/token", token)
    return forms


def discovery(service: responses.RequestsMock, authority: str) -> None:
    service.get(
        f"{authority}/v2.0/.well-known/openid-configuration",
        json={
            "issuer": f"{authority}/v2.0",
            "authorization_endpoint": f"{authority}/oauth2/v2.0/authorize",
            "token_endpoint": f"{authority}/oauth2/v2.0/token",
        },
    )


@pytest.fixture(scope="session")
def key_and_certificate() -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "migration")])
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    return key, certificate


def pem_file(path: Path, key: rsa.RSAPrivateKey, certificate: x509.Certificate, password: str | None = None) -> str:
    encryption = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return str(path)


def pfx_file(path: Path, key: rsa.RSAPrivateKey, certificate: x509.Certificate, password: str) -> str:
    encryption = serialization.BestAvailableEncryption(password.encode())
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"migration", key, certificate, None, encryption))
    return str(path)


def header_of(assertion: str) -> dict[str, Any]:
    part = assertion.split(".")[0]
    header: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return header


SECRET = {"tenant_id": TENANT, "client_id": CLIENT, "client_secret": "s3cret"}


def test_secret_is_posted_for_the_scope_of_the_graph_root(login: Any, tokens: list[dict[str, str]]) -> None:
    assert login(**SECRET).token().value == "token-1"
    (form,) = tokens
    assert form["client_secret"] == "s3cret"
    assert form["scope"] == "https://graph.microsoft.com/.default"
    assert form["grant_type"] == "client_credentials"


def test_token_is_kept_until_shortly_before_its_end(login: Any, tokens: list[dict[str, str]], clock: Any) -> None:
    credential = login(**SECRET)
    credential.token()
    clock.sleep(3299)
    assert credential.token().value == "token-1"
    clock.sleep(2)
    credential.token()
    assert len(tokens) == 1, "MSAL still holds a good token by the machine's clock"


def test_renewal_drops_the_token_that_msal_keeps(login: Any, tokens: list[dict[str, str]]) -> None:
    credential = login(**SECRET)
    first = credential.token()
    assert credential.renew(first).value == "token-2"
    assert credential.token().value == "token-2"


def test_token_refused_to_several_threads_is_renewed_once(login: Any, tokens: list[dict[str, str]]) -> None:
    credential = login(**SECRET)
    first = credential.token()
    assert credential.renew(first).value == credential.renew(first).value == "token-2"
    assert len(tokens) == 2


@pytest.mark.parametrize("kind", ["pem", "encrypted pem", "pfx"])
def test_certificate_signs_with_ps256_and_names_its_sha256_thumbprint(
    kind: str,
    login: Any,
    tokens: list[dict[str, str]],
    tmp_path: Path,
    key_and_certificate: tuple[rsa.RSAPrivateKey, x509.Certificate],
) -> None:
    key, certificate = key_and_certificate
    password = None if kind == "pem" else PASSWORD
    if kind == "pfx":
        path = pfx_file(tmp_path / "app.pfx", key, certificate, PASSWORD)
    else:
        path = pem_file(tmp_path / "app.pem", key, certificate, password)
    options = {"tenant_id": TENANT, "client_id": CLIENT, "certificate_path": path, "certificate_password": password}
    assert login(**options).token().value == "token-1"
    header = header_of(tokens[0]["client_assertion"])
    thumbprint = hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).digest()
    assert header["alg"] == "PS256"
    assert header["x5t#S256"].rstrip("=") == base64.urlsafe_b64encode(thumbprint).decode().rstrip("=")
    assert "client_secret" not in tokens[0]


def test_unusable_certificate_is_one_sentence(
    login: Any, tmp_path: Path, key_and_certificate: tuple[rsa.RSAPrivateKey, x509.Certificate]
) -> None:
    key, certificate = key_and_certificate
    only_certificate = tmp_path / "only.pem"
    only_certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "text").write_text("hello", encoding="utf-8")
    encrypted = pem_file(tmp_path / "encrypted.pem", key, certificate, PASSWORD)
    plain = pem_file(tmp_path / "plain.pem", key, certificate)
    pfx = pfx_file(tmp_path / "app.pfx", key, certificate, PASSWORD)
    cases = [
        (str(tmp_path / "absent.pem"), None, "cannot be read: No such file or directory"),
        (str(only_certificate), None, "holds no private key"),
        (str(tmp_path / "text"), None, "neither PEM nor PFX, or certificate_password is wrong"),
        (encrypted, None, "needs certificate_password"),
        (encrypted, "wrong", "certificate_password is wrong"),
        (plain, PASSWORD, "is not encrypted: leave certificate_password out"),
        (pfx, "wrong", "certificate_password is wrong"),
    ]
    for path, password, expected in cases:
        options = {"certificate_path": path, "certificate_password": password}
        with pytest.raises(InputError, match=expected):
            login(tenant_id=TENANT, client_id=CLIENT, **options)


def test_federated_token_is_read_anew_for_each_login(login: Any, tokens: list[dict[str, str]], tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("assertion-1\n", encoding="ascii")
    credential = login(tenant_id=TENANT, client_id=CLIENT, federated_token_file=str(path))
    first = credential.token()
    path.write_text("assertion-2\n", encoding="ascii")
    credential.renew(first)
    assert [form["client_assertion"] for form in tokens] == ["assertion-1", "assertion-2"]


def test_absent_federated_token_is_named(login: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"federated_token_file .* cannot be read"):
        login(tenant_id=TENANT, client_id=CLIENT, federated_token_file=str(tmp_path / "absent"))


def test_no_login_host_is_looked_up_at_microsoft(login: Any, service: responses.RequestsMock) -> None:
    authority = f"https://127.0.0.1:8443/{TENANT}"
    discovery(service, authority)
    service.post(f"{authority}/oauth2/v2.0/token", json={"access_token": "t", "expires_in": 60, "token_type": "Bearer"})
    assert login(authority_url="https://127.0.0.1:8443", **SECRET).token().value == "t"
    assert len(service.calls) == 2


@pytest.mark.parametrize(
    ("number", "error", "status", "hint"),
    [
        (7000215, "invalid_client", 401, "client_secret is wrong"),
        (7000222, "invalid_client", 401, "expired"),
        (700016, "unauthorized_client", 400, "client_id is not an app of this tenant"),
        (50012, "invalid_client", 401, "certificate_path"),
        (500011, "invalid_resource", 400, "set cloud"),
    ],
)
def test_refused_login_says_what_to_do(
    number: int, error: str, status: int, hint: str, login: Any, service: responses.RequestsMock
) -> None:
    discovery(service, LOGIN)
    service.post(
        f"{LOGIN}/oauth2/v2.0/token",
        status=status,
        json={
            "error": error,
            "error_description": f"AADSTS{number}: It is refused, s3cret too. Ask more. Trace ID: a Timestamp: c",
            "error_codes": [number],
            "trace_id": "a",
        },
    )
    with pytest.raises(GraphError) as caught:
        login(**SECRET).token()
    failure = caught.value
    assert (failure.status, failure.code, failure.request_id) == (status, f"{error}, AADSTS{number}", "a")
    assert failure.message == "It is refused, ******** too"
    assert hint in (failure.hint or "")
    assert "s3cret" not in str(failure)


def test_unknown_tenant_is_told_from_the_discovery(login: Any, service: responses.RequestsMock) -> None:
    service.get(
        f"{LOGIN}/v2.0/.well-known/openid-configuration",
        status=400,
        json={
            "error": "invalid_tenant",
            "error_description": "AADSTS90002: Tenant not found.\r\nTrace ID: a",
            "error_codes": [90002],
            "trace_id": "a",
        },
    )
    with pytest.raises(GraphError) as caught:
        login(**SECRET).token()
    assert str(caught.value) == (
        "Login by client_secret at login.microsoftonline.com: HTTP 400 (invalid_tenant, AADSTS90002): "
        "Tenant not found; request id a; tenant_id names no tenant here: check it, or set cloud "
        "(global, us_gov, us_gov_dod or china) "
        "to the one in which the tenant lives"
    )


def test_fault_of_the_login_service_is_repeated(login: Any, service: responses.RequestsMock) -> None:
    discovery(service, LOGIN)
    url = f"{LOGIN}/oauth2/v2.0/token"
    busy = service.post(url, status=503, body="busy", headers={"Retry-After": "0"})
    service.post(url, json={"access_token": "t", "expires_in": 60, "token_type": "Bearer"})
    assert login(**SECRET).token().value == "t"
    assert busy.call_count == 1


def test_lasting_fault_of_the_login_service_is_told(login: Any, service: responses.RequestsMock) -> None:
    discovery(service, LOGIN)
    service.post(f"{LOGIN}/oauth2/v2.0/token", status=503, body="<html>", headers={"Retry-After": "0"})
    with pytest.raises(GraphError, match=r"HTTP 503 .* has a fault of its own") as caught:
        login(**SECRET).token()
    assert caught.value.status == 503


def test_answer_that_is_no_token_answer_is_told(login: Any, service: responses.RequestsMock) -> None:
    discovery(service, LOGIN)
    service.post(f"{LOGIN}/oauth2/v2.0/token", body="<html>welcome</html>")
    with pytest.raises(GraphError, match="cannot be read"):
        login(**SECRET).token()


def test_unreachable_login_host_is_told_in_one_sentence(login: Any, service: responses.RequestsMock) -> None:
    service.get(f"{LOGIN}/v2.0/.well-known/openid-configuration", body=requests.ConnectionError("Connection refused"))
    with pytest.raises(GraphError, match="the host refused the connection") as caught:
        login(**SECRET).token()
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("options", "source"),
    [
        ({"access_token": "t", **SECRET}, "access_token"),
        (SECRET, "client_secret"),
        ({"auth_source": "access_token", "access_token": "t", **SECRET}, "access_token"),
        ({"auth_source": "managed_identity", **SECRET}, "managed_identity"),
        ({"auth_source": "azure_cli", **SECRET}, "azure_cli"),
        ({"tenant_id": TENANT, "client_id": CLIENT, "client_secret": ""}, "auto"),
    ],
)
def test_auto_takes_the_first_that_is_set(options: dict[str, Any], source: str, login: Any) -> None:
    assert login(**options).source == source


def test_auto_prefers_secret_then_certificate_then_workload_identity(
    login: Any, tmp_path: Path, key_and_certificate: tuple[rsa.RSAPrivateKey, x509.Certificate]
) -> None:
    (tmp_path / "token").write_text("t", encoding="ascii")
    options = {
        "tenant_id": TENANT,
        "client_id": CLIENT,
        "federated_token_file": str(tmp_path / "token"),
        "certificate_path": pem_file(tmp_path / "app.pem", *key_and_certificate),
        "client_secret": "s",
    }
    sources = []
    for name in ("client_secret", "certificate_path", "federated_token_file"):
        sources.append(login(**options).source)
        del options[name]
    assert sources == ["client_secret", "certificate", "workload_identity"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"client_secret": "s"}, "Login by client_secret needs tenant_id and client_id."),
        (
            {"auth_source": "certificate", "tenant_id": "t"},
            "Login by certificate needs client_id and certificate_path.",
        ),
        ({"auth_source": "access_token"}, "Login by access_token needs access_token."),
        ({"auth_source": "workload_identity"}, "needs tenant_id and client_id and federated_token_file."),
        ({**SECRET, "tenant_id": "common"}, "tenant_id must name one tenant"),
        ({"auth_source": "password"}, "auth_source must be one of"),
    ],
)
def test_missing_options_are_named_in_one_sentence(options: dict[str, Any], sentence: str, login: Any) -> None:
    with pytest.raises(InputError, match=sentence):
        login(**options)


def test_given_token_may_carry_its_scheme(login: Any) -> None:
    assert login(access_token="Bearer abc\n").token().value == "abc"


def az(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    command = folder / "az"
    command.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


def test_azure_cli_is_asked_for_the_graph_root(login: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    az(tmp_path, f"""echo "$*" > {tmp_path}/asked; echo '{{"accessToken": "from-az"}}'""", monkeypatch)
    assert login(auth_source="azure_cli", tenant_id=TENANT).token().value == "from-az"
    asked = (tmp_path / "asked").read_text(encoding="utf-8").strip()
    assert asked == (f"account get-access-token --output json --resource https://graph.microsoft.com --tenant {TENANT}")


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("echo 'ERROR: Please run az login.' >&2; exit 1", "Please run az login; sign in with az login"),
        ("echo nonsense", "az gave no token"),
    ],
)
def test_azure_cli_that_fails_is_told(
    script: str, sentence: str, login: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    az(tmp_path, script, monkeypatch)
    with pytest.raises(GraphError, match=sentence):
        login(auth_source="azure_cli").token()


def test_managed_identity_of_an_app_service(
    login: Any, service: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDENTITY_ENDPOINT", "http://127.0.0.1:41000/token")
    monkeypatch.setenv("IDENTITY_HEADER", "proof")
    body = {"access_token": "from-machine", "expires_on": "4102444800", "resource": "r", "token_type": "Bearer"}
    service.get("http://127.0.0.1:41000/token", json=body)
    assert login(auth_source="managed_identity", client_id=CLIENT).token().value == "from-machine"
    assert service.calls[0].request.params["resource"] == "https://graph.microsoft.com"
    assert service.calls[0].request.params["client_id"] == CLIENT


def test_auto_goes_on_to_the_azure_cli_and_names_what_is_missing(
    login: Any, service: responses.RequestsMock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    credential = login()
    with pytest.raises(GraphError, match="no managed identity and the command az is not installed; give access_token"):
        credential.token()
    az(tmp_path, """echo '{"accessToken": "from-az"}'""", monkeypatch)
    assert credential.token().value == "from-az"


def test_secrets_do_not_show_in_the_options() -> None:
    options = LoginOptions(client_secret="s3cret", certificate_password="s3cret", access_token="s3cret")
    assert "s3cret" not in repr(options)
