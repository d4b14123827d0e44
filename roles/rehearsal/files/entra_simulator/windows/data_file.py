# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data file of MFA Server, `PhoneFactor.pfdata`, in a form of our own: header, schema, checksum, bytes.

The real form is not published. What counts here is what an automation meets: a newer build converts the file, an older
one does not read what was converted, and a damaged file is read by none.
"""

from __future__ import annotations

import random
import struct
from dataclasses import dataclass, field
from hashlib import sha256

_MAGIC = b"PhoneFactor data file\0"
_HEADER = struct.Struct(f">{len(_MAGIC)}sHHI32s")
_CONVERSION_RECORD = b"\0migration settings\0".ljust(4096, b"\0")
SAMPLE_SIZE = 700 * 1024


class DataFileError(ValueError):
    """The bytes are no data file, or a damaged one."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """Schema (major, minor) and content of a data file."""

    schema: tuple[int, int]
    body: bytes = field(repr=False)

    def to_bytes(self) -> bytes:
        """The file as it lies on disk."""
        head = _HEADER.pack(_MAGIC, *self.schema, len(self.body), sha256(self.body).digest())
        return head + self.body

    def converted(self, schema: tuple[int, int]) -> DataFile:
        """The file as a newer build leaves it."""
        return DataFile(schema, self.body + _CONVERSION_RECORD)


def parse(content: bytes) -> DataFile:
    """Read a data file; raises `DataFileError` when it is damaged."""
    if len(content) < _HEADER.size:
        raise DataFileError("the data file is too short")
    magic, major, minor, length, checksum = _HEADER.unpack_from(content)
    body = content[_HEADER.size :]
    if magic != _MAGIC:
        raise DataFileError("the data file has an unknown header")
    if length != len(body) or checksum != sha256(body).digest():
        raise DataFileError("the data file is damaged")
    return DataFile((major, minor), body)


def sample(schema: tuple[int, int], seed: str) -> DataFile:
    """A data file of about 700 KB with the same content for the same seed."""
    return DataFile(schema, random.Random(seed).randbytes(SAMPLE_SIZE))
