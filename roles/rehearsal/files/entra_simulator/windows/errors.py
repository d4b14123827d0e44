# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Failures that a simulated host answers with, in the words of Windows."""

from __future__ import annotations

from collections.abc import Mapping


class WindowsError(Exception):
    """What a Windows function call fails with; `message` is the text of the exception that PowerShell shows."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class PathNotFoundError(WindowsError):
    """A file, a folder or the drive itself is absent."""


class IllegalPathError(WindowsError):
    """A path that is relative, has no drive letter or holds a character that Windows forbids."""


class SharingViolationError(WindowsError):
    """Another process, here a running service, holds the file."""


class DiskFullError(WindowsError):
    """The write needs more than the drive has free."""


class ServiceError(WindowsError):
    """A service that is absent, does not start or does not stop."""


class ModuleFailure(Exception):  # noqa: N818 - named after the module result that it becomes
    """A module that ends with `failed: true`; further keys of its result come as `result`."""

    def __init__(self, message: str, result: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.result = dict(result or {})


class ConnectionCut(Exception):  # noqa: N818 - an event on the wire, not an answer
    """The host closes the connection without an answer."""
