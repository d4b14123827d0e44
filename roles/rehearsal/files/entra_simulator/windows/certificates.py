# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The certificate stores of a simulated host."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding


@dataclass(frozen=True, slots=True)
class StoredCertificate:
    """A certificate in a store such as `LocalMachine\\My`; `has_private_key` says whether its key lies beside it."""

    store: str
    certificate: x509.Certificate = field(repr=False)
    has_private_key: bool = False

    @property
    def thumbprint(self) -> str:
        """SHA-1 of the certificate in upper-case hexadecimal digits."""
        return self.certificate.fingerprint(hashes.SHA1()).hex().upper()  # noqa: S303 - the name that Windows uses

    @property
    def subject(self) -> str:
        """The subject in the order that Windows shows, such as `CN=server, O=company`."""
        return self.certificate.subject.rfc4514_string().replace(",", ", ")

    @property
    def not_after(self) -> datetime.datetime:
        """End of validity, UTC."""
        return self.certificate.not_valid_after_utc

    @property
    def not_before(self) -> datetime.datetime:
        """Start of validity, UTC."""
        return self.certificate.not_valid_before_utc

    @property
    def pem(self) -> str:
        """The certificate, without its key, as PEM text."""
        return self.certificate.public_bytes(Encoding.PEM).decode()


class CertificateStores:
    """Certificates by store; store names and thumbprints without regard to case."""

    def __init__(self) -> None:
        self._certificates: dict[tuple[str, str], StoredCertificate] = {}

    def __iter__(self) -> Iterator[StoredCertificate]:
        return iter(list(self._certificates.values()))

    def add(self, item: StoredCertificate) -> None:
        """Put a certificate into its store."""
        self._certificates[item.store.casefold(), item.thumbprint] = item

    def of(self, store: str) -> list[StoredCertificate]:
        """The certificates of one store."""
        return [item for (name, _thumbprint), item in self._certificates.items() if name == store.casefold()]

    def find(self, store: str, thumbprint: str) -> StoredCertificate | None:
        """A certificate by its thumbprint."""
        return self._certificates.get((store.casefold(), thumbprint.upper()))

    def remove(self, store: str, thumbprint: str) -> None:
        """Take a certificate out of a store; an absent one is no error."""
        self._certificates.pop((store.casefold(), thumbprint.upper()), None)

    def create_self_signed(
        self, store: str, subject: str, valid_days: int, *, now: datetime.datetime | None = None
    ) -> StoredCertificate:
        """Create a 2048-bit RSA certificate with its key, as `New-SelfSignedCertificate` does; `subject` is `CN=…`."""
        start = now or datetime.datetime.now(datetime.UTC)
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name.from_rfc4514_string(subject)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + datetime.timedelta(days=valid_days))
            .sign(key, hashes.SHA256())
        )
        item = StoredCertificate(store, certificate, has_private_key=True)
        self.add(item)
        return item

    def document(self) -> list[dict[str, Any]]:
        """All certificates as JSON data."""
        return [
            {
                "store": item.store,
                "thumbprint": item.thumbprint,
                "subject": item.subject,
                "not_after": item.not_after.isoformat(),
                "has_private_key": item.has_private_key,
            }
            for item in self
        ]
