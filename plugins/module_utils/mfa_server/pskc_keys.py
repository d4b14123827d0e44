# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens the encrypted values of a PSKC file (RFC 6030, chapter 6): AES in CBC mode, checked by a keyed hash.

The key is given as it is (figure 6 of the RFC) or derived from a password by PBKDF2 (figure 7).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass, field

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.findings import ValueProblemError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.safe_xml import Element
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.sources import TokenSource

_BLOCK = 16
_KEY_SIZES = {"aes128-cbc": 16, "aes192-cbc": 24, "aes256-cbc": 32}
_MACS = {"hmac-sha1": "sha1", "hmac-sha256": "sha256", "hmac-sha384": "sha384", "hmac-sha512": "sha512"}
_PSEUDORANDOM = {"": "sha1", "hmac-sha1": "sha1", "hmac-sha256": "sha256", "hmac-sha512": "sha512"}
_MOST_ITERATIONS = 10_000_000
_HEX_KEY = re.compile(r"(?:[0-9a-fA-F]{2})+")


@dataclass(slots=True)
class KeyRing:
    """What a file says of its encryption, and the keys that open it; empty for a file that is not encrypted."""

    source: TokenSource
    key: bytes | None = field(default=None, repr=False)
    mac_key: bytes | None = field(default=None, repr=False)
    mac_hash: str | None = None

    def take_encryption_key(self, element: Element) -> None:
        """Find the key that ``EncryptionKey`` means; raises UnusableInputError when it was not given or cannot be."""
        name = self.source.file.name
        derived = element.find("DerivedKey")
        if derived is not None:
            if not self.source.password:
                raise UnusableInputError(f"The file {name} is encrypted with a password; give it in password.")
            self.key = _derived_key(name, derived, self.source.password)
        elif element.find("X509Data") is not None:
            raise UnusableInputError(
                f"The file {name} is encrypted for a certificate, which is not supported; ask the vendor for a "
                "pre-shared key or a password."
            )
        elif not self.source.key:
            raise UnusableInputError(f"The file {name} is encrypted with a pre-shared key; give it in key.")
        else:
            self.key = _given_key(name, self.source.key)

    def take_mac_method(self, element: Element) -> None:
        """Find the key of the checks; without one of its own it is the key of the encryption."""
        name = self.source.file.name
        algorithm = _algorithm(element)
        if algorithm not in _MACS:
            raise UnusableInputError(f"The file {name} is checked by {algorithm or 'nothing'}, which is not supported.")
        self.mac_hash = _MACS[algorithm]
        own = element.find("MACKey")
        if own is None:
            self.mac_key = self.key
            return
        try:
            self.mac_key = self._decrypted(_cipher_text(own), own)
        except ValueProblemError as problem:
            raise UnusableInputError(
                f"The file {name} does not open with this key or password: its MAC key {problem}."
            ) from None

    def value(self, element: Element) -> bytes:
        """The plain bytes of a value, encrypted or not.

        Raises ValueProblemError when there is none, its check fails or it does not open.
        """
        plain = element.text_of("PlainValue")
        if plain is not None:
            return _from_base64(plain)
        encrypted = element.find("EncryptedValue")
        if encrypted is None:
            raise ValueProblemError("is missing")
        cipher_text = _cipher_text(encrypted)
        self._check(cipher_text, element.text_of("ValueMAC"))
        return self._decrypted(cipher_text, encrypted)

    def _check(self, cipher_text: bytes, mac: str | None) -> None:
        if self.mac_key is None or self.mac_hash is None or mac is None:
            raise ValueProblemError("is encrypted without a check (MAC), so that a wrong key could not be told")
        expected = hmac.new(self.mac_key, cipher_text, self.mac_hash).digest()
        if not hmac.compare_digest(expected, _from_base64(mac)):
            raise ValueProblemError("does not fit its check (MAC): it was changed, or the key or password is wrong")

    def _decrypted(self, cipher_text: bytes, element: Element) -> bytes:
        if self.key is None:
            raise ValueProblemError("is encrypted, but the file does not tell with which key")
        method = element.find("EncryptionMethod")
        algorithm = _algorithm(method) if method is not None else ""
        if algorithm not in _KEY_SIZES:
            raise ValueProblemError(f"is encrypted by {algorithm or 'an unnamed method'}, which is not supported")
        if len(self.key) != _KEY_SIZES[algorithm]:
            raise ValueProblemError(f"needs a key of {_KEY_SIZES[algorithm]} bytes, and this one has {len(self.key)}")
        return _aes_cbc(self.key, cipher_text, self.source.file.name)


def _aes_cbc(key: bytes, cipher_text: bytes, name: str) -> bytes:
    """The plain bytes; the first block is the initialisation vector, and the last byte counts the padding."""
    try:
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    except ImportError:
        raise UnusableInputError(
            f"The file {name} is encrypted; install the Python library cryptography on the controller to open it."
        ) from None
    if len(cipher_text) < 2 * _BLOCK or len(cipher_text) % _BLOCK:
        raise ValueProblemError("is cut off: its encrypted text has a wrong length")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(cipher_text[:_BLOCK])).decryptor()
    padded: bytes = decryptor.update(cipher_text[_BLOCK:]) + decryptor.finalize()
    padding = padded[-1]
    if not 1 <= padding <= _BLOCK:
        raise ValueProblemError("does not decrypt")
    return padded[:-padding]


def _given_key(name: str, text: str) -> bytes:
    plain = re.sub(r"\s+", "", text)
    try:
        key = bytes.fromhex(plain) if _HEX_KEY.fullmatch(plain) else base64.b64decode(plain, validate=True)
    except binascii.Error:
        key = b""
    if len(key) not in _KEY_SIZES.values():
        raise UnusableInputError(f"The key of {name} must be 16, 24 or 32 bytes, in hexadecimal or Base64.")
    return key


def _derived_key(name: str, element: Element, password: str) -> bytes:
    method = element.find("KeyDerivationMethod")
    parameters = method.find("PBKDF2-params") if method is not None else None
    if method is None or parameters is None or _algorithm(method) != "pbkdf2":
        raise UnusableInputError(f"The file {name} derives its key in another way than PBKDF2, which is not supported.")
    function = parameters.find("PRF")
    digest = _PSEUDORANDOM.get(_algorithm(function) if function is not None else "")
    try:
        salt = _from_base64(parameters.text_of("Salt", "Specified") or "")
        iterations = int(parameters.text_of("IterationCount") or "")
        size = int(parameters.text_of("KeyLength") or _BLOCK)
    except ValueError:
        salt, iterations, size = b"", 0, 0
    if digest is None or not salt or not 1 <= iterations <= _MOST_ITERATIONS or size not in _KEY_SIZES.values():
        raise UnusableInputError(
            f"The file {name} has parameters for PBKDF2 that cannot be used: salt, iterations (at most "
            f"{_MOST_ITERATIONS:,}), key length (16, 24 or 32) or hash."
        )
    return hashlib.pbkdf2_hmac(digest, password.encode(), salt, iterations, size)


def _algorithm(element: Element) -> str:
    """The last part of the algorithm's address, in lower case."""
    return re.split(r"[#:/]", element.attributes.get("Algorithm", ""))[-1].lower()


def _cipher_text(element: Element) -> bytes:
    return _from_base64(element.text_of("CipherData", "CipherValue") or "")


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(re.sub(r"\s+", "", text), validate=True)
    except binascii.Error:
        raise ValueProblemError("is no Base64 text") from None
