# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a command with the login of one of the simulated tenant's apps in its environment.

``python -m entra_simulator.run --directory DIR --login migration -- ansible-playbook entra.mfa.migrate`` reads
``DIR/ready.json``, so that no secret stands on a command line or in a variable.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def login(ready: Mapping[str, Any], app: str, *, certificate: bool, rollout: str | None) -> dict[str, str]:
    """Return the environment variables that log in as an app, and as a person for Staged Rollout.

    :param ready: content of ``ready.json``
    :param app: name of the app registration in ``ready["apps"]``
    :param certificate: whether the app proves itself by its certificate instead of its secret
    :param rollout: name of the person in ``ready["delegated"]`` whose token the Staged Rollout policy needs
    """
    registration = ready["apps"][app]
    environment = {
        "AZURE_TENANT_ID": ready["tenant_id"],
        "AZURE_CLIENT_ID": registration["client_id"],
        "ENTRA_GRAPH_URL": ready["graph_url"],
        "ENTRA_AUTHORITY_URL": ready["authority_url"],
        "REQUESTS_CA_BUNDLE": ready["ca_path"],
    }
    if certificate:
        environment["AZURE_CLIENT_CERTIFICATE_PATH"] = registration["certificate_path"]
    else:
        environment["AZURE_CLIENT_SECRET"] = registration["client_secret"]
    if rollout:
        environment["ENTRA_ROLLOUT_ACCESS_TOKEN"] = ready["delegated"][rollout]["access_token"]
    return environment


def run(command: Sequence[str], environment: Mapping[str, str], log: Path | None) -> int:
    """Run the command, with its output in the log file (mode 0600) when one is given, and return its exit code."""
    merged = {**os.environ, **environment}
    if log is None:
        return subprocess.run(command, env=merged, check=False).returncode  # noqa: S603
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as output:
        return subprocess.run(command, env=merged, check=False, stdout=output, stderr=subprocess.STDOUT).returncode  # noqa: S603


def main() -> int:
    """Read the command line and run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--directory", type=Path, required=True, help="the directory of the running simulator")
    parser.add_argument("--login", required=True, help="name of the app registration")
    parser.add_argument("--certificate", action="store_true", help="log in by certificate instead of by secret")
    parser.add_argument("--rollout-login", help="name of the person whose token the Staged Rollout policy gets")
    parser.add_argument("--log", type=Path, help="file for the output of the command")
    parser.add_argument("command", nargs="+", metavar="COMMAND")
    options = parser.parse_args()
    ready = json.loads((options.directory / "ready.json").read_text(encoding="utf-8"))
    environment = login(ready, options.login, certificate=options.certificate, rollout=options.rollout_login)
    return run(options.command, environment, options.log)


if __name__ == "__main__":
    sys.exit(main())
