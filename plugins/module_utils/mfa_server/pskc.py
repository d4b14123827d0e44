# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads OATH tokens from a Portable Symmetric Key Container (RFC 6030).

Entra takes time-based tokens with six digits only; keys of other algorithms are named and left out. Signatures of the
container are not checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server import oath_secrets, safe_xml, text_file, values
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.findings import Findings, ValueProblemError, listed
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.pskc_keys import KeyRing
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import OathToken
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.safe_xml import Element
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.sources import FoundToken, TokenSource

TOTP = "totp"

_ROOT = "KeyContainer"
_NAMESPACE = "urn:ietf:params:xml:ns:keyprov:pskc"
_USER_ID = re.compile(r"(?:uid|cn)\s*=\s*([^,]+)", re.IGNORECASE)
_HASHES = {"": None, "sha1": "sha1", "sha256": "sha256"}


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the container; ``algorithm`` is the last part of its name in lower case, such as ``totp`` or ``hotp``.

    ``secret`` is None for a key without one; the other fields hold the text of the file.
    """

    algorithm: str
    line: int
    secret: bytes | None = field(default=None, repr=False)
    serial: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    user: str | None = None
    digits: str | None = None
    suite: str | None = None
    interval: int | None = None


def read_keys(source: TokenSource, findings: Findings) -> Iterator[Key]:
    """Every key of the container, opened; one that cannot be opened is a problem and left out.

    Raises UnusableInputError when the file is no PSKC, or does not open with what was given.
    """
    text_file.beginning(source.file)
    ring = KeyRing(source)
    for element in safe_xml.read(source.file.path, source.file.name, _ROOT, _NAMESPACE):
        if element.name == "EncryptionKey":
            ring.take_encryption_key(element)
        elif element.name == "MACMethod":
            ring.take_mac_method(element)
        elif element.name == "KeyPackage":
            try:
                yield _key(element, ring)
            except ValueProblemError as problem:
                findings.add(source.file.name, element.line, "secret", str(problem))


def read_tokens(source: TokenSource, findings: Findings) -> Iterator[FoundToken]:
    """The time-based tokens of the container, in order.

    A token that cannot be used is a problem and left out; keys of other algorithms are named in a warning.
    """
    others: list[str] = []
    for key in read_keys(source, findings):
        if key.algorithm != TOTP:
            others.append(f"{key.serial or 'without serial number'} ({key.algorithm.upper() or 'no algorithm'})")
            continue
        try:
            token = _token(key, source)
        except ValueProblemError as problem:
            findings.add(source.file.name, key.line, None, f"has a key that Entra does not take: it {problem}")
            continue
        yield FoundToken(token, key.user, source.file.name, key.line)
    if others:
        findings.warn(
            f"The file {source.file.name} has keys that are not time-based (TOTP), which Entra does not take. They are "
            f"left out: {listed(others)}."
        )


def _key(package: Element, ring: KeyRing) -> Key:
    key = package.find("Key")
    if key is None:
        raise ValueProblemError("is missing, as the package has no key")
    device = package.find("DeviceInfo")
    secret = key.find("Data", "Secret")
    response = key.find("AlgorithmParameters", "ResponseFormat")
    interval = key.find("Data", "TimeInterval")
    return Key(
        algorithm=re.split(r"[#:]", key.attributes.get("Algorithm", ""))[-1].lower(),
        line=package.line,
        secret=ring.value(secret) if secret is not None else None,
        serial=(device.text_of("SerialNo") if device else None) or key.attributes.get("Id"),
        manufacturer=device.text_of("Manufacturer") if device else None,
        model=device.text_of("Model") if device else None,
        user=_user(key.text_of("UserId") or (device.text_of("UserId") if device else None)),
        digits=response.attributes.get("Length") if response else None,
        suite=key.text_of("AlgorithmParameters", "Suite"),
        interval=_number(interval, ring) if interval is not None else None,
    )


def _user(text: str | None) -> str | None:
    """The account in a user id, which the RFC wants as a distinguished name."""
    if text is None:
        return None
    named = _USER_ID.match(text)
    return named.group(1).strip() if named else text


def _number(element: Element, ring: KeyRing) -> int:
    """A number, which is plain text or the bytes of an encrypted value."""
    plain = element.text_of("PlainValue")
    if plain is None:
        return int.from_bytes(ring.value(element), "big")
    if not plain.isdecimal():
        raise ValueProblemError("cannot be used, as the time interval beside it is no number")
    return int(plain)


def _token(key: Key, source: TokenSource) -> OathToken:
    """The token of a time-based key; raises ValueProblemError for one that Entra does not take."""
    if not key.serial:
        raise ValueProblemError("has no serial number")
    if key.secret is None:
        raise ValueProblemError("has no secret")
    if key.digits not in (None, "6"):
        raise ValueProblemError(f"shows {key.digits} digits, where Entra takes 6")
    suite = re.sub(r"hmac|[^a-z0-9]", "", (key.suite or "").lower())
    if suite not in _HASHES:
        raise ValueProblemError(f"uses {key.suite}, where Entra takes SHA-1 and SHA-256")
    interval = key.interval or source.interval
    if interval not in (30, 60):
        raise ValueProblemError(f"has a time interval of {interval} seconds, where Entra takes 30 and 60")
    try:
        secret = oath_secrets.from_bytes(key.secret)
    except ValueProblemError as problem:
        raise ValueProblemError(f"has a secret that {problem}") from None
    return OathToken(
        serial=values.serial(key.serial),
        secret=secret,
        interval=interval,
        hash=_HASHES[suite] or source.hash,
        manufacturer=values.text(key.manufacturer) if key.manufacturer else source.manufacturer,
        model=values.text(key.model) if key.model else source.model,
    )
