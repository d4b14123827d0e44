# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pip bootstrap that ansible-test runs: pip comes from ensurepip, then the release that was asked for."""

from __future__ import annotations

import subprocess
import sys

REFUSED_BY_CURRENT_PIP = ("--no-setuptools", "--no-wheel")


def main() -> int:
    """Install pip and the packages that the command line names."""
    packages = [word for word in sys.argv[1:] if word not in REFUSED_BY_CURRENT_PIP and not word.startswith("-")]
    subprocess.run([sys.executable, "-m", "ensurepip", "--default-pip"], check=True, stdout=subprocess.DEVNULL)
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
    return subprocess.run(install, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
