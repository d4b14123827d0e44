# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The version that requests carry in their User-Agent; equal to the one in ``galaxy.yml``."""

from __future__ import annotations

VERSION = "1.0.0"
