# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`win_certificate_info`."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from entra_simulator.windows.certificates import StoredCertificate
from entra_simulator.windows.errors import ModuleFailure
from entra_simulator.windows.modules.doubles import double

if TYPE_CHECKING:
    from entra_simulator.windows.host import Context, Host

_LOCATIONS = ("CurrentUser", "LocalMachine")
_WINDOWS_TIME = "%Y-%m-%dT%H:%M:%SZ"


@double("ansible.windows.win_certificate_info")
def win_certificate_info(host: Host, arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """List the certificates of a store, sorted by thumbprint; a thumbprint narrows the list."""
    del context
    location = next((name for name in _LOCATIONS if name.casefold() == arguments["store_location"].casefold()), None)
    if location is None:
        raise ModuleFailure(f"value of store_location must be one of: {', '.join(_LOCATIONS)}")
    items = host.certificates.of(f"{location}\\{arguments['store_name']}")
    if arguments.get("thumbprint") is not None:
        items = [item for item in items if item.thumbprint == arguments["thumbprint"].upper()]
    described = [_describe(item) for item in sorted(items, key=lambda item: item.thumbprint)]
    return {"exists": bool(described), "certificates": described}


def _describe(item: StoredCertificate) -> dict[str, Any]:
    certificate = item.certificate
    name = item.subject.partition("=")[2].partition(", ")[0]
    return {
        "archived": False,
        "dns_names": [name],
        "extensions": [],
        "friendly_name": "",
        "has_private_key": item.has_private_key,
        "issued_by": name,
        "issued_to": name,
        "issuer": item.subject,
        "public_key": _encoded(certificate.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)),
        "raw": _encoded(certificate.public_bytes(Encoding.DER)),
        "serial_number": f"{certificate.serial_number:032X}",
        "signature_algorithm": "sha256RSA",
        "subject": item.subject,
        "thumbprint": item.thumbprint,
        "valid_from": item.not_before.timestamp(),
        "valid_from_iso8601": item.not_before.strftime(_WINDOWS_TIME),
        "valid_to": item.not_after.timestamp(),
        "valid_to_iso8601": item.not_after.strftime(_WINDOWS_TIME),
        "version": 3,
    }


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()
