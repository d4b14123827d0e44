# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates in their stores."""

from __future__ import annotations

import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from entra_simulator.windows.certificates import CertificateStores

STORE = "LocalMachine\\My"
START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def test_a_certificate_is_found_by_its_thumbprint() -> None:
    stores = CertificateStores()
    made = stores.create_self_signed(STORE, "CN=MFA Server Migration Utility,O=Contoso", 730, now=START)
    assert stores.find("localmachine\\MY", made.thumbprint.lower()) == made
    assert stores.find("LocalMachine\\Root", made.thumbprint) is None
    assert made.subject == "CN=MFA Server Migration Utility, O=Contoso"
    assert made.not_before == START
    assert made.not_after == START + datetime.timedelta(days=730)
    assert made.has_private_key


def test_the_text_form_is_the_certificate_without_its_key() -> None:
    made = CertificateStores().create_self_signed(STORE, "CN=a", 1)
    read = x509.load_pem_x509_certificate(made.pem.encode())
    assert read.fingerprint(hashes.SHA1()).hex().upper() == made.thumbprint
    assert "PRIVATE" not in made.pem


def test_certificates_are_listed_and_removed() -> None:
    stores = CertificateStores()
    first, second = (stores.create_self_signed(STORE, f"CN={name}", 1) for name in "ab")
    stores.remove(STORE, first.thumbprint)
    stores.remove(STORE, first.thumbprint)
    assert stores.of(STORE) == [second]
    assert [item["thumbprint"] for item in stores.document()] == [second.thumbprint]
