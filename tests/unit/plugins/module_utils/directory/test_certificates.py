# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates of an application: reading them and recognising them among those that stand there."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.directory import certificates
from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="module")
def made(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "migration.contoso.example")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(START)
        .not_valid_after(START + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )


@pytest.fixture(scope="module")
def pem(made: x509.Certificate) -> str:
    return made.public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture(scope="module")
def key_pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def test_pem_text_becomes_a_credential(made: x509.Certificate, pem: str) -> None:
    der = made.public_bytes(serialization.Encoding.DER)
    thumbprint = hashlib.sha1(der).digest()

    found = certificates.read(pem, 0)

    assert found.thumbprint == thumbprint.hex().upper()
    assert found.credential() == {
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
        "displayName": "CN=migration.contoso.example",
        "customKeyIdentifier": base64.b64encode(thumbprint).decode(),
        "startDateTime": "2026-01-01T00:00:00Z",
        "endDateTime": "2027-01-01T00:00:00Z",
        "key": base64.b64encode(der).decode(),
    }


def test_file_may_hold_the_private_key_as_well(tmp_path: Path, pem: str, key_pem: str) -> None:
    path = tmp_path / "migration.pem"
    path.write_text(key_pem + pem)

    assert certificates.read({"path": str(path)}, 0) == certificates.read(pem, 0)


def test_text_with_a_private_key_is_refused(pem: str, key_pem: str) -> None:
    with pytest.raises(InputError, match=r"^certificates\[1\] holds a private key"):
        certificates.read(pem + key_pem, 1)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("no PEM", "holds no certificate in PEM form"),
        ({"path": "/nowhere/migration.pem"}, "cannot be read from /nowhere/migration.pem: No such file or directory"),
        ({"file": "migration.pem"}, "must be PEM text or a dictionary with path alone"),
        (7, "must be PEM text or a dictionary with path alone"),
    ],
)
def test_bad_element_is_named(value: object, reason: str) -> None:
    with pytest.raises(InputError, match=rf"^certificates\[2\] {reason}"):
        certificates.read(value, 2)


def test_certificate_is_recognised_by_key_or_by_either_form_of_its_identifier(pem: str) -> None:
    found = certificates.read(pem, 0)
    credential = found.credential()

    assert certificates.thumbprint_of({"key": credential["key"]}) == found.thumbprint
    assert certificates.thumbprint_of({"customKeyIdentifier": credential["customKeyIdentifier"]}) == found.thumbprint
    assert certificates.thumbprint_of({"customKeyIdentifier": found.thumbprint}) == found.thumbprint


@pytest.mark.parametrize("identifier", [None, "", "Zm9v", "not base64!", "z" * 40])
def test_identifier_that_is_no_thumbprint_is_none(identifier: str | None) -> None:
    assert certificates.thumbprint_of({"customKeyIdentifier": identifier, "key": None}) is None


def test_summary_has_no_key(pem: str) -> None:
    found = certificates.read(pem, 0)

    assert certificates.summary(found.credential()) == {
        "thumbprint": found.thumbprint,
        "name": "CN=migration.contoso.example",
        "not_after": "2027-01-01T00:00:00Z",
    }
