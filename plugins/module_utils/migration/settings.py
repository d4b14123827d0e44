# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the caller may choose about a migration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices that shape what is written for a user; changing one makes every user count as changed."""

    default_method: Literal["always", "if_unset", "most_secure_if_unset"] = "if_unset"
    alternate_without_mobile: Literal["promote", "skip"] = "promote"
    mobile_app: Literal["auto", "oath", "report"] = "auto"
    oath_activation: Literal["computed", "none"] = "computed"
