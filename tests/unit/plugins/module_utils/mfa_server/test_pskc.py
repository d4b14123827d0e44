# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OATH tokens from PSKC; the figures of RFC 6030 are the vectors of the decryption."""

from __future__ import annotations

import base64
import hashlib
import hmac
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server import pskc
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.findings import Findings
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.records import OathToken
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.sources import FoundToken, TextFile, TokenSource
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

FIGURES = Path(__file__).parent / "data" / "rfc6030"
KEY, PASSWORD = "12345678901234567890123456789012", "qwerty"
SEED, BASE32 = b"12345678901234567890", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
HOTP = {"algorithm": "hotp", "secret": SEED, "serial": "987654321", "manufacturer": "Manufacturer", "digits": "8"}
AES = "http://www.w3.org/2001/04/xmlenc#aes128-cbc"
SHA1 = "http://www.w3.org/2000/09/xmldsig#hmac-sha1"


def source(path: Path, **options: Any) -> TokenSource:
    return TokenSource(TextFile(str(path), path.name), "pskc", **options)


def keys(path: Path, **options: Any) -> list[pskc.Key]:
    findings = Findings()
    found = list(pskc.read_keys(source(path, **options), findings))
    assert findings.problems == []
    return found


def tokens(path: Path, text: str, **options: Any) -> tuple[list[FoundToken], Findings]:
    path.write_text(text, encoding="utf-8")
    findings = Findings()
    return list(pskc.read_tokens(source(path, **options), findings)), findings


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tokens.xml"


@pytest.mark.parametrize(
    ("figure", "options", "expected"),
    [
        (2, {}, [{"algorithm": "hotp", "line": 5, "secret": b"1234", "serial": "12345678"}]),
        (
            5,
            {},
            [
                {**HOTP, "line": 5},
                {**HOTP, "line": 36, "algorithm": "pin", "secret": b"1234", "digits": "4"},
            ],
        ),
        (6, {"key": KEY}, [{**HOTP, "line": 20}]),
        (6, {"key": "EjRWeJASNFZ4kBI0VniQEg=="}, [{**HOTP, "line": 20}]),
        (7, {"password": PASSWORD}, [{**HOTP, "line": 40, "manufacturer": "TokenVendorAcme"}]),
    ],
)
def test_figure_of_the_rfc(figure: int, options: dict[str, str], expected: list[dict[str, Any]]) -> None:
    assert keys(FIGURES / f"figure{figure}.xml", **options) == [pskc.Key(**key) for key in expected]


@pytest.mark.parametrize(
    ("figure", "options", "message"),
    [
        (6, {}, "is encrypted with a pre-shared key; give it in key"),
        (6, {"password": PASSWORD}, "is encrypted with a pre-shared key; give it in key"),
        (6, {"key": "00" * 16}, "does not open with this key or password: its MAC key does not decrypt"),
        (6, {"key": "00" * 32}, "needs a key of 16 bytes, and this one has 32"),
        (6, {"key": "1234"}, "must be 16, 24 or 32 bytes, in hexadecimal or Base64"),
        (6, {"key": "not a key"}, "must be 16, 24 or 32 bytes"),
        (7, {}, "is encrypted with a password; give it in password"),
        (7, {"password": "wrong"}, "does not open with this key or password"),
    ],
)
def test_figure_does_not_open_without_the_right_key(figure: int, options: dict[str, str], message: str) -> None:
    with pytest.raises(UnusableInputError, match=message):
        keys(FIGURES / f"figure{figure}.xml", **options)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("AAECAwQFBgcICQoL", "BBECAwQFBgcICQoL", "does not fit its check"),
        ("Su+NvtQfmvfJzF6b", "Tu+NvtQfmvfJzF6b", "does not fit its check"),
        ("<ValueMAC>Su+NvtQfmvfJzF6bmQiJqoLRExc=", "<ValueMAC>", "is encrypted without a check"),
        ("<ValueMAC>Su+Nvt", "<ValueMAC>?", "is no Base64 text"),
    ],
)
def test_changed_value_is_left_out(old: str, new: str, message: str, path: Path) -> None:
    text = (FIGURES / "figure6.xml").read_text(encoding="utf-8")
    assert old in text
    found, findings = tokens(path, text.replace(old, new), key=KEY)
    assert found == []
    assert [(problem.line, problem.field) for problem in findings.problems] == [(20, "secret")]
    assert message in findings.problems[0].problem


@pytest.mark.parametrize(
    ("figure", "old", "new", "message"),
    [
        (6, "#hmac-sha1", "#hmac-md5", "is checked by hmac-md5, which is not supported"),
        (6, "#aes128-cbc", "#tripledes-cbc", "tripledes-cbc, which is not supported"),
        (6, "ESIzRFVmd4iZABEiM0RVZgKn", "ESIz", "cut off: its encrypted text has a wrong length"),
        (6, "ds:KeyName", "ds:X509Data", "is encrypted for a certificate"),
        (7, "#pbkdf2", "#scrypt", "in another way than PBKDF2"),
        (7, "1000", "99999999999", "parameters for PBKDF2 that cannot be used"),
        (7, "1000", "many", "parameters for PBKDF2 that cannot be used"),
        (7, "Ej7/PEpyEpw=", "", "parameters for PBKDF2 that cannot be used"),
        (7, "<PRF/>", '<PRF Algorithm="#hmac-md5"/>', "parameters for PBKDF2 that cannot be used"),
    ],
)
def test_encryption_that_is_not_supported_is_refused(figure: int, old: str, new: str, message: str, path: Path) -> None:
    text = (FIGURES / f"figure{figure}.xml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(UnusableInputError, match=message):
        tokens(path, text.replace(old, new), key=KEY, password=PASSWORD)


def test_keys_that_are_not_time_based_are_named_and_left_out() -> None:
    findings = Findings()
    assert list(pskc.read_tokens(source(FIGURES / "figure5.xml"), findings)) == []
    assert findings.count == 0
    assert findings.warnings == [
        "The file figure5.xml has keys that are not time-based (TOTP), which Entra does not take. They are left out: "
        "987654321 (HOTP), 987654321 (PIN)."
    ]


def package(
    serial: str = "900001",
    secret: str = f"<PlainValue>{base64.b64encode(SEED).decode()}</PlainValue>",
    parameters: str = '<ResponseFormat Length="6" Encoding="DECIMAL"/>',
    more: str = "<TimeInterval><PlainValue>60</PlainValue></TimeInterval>",
    user: str = "",
) -> str:
    device = (
        f"<DeviceInfo><Manufacturer>Contoso</Manufacturer><SerialNo>{serial}</SerialNo><Model>c200</Model></DeviceInfo>"
    )
    data = f"<Data><Secret>{secret}</Secret>{more}</Data>"
    algorithm = "urn:ietf:params:xml:ns:keyprov:pskc:totp"
    key = f"{user}<AlgorithmParameters>{parameters}</AlgorithmParameters>{data}"
    return f'<KeyPackage>{device}<Key Id="1" Algorithm="{algorithm}">{key}</Key></KeyPackage>\n'


def container(*parts: str) -> str:
    namespaces = 'xmlns="urn:ietf:params:xml:ns:keyprov:pskc" xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"'
    return f'<KeyContainer Version="1.0" {namespaces}>\n{"".join(parts)}</KeyContainer>'


def test_time_based_tokens_are_read(path: Path) -> None:
    text = container(
        package(),
        package(
            "900002", parameters="<Suite>HMAC-SHA256</Suite>", more="", user="<UserId>UID=anna,DC=contoso</UserId>"
        ),
        package("900003", user="<UserId>ben@contoso.example</UserId>"),
    )
    found, findings = tokens(path, text, interval=30)
    assert findings.count == 0
    assert found == [
        FoundToken(OathToken("900001", BASE32, 60, "sha1", "Contoso", "c200"), None, "tokens.xml", 2),
        FoundToken(OathToken("900002", BASE32, 30, "sha256", "Contoso", "c200"), "anna", "tokens.xml", 3),
        FoundToken(OathToken("900003", BASE32, 60, "sha1", "Contoso", "c200"), "ben@contoso.example", "tokens.xml", 4),
    ]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"serial": "=1+1"}, "formula"),
        ({"secret": "<PlainValue>MTIzNA==</PlainValue>"}, "a secret that has a wrong length: 4 bytes"),
        ({"secret": "<PlainValue>?</PlainValue>"}, "is no Base64 text"),
        ({"secret": ""}, "is missing"),
        ({"parameters": '<ResponseFormat Length="8"/>'}, "shows 8 digits, where Entra takes 6"),
        ({"parameters": "<Suite>HMAC-SHA512</Suite>"}, "uses HMAC-SHA512"),
        ({"more": "<TimeInterval><PlainValue>45</PlainValue></TimeInterval>"}, "a time interval of 45 seconds"),
        ({"more": "<TimeInterval><PlainValue>x</PlainValue></TimeInterval>"}, "time interval beside it is no number"),
    ],
)
def test_token_that_entra_does_not_take_is_left_out(wrong: dict[str, str], message: str, path: Path) -> None:
    found, findings = tokens(path, container(package(**wrong), package("900002")))
    assert [token.token.serial for token in found] == ["900002"]
    assert [problem.line for problem in findings.problems] == [2]
    assert message in findings.problems[0].problem


def encrypted(key: bytes, plain: bytes, vector: bytes) -> tuple[str, str]:
    """The element of an encrypted value, and its check under the same key."""
    padding = 16 - len(plain) % 16
    encryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
    text = vector + encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
    value = f"<xenc:CipherData><xenc:CipherValue>{base64.b64encode(text).decode()}</xenc:CipherValue></xenc:CipherData>"
    mac = base64.b64encode(hmac.new(key, text, hashlib.sha1).digest()).decode()
    return f'<EncryptedValue><xenc:EncryptionMethod Algorithm="{AES}"/>{value}</EncryptedValue>', mac


@given(
    key=st.binary(min_size=16, max_size=16),
    secret=st.binary(min_size=10, max_size=80),
    interval=st.sampled_from([30, 60]),
)
def test_what_is_encrypted_is_read(
    key: bytes, secret: bytes, interval: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    vector = hashlib.md5(key).digest()
    value, mac = encrypted(key, secret, vector)
    seconds, seconds_mac = encrypted(key, interval.to_bytes(4, "big"), vector)
    text = container(
        "<EncryptionKey/>",
        f'<MACMethod Algorithm="{SHA1}"/>',
        package(
            secret=f"{value}<ValueMAC>{mac}</ValueMAC>",
            more=f"<TimeInterval>{seconds}<ValueMAC>{seconds_mac}</ValueMAC></TimeInterval>",
        ),
    )
    (found,), findings = tokens(tmp_path_factory.mktemp("pskc") / "tokens.xml", text, key=key.hex())
    assert findings.count == 0
    expected = base64.b32encode(secret).decode().rstrip("=")
    assert found.token == OathToken("900001", expected, interval, "sha1", "Contoso", "c200")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        (container(package())[:200], "no well-formed XML"),
        ('<!DOCTYPE x [<!ENTITY a "ha">]>' + container(package()), "document type declaration"),
        ("<html/>", "does not begin with the element KeyContainer"),
    ],
)
def test_file_that_is_something_else_is_refused(content: str, message: str, path: Path) -> None:
    with pytest.raises(UnusableInputError, match=message):
        tokens(path, content)


def test_large_container_is_not_held_in_memory(path: Path) -> None:
    path.write_text(container(*(package(str(900_000 + number)) for number in range(2_000))), encoding="utf-8")
    reader = pskc.read_keys(source(path), Findings())
    assert next(reader).serial == "900000"
    assert sum(1 for _key in reader) == 1_999
