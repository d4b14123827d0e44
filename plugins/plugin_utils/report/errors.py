# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stops a report: a record that cannot be read as one, a file that cannot be written."""

from __future__ import annotations


class ReportInputError(Exception):
    """Something the user can cure; the text is one sentence that names the file and the remedy."""
