# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Command line of the simulator."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from entra_simulator.server import Content, serve


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m entra_simulator", description=__doc__)
    parser.add_argument("--directory", type=Path, required=True, help="folder for state files and ready.json")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--organisation", type=Path, help="organisation file (JSON) to load")
    source.add_argument("--export", type=Path, help="load a tenant made for this export file, with the sample's hosts")
    source.add_argument("--sample", action="store_true", help="load the sample organisation with its hosts")
    parser.add_argument("--no-hosts", action="store_true", help="start no Windows hosts")
    parser.add_argument("--seed", type=int, default=1, help="seed of everything that is drawn at random")
    parser.add_argument("--parent", type=int, help="stop when the process with this id is gone")
    return parser.parse_args()


def _content(arguments: argparse.Namespace) -> Content:
    if arguments.organisation:
        organisation = json.loads(arguments.organisation.read_text(encoding="utf-8"))
        return _with_hosts(organisation, arguments.directory, wanted=not arguments.no_hosts)
    from entra_simulator.sample import build
    from entra_simulator.sample.own_export import build_for_export

    if arguments.export:
        sample = build_for_export(arguments.directory, arguments.export, arguments.seed)
    else:
        sample = build(arguments.directory, arguments.seed)
    hosts = () if arguments.no_hosts else sample["hosts"]
    return Content(sample["organisation"], hosts, sample["files"], sample["batches"], sample["export_path"])


def _with_hosts(organisation: dict[str, Any], directory: Path, *, wanted: bool) -> Content:
    if not wanted:
        return Content(organisation)
    from entra_simulator.windows import controller_files, default_hosts

    hosts = default_hosts(organisation.get("adfsServers", 1))
    return Content(organisation, hosts, controller_files(directory / "files"))


def main() -> int:
    """Run the simulator; the exit code is 0 after an orderly stop and 1 when the input cannot be used."""
    arguments = _arguments()
    arguments.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        content = _content(arguments)
        serve(arguments.directory, content, seed=arguments.seed, parent=arguments.parent)
    except (OSError, ValueError, KeyError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        sys.stderr.write(f"The simulator cannot start: {reason}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
