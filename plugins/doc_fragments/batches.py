# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option that names the migration batches."""

from __future__ import annotations


class ModuleDocFragment:
    """Fragment ``entra.mfa.batches``. A module says itself whether the option is required or has a default."""

    DOCUMENTATION = r"""
options:
  batches:
    description: The migration batches.
    type: list
    elements: dict
    suboptions:
      name:
        description: Short name of the batch.
        type: str
        required: true
      group:
        description: Id or display name of the migration group.
        type: str
        required: true
      rollout_group:
        description: Id or display name of the Staged Rollout group.
        type: str
"""
