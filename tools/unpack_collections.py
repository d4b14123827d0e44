# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unpack single collections out of the locked ``ansible`` package, which would be 500 MB when installed whole."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path


def download(requirements: Path, folder: Path) -> Path:
    """Download the one wheel that the locked requirements name for this Python and return its path."""
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "download"]
    subprocess.run(  # noqa: S603
        [*command, "--no-deps", "--require-hashes", "--dest", str(folder), "-r", str(requirements)], check=True
    )
    (wheel,) = folder.glob("*.whl")
    return wheel


def unpack(wheel: Path, collections: Iterable[str], into: Path) -> None:
    """Extract the named collections of the wheel below ``into``."""
    prefixes = tuple(f"ansible_collections/{name.replace('.', '/')}/" for name in collections)
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            if member.startswith(prefixes):
                archive.extract(member, into)


def main() -> None:
    """Read the command line, download and unpack."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requirements", type=Path, required=True)
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("collections", nargs="+", metavar="COLLECTION")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        unpack(download(options.requirements, Path(folder)), options.collections, options.into)


if __name__ == "__main__":
    main()
