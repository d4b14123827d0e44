# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The logs of MFA Server, and what they and its services tell about its role.

Which server is the primary stands in the data file, which nobody but the server reads. Two signs are left: a server
whose primary runs a newer build writes "Unhandled SB" until it is updated too, and AD sync may run on one server only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ansible_collections.entra.mfa.plugins.plugin_utils.windows import inspection_scripts, paths
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import WindowsHost

OUTDATED_MARK = "Unhandled SB"


@dataclass(frozen=True, slots=True)
class LogFile:
    """A log file: size in bytes, last write in UTC, and how many lines hold `OUTDATED_MARK`."""

    path: str
    size: int
    modified: str
    unhandled_sb: int

    def as_result(self) -> dict[str, str | int]:
        """What the play sees."""
        return {
            "path": self.path,
            "size": self.size,
            "modified": self.modified,
            "unhandled_sb": self.unhandled_sb,
        }


@dataclass(frozen=True, slots=True)
class RoleHint:
    """What the host itself shows of its role (None where nothing does), and the sign that shows it."""

    role: str | None
    reason: str | None


def read(host: WindowsHost, install_path: str | None) -> list[LogFile]:
    """The log files of a server, or of an adapter alone; empty where there are none."""
    if install_path is None:
        return []
    parameters = {"Path": paths.join(install_path, "Logs"), "Text": OUTDATED_MARK}
    found = host.powershell(inspection_scripts.LOG_FILES, parameters, attempt="list the logs of MFA Server")
    return [
        LogFile(str(entry["path"]), int(entry["size"]), str(entry["modified"]), int(entry["matches"]))
        for entry in found
    ]


def role_hint(logs: Sequence[LogFile], *, ad_sync: bool) -> RoleHint:
    """The role that the signs speak for."""
    outdated = sum(log.unhandled_sb for log in logs)
    if outdated:
        return RoleHint("secondary", f"its logs hold {outdated} lines of {OUTDATED_MARK!r}: its primary is newer")
    if ad_sync:
        return RoleHint("primary", "AD sync runs here, which it may do on one server only")
    return RoleHint(None, None)
