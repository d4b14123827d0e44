# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run ``ansible-test`` on a copy of the working tree.

ansible-test wants a real folder ``ansible_collections/entra/mfa`` outside any other checkout and, for ``--venv``, a pip
bootstrap that it would download; both are given here, so that nothing outside the package index is needed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = Path(sys.prefix)
HOME = ENVIRONMENT / "ansible-test"
PIP_VERSIONS = ("24.2", "25.2")
"""The pip releases that ansible-test of ansible-core 2.19 and 2.21 ask for by file name."""


def copy_tree(collections: Path) -> Path:
    """Copy all files that git tracks or does not ignore and return the folder of the collection."""
    target = collections / "ansible_collections" / "entra" / "mfa"
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listing.stdout.split("\0")):
        source = ROOT / name
        if source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)
    dependencies = ENVIRONMENT / "collections" / "ansible_collections" / "ansible"
    (collections / "ansible_collections" / "ansible").symlink_to(dependencies)
    return target


def provide_pip(home: Path) -> None:
    """Put the pip bootstrap where ansible-test keeps its downloads."""
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in PIP_VERSIONS:
        shutil.copy(ROOT / "tools" / "get_pip.py", cache / f"get_pip_{version.replace('.', '_')}.py")


def main() -> int:
    """Run ansible-test with the given arguments and return its exit code."""
    provide_pip(HOME)
    command = [str(ENVIRONMENT / "bin" / "ansible-test"), *sys.argv[1:], "--color", "no"]
    command += ["--python", f"{sys.version_info.major}.{sys.version_info.minor}"]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "HOME": str(HOME), "ANSIBLE_COLLECTIONS_PATH": folder}
        return subprocess.run(command, cwd=copy_tree(Path(folder)), env=environment, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
