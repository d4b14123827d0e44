# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Third-party libraries of the Graph layer, imported so that a missing one is reported instead of raised."""

from __future__ import annotations

import importlib
import traceback
from types import ModuleType
from typing import TYPE_CHECKING, Any

REQUESTS_IMPORT_ERROR: str | None = None

if TYPE_CHECKING:
    import requests

    SessionBase = requests.Session
    AuthBase = requests.auth.AuthBase
else:
    try:
        import requests
        import requests.adapters
        import requests.auth

        SessionBase = requests.Session
        AuthBase = requests.auth.AuthBase
    except ImportError:
        REQUESTS_IMPORT_ERROR = traceback.format_exc()
        requests: Any = None
        SessionBase = object
        AuthBase = object

__all__ = ["REQUESTS_IMPORT_ERROR", "AuthBase", "MissingLibraryError", "SessionBase", "load", "requests"]


class MissingLibraryError(Exception):
    """A library that the chosen login needs is not installed.

    Attributes:
        library: its name on the package index.
        trace: the traceback of the failed import, for verbose output.
    """

    def __init__(self, library: str, trace: str) -> None:
        super().__init__(library)
        self.library = library
        self.trace = trace


def load(module: str, library: str | None = None) -> ModuleType:
    """Import a module at the moment it is needed: login libraries cost time that a ready-made token does not need.

    Args:
        module: dotted name of the module.
        library: its name on the package index, when that differs.

    Raises:
        MissingLibraryError: when it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError:
        raise MissingLibraryError(library or module.partition(".")[0], traceback.format_exc()) from None
