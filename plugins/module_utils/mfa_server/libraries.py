# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Third-party libraries of this layer, imported so that a missing one is reported instead of raised."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

PHONENUMBERS_IMPORT_ERROR: str | None = None

if TYPE_CHECKING:
    import phonenumbers
else:
    try:
        import phonenumbers
    except ImportError:
        PHONENUMBERS_IMPORT_ERROR = traceback.format_exc()
        phonenumbers: Any = None

__all__ = ["PHONENUMBERS_IMPORT_ERROR", "phonenumbers"]
