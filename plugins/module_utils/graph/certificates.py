# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the certificate that an app logs in with."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.entra.mfa.plugins.module_utils.graph.errors import InputError
from ansible_collections.entra.mfa.plugins.module_utils.graph.libraries import load

_PEM_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_PEM_KEY = re.compile(r"-----BEGIN (?:\w+ )*PRIVATE KEY-----.+?-----END (?:\w+ )*PRIVATE KEY-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class KeyAndCertificate:
    """Both as PEM text; the key without a password."""

    private_key: str = field(repr=False)
    certificate: str


def read_certificate(path: str, password: str | None = None) -> KeyAndCertificate:
    """Read a PEM file that holds key and certificate, or a PFX file.

    Raises:
        InputError: no such file, not readable, no key or no certificate in it, wrong password.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as reason:
        raise InputError(f"certificate_path {path} cannot be read: {reason.strerror}.") from None
    if b"-----BEGIN " in content:
        return _from_pem(path, content.decode("utf-8", "replace"), password)
    return _from_pfx(path, content, password)


def _from_pem(path: str, text: str, password: str | None) -> KeyAndCertificate:
    key, certificate = _PEM_KEY.search(text), _PEM_CERTIFICATE.search(text)
    if not key or not certificate:
        missing = "certificate" if key else "private key"
        raise InputError(f"certificate_path {path} holds no {missing}: put key and certificate into one PEM file.")
    serialization = load("cryptography.hazmat.primitives.serialization")
    try:
        private_key = serialization.load_pem_private_key(key.group().encode(), _bytes(password))
    except TypeError:
        problem = "is not encrypted: leave certificate_password out" if password else "needs certificate_password"
        raise InputError(f"The private key in certificate_path {path} {problem}.") from None
    except ValueError:
        raise InputError(_unreadable(path)) from None
    return KeyAndCertificate(_plain(serialization, private_key), certificate.group())


def _from_pfx(path: str, content: bytes, password: str | None) -> KeyAndCertificate:
    serialization = load("cryptography.hazmat.primitives.serialization")
    pkcs12 = load("cryptography.hazmat.primitives.serialization.pkcs12")
    try:
        private_key, certificate, _others = pkcs12.load_key_and_certificates(content, _bytes(password))
    except ValueError:
        raise InputError(_unreadable(path)) from None
    if private_key is None or certificate is None:
        raise InputError(f"certificate_path {path} must hold both the private key and its certificate.")
    return KeyAndCertificate(
        _plain(serialization, private_key), certificate.public_bytes(serialization.Encoding.PEM).decode()
    )


def _plain(serialization: object, private_key: object) -> str:
    pem: bytes = private_key.private_bytes(  # type: ignore[attr-defined]
        serialization.Encoding.PEM,  # type: ignore[attr-defined]
        serialization.PrivateFormat.PKCS8,  # type: ignore[attr-defined]
        serialization.NoEncryption(),  # type: ignore[attr-defined]
    )
    return pem.decode()


def _bytes(password: str | None) -> bytes | None:
    return password.encode() if password else None


def _unreadable(path: str) -> str:
    return f"certificate_path {path} cannot be opened: it is neither PEM nor PFX, or certificate_password is wrong."
