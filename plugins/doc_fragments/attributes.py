# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The attributes of modules, and what they mean."""

from __future__ import annotations


class ModuleDocFragment:
    """Fragments ``entra.mfa.attributes`` and its parts.

    ``info`` has what holds for every module that only reads, ``windows`` what holds for every one that works on a
    Windows host.
    """

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and tell what it would change without changing anything.
  diff_mode:
    description: Returns details on what has changed, or would change in check mode, when diff mode is on.
  idempotent:
    description: A second run with the same parameters changes nothing.
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and tell what it would change without changing anything.
    support: full
    details:
      - The module reads only.
  diff_mode:
    description: Returns details on what has changed, or would change in check mode, when diff mode is on.
    support: N/A
    details:
      - The module changes nothing.
  idempotent:
    description: A second run with the same parameters changes nothing.
    support: full
    details:
      - The module changes nothing.
"""

    WINDOWS = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and say what would change, without changing the host.
    support: full
  idempotent:
    description: A second run changes nothing.
    support: full
  platform:
    description: Target platform.
    platforms: windows
    support: full
"""
