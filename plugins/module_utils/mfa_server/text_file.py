# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens text files whose encoding nobody told."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.errors import UnusableInputError
from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.sources import TextFile

ENCODINGS = ("auto", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "windows-1252")

_CHUNK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FILES = (
    (b"$ANSIBLE_VAULT;", "is encrypted with Ansible Vault; give the play its Vault password"),
    (b"PK\x03\x04", "is a ZIP archive or an Excel workbook; save the sheet as CSV"),
    (b"\xd0\xcf\x11\xe0", "is an Excel workbook; save the sheet as CSV"),
)


@contextmanager
def opened(file: TextFile) -> Iterator[TextIO]:
    """The file as text, with its line ends as they are.

    Raises UnusableInputError when it is missing, empty, no text, or not in its encoding, also while it is read.
    """
    start = beginning(file)
    encoding = _encoding(file, start) if file.encoding == "auto" else file.encoding
    if encoding == "utf-8":
        encoding = "utf-8-sig"
    try:
        with Path(file.path).open(encoding=encoding, newline="") as stream:
            yield stream
    except UnicodeError:
        raise UnusableInputError(
            f"The file {file.name} is not {encoding.removesuffix('-sig')} text; set its encoding, "
            "or export it again if it was cut off."
        ) from None


def beginning(file: TextFile) -> bytes:
    """The first bytes of a file; raises UnusableInputError when it cannot be read, is empty or of another kind."""
    try:
        with Path(file.path).open("rb") as stream:
            start = stream.read(4096)
    except FileNotFoundError:
        raise UnusableInputError(
            f"The file {file.name} does not exist; give the path of a file on the controller."
        ) from None
    except OSError as error:
        raise UnusableInputError(f"The file {file.name} cannot be read: {error.strerror}.") from None
    if not start.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise UnusableInputError(f"The file {file.name} is empty; export it again.")
    for mark, words in _OTHER_FILES:
        if start.startswith(mark):
            raise UnusableInputError(f"The file {file.name} {words}.")
    return start


def _encoding(file: TextFile, start: bytes) -> str:
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    # Text of mostly Latin letters has its zero bytes on one side only.
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if even + odd:
        return "utf-16-le" if odd > even else "utf-16-be"
    for encoding in ("utf-8", "windows-1252"):
        if _decodes(file, encoding):
            return encoding
    raise UnusableInputError(
        f"The file {file.name} is neither UTF-8 nor UTF-16 nor Windows-1252 text; save it as UTF-8."
    )


def _decodes(file: TextFile, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with Path(file.path).open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
