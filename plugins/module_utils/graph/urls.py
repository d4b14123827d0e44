# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths and URLs of Microsoft Graph. Pure."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Mapping

VERSIONS = ("v1.0", "beta")


def quote(segment: str) -> str:
    """One segment of a path, such as a user principal name, percent-encoded: ``#`` becomes ``%23``."""
    return urllib.parse.quote(segment, safe="@")


def relative(path: str, params: Mapping[str, str] | None = None) -> str:
    """The path with its query, relative to the version: ``users?$select=id``. Blanks become ``%20``."""
    path = path.lstrip("/")
    if not params:
        return path
    query = urllib.parse.urlencode(dict(params), quote_via=urllib.parse.quote, safe="$,()'/:@")
    return f"{path}{'&' if '?' in path else '?'}{query}"


def path_of(url: str) -> tuple[str, str]:
    """Version and path of an absolute or relative URL, without its query, for messages."""
    path = urllib.parse.urlsplit(url).path.lstrip("/")
    found = re.match(r"(v1\.0|beta)/(.*)", path)
    return (found[1], found[2]) if found else ("v1.0", path)
