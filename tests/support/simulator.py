# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the simulator as a process of its own for integration and contract tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import requests

PACKAGE_ROOT = Path(__file__).parents[2] / "roles" / "rehearsal" / "files"
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0


class Simulator:
    """A running simulator with an organisation (data or file), or with the built-in sample when none is given.

    ``ready`` is the content of its ready file. Use it as a context manager, or call `stop`.
    """

    def __init__(
        self,
        directory: Path,
        organisation: Mapping[str, Any] | Path | None = None,
        *,
        hosts: bool = False,
        seed: int = 1,
    ) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        arguments = ["--directory", str(directory / "state"), "--seed", str(seed), "--parent", str(os.getpid())]
        if organisation is None:
            arguments.append("--sample")
        else:
            path = organisation if isinstance(organisation, Path) else directory / "organisation.json"
            if not isinstance(organisation, Path):
                path.write_text(json.dumps(organisation), encoding="utf-8")
            arguments += ["--organisation", str(path)]
        if not hosts:
            arguments.append("--no-hosts")
        self._log = (directory / "simulator.log").open("w+", encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "entra_simulator", *arguments],
            env={**os.environ, "PYTHONPATH": str(PACKAGE_ROOT)},
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        self.ready: dict[str, Any] = self._wait()
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = self.ready["ca_path"]

    def _wait(self) -> dict[str, Any]:
        path = self.directory / "state" / "ready.json"
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            if path.exists():
                ready: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
                return ready
            time.sleep(0.02)
        self.stop()
        raise RuntimeError(f"The simulator did not start: {(self.directory / 'simulator.log').read_text()}")

    def control(self, method: str, path: str, json: Any = None) -> Any:
        """Call the control API, for example ``control("POST", "/faults", [])``; returns its JSON or None."""
        response = self.session.request(method, self.ready["control_url"] + path, json=json, timeout=30)
        response.raise_for_status()
        return response.json() if response.content else None

    def log(self, since: int = 0) -> list[dict[str, Any]]:
        """The request log from entry ``since`` on."""
        entries: list[dict[str, Any]] = self.control("GET", f"/log?since={since}")
        return entries

    def applied_writes(self) -> int:
        """How many changes the tenant has made since it started."""
        return sum(entry["applied"] for entry in self.log())

    def token(self, app: str = "migration") -> str:
        """A fresh access token of one of the organisation's apps, by its secret."""
        details = self.ready["apps"][app]
        form = {
            "grant_type": "client_credentials",
            "client_id": details["client_id"],
            "client_secret": details["client_secret"],
            "scope": self.ready["graph_url"] + "/.default",
        }
        url = f"{self.ready['authority_url']}/{self.ready['tenant_id']}/oauth2/v2.0/token"
        response = self.session.post(url, data=form, timeout=30)
        response.raise_for_status()
        token: str = response.json()["access_token"]
        return token

    def graph(
        self,
        method: str,
        path: str,
        json: Any = None,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send one raw Graph request; ``path`` starts with the version, as in ``v1.0/users``."""
        sent = {"Authorization": f"Bearer {token or self.token()}", **(headers or {})}
        url = f"{self.ready['graph_url']}/{path}"
        return self.session.request(method, url, json=json, headers=sent, timeout=60)

    def stop(self) -> int:
        """Ask the process to end, wait for it, and return its exit code."""
        self._process.terminate()
        try:
            code = self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._log.close()
        return code

    def __enter__(self) -> Simulator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
