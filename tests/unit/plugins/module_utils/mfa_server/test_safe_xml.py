# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""XML of unknown origin: read in pieces, never expanded, never followed."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server import safe_xml
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError

LAUGHS = (
    '<!DOCTYPE keys [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]><keys xmlns='urn:keys'><key>&a9;</key></keys>"
)


def read(path: Path, content: str | bytes) -> list[safe_xml.Element]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(safe_xml.read(str(path), path.name, "keys", "urn:keys"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.xml"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_elements_are_read_with_lines_attributes_and_text(encoding: str, path: Path) -> None:
    text = (
        '<keys xmlns="urn:keys:1">\n<key id="1"> <name>\n Änne </name><data><part>x</part></data></key>\n<key/></keys>'
    )
    first, second = read(path, f"<?xml version='1.0' encoding='{encoding}'?>{text}".encode(encoding))
    assert (first.name, first.namespace, first.line, first.attributes) == ("key", "urn:keys:1", 2, {"id": "1"})
    assert first.text_of("name") == "Änne"
    assert first.text_of("data", "part") == "x"
    assert first.text_of("data") is None
    assert first.find("other", "part") is None
    assert (second.line, second.children) == (4, [])


@pytest.mark.parametrize(
    "content",
    [
        LAUGHS,
        "<!DOCTYPE keys SYSTEM 'http://contoso.example/keys.dtd'><keys xmlns='urn:keys'/>",
        "<!DOCTYPE keys [<!ENTITY file SYSTEM 'file:///etc/hostname'>]><keys xmlns='urn:keys'>&file;</keys>",
        "<!DOCTYPE keys><keys xmlns='urn:keys'/>",
    ],
    ids=["billion laughs", "outer document type", "outer entity", "empty document type"],
)
def test_document_type_is_refused(content: str, path: Path) -> None:
    with pytest.raises(UnusableInputError, match="has a document type declaration"):
        read(path, content)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "no well-formed XML: no element found on line 1. Was it cut off?"),
        ("<keys xmlns='urn:keys'>\n<key>", "no well-formed XML: no element found on line 2"),
        ("<keys xmlns='urn:keys'><key></keys>", "mismatched tag"),
        ("serial,secret", "no well-formed XML: syntax error"),
        ("<keys xmlns='urn:keys'>&unknown;</keys>", "undefined entity"),
        ("<key xmlns='urn:keys'/>", "does not begin with the element keys"),
        ("<keys xmlns='urn:other'/>", "does not begin with the element keys"),
        ("<keys/>", "does not begin with the element keys"),
        ("<keys xmlns='urn:keys'>" + "<a>" * 100, "nested too deeply"),
        ("<keys xmlns='urn:keys'><key>" + "x" * 2_000_000, "more than a million characters"),
        ("<keys xmlns='urn:keys'><key>" + "<a/>" * 2_000_000, "more than a million characters"),
    ],
)
def test_other_files_are_refused(content: str, message: str, path: Path) -> None:
    with pytest.raises(UnusableInputError, match=message):
        read(path, content)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match="The file tokens cannot be read: No such file"):
        list(safe_xml.read(str(tmp_path / "none.xml"), "tokens", "keys", "urn:keys"))
