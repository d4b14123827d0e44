# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the benchmarks against the simulator and tells whether every figure keeps within its bound.

``python -m benchmarks`` runs them all, names behind it select some. The exit code is 1 when a bound does not hold.
Figures that were taken while the machine was busy mean nothing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import comparison, growth, requests_per_user, write_budget
from benchmarks.figures import tell

BENCHMARKS = {
    "requests": requests_per_user.figures,
    "comparison": comparison.figures,
    "growth": growth.figures,
    "writes": write_budget.figures,
}


def main() -> int:
    """Run the selected benchmarks."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    names = parser.parse_args().names or list(BENCHMARKS)
    unknown = sorted(set(names) - set(BENCHMARKS))
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}")
    broken = 0
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        for name in names:
            tell(name)
            for figure in BENCHMARKS[name](Path(folder) / name):
                tell(f"  {figure}")
                broken += not figure.holds
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
