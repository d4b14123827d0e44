# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A seeded sample organisation that shows every rule of the migration engine.

Contoso has 240 users in three migration batches, an MFA Server export that goes with them, and the Windows hosts of
`entra_simulator.windows.blueprints`. All names and numbers are kept free for documentation. The same seed gives the
same bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from entra_simulator.sample.expectations import expectations
from entra_simulator.sample.export import export, write_export
from entra_simulator.sample.groups import batches
from entra_simulator.sample.organisation import organisation
from entra_simulator.sample.people import everybody
from entra_simulator.windows import controller_files, default_hosts

EXPORT_NAME = "export.json"
FILES_NAME = "files"


def build(directory: Path, seed: int) -> dict[str, Any]:
    """Make the sample and write its files into ``directory``.

    :param directory: existing directory for the export and the installers
    :param seed: number that decides names, telephone numbers, ids and secrets
    :returns: ``organisation`` (content of an organisation file), ``batches`` (name, migration group and rollout group
        of each), ``export_path`` (the export, mode 0600), ``hosts`` (for `entra_simulator.windows.start_hosts`),
        ``files`` (installers on the controller, name to path) and ``expectations`` (see
        `entra_simulator.sample.expectations.expectations`)
    """
    people = everybody(seed)
    export_path = directory / EXPORT_NAME
    write_export(export_path, export(seed, people))
    return {
        "organisation": organisation(seed, people),
        "batches": batches(),
        "export_path": str(export_path),
        "hosts": default_hosts(),
        "files": controller_files(directory / FILES_NAME),
        "expectations": expectations(people),
    }
