# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options about the report of a batch, shared by the modules that write one."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation of the options ``report_path`` and ``merge_report``."""

    DOCUMENTATION = r"""
options:
  report_path:
    description: A JSON Lines file with one line for every user of the batch, made with mode 0600.
    type: path
  merge_report:
    description:
      - Leave lines of an earlier O(report_path) about users who are not in this run as they are, so that a run that
        O(users) narrows does not take the rest of the batch out of its report.
    type: bool
    default: false
"""
