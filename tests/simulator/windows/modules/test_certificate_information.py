# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`win_certificate_info`."""

from __future__ import annotations

import base64
import datetime

from cryptography import x509
from entra_simulator.windows.host import Host

from ..conftest import Call

STORE = "LocalMachine\\My"
START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def test_certificates_are_listed_by_thumbprint(host: Host, call: Call) -> None:
    made = [host.certificates.create_self_signed(STORE, f"CN={name}", 10, now=START) for name in ("one", "two")]
    result = call(host, "win_certificate_info")
    assert result["exists"] is True
    assert [item["thumbprint"] for item in result["certificates"]] == sorted(item.thumbprint for item in made)
    (one,) = call(host, "win_certificate_info", thumbprint=made[0].thumbprint.lower())["certificates"]
    assert (one["subject"], one["issued_to"], one["has_private_key"]) == ("CN=one", "one", True)
    assert one["valid_to_iso8601"] == "2026-01-11T00:00:00Z"
    assert one["valid_to"] - one["valid_from"] == 864_000
    assert x509.load_der_x509_certificate(base64.b64decode(one["raw"])) == made[0].certificate


def test_other_stores_are_empty(host: Host, call: Call) -> None:
    made = host.certificates.create_self_signed(STORE, "CN=one", 10)
    result = call(host, "win_certificate_info", thumbprint=made.thumbprint, store_location="CurrentUser")
    assert (result["exists"], result["certificates"]) == (False, [])
    assert "must be one of" in call(host, "win_certificate_info", store_location="Nowhere")["msg"]
