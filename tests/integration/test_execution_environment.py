# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the built collection asks of an execution environment, as ``ansible-builder`` reads it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.xdist_group("execution_environment")

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "docs" / "docsite" / "rst" / "execution-environment.yml"
RECIPE = "Containerfile"
LIBRARIES = {"cryptography", "jmespath", "msal", "phonenumbers", "pywinrm", "requests"}
"""What the collection imports on the controller, and what reaches the Windows servers."""


def run(*command: str, folder: Path) -> str:
    """Run a command of this environment and return what it prints."""
    programs = Path(sys.executable).parent
    finished = subprocess.run(
        [str(programs / command[0]), *command[1:]],
        cwd=folder,
        env={**os.environ, "ANSIBLE_HOME": str(folder / "ansible")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


@pytest.fixture(scope="module")
def collections(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the collection as its artifact holds it."""
    folder = tmp_path_factory.mktemp("built")
    run("ansible-galaxy", "collection", "build", "--output-path", str(folder), str(ROOT), folder=folder)
    (artifact,) = folder.glob("entra-mfa-*.tar.gz")
    with tarfile.open(artifact) as archive:
        archive.extractall(folder / "ansible_collections" / "entra" / "mfa", filter="data")
    return folder


def requirement(line: str) -> tuple[str, str]:
    """Name and origin of one line of the introspection, ``name>=1  # from collection entra.mfa``."""
    wanted, _hash, origin = line.partition("#")
    return wanted.split(">=")[0].strip(), origin.strip()


def test_introspection_names_every_library(collections: Path) -> None:
    told: dict[str, Any] = yaml.safe_load(
        run("ansible-builder", "introspect", "--sanitize", str(collections), folder=collections)
    )

    assert {requirement(line) for line in told["python"]} == {(name, "from collection entra.mfa") for name in LIBRARIES}
    assert told["system"] == []


def test_artifact_depends_on_the_collection_for_windows(collections: Path) -> None:
    manifest = json.loads((collections / "ansible_collections/entra/mfa/MANIFEST.json").read_text(encoding="utf-8"))

    assert set(manifest["collection_info"]["dependencies"]) == {"ansible.windows"}


def test_published_definition_makes_a_build_context_with_the_collection(tmp_path: Path) -> None:
    run(
        "ansible-builder",
        "create",
        "--file",
        str(PUBLISHED),
        "--context",
        "context",
        "--output-filename",
        RECIPE,
        folder=tmp_path,
    )

    wanted = yaml.safe_load((tmp_path / "context" / "_build" / "requirements.yml").read_text(encoding="utf-8"))
    assert wanted == {"collections": ["entra.mfa"]}
    recipe = (tmp_path / "context" / RECIPE).read_text(encoding="utf-8")
    assert "introspect" in recipe
    assert "python3.11" in recipe
