# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules and policies of an AD FS farm as a JSON file on the host, taken once and never overwritten."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.entra.mfa.plugins.plugin_utils.windows import files, paths
from ansible_collections.entra.mfa.plugins.plugin_utils.windows.host import HostError, WindowsHost

FORMAT = "entra.mfa/adfs-backup-v1"


@dataclass(frozen=True, slots=True)
class ConfigurationBackup:
    """A backup file: `sha256` is None for one that check mode announces, `current` whether AD FS is still the same."""

    path: str
    sha256: str | None
    current: bool
    changed: bool

    def as_result(self) -> dict[str, Any]:
        """What the play sees."""
        return {"path": self.path, "sha256": self.sha256, "current": self.current}


def take(host: WindowsHost, path: str, configuration: Mapping[str, Any]) -> ConfigurationBackup:
    """Writes the file unless there is one; one that is there holds the state before a change, so it stays."""
    attempt = f"back up rules and policies of AD FS to {path}"
    if not paths.on_local_drive(path):
        raise host.error(
            attempt, "it is not a file on a drive of the host", "Give backup_path such as D:\\Backup\\adfs.json."
        )
    text = as_text(configuration)
    if files.state(host, path) is not None:
        return _standing(host, path, configuration, attempt)
    if host.check_mode:
        return ConfigurationBackup(path, None, current=True, changed=True)
    files.make_private_folder(host, paths.parent(path))
    files.write_text(host, path, text)
    written, expected = files.sha256(host, path), hashlib.sha256(text.encode()).hexdigest()
    if written != expected:
        files.remove(host, path)
        raise host.error(
            attempt, "what was written differs from what was read", "The file was removed. Check the drive."
        )
    return ConfigurationBackup(path, written, current=True, changed=True)


def as_text(configuration: Mapping[str, Any]) -> str:
    """The file's text: the same for the same configuration."""
    return json.dumps({"format": FORMAT, "configuration": configuration}, indent=2, sort_keys=True) + "\n"


def _standing(host: WindowsHost, path: str, configuration: Mapping[str, Any], attempt: str) -> ConfigurationBackup:
    try:
        data = json.loads(files.read_text(host, path))
    except ValueError:
        data = None
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        raise _not_ours(host, attempt)
    current = data.get("configuration") == configuration
    if not current:
        host.warn(f"AD FS has changed since {path} was written; the file stays as it is")
    return ConfigurationBackup(path, files.sha256(host, path), current=current, changed=False)


def _not_ours(host: WindowsHost, attempt: str) -> HostError:
    return host.error(attempt, "there is another file of that name", "Give another backup_path.")
