# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The schema in the documentation is the one that the reader checks against."""

from __future__ import annotations

import json
from pathlib import Path

from ansible_collections.entra.mfa.plugins.module_utils.mfa_server.export_schema import EXPORT

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "docsite" / "rst" / "export-v1.schema.json"


def test_documentation_publishes_the_schema_of_the_reader() -> None:
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == EXPORT
