# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Encodings: found where nobody told, obeyed where somebody did."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server import text_file
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.sources import TextFile
from hypothesis import given
from hypothesis import strategies as st

TEXT = "username;name\r\nanna;Änne Müller\r\n"
FOUND = {
    "utf-8": TEXT.encode(),
    "utf-8 with mark": TEXT.encode("utf-8-sig"),
    "utf-16 low first with mark": b"\xff\xfe" + TEXT.encode("utf-16-le"),
    "utf-16 high first with mark": b"\xfe\xff" + TEXT.encode("utf-16-be"),
    "utf-16 low first": TEXT.encode("utf-16-le"),
    "utf-16 high first": TEXT.encode("utf-16-be"),
    "windows-1252": TEXT.encode("windows-1252"),
}


def text_of(path: Path, encoding: str = "auto") -> str:
    with text_file.opened(TextFile(str(path), path.name, encoding)) as stream:
        return stream.read()


@pytest.mark.parametrize("content", FOUND.values(), ids=FOUND.keys())
def test_encoding_is_found(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes(content)
    assert text_of(path) == TEXT


@given(text=st.text("abcXYZ;\n" + "éßæ", min_size=4).filter(lambda text: text.strip()))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_found_encoding_gives_the_text_back(encoding: str, text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("text") / "users.csv"
    # A mark stands before UTF-16, and no two letters of Windows-1252 look like one of UTF-8.
    content = (text.replace("é", "ü") if encoding == "windows-1252" else text).encode(encoding)
    path.write_bytes(content)
    assert text_of(path).encode(encoding) == content


def test_umlaut_late_in_a_large_file_decides(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes(b"anna;x\n" * 200_000 + "Jörg".encode("windows-1252"))
    assert text_of(path).endswith("Jörg")


@pytest.mark.parametrize(
    ("content", "encoding", "message"),
    [
        (b"", "auto", "is empty"),
        (b"\xef\xbb\xbf\r\n", "auto", "is empty"),
        (b"$ANSIBLE_VAULT;1.1;AES256\n33", "auto", "is encrypted with Ansible Vault"),
        (b"PK\x03\x04\x14\0", "auto", "Excel workbook; save the sheet as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1", "auto", "Excel workbook; save the sheet as CSV"),
        (b"anna;\x81", "auto", "is neither UTF-8 nor UTF-16 nor Windows-1252"),
        (b"anna;\xe4", "utf-8", "is not utf-8 text"),
        (TEXT.encode("utf-16")[:-1], "auto", "is not utf-16 text"),
    ],
)
def test_file_that_is_no_text_is_refused(content: bytes, encoding: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes(content)
    with pytest.raises(UnusableInputError, match=message):
        text_of(path, encoding)


@pytest.mark.parametrize(("name", "message"), [("none.csv", "does not exist"), (".", "cannot be read")])
def test_file_that_cannot_be_opened_is_named(name: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match=message):
        text_of(tmp_path / name)
