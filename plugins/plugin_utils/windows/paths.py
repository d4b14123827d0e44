# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Windows paths as text: where MFA Server lives, drives, joins and comparisons that ignore case."""

from __future__ import annotations

import ntpath

DEFAULT_INSTALL_PATH = "C:\\Program Files\\Multi-Factor Authentication Server\\"
DEFAULT_BACKUP_FOLDER = "C:\\ProgramData\\entra.mfa\\backup"
DATA_FILE = "Data\\PhoneFactor.pfdata"
CONFIGURE_SCRIPT = "Configure-MultiFactorAuthMigrationUtility.ps1"


def as_folder(path: str) -> str:
    """The path with Windows separators and exactly one backslash at its end."""
    return path.replace("/", "\\").rstrip("\\") + "\\"


def data_file(install_path: str) -> str:
    """The data file of a server installed at `install_path`."""
    return as_folder(install_path) + DATA_FILE


def configure_script(install_path: str) -> str:
    """The vendor's script that prepares the migration utility; it comes with the migration build."""
    return as_folder(install_path) + CONFIGURE_SCRIPT


def join(folder: str, *names: str) -> str:
    """A path below a folder."""
    return ntpath.join(as_folder(folder), *names)


def parent(path: str) -> str:
    """The folder that holds the path."""
    return ntpath.dirname(path)


def name(path: str) -> str:
    """The last part of a path, with its extension."""
    return ntpath.basename(path)


def same(first: str, second: str) -> bool:
    """Whether two paths name the same place: case and the direction of slashes do not count."""
    return _key(first) == _key(second)


def is_below(path: str, folder: str) -> bool:
    """Whether the path lies inside the folder, at any depth."""
    return _key(path).startswith(_key(folder) + "\\")


def stays_below(name: str) -> bool:
    """Whether a relative name stays below the folder that it is joined to."""
    drive, rest = ntpath.splitdrive(name.replace("/", "\\"))
    return bool(rest) and not drive and not rest.startswith("\\") and ".." not in rest.split("\\")


def on_local_drive(path: str) -> bool:
    """Whether the path is complete and starts with a drive letter, as opposed to a share or a relative path."""
    drive, rest = ntpath.splitdrive(path)
    return len(drive) == 2 and drive[0].isalpha() and rest[:1] in {"\\", "/"}


def _key(path: str) -> str:
    return ntpath.normcase(ntpath.normpath(path)).rstrip("\\")
