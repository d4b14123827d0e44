# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write ``meta/runtime.yml`` anew: its action group holds the modules that log in to Microsoft Graph."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNTIME = """\
---
requires_ansible: ">=2.18.0"
action_groups:
  graph:
{modules}
"""


def graph_modules() -> list[str]:
    """Return the names of the modules whose documentation takes the login options."""
    takes_login = re.compile(r"^\s*- entra\.mfa\.graph$", re.MULTILINE)
    modules = sorted((ROOT / "plugins" / "modules").glob("*.py"))
    return [module.stem for module in modules if takes_login.search(module.read_text(encoding="utf-8"))]


def render() -> str:
    """Return the text that ``meta/runtime.yml`` must have."""
    return RUNTIME.format(modules="\n".join(f"    - {name}" for name in graph_modules()))


if __name__ == "__main__":
    (ROOT / "meta" / "runtime.yml").write_text(render(), encoding="utf-8")
