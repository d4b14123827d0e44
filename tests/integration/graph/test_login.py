# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every login against the simulated tenant: real MSAL, real certificates, HTTPS."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.graph.client import Call, GraphClient
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import GraphError, InputError
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from support.organisation import user_id
from support.simulator import Simulator

Connect = Callable[..., GraphClient]
ANNA = f"users/{user_id('anna')}"


def as_pfx(pem: Path, path: Path, password: str) -> str:
    content = pem.read_bytes()
    bundle = pkcs12.serialize_key_and_certificates(
        b"migration",
        serialization.load_pem_private_key(content, None),
        x509.load_pem_x509_certificate(content),
        None,
        serialization.BestAvailableEncryption(password.encode()),
    )
    path.write_bytes(bundle)
    return str(path)


def test_secret(connect: Connect) -> None:
    client = connect()
    assert client.get(ANNA)["userPrincipalName"] == "anna@contoso.example"
    identity = client.identity()
    assert identity["delegated"] is False
    assert "User.Read.All" in identity["roles"]


def test_certificate_in_a_pem_file(connect: Connect, tenant: Simulator) -> None:
    path = tenant.ready["apps"]["migration"]["certificate_path"]
    assert connect(client_secret=None, certificate_path=path).get(ANNA)["id"] == user_id("anna")


def test_certificate_in_a_pfx_file(connect: Connect, tenant: Simulator, tmp_path: Path) -> None:
    pem = Path(tenant.ready["apps"]["migration"]["certificate_path"])
    path = as_pfx(pem, tmp_path / "app.pfx", "open sesame")
    client = connect(client_secret=None, certificate_path=path, certificate_password="open sesame")
    assert client.get(ANNA)["id"] == user_id("anna")
    with pytest.raises(InputError, match="certificate_password is wrong"):
        connect(client_secret=None, certificate_path=path, certificate_password="other")


def test_workload_identity(connect: Connect, tenant: Simulator) -> None:
    path = tenant.ready["apps"]["migration"]["federated_token_file"]
    assert connect(client_secret=None, federated_token_file=path).get(ANNA)["id"] == user_id("anna")


def test_delegated_token_opens_what_is_closed_to_an_app(connect: Connect, tenant: Simulator) -> None:
    with pytest.raises(GraphError, match=r"HTTP 403 .* set access_token to a delegated token"):
        connect().get("policies/featureRolloutPolicies")
    client = connect(access_token=tenant.ready["delegated"]["hybrid_admin"]["access_token"])
    assert client.get("policies/featureRolloutPolicies")["value"] == []
    assert client.identity()["delegated"] is True


@pytest.mark.parametrize(
    ("wrong", "code", "hint"),
    [
        ({"client_secret": "not-the-secret"}, "AADSTS7000215", "client_secret is wrong"),
        ({"tenant_id": "99999999-0000-4000-8000-000000000000"}, "AADSTS90002", "tenant_id names no tenant here"),
        (
            {"client_id": "99999999-0000-4000-8000-000000000000"},
            "AADSTS700016",
            "client_id is not an app of this tenant",
        ),
    ],
)
def test_wrong_login_is_told_with_its_remedy(wrong: dict[str, str], code: str, hint: str, connect: Connect) -> None:
    with pytest.raises(GraphError) as caught:
        connect(**wrong).get(ANNA)
    assert code in caught.value.code
    assert hint in (caught.value.hint or "")
    assert caught.value.request_id
    assert "not-the-secret" not in str(caught.value)


def test_certificate_of_another_app_is_refused(connect: Connect, tenant: Simulator) -> None:
    other = tenant.ready["apps"]["reader"]["client_id"]
    path = tenant.ready["apps"]["migration"]["certificate_path"]
    with pytest.raises(GraphError, match="add this certificate to the app registration"):
        connect(client_id=other, client_secret=None, certificate_path=path).get(ANNA)


def test_host_is_not_trusted_without_its_authority(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(GraphError, match="name the file with the authority's certificate in ca_path"):
        connect(ca_path=None).get(ANNA)


def test_own_authority_wins_over_the_environment(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "absent.pem"))
    assert connect().get(ANNA)["id"] == user_id("anna")


def test_token_that_expires_in_mid_run_is_renewed(connect: Connect, tenant: Simulator) -> None:
    client = connect()
    client.get(ANNA)
    tenant.control("POST", "/clock", {"advance": 4000})
    assert client.get(ANNA)["id"] == user_id("anna")
    tenant.control("POST", "/clock", {"advance": 4000})
    replies = client.batch([Call("GET", ANNA)] * 45)
    assert [reply.status for reply in replies] == [200] * 45


def test_given_token_that_expires_in_mid_run_asks_for_a_new_one(connect: Connect, tenant: Simulator) -> None:
    client = connect(client_secret=None, access_token=tenant.token())
    client.get(ANNA)
    tenant.control("POST", "/clock", {"advance": 4000})
    with pytest.raises(GraphError, match="the given access_token has expired") as caught:
        client.get(ANNA)
    assert caught.value.status == 401
    writes = tenant.applied_writes()
    (reply,) = client.batch(
        [Call("DELETE", f"{ANNA}/authentication/phoneMethods/3179e48a-750b-4051-897c-87b9720928f7")]
    )
    assert (reply.status, reply.unknown) == (401, False)
    assert tenant.applied_writes() == writes


def test_app_without_permissions_is_told_which_one_it_needs(connect: Connect, tenant: Simulator) -> None:
    app = tenant.ready["apps"]["powerless"]
    with pytest.raises(GraphError, match=r"grant the app the application permission User\.Read\.All"):
        connect(client_id=app["client_id"], client_secret=app["client_secret"]).get(ANNA)
