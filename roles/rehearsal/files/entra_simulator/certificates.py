# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates of the simulator: its own authority, the server's leaf, and client certificates for apps."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_LIFE = timedelta(days=30)
_LEEWAY = timedelta(minutes=5)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    subject: str, issuer: x509.Name, key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _LEEWAY)
        .not_valid_after(now + _LIFE)
    )


def _write(path: Path, *parts: bytes) -> Path:
    path.touch(mode=0o600)
    path.write_bytes(b"".join(parts))
    return path


def _private(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def write_server_certificates(directory: Path) -> tuple[Path, Path]:
    """Make an authority and a leaf for 127.0.0.1 and localhost; return the paths of its certificate and of the leaf."""
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority_name = _name("Simulated tenant authority")
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    authority = (
        _builder("Simulated tenant authority", authority_name, authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    leaf_key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    leaf = (
        _builder("localhost", authority_name, leaf_key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(names, critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    authority_path = _write(directory / "ca.pem", authority.public_bytes(Encoding.PEM))
    return authority_path, _write(directory / "server.pem", _private(leaf_key), leaf.public_bytes(Encoding.PEM))


def write_client_certificate(path: Path, common_name: str) -> bytes:
    """Write a new RSA key with its self-signed certificate to a PEM file, and return the certificate as DER."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    certificate = _builder(common_name, _name(common_name), key.public_key()).sign(key, hashes.SHA256())
    _write(path, _private(key), certificate.public_bytes(Encoding.PEM))
    return certificate.public_bytes(Encoding.DER)
