# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The layers of the collection, held against the imports of every file.

Rules import no resource and no HTTP, resources import no rule, the client knows neither.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
PACKAGE = "ansible_collections.entra.mfa.plugins."

# layer: the layers that it may import beside itself, and the libraries from outside the standard library
ALLOWED: dict[str, tuple[set[str], set[str]]] = {
    "module_utils.masking": (set(), set()),
    "module_utils.processes": (set(), set()),
    "module_utils.query": ({"module_utils.graph"}, {"jmespath"}),
    "module_utils.graph": (
        {"module_utils.masking", "module_utils.processes"},
        {"msal", "requests", "urllib3", "cryptography"},
    ),
    # cryptography opens the AES-encrypted secrets of vendors' token files (PSKC), which the standard library cannot
    "module_utils.mfa_server": ({"module_utils.masking"}, {"phonenumbers", "cryptography"}),
    "module_utils.directory": ({"module_utils.graph", "module_utils.masking"}, {"cryptography"}),
    "module_utils.migration": ({"module_utils.mfa_server", "module_utils.masking", "module_utils.processes"}, set()),
    "module_utils.module": ({"module_utils.graph", "module_utils.masking", "module_utils.query"}, {"ansible"}),
    "modules": ({"module_utils"}, {"ansible"}),
    # the report foretells the gates by the rules that judge them; jinja2, which ansible-core brings along, renders its
    # page with every value escaped
    "plugin_utils": ({"module_utils.masking", "module_utils.migration.gate_rules"}, {"ansible", "jinja2"}),
    "action": ({"plugin_utils"}, {"ansible"}),
    "inventory": ({"plugin_utils"}, {"ansible"}),
    "doc_fragments": (set(), set()),
}


def layer_of(name: str) -> str:
    """Return the most specific layer that holds a dotted name below ``plugins``."""
    parts = name.split(".")
    for length in (2, 1):
        candidate = ".".join(parts[:length])
        if candidate in ALLOWED:
            return candidate
    raise AssertionError(f"{name} lies in no layer")


def imports(path: Path) -> Iterator[str]:
    """Yield the dotted name of everything that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield node.module or ""


def forbidden(path: Path) -> list[str]:
    """Return what a file imports against the rule of its layer."""
    layer = layer_of(".".join(path.relative_to(PLUGINS).with_suffix("").parts))
    own, libraries = ALLOWED[layer]
    wrong = []
    for name in imports(path):
        if name.startswith(PACKAGE):
            target = name.removeprefix(PACKAGE)
            if not any(target == allowed or target.startswith(allowed + ".") for allowed in own | {layer}):
                wrong.append(name)
        elif name.split(".")[0] not in sys.stdlib_module_names | libraries:
            wrong.append(name)
    return wrong


@pytest.mark.parametrize("path", sorted(PLUGINS.rglob("*.py")), ids=lambda path: str(path.relative_to(PLUGINS)))
def test_file_imports_only_what_its_layer_may(path: Path) -> None:
    assert forbidden(path) == []
