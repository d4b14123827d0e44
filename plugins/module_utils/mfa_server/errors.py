# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one exception of the layers that know neither Ansible nor Graph."""

from __future__ import annotations


class UnusableInputError(ValueError):
    """Bad input by the user. The text is one sentence that names what is wrong and the remedy."""
