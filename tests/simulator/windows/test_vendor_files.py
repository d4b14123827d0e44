# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that stand for the vendor's."""

from __future__ import annotations

import tree_sitter
import tree_sitter_pwsh
from entra_simulator.windows import vendor_files


def test_configure_script_parses() -> None:
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_pwsh.language()))
    assert not parser.parse(vendor_files.CONFIGURE_SCRIPT.encode()).root_node.has_error
